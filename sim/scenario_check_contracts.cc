#include "absl/strings/str_cat.h"
#include "sim/scenario_checker.h"

namespace tranche {

void ScenarioChecker::CheckContract(int index) {
  const v1::ContractSpec& contract = scenario_.contracts(index);
  const Place place = root_.Field(v1::Scenario::kContractsFieldNumber, index, &contract);
  const Place provider = place.Field(v1::ContractSpec::kProviderFieldNumber);
  const Place customer = place.Field(v1::ContractSpec::kCustomerFieldNumber);
  if (contract.has_licence()) {
    CheckReference(provider, contract.provider(), "a lab", names_.labs);
    CheckReference(customer, contract.customer(), "a cloud or investor", names_.licensees);
  } else {
    CheckReference(provider, contract.provider(), "a cloud", names_.clouds);
    CheckReference(customer, contract.customer(), "a lab", names_.labs);
  }
  const std::optional<Quarter> signed_in =
      ReadQuarter(place, v1::ContractSpec::kSignedFieldNumber, contract.signed_(), true);
  if (signed_in && first_quarter_ && *signed_in > *first_quarter_) {
    Report(
        place.Field(v1::ContractSpec::kSignedFieldNumber),
        absl::StrCat("the contract is signed in ", contract.signed_(), ", after the run's start"),
        absl::StrCat("contracts in force at the opening are signed by ",
                     scenario_.first_quarter()));
  }
  switch (contract.terms_case()) {
    case v1::ContractSpec::kCapacity:
      return CheckCapacityContract(place, contract);
    case v1::ContractSpec::kMarketplace:
      return CheckTerm(
          place.Field(v1::ContractSpec::kMarketplaceFieldNumber, 0, &contract.marketplace()),
          v1::MarketplaceTerms::kTermQuartersFieldNumber, signed_in,
          contract.marketplace().term_quarters());
    case v1::ContractSpec::kLicence:
      return CheckTerm(place.Field(v1::ContractSpec::kLicenceFieldNumber, 0, &contract.licence()),
                       v1::LicenceTerms::kTermQuartersFieldNumber, signed_in,
                       contract.licence().term_quarters());
    case v1::ContractSpec::TERMS_NOT_SET:
      Report(place, absl::StrCat("contract \"", contract.name(), "\" has no terms"),
             "add capacity { … }, marketplace { … } or licence { … }");
  }
}

// The contract isn't over when the run begins.
void ScenarioChecker::CheckTerm(const Place& terms, int number, std::optional<Quarter> start,
                                uint32_t term_quarters) {
  if (!start || !first_quarter_ || term_quarters == 0 || term_quarters > 400) return;
  const Quarter end = *start + static_cast<int32_t>(term_quarters);
  if (end > *first_quarter_) return;
  Report(terms.Field(number),
         absl::StrCat("the contract ended with ", (end - 1).ToString(), ", before the run"),
         "drop it or correct its start and term");
}

void ScenarioChecker::CheckCapacityContract(const Place& place, const v1::ContractSpec& contract) {
  const v1::CapacityContractSpec& terms = contract.capacity();
  const Place at = place.Field(v1::ContractSpec::kCapacityFieldNumber, 0, &terms);
  const std::optional<Quarter> start =
      ReadQuarter(at, v1::CapacityContractSpec::kStartFieldNumber, terms.start(), true);
  CheckTerm(at, v1::CapacityContractSpec::kTermQuartersFieldNumber, start, terms.term_quarters());
  if (terms.ramp_quarters() > terms.term_quarters()) {
    Report(at.Field(v1::CapacityContractSpec::kRampQuartersFieldNumber),
           absl::StrCat("a ramp of ", terms.ramp_quarters(), " quarters is longer than the term"),
           absl::StrCat("it must be ", terms.term_quarters(), " quarters at most"));
  }
  if (terms.accelerators_opening_h100e() > terms.accelerators_h100e()) {
    Report(at.Field(v1::CapacityContractSpec::kAcceleratorsOpeningH100EFieldNumber),
           absl::StrCat(terms.accelerators_opening_h100e(),
                        " accelerators at the opening are more than the contract's ",
                        terms.accelerators_h100e()),
           "raise accelerators_h100e or lower accelerators_opening_h100e");
  }
  if (start && first_quarter_ && *start > *first_quarter_ &&
      terms.accelerators_opening_h100e() > 0) {
    Report(at.Field(v1::CapacityContractSpec::kAcceleratorsOpeningH100EFieldNumber),
           absl::StrCat("the contract starts in ", terms.start(), ", after the opening"),
           "leave accelerators_opening_h100e out or correct start");
  }
  if (!terms.chip_maker().empty()) {
    CheckReference(at.Field(v1::CapacityContractSpec::kChipMakerFieldNumber), terms.chip_maker(),
                   "a chip maker", names_.makers);
  }
}

double ScenarioChecker::ReservedAtOpening(const v1::CapacityContractSpec& terms) const {
  const absl::StatusOr<Quarter> start = Quarter::Parse(terms.start());
  if (!start.ok() || !first_quarter_ || *start > *first_quarter_) return 0;
  return terms.ramp_quarters() == 0 ? terms.accelerators_h100e()
                                    : terms.accelerators_opening_h100e();
}

// What is reserved of a cloud as the run opens, it has.
void ScenarioChecker::CheckReservations() {
  if (scenario_.switches().no_rationing()) return;
  absl::flat_hash_map<std::string, double> reserved_at;  // by cloud; look-ups only
  for (const v1::ContractSpec& contract : scenario_.contracts()) {
    if (contract.has_capacity()) {
      reserved_at[contract.provider()] += ReservedAtOpening(contract.capacity());
    }
  }
  for (int i = 0; i < scenario_.agents_size(); ++i) {
    const v1::AgentSpec& agent = scenario_.agents(i);
    if (!agent.has_cloud()) continue;
    double capacity = 0;
    for (const v1::CapacitySpec& spec : agent.cloud().capacity()) {
      capacity += spec.accelerators_h100e();
    }
    const auto found = reserved_at.find(agent.name());
    const double reserved = found == reserved_at.end() ? 0 : found->second;
    if (reserved <= capacity) continue;
    const Place place = root_.Field(v1::Scenario::kAgentsFieldNumber, i, &agent);
    const Place cloud = place.Field(v1::AgentSpec::kCloudFieldNumber, 0, &agent.cloud());
    Report(cloud,
           absl::StrCat("\"", agent.name(), "\" opens with ", capacity,
                        " accelerators and contracts for ", reserved),
           "raise its capacity or lower accelerators_opening_h100e of its contracts");
  }
}

}  // namespace tranche
