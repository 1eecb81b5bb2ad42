#include "sim/supply.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "sim/check.h"
#include "sim/compute_market.h"
#include "sim/notices.h"
#include "sim/ownership.h"
#include "sim/proposals.h"
#include "sim/supply_clauses.h"
#include "sim/terms.h"
#include "sim/threads.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

// Quarters for which reservations can have been made from today on: a start, a term and a renewal.
constexpr size_t kHorizon = 3 * kMostTermQuarters + 1;

Verdict CheckSupplyContracts(const World& world) {
  if (!world.scenario.switches().no_supply_contracts()) return Accepted();
  return Refused("switched-off", "the scenario has no reservations of compute",
                 "compute on demand");
}

Verdict OpensThread(const World& world, AgentId sender, const v1::Message& move) {
  if (OpenerOf(world, move.thread()) == sender) return Accepted();
  return Refused("thread", "a request opens a thread of the sender",
                 absl::StrCat("thread: \"", world.name_of(sender), "/…\""));
}

// Reserved of each quarter from this one on, at one cloud; of one maker's chips if it is named.
void AddReservations(const World& world, AgentId provider, absl::string_view maker,
                     absl::Span<int64_t> reserved) {
  for (const ContractId id : world.contracts.Of(provider)) {
    const Contract& contract = world.contracts[id];
    if (contract.provider != provider || !contract.active ||
        contract.kind != Contract::Kind::kCapacity) {
      continue;
    }
    if (!maker.empty() && contract.capacity.chip_maker() != maker) continue;
    for (size_t i = 0; i < reserved.size(); ++i) {
      reserved[i] += contract.HeldIn(world.quarter + static_cast<int32_t>(i));
    }
  }
}

int64_t CapacityIn(const World& world, CloudId cloud, Quarter quarter, absl::string_view maker) {
  const auto counts = [&](ChipMakerId chips) {
    return maker.empty() || (chips.valid() && world.makers[chips].name == maker);
  };
  int64_t capacity = 0;
  for (const Fleet& fleet : world.clouds[cloud].fleets) {
    if (counts(fleet.maker)) capacity += fleet.h100e;
  }
  for (const Build& build : world.builds) {
    if (build.cloud == cloud && !build.done && !build.cancelled && build.ready <= quarter &&
        counts(build.maker)) {
      capacity += build.h100e;
    }
  }
  return capacity;
}

// Whether the cloud can take on `wanted` beside what it has promised; `maker` as above.
Verdict CheckCapacity(const World& world, CloudId cloud, const Contract& wanted,
                      absl::string_view maker) {
  std::array<int64_t, kHorizon> reserved{};
  const Quarter end = wanted.end + static_cast<int32_t>(wanted.capacity.renewal_quarters());
  AddReservations(world, world.clouds[cloud].agent, maker,
                  absl::MakeSpan(reserved.data(), static_cast<size_t>(end - world.quarter)));
  for (Quarter q = std::max(world.quarter, wanted.start); q < end; ++q) {
    const int64_t there_is = CapacityIn(world, cloud, q, maker);
    const int64_t promised = reserved[static_cast<size_t>(q - world.quarter)];
    const int64_t needed = wanted.HeldIn(q);
    if (promised + needed <= there_is) continue;
    const std::string& name = world.agent_of(cloud).seat.name;
    return Refused("capacity",
                   absl::StrCat(name, " has or has ordered ", there_is, " accelerators for ",
                                q.ToString(), maker.empty() ? "" : absl::StrCat(" of ", maker),
                                ", has reserved ", promised, ", and ", needed, " more are asked"),
                   absl::StrCat("at most ", std::max<int64_t>(0, there_is - promised),
                                " accelerators in ", q.ToString()));
  }
  return Accepted();
}

bool SameTerms(const v1::CapacityTerms& a, const v1::CapacityTerms& b) {
  return a.accelerators_h100e() == b.accelerators_h100e() &&
         a.start_quarter() == b.start_quarter() && a.term_quarters() == b.term_quarters() &&
         a.ramp_quarters() == b.ramp_quarters() &&
         a.price_micros_per_gpu_hour() == b.price_micros_per_gpu_hour() &&
         a.take_or_pay_bp() == b.take_or_pay_bp() && a.prepayment_bp() == b.prepayment_bp() &&
         a.renewal_quarters() == b.renewal_quarters();
}

// Whether `holder` has had its chance to match these terms: it has declined, let the last quarter's
// notice pass, or couldn't serve them.
bool HasLetPass(const World& world, LabId lab, CloudId holder, const v1::CapacityTerms& terms) {
  for (const FirstRefusal& notice : world.first_refusals) {
    if (notice.lab != lab || notice.holder != holder || !SameTerms(notice.terms, terms)) continue;
    if (notice.state == FirstRefusal::State::kDeclined || notice.asked < world.quarter) return true;
  }
  return CheckCapacity(world, holder, ReservationOn(terms), "").has_value();
}

Verdict CheckFirstRefusals(const World& world, LabId lab, CloudId cloud,
                           const v1::CapacityTerms& terms) {
  for (const ContractId id : world.contracts.Of(world.labs[lab].agent)) {
    const Contract& contract = world.contracts[id];
    if (!contract.active || contract.kind != Contract::Kind::kCapacity ||
        contract.customer != world.labs[lab].agent || !contract.capacity.right_of_first_refusal()) {
      continue;
    }
    const CloudId holder = world.cloud_of(contract.provider);
    if (holder == cloud || HasLetPass(world, lab, holder, terms)) continue;
    return Refused(
        "first-refusal",
        absl::StrCat(world.name_of(contract.provider), " may match the quote under contract ",
                     contract.name),
        absl::StrCat("a FirstRefusalNotice with these terms to ", world.name_of(contract.provider),
                     " first; acceptance after it declines or lets the quarter pass"));
  }
  return Accepted();
}

Verdict CheckNameIsFree(World& world, const std::string& name) {
  const Contract* contract = FindContract(world, name);
  if (contract == nullptr || !contract->active) return Accepted();
  return Refused("contract", absl::StrCat("contract ", name, " is running"),
                 "an offer in a new thread");
}

void TellSigned(const World& world, const Contract& contract, MarketOutput& out) {
  v1::ContractSigned& body =
      *Notify(world, out, contract.name, {contract.provider, contract.customer})
           .mutable_contract_signed();
  body.set_contract(contract.name);
  body.set_provider(world.name_of(contract.provider));
  body.set_customer(world.name_of(contract.customer));
  switch (contract.kind) {
    case Contract::Kind::kCapacity:
      *body.mutable_capacity() = contract.capacity;
      break;
    case Contract::Kind::kMarketplace:
      *body.mutable_marketplace() = contract.marketplace;
      break;
    case Contract::Kind::kLicence:
      *body.mutable_licence() = contract.licence;
      break;
    case Contract::Kind::kSpendCommitment:
      *body.mutable_commitment() = contract.commitment;
      break;
  }
}

void EndContract(const World& world, Contract& contract, absl::string_view reason,
                 MarketOutput& out) {
  contract.active = false;
  v1::ContractEnded& body =
      *Notify(world, out, contract.name, {contract.provider, contract.customer})
           .mutable_contract_ended();
  body.set_contract(contract.name);
  body.set_reason(std::string(reason));
}

void Sign(World& world, Contract contract, MarketOutput& out) {
  contract.signed_quarter = world.quarter;
  TellSigned(world, contract, out);
  world.contracts.Add(std::move(contract));
}

// Customer keeps nothing of what it has paid ahead.
void Forfeit(World& world, Contract& contract) {
  world.ledger.Exchange({world.agents[contract.provider].entity, Account::kPrepaymentsReceived,
                         Account::kRevenueTakeOrPay},
                        {world.agents[contract.customer].entity, Account::kTakeOrPayCharges,
                         Account::kPrepaidCompute},
                        contract.prepaid, PaymentKind::kTakeOrPay, contract.name);
  contract.prepaid = Cents(0);
}

// All conditions of a reservation but its proposal's; signs it.
Verdict Reserve(World& world, LabId lab, CloudId cloud, absl::string_view thread,
                const v1::CapacityTerms& terms, bool matched, MarketOutput& out) {
  const AgentId customer = world.labs[lab].agent;
  const AgentId provider = world.clouds[cloud].agent;
  Contract contract = ReservationOn(terms);
  contract.name = NameBetween(world, thread, customer, provider);
  contract.customer = customer;
  contract.provider = provider;
  if (contract.start < world.quarter) {
    return Refused("validity",
                   absl::StrCat("the service would have begun in ", contract.start.ToString()),
                   "a new quote with a start that isn't past");
  }
  if (Verdict refused = CheckNameIsFree(world, contract.name)) return refused;
  if (Verdict refused = CheckComputeExclusivity(world, lab, cloud)) return refused;
  if (!matched) {
    if (Verdict refused = CheckFirstRefusals(world, lab, cloud, terms)) return refused;
  }
  if (Verdict refused = CheckCapacity(world, cloud, contract, "")) return refused;
  if (!terms.chip_maker().empty()) {
    if (Verdict refused = CheckCapacity(world, cloud, contract, terms.chip_maker())) return refused;
  }
  contract.prepaid = TotalPrice(world, terms) * BasisPoints(terms.prepayment_bp());
  if (!Pay(world, customer, world.agents[provider].entity, contract.prepaid,
           Account::kPrepaidCompute, Account::kPrepaymentsReceived, PaymentKind::kPrepayment,
           contract.name)
           .ok()) {
    return Refused(
        "cash",
        absl::StrCat(world.name_of(customer), " can't pay the prepayment of ",
                     FormatDollars(contract.prepaid)),
        absl::StrCat("a prepayment of at most ", FormatDollars(SpendableCash(world, customer))));
  }
  Sign(world, std::move(contract), out);
  GiveMostFavouredPrices(world, provider, customer, terms.price_micros_per_gpu_hour(), out);
  return Accepted();
}

// Ends what the two already have of this kind: the new contract takes its place.
void EndReplaced(World& world, Contract::Kind kind, AgentId provider, AgentId customer,
                 MarketOutput& out) {
  for (const ContractId id : world.contracts.Of(provider)) {
    Contract& contract = world.contracts[id];
    if (contract.active && contract.kind == kind && contract.provider == provider &&
        contract.customer == customer) {
      EndContract(world, contract, "replaced by a new contract", out);
    }
  }
}

// What the party that leaves owes the other.
Cents DueOnLeaving(const World& world, const Contract& contract, AgentId leaver) {
  const bool customer_leaves = leaver == contract.customer;
  switch (contract.kind) {
    case Contract::Kind::kCapacity: {
      Cents rest;
      for (Quarter q = std::max(world.quarter, contract.start); q < contract.end; ++q) {
        rest += QuarterPrice(world, contract.ReservedIn(q),
                             contract.capacity.price_micros_per_gpu_hour());
      }
      return rest * BasisPoints(contract.capacity.take_or_pay_bp());
    }
    case Contract::Kind::kSpendCommitment:
      return customer_leaves
                 ? std::max(Cents(0), Cents(contract.commitment.amount_cents()) - contract.spent)
                 : Cents(0);
    case Contract::Kind::kLicence:
      return customer_leaves ? Cents(contract.licence.fee_cents_per_quarter()) : Cents(0);
    case Contract::Kind::kMarketplace:
      return Cents(0);
  }
  return Cents(0);
}

// The lab of a proposal between a lab and somebody else; an invalid id if none or both are labs.
AgentId LabOf(const World& world, AgentId a, AgentId b) {
  const bool a_is_lab = world.lab_of(a).valid();
  if (a_is_lab == world.lab_of(b).valid()) return AgentId();
  return a_is_lab ? a : b;
}

}  // namespace

Verdict ApplyCapacityRequest(World& world, AgentId sender, const v1::Message& move) {
  if (Verdict refused = CheckSupplyContracts(world)) return refused;
  return OpensThread(world, sender, move);
}

Verdict CheckCapacityProposal(World& world, AgentId sender, AgentId recipient,
                              const v1::CapacityTerms& terms) {
  if (Verdict refused = CheckSupplyContracts(world)) return refused;
  if (Verdict refused = CheckCapacityTerms(world, terms)) return refused;
  const LabId lab = world.lab_of(recipient);
  if (!lab.valid()) return Accepted();  // a lab's counter-offer
  const GroupId group = world.agents[sender].group;
  for (const LabId held : world.stakes.LabsOf(group)) {
    const Stake& stake = *world.stakes.Find(held, group);
    if (held == lab) continue;
    for (const v1::Remedy& condition : stake.conditions) {
      if (condition.kind() != v1::Remedy::KIND_NON_DISCRIMINATION) continue;
      int64_t charged = 0;
      for (const ContractId id : world.contracts.Of(sender)) {
        const Contract& contract = world.contracts[id];
        if (contract.active && contract.kind == Contract::Kind::kCapacity &&
            contract.provider == sender && contract.customer == world.labs[stake.lab].agent) {
          charged = std::max(charged, contract.capacity.price_micros_per_gpu_hour());
        }
      }
      if (charged > 0 && terms.price_micros_per_gpu_hour() > charged) {
        return Refused(
            "condition",
            absl::StrCat("a condition of non-discrimination binds ", world.name_of(sender),
                         ": it charges ", world.agent_of(stake.lab).seat.name, " ", charged,
                         " micro-dollars a GPU-hour"),
            absl::StrCat("at most ", charged, " micro-dollars a GPU-hour"));
      }
    }
  }
  return Accepted();
}

Verdict ApplyCapacityQuote(World& world, AgentId sender, const v1::Message& move) {
  const v1::CapacityQuote& quote = move.capacity_quote();
  if (Verdict refused =
          CheckCapacityProposal(world, sender, RecipientOf(world, move), quote.terms())) {
    return refused;
  }
  return MakeProposal(world, sender, move, quote.valid_through_quarter());
}

Verdict ApplyMarketplaceOffer(World& world, AgentId sender, const v1::Message& move) {
  const v1::MarketplaceOffer& offer = move.marketplace_offer();
  if (world.scenario.switches().no_marketplaces()) {
    return Refused("switched-off", "the scenario has no marketplaces", "sales by the lab itself");
  }
  if (!LabOf(world, sender, RecipientOf(world, move)).valid()) {
    return Refused("parties", "a marketplace offer between two of the same role",
                   "an offer between a lab and a cloud");
  }
  if (Verdict refused = CheckMarketplaceTerms(offer.terms())) return refused;
  return MakeProposal(world, sender, move, offer.valid_through_quarter());
}

Verdict ApplyLicenceOffer(World& world, AgentId sender, const v1::Message& move) {
  const v1::LicenceOffer& offer = move.licence_offer();
  if (world.scenario.switches().no_licences()) {
    return Refused("switched-off", "the scenario has no licences to embed", "no licence");
  }
  if (!LabOf(world, sender, RecipientOf(world, move)).valid()) {
    return Refused("parties", "a licence needs one lab and one other party",
                   "an offer between a lab and a cloud or an investor");
  }
  if (Verdict refused = CheckLicenceTerms(offer.terms())) return refused;
  return MakeProposal(world, sender, move, offer.valid_through_quarter());
}

Verdict SignReservation(World& world, const Proposal& proposal, MarketOutput& out) {
  const AgentId lab = LabOf(world, proposal.sender, proposal.recipient);
  const AgentId cloud = lab == proposal.sender ? proposal.recipient : proposal.sender;
  return Reserve(world, world.lab_of(lab), world.cloud_of(cloud), proposal.thread,
                 CapacityTermsOf(proposal.message), /*matched=*/false, out);
}

Verdict SignMarketplace(World& world, const Proposal& proposal, MarketOutput& out) {
  Contract contract;
  contract.kind = Contract::Kind::kMarketplace;
  contract.marketplace = MarketplaceTermsOf(proposal.message);
  contract.customer = LabOf(world, proposal.sender, proposal.recipient);
  contract.provider = contract.customer == proposal.sender ? proposal.recipient : proposal.sender;
  contract.name = NameBetween(world, proposal.thread, proposal.sender, proposal.recipient);
  contract.start = world.quarter;
  contract.end = world.quarter + static_cast<int32_t>(contract.marketplace.term_quarters());
  if (Verdict refused = CheckMarketplaceExclusivity(world, world.lab_of(contract.customer),
                                                    world.cloud_of(contract.provider),
                                                    contract.marketplace.exclusive())) {
    return refused;
  }
  EndReplaced(world, contract.kind, contract.provider, contract.customer, out);
  Sign(world, std::move(contract), out);
  return Accepted();
}

Verdict SignLicence(World& world, const Proposal& proposal, MarketOutput& out) {
  Contract contract;
  contract.kind = Contract::Kind::kLicence;
  contract.licence = LicenceTermsOf(proposal.message);
  contract.provider = LabOf(world, proposal.sender, proposal.recipient);
  contract.customer = contract.provider == proposal.sender ? proposal.recipient : proposal.sender;
  contract.name = NameBetween(world, proposal.thread, proposal.sender, proposal.recipient);
  contract.start = world.quarter;
  contract.end = world.quarter + static_cast<int32_t>(contract.licence.term_quarters());
  EndReplaced(world, contract.kind, contract.provider, contract.customer, out);
  Sign(world, std::move(contract), out);
  return Accepted();
}

Verdict ApplyFirstRefusalNotice(World& world, AgentId sender, const v1::Message& move) {
  const v1::CapacityTerms& terms = move.first_refusal_notice().terms();
  if (Verdict refused = CheckSupplyContracts(world)) return refused;
  if (Verdict refused = CheckCapacityTerms(world, terms)) return refused;
  if (Verdict refused = OpensThread(world, sender, move)) return refused;
  const AgentId holder = RecipientOf(world, move);
  const bool has_right =
      std::any_of(world.contracts.begin(), world.contracts.end(), [&](const Contract& contract) {
        return contract.active && contract.kind == Contract::Kind::kCapacity &&
               contract.customer == sender && contract.provider == holder &&
               contract.capacity.right_of_first_refusal();
      });
  if (!has_right) {
    return Refused("first-refusal",
                   absl::StrCat(world.name_of(holder), " has no right of first refusal"),
                   "a notice to a cloud whose running contract gives it one");
  }
  FirstRefusal notice;
  notice.notice = move.id();
  notice.lab = world.lab_of(sender);
  notice.holder = world.cloud_of(holder);
  notice.thread = move.thread();
  notice.terms = terms;
  notice.asked = world.quarter;
  world.first_refusals.push_back(std::move(notice));
  return Accepted();
}

Verdict ApplyFirstRefusalExercise(World& world, AgentId sender, const v1::Message& move,
                                  MarketOutput& out) {
  for (FirstRefusal& notice : world.first_refusals) {
    if (notice.notice != move.in_reply_to() || notice.holder != world.cloud_of(sender)) continue;
    if (notice.state != FirstRefusal::State::kAsked || notice.asked < world.quarter) break;
    if (!move.first_refusal_exercise().exercised()) {
      notice.state = FirstRefusal::State::kDeclined;
      return Accepted();
    }
    if (Verdict refused = Reserve(world, notice.lab, notice.holder, notice.thread, notice.terms,
                                  /*matched=*/true, out)) {
      return refused;
    }
    notice.state = FirstRefusal::State::kExercised;
    return Accepted();
  }
  return Refused("first-refusal",
                 absl::StrCat("message ", move.in_reply_to(), " isn't a notice open to you"),
                 "a reply to a FirstRefusalNotice of this quarter that you haven't answered");
}

bool DeclineFirstRefusal(World& world, AgentId sender, uint64_t notice_id) {
  for (FirstRefusal& notice : world.first_refusals) {
    if (notice.notice != notice_id || world.clouds[notice.holder].agent != sender ||
        notice.state != FirstRefusal::State::kAsked) {
      continue;
    }
    notice.state = FirstRefusal::State::kDeclined;
    return true;
  }
  return false;
}

Verdict ApplyContractTermination(World& world, AgentId sender, const v1::Message& move,
                                 MarketOutput& out) {
  Contract* contract = FindContract(world, move.thread());
  if (contract == nullptr || !contract->active ||
      (contract->provider != sender && contract->customer != sender)) {
    return Refused("contract", "the thread names no running contract of yours",
                   "thread: the name of a contract in your view");
  }
  const AgentId other = contract->provider == sender ? contract->customer : contract->provider;
  const EntityId payee = world.agents[other].entity;
  const Cents due = DueOnLeaving(world, *contract, sender);
  const bool customer_leaves = sender == contract->customer;
  // What was paid ahead settles a part of what the customer owes; a provider gives it back.
  const Cents settled = customer_leaves ? std::min(due, contract->prepaid) : Cents(0);
  const Cents refund = customer_leaves ? Cents(0) : contract->prepaid;
  if (SpendableCash(world, sender) < due - settled + refund) {
    return Refused("cash",
                   absl::StrCat("leaving costs ", FormatDollars(due - settled + refund),
                                " and you can spend ", FormatDollars(SpendableCash(world, sender))),
                   "a termination that can be paid for");
  }
  absl::Status paid;
  if (!customer_leaves) {
    paid = Pay(world, sender, payee, refund, Account::kPrepaymentsReceived,
               Account::kPrepaidCompute, PaymentKind::kPrepayment, contract->name);
    TRANCHE_CHECK(paid.ok(), "the cash was checked");
    contract->prepaid = Cents(0);
    paid = Pay(world, sender, payee, due, Account::kBreakupFeesPaid, Account::kBreakupFeesReceived,
               PaymentKind::kBreakupFee, contract->name);
  } else if (contract->kind == Contract::Kind::kLicence) {
    paid = Pay(world, sender, payee, due, Account::kLicenceFees, Account::kRevenueLicences,
               PaymentKind::kLicence, contract->name);
  } else {
    Forfeit(world, *contract);
    paid = Pay(world, sender, payee, due - settled, Account::kTakeOrPayCharges,
               Account::kRevenueTakeOrPay, PaymentKind::kTakeOrPay, contract->name);
  }
  TRANCHE_CHECK(paid.ok(), "the cash was checked");
  EndContract(world, *contract, absl::StrCat("terminated by ", world.name_of(sender)), out);
  return Accepted();
}

void SignWithInvestment(World& world, const Deal& deal, MarketOutput& out) {
  const AgentId lab = world.labs[deal.lab].agent;
  if (deal.terms.has_cloud_commitment()) {
    Contract commitment;
    commitment.kind = Contract::Kind::kSpendCommitment;
    commitment.name = deal.name;
    commitment.provider = world.FindAgent(deal.terms.cloud_commitment().cloud());
    commitment.customer = lab;
    commitment.commitment = deal.terms.cloud_commitment();
    commitment.start = world.quarter;
    commitment.end = world.quarter + static_cast<int32_t>(commitment.commitment.term_quarters());
    Sign(world, std::move(commitment), out);
  }
  if (deal.terms.embed_licence_bp() > 0 && !world.scenario.switches().no_licences()) {
    constexpr uint32_t kTenYears = 40;
    Contract licence;
    licence.kind = Contract::Kind::kLicence;
    licence.name = absl::StrCat(deal.name, "/licence");
    licence.provider = lab;
    licence.customer = deal.investor;
    licence.licence.set_royalty_bp(deal.terms.embed_licence_bp());
    licence.licence.set_term_quarters(kTenYears);
    licence.licence.set_early_access(deal.terms.early_access());
    licence.start = world.quarter;
    licence.end = world.quarter + static_cast<int32_t>(kTenYears);
    Sign(world, std::move(licence), out);
  }
}

void GrantCredits(World& world, const Deal& deal, Cents credits, MarketOutput& out) {
  if (credits <= Cents(0)) return;
  Contract* running = FindContract(world, deal.name);
  if (running != nullptr && running->active) {
    running->prepaid += credits;
    return;
  }
  constexpr uint32_t kThreeYears = 12;
  Contract contract;
  contract.kind = Contract::Kind::kSpendCommitment;
  contract.name = deal.name;
  contract.provider = world.clouds[CreditingCloud(world, deal.investor, deal.terms)].agent;
  contract.customer = world.labs[deal.lab].agent;
  contract.commitment.set_cloud(world.name_of(contract.provider));
  contract.commitment.set_term_quarters(kThreeYears);
  contract.prepaid = credits;
  contract.start = world.quarter;
  contract.end = world.quarter + static_cast<int32_t>(kThreeYears);
  Sign(world, std::move(contract), out);
}

void ExpireContracts(World& world, MarketOutput& out) {
  for (Contract& contract : world.contracts) {
    if (!contract.active || contract.end > world.quarter) continue;
    Forfeit(world, contract);
    EndContract(world, contract, "its term is over", out);
  }
}

CloudId ExclusiveCloud(const World& world, LabId lab) {
  const AgentId customer = world.labs[lab].agent;
  for (const ContractId id : world.contracts.Of(customer)) {
    const Contract& contract = world.contracts[id];
    if (!contract.active || contract.customer != customer || contract.end <= world.quarter)
      continue;
    const bool exclusive =
        (contract.kind == Contract::Kind::kCapacity && contract.capacity.exclusive()) ||
        (contract.kind == Contract::Kind::kSpendCommitment && contract.commitment.exclusive());
    if (exclusive) return world.cloud_of(contract.provider);
  }
  return CloudId();
}

Verdict CheckComputeExclusivity(const World& world, LabId lab, CloudId cloud) {
  const CloudId bound_to = ExclusiveCloud(world, lab);
  if (!bound_to.valid() || bound_to == cloud) return Accepted();
  const std::string& only = world.agent_of(bound_to).seat.name;
  return Refused(
      "exclusivity",
      absl::StrCat(world.agent_of(lab).seat.name, " buys compute only from ", only,
                   " while its exclusive contract runs"),
      absl::StrCat("a contract with ", only, ", or the termination of the exclusive one"));
}

Verdict CheckMarketplaceExclusivity(const World& world, LabId lab, CloudId cloud, bool exclusive) {
  const AgentId customer = world.labs[lab].agent;
  for (const ContractId id : world.contracts.Of(customer)) {
    const Contract& contract = world.contracts[id];
    if (!contract.active || contract.customer != customer || contract.end <= world.quarter ||
        world.cloud_of(contract.provider) == cloud) {
      continue;
    }
    const bool marketplace = contract.kind == Contract::Kind::kMarketplace;
    const bool bound = (marketplace && contract.marketplace.exclusive()) ||
                       (contract.kind == Contract::Kind::kSpendCommitment &&
                        contract.commitment.exclusive_marketplace());
    if (bound || (marketplace && exclusive)) {
      return Refused(
          "exclusivity",
          absl::StrCat(world.name_of(contract.provider), bound ? " alone sells " : " sells ",
                       world.name_of(customer), "'s models under contract ", contract.name),
          absl::StrCat("an offer after contract ", contract.name, " has ended"));
    }
  }
  return Accepted();
}

int64_t UncommittedCapacity(const World& world, CloudId cloud, Quarter quarter) {
  const AgentId provider = world.clouds[cloud].agent;
  int64_t reserved = 0;
  for (const ContractId id : world.contracts.Of(provider)) {
    const Contract& contract = world.contracts[id];
    if (contract.provider == provider) reserved += contract.HeldIn(quarter);
  }
  return CapacityIn(world, cloud, quarter, "") - reserved;
}

}  // namespace tranche
