#include "sim/terms.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "sim/ownership.h"

namespace tranche {
namespace {

Verdict BadTerms(std::string explanation, std::string would_be_legal) {
  return Refused("terms", std::move(explanation), std::move(would_be_legal));
}

std::string QuarterName(int32_t index) { return Quarter::FromIndex(index).ToString(); }

// Quarters on the wire lie in the years 0 to 9999.
bool IsQuarter(int32_t index) { return index >= 0 && index < 40'000; }

// A quarter not before this one. `what` names it.
Verdict CheckAhead(const World& world, int32_t quarter, absl::string_view what) {
  if (IsQuarter(quarter) && Quarter::FromIndex(quarter) >= world.quarter) return Accepted();
  return BadTerms(
      absl::StrCat(what, IsQuarter(quarter) ? absl::StrCat(" ", QuarterName(quarter), " is past")
                                            : absl::StrCat(" isn't a quarter: ", quarter)),
      absl::StrCat(world.quarter.ToString(), " (", world.quarter.index(), ") or later"));
}

Verdict CheckTranche(const World& world, const v1::Tranche& tranche, int index) {
  if (Verdict refused = CheckAmount(tranche.amount_cents(), absl::StrCat("tranche ", index))) {
    return refused;
  }
  const v1::TrancheCondition& condition = tranche.condition();
  bool complete = true;
  switch (condition.condition_case()) {
    case v1::TrancheCondition::kClearance:
      complete = condition.clearance();
      break;
    case v1::TrancheCondition::kQuarter:
      complete = IsQuarter(condition.quarter());
      break;
    case v1::TrancheCondition::kAnnualisedRevenueCents:
      complete = condition.annualised_revenue_cents() > 0;
      break;
    case v1::TrancheCondition::kCapabilityMillis:
      complete = condition.capability_millis() > 0;
      break;
    case v1::TrancheCondition::kListing:
      complete = condition.listing();
      break;
    case v1::TrancheCondition::CONDITION_NOT_SET:
      complete = false;
      break;
  }
  if (!complete) {
    return BadTerms(absl::StrCat("tranche ", index, " has no condition that can hold"),
                    "one of clearance, quarter, annualised_revenue_cents, capability_millis, "
                    "listing");
  }
  // A tranche due at clearance expires with the deal.
  if (condition.has_clearance() && tranche.expires_quarter() == 0) return Accepted();
  return CheckAhead(world, tranche.expires_quarter(),
                    absl::StrCat("expires_quarter of tranche ", index));
}

Verdict CheckNote(const World& world, const v1::FundingTerms& terms) {
  const v1::NoteTerms& note = terms.note();
  if (!terms.has_note() || note.interest_bp() > 10'000 || note.discount_bp() > 9'000 ||
      note.valuation_cap_cents() < 0 || note.valuation_cap_cents() > kMostCents) {
    return BadTerms("the terms of the convertible note are missing or out of range",
                    "note with interest_bp to 10,000, discount_bp to 9,000 and a "
                    "valuation_cap_cents that isn't negative");
  }
  return CheckAhead(world, note.maturity_quarter(), "maturity_quarter");
}

Verdict CheckCommitment(const World& world, AgentId investor, const v1::CloudCommitment& promise) {
  const AgentId cloud = world.FindAgent(promise.cloud());
  if (!cloud.valid() || !world.cloud_of(cloud).valid() ||
      world.agents[cloud].group != world.agents[investor].group) {
    return BadTerms(absl::StrCat("cloud_commitment names \"", promise.cloud(),
                                 "\", which isn't a cloud of the investor's group"),
                    "a cloud of the investor's own group, or no commitment");
  }
  if (promise.term_quarters() < 1 || promise.term_quarters() > kMostTermQuarters) {
    return BadTerms(absl::StrCat("a cloud commitment over ", promise.term_quarters(), " quarters"),
                    absl::StrCat("1 to ", kMostTermQuarters, " quarters"));
  }
  return CheckAmount(promise.amount_cents(), "cloud_commitment");
}

Verdict CheckTerm(uint32_t quarters) {
  if (quarters >= 1 && quarters <= kMostTermQuarters) return Accepted();
  return BadTerms(absl::StrCat("a term of ", quarters, " quarters"),
                  absl::StrCat("1 to ", kMostTermQuarters, " quarters"));
}

}  // namespace

Verdict CheckAmount(int64_t cents, absl::string_view what) {
  if (cents >= 1 && cents <= kMostCents) return Accepted();
  return BadTerms(absl::StrCat(what, " is ", cents, " cents"),
                  absl::StrCat("1 to ", kMostCents, " cents"));
}

Verdict CheckFundingTerms(const World& world, AgentId investor, const v1::FundingTerms& terms) {
  if (Verdict refused = CheckAmount(terms.amount_cents(), "amount_cents")) return refused;
  if (terms.tranches().empty() || terms.tranches_size() > kMostTranches) {
    return BadTerms(absl::StrCat(terms.tranches_size(), " tranches"),
                    absl::StrCat("1 to ", kMostTranches, " tranches"));
  }
  int64_t sum = 0;
  for (int i = 0; i < terms.tranches_size(); ++i) {
    if (Verdict refused = CheckTranche(world, terms.tranches(i), i)) return refused;
    sum += terms.tranches(i).amount_cents();
  }
  if (sum != terms.amount_cents()) {
    return BadTerms(
        absl::StrCat("the tranches add up to ", FormatDollarsExact(Cents(sum)),
                     " and the amount is ", FormatDollarsExact(Cents(terms.amount_cents()))),
        "tranches that add up to the amount");
  }
  switch (terms.instrument()) {
    case v1::INSTRUMENT_PREFERRED_EQUITY:
      if (Verdict refused = CheckAmount(terms.pre_money_cents(), "pre_money_cents")) {
        return refused;
      }
      break;
    case v1::INSTRUMENT_CONVERTIBLE_NOTE:
      if (Verdict refused = CheckNote(world, terms)) return refused;
      break;
    default:
      return BadTerms(absl::StrCat("instrument ", v1::Instrument_Name(terms.instrument())),
                      "preferred equity or a convertible note");
  }
  if (!v1::BoardRight_IsValid(terms.board_right()) || terms.liquidation_preference_bp() > 100'000 ||
      terms.embed_licence_bp() > 10'000 || terms.cloud_credits_bp() > 10'000 ||
      !v1::AntiDilution_IsValid(terms.anti_dilution()) || terms.option_pool_bp() > 9'000) {
    return BadTerms("a right or ratio is out of range",
                    "board_right and anti_dilution of their lists, liquidation_preference_bp to "
                    "100,000, embed_licence_bp and cloud_credits_bp to 10,000, option_pool_bp to "
                    "9,000");
  }
  if (terms.has_cloud_commitment()) {
    if (Verdict refused = CheckCommitment(world, investor, terms.cloud_commitment())) {
      return refused;
    }
  }
  if (terms.cloud_credits_bp() > 0 && !CreditingCloud(world, investor, terms).valid()) {
    return BadTerms("compute credits of a group that has no cloud", "cloud_credits_bp: 0");
  }
  if (terms.excluded_investors_size() > 32) {
    return BadTerms(absl::StrCat(terms.excluded_investors_size(), " excluded investors"),
                    "at most 32");
  }
  for (const std::string& excluded : terms.excluded_investors()) {
    if (!GroupOfHolder(world, excluded).valid() ||
        excluded == world.groups[world.agents[investor].group].name) {
      return BadTerms(absl::StrCat("excluded_investors names \"", excluded, "\""),
                      "names of groups other than the investor's own");
    }
  }
  return CheckAhead(world, terms.outside_quarter(), "outside_quarter");
}

Verdict CheckCapacityTerms(const World& world, const v1::CapacityTerms& terms) {
  if (terms.accelerators_h100e() < 1 || terms.accelerators_h100e() > kMostAccelerators) {
    return BadTerms(absl::StrCat(terms.accelerators_h100e(), " accelerators"),
                    absl::StrCat("1 to ", kMostAccelerators));
  }
  if (Verdict refused = CheckTerm(terms.term_quarters())) return refused;
  if (Verdict refused = CheckAhead(world, terms.start_quarter(), "start_quarter")) return refused;
  if (terms.start_quarter() > world.quarter.index() + static_cast<int32_t>(kMostTermQuarters) ||
      terms.ramp_quarters() > terms.term_quarters() || terms.take_or_pay_bp() > 10'000 ||
      terms.prepayment_bp() > 10'000 || terms.renewal_quarters() > kMostTermQuarters) {
    return BadTerms("start, ramp, take-or-pay, prepayment or renewal is out of range",
                    "a start within twenty years, a ramp within the term, take_or_pay_bp and "
                    "prepayment_bp to 10,000, and renewal_quarters to 80");
  }
  if (terms.price_micros_per_gpu_hour() < 1 || terms.price_micros_per_gpu_hour() > kMostMicros ||
      static_cast<double>(terms.accelerators_h100e()) * terms.term_quarters() *
              world.scenario.compute().hours_per_quarter() *
              static_cast<double>(terms.price_micros_per_gpu_hour()) >
          1e4 * static_cast<double>(kMostCents)) {
    return BadTerms(
        absl::StrCat("a price of ", terms.price_micros_per_gpu_hour(), " micro-dollars a GPU-hour"),
        absl::StrCat("a price above zero, and at most ", FormatDollars(Cents(kMostCents)),
                     " over the term"));
  }
  if (!terms.chip_maker().empty()) {
    for (const ChipMaker& maker : world.makers) {
      if (maker.name == terms.chip_maker()) return Accepted();
    }
    return BadTerms(absl::StrCat("there is no chip maker \"", terms.chip_maker(), "\""),
                    "a chip maker of the public view, or none");
  }
  return Accepted();
}

Verdict CheckMarketplaceTerms(const v1::MarketplaceTerms& terms) {
  if (terms.revenue_share_bp() > 10'000) {
    return BadTerms(absl::StrCat("revenue_share_bp ", terms.revenue_share_bp()), "at most 10,000");
  }
  return CheckTerm(terms.term_quarters());
}

Verdict CheckLicenceTerms(const v1::LicenceTerms& terms) {
  if (terms.fee_cents_per_quarter() < 0 || terms.fee_cents_per_quarter() > kMostCents ||
      terms.royalty_bp() > 10'000) {
    return BadTerms("fee or royalty is out of range",
                    "a fee that isn't negative and royalty_bp to 10,000");
  }
  return CheckTerm(terms.term_quarters());
}

Verdict CheckMergerTerms(const World& world, const v1::MergerTerms& terms) {
  if (Verdict refused = CheckAmount(terms.price_cents(), "price_cents")) return refused;
  if (terms.break_fee_cents() < 0 || terms.break_fee_cents() > terms.price_cents()) {
    return BadTerms(absl::StrCat("a break fee of ", terms.break_fee_cents(), " cents"),
                    "none, or up to the price");
  }
  return CheckAhead(world, terms.outside_quarter(), "outside_quarter");
}

Verdict CheckSecondaryTerms(const World& world, const v1::SecondaryTerms& terms) {
  const AgentId lab = world.FindAgent(terms.lab());
  if (!lab.valid() || !world.lab_of(lab).valid()) {
    return BadTerms(absl::StrCat("\"", terms.lab(), "\" isn't a lab"), "the name of a lab");
  }
  if (terms.shares() < 1 || terms.price_micros_per_share() < 1 ||
      static_cast<double>(terms.shares()) * static_cast<double>(terms.price_micros_per_share()) >
          1e4 * static_cast<double>(kMostCents)) {
    return BadTerms("shares or price is out of range",
                    absl::StrCat("at least one share and one micro-dollar, and at most ",
                                 FormatDollars(Cents(kMostCents)), " in all"));
  }
  return Accepted();
}

Contract ReservationOn(const v1::CapacityTerms& terms) {
  Contract contract;
  contract.kind = Contract::Kind::kCapacity;
  contract.capacity = terms;
  contract.start = Quarter::FromIndex(terms.start_quarter());
  contract.end = contract.start + static_cast<int32_t>(terms.term_quarters());
  return contract;
}

Cents QuarterPrice(const World& world, int64_t accelerators, int64_t price_micros_per_gpu_hour) {
  return CostAtMicros(price_micros_per_gpu_hour, static_cast<double>(accelerators) *
                                                     world.scenario.compute().hours_per_quarter());
}

Cents TotalPrice(const World& world, const v1::CapacityTerms& terms) {
  const Contract contract = ReservationOn(terms);
  Cents total;
  for (Quarter q = contract.start; q < contract.end; ++q) {
    total += QuarterPrice(world, contract.ReservedIn(q), terms.price_micros_per_gpu_hour());
  }
  return total;
}

Cents CreditsPart(const v1::FundingTerms& terms, Cents amount) {
  return amount * BasisPoints(terms.cloud_credits_bp());
}

CloudId CloudOfGroup(const World& world, GroupId group) {
  for (AgentId member : world.groups[group].members) {
    if (const CloudId cloud = world.cloud_of(member); cloud.valid()) return cloud;
  }
  return CloudId();
}

CloudId CreditingCloud(const World& world, AgentId investor, const v1::FundingTerms& terms) {
  if (terms.has_cloud_commitment()) {
    const AgentId cloud = world.FindAgent(terms.cloud_commitment().cloud());
    if (cloud.valid()) return world.cloud_of(cloud);
  }
  return CloudOfGroup(world, world.agents[investor].group);
}

}  // namespace tranche
