#include "sim/scenario_ranges.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "sim/check.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Ten trillion dollars, more than any company or state has at hand: what is above it is a wrong
// unit. The bounds here keep sums and products of opening figures within int64 cents.
constexpr double kMostMoneyUsdMillions = 1e7;
constexpr double kMostQuarters = 400;

struct Exception {
  absl::string_view field;
  NumberRange range;
};

constexpr NumberRange Between(double min, double max) { return {min, max, false}; }
constexpr NumberRange Above(double min, double max) { return {min, max, true}; }

// Fields whose range doesn't follow from their name, or that must not be left out.
constexpr Exception kExceptions[] = {
    {"Scenario.quarters", Above(0, kMostQuarters)},
    {"Scenario.round_limit", Above(0, 1000)},
    {"GroupSpec.other_cash_flow_usd_millions_per_quarter",
     Between(-kMostMoneyUsdMillions, kMostMoneyUsdMillions)},
    {"ReachSpec.reach", Between(0, 1)},
    {"Parameter.value", Between(-1e300, 1e300)},
    {"LabSpec.capability_log10_flop", Above(0, 40)},
    {"LabSpec.run_capability_log10_flop", Between(0, 40)},
    {"LabSpec.researchers", Between(0, 1e6)},
    {"LabSpec.researcher_cash_usd_millions_per_year", Between(0, 1000)},
    {"LabSpec.researcher_equity_usd_millions_per_year", Between(0, 1000)},
    {"LabSpec.shares_outstanding", Between(0, 1e12)},
    {"LabSegmentSpec.price_usd_per_mtok", Between(0.001, 10'000)},
    {"CloudSpec.on_demand_price_usd_per_gpu_hour", Between(0.001, 10'000)},
    {"CloudSpec.other_operating_margin_percent", Between(-100, 100)},
    {"CapacitySpec.accelerators_h100e", Above(0, 1e9)},
    {"BuildSpec.it_power_mw", Between(0.001, 10'000)},
    {"SegmentSpec.customers_thousands", Above(0, 1e7)},
    {"SegmentSpec.nest_dissimilarity", Above(0, 1)},
    {"SegmentSpec.marketplace_affinity", Between(0, 1)},
    {"SegmentSpec.usage_per_capability_percent", Between(0, 1000)},
    {"TechnologySpec.algorithmic_progress_percent_per_year", Between(0, 10'000)},
    {"TechnologySpec.flop_per_gpu_hour", Between(1, 1e24)},
    {"TechnologySpec.opening_efficiency", Between(1e-6, 1e9)},
    {"TechnologySpec.compatibility_opening", Between(0, 1)},
    {"TechnologySpec.compatibility_closing", Between(0, 1)},
    {"ComputeSpec.mtok_per_gpu_hour", Between(0.01, 1e6)},
    {"ComputeSpec.pue", Between(1, 5)},
    {"ComputeSpec.accelerator_kw", Above(0, 100)},
    {"ComputeSpec.accelerator_life_years", Above(0, 50)},
    {"ComputeSpec.site_cost_air_usd_millions_per_mw", Between(0, 10'000)},
    {"ComputeSpec.site_cost_liquid_usd_millions_per_mw", Between(0, 10'000)},
    {"ComputeSpec.network_cost_percent_of_accelerators", Between(0, 1000)},
    // A quarter has at most 92 days.
    {"ComputeSpec.hours_per_quarter", Above(0, 92 * 24)},
    {"RegionSpec.scarcity_price_percent", Between(0, 10'000)},
    {"ShareholderVoteSpec.approval_percent", Above(0, 100)},
    {"FrameworkSpec.capability_log10_flop", Between(0, 40)},
    {"FrameworkSpec.assessment_quarters", Between(0, 8)},
    {"FrameworkSpec.compatibility_floor", Between(0, 1)},
    {"CapacityContractSpec.renewal_quarters", Between(0, 80)},
    {"ChipMakerSpec.price_usd", Between(0, 1e6)},
    {"ChipMakerSpec.performance_h100e", Between(0.001, 1000)},
    {"ChipMakerSpec.power_kw", Between(0.01, 1000)},
    {"TalentSpec.know_how_carried", Between(0, 1)},
    {"RegimeSpec.hhi_threshold", Between(0, 10'000)},
    {"RegimeSpec.hhi_change_threshold", Between(0, 10'000)},
    {"CapacityContractSpec.accelerators_h100e", Above(0, 1e9)},
    {"CapacityContractSpec.accelerators_opening_h100e", Between(0, 1e9)},
    {"CapacityContractSpec.term_quarters", Above(0, kMostQuarters)},
    {"CapacityContractSpec.price_usd_per_gpu_hour", Between(0.001, 10'000)},
    {"MarketplaceTerms.term_quarters", Above(0, kMostQuarters)},
    {"LicenceTerms.term_quarters", Above(0, kMostQuarters)},
    {"LicenceTerms.fee_cents_per_quarter", Between(0, 1e16)},
    {"EventSpec.grid_growth_factor", Between(0, 1000)},
    {"RoundEvent.amount_usd_millions", Above(0, kMostMoneyUsdMillions)},
    {"RoundEvent.pre_money_usd_millions", Above(0, kMostMoneyUsdMillions)},
    {"InterestSpec.amount_usd_millions", Above(0, kMostMoneyUsdMillions)},
    // Dates are checked as a whole.
    {"Date.year", Between(-1e9, 1e9)},
    {"Date.month", Between(-1e9, 1e9)},
    {"Date.day", Between(-1e9, 1e9)},
};

NumberRange RangeByName(absl::string_view name) {
  if (absl::StrContains(name, "growth_percent") || absl::StrContains(name, "change_percent")) {
    return Between(-100, 1000);
  }
  if (absl::StrContains(name, "percent")) return Between(0, 100);
  if (absl::EndsWith(name, "_bp")) return Between(0, 10'000);
  if (absl::EndsWith(name, "_quarters")) return Between(0, kMostQuarters);
  if (absl::StrContains(name, "_usd_millions")) return Between(0, kMostMoneyUsdMillions);
  return Between(0, 1e9);
}

using RangeTable = absl::flat_hash_map<const FieldDescriptor*, NumberRange>;

bool IsNumber(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_BOOL:
      return false;
    default:
      return true;
  }
}

void AddMessage(const Descriptor& message, RangeTable* table) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AddMessage(*field->message_type(), table);
    } else if (IsNumber(*field)) {
      table->emplace(field, RangeByName(field->name()));
    }
  }
}

const RangeTable* MakeTable() {
  auto* table = new RangeTable;
  const Descriptor& scenario = *v1::Scenario::descriptor();
  AddMessage(scenario, table);
  for (const Exception& exception : kExceptions) {
    const FieldDescriptor* field = scenario.file()->pool()->FindFieldByName(
        absl::StrCat(scenario.file()->package(), ".", exception.field));
    TRANCHE_CHECK(field != nullptr && table->contains(field), std::string(exception.field));
    (*table)[field] = exception.range;
  }
  return table;
}

}  // namespace

std::string NumberRange::Describe() const {
  if (!above_min) return absl::StrCat("it must be between ", min, " and ", max);
  return absl::StrCat("it must be above ", min, " and at most ", max);
}

const NumberRange& RangeOf(const FieldDescriptor* field) {
  static const RangeTable& table = *MakeTable();
  const auto found = table.find(field);
  TRANCHE_CHECK(found != table.end(), field->full_name());
  return found->second;
}

}  // namespace tranche
