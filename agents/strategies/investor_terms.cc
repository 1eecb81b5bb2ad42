#include "agents/strategies/investor_terms.h"

#include <algorithm>

#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"

namespace tranche {
namespace {

// Investments beyond this part of its money are paid in tranches.
constexpr double kStagedFrom = 0.04;
constexpr int kQuartersToOutside = 4;
// Milestones: revenue has grown by this, capability by a quarter of a factor of ten over today's,
// or half a year has passed. They have to be met within a year and a half.
constexpr double kMilestoneGrowth = 1.35;
constexpr int kMilestoneMillis = 250;
constexpr int kMilestoneQuarters = 2;
constexpr int kQuartersToMilestone = 6;
constexpr uint32_t kCommitmentTermQuarters = 20;
constexpr uint32_t kEmbedLicenceBp = 6'500;
constexpr double kEmbeds = 0.3;
// Stake from which exclusivity is asked of all of the lab's compute, and early access.
constexpr double kExclusiveFrom = 0.08;
constexpr double kEarlyAccessFrom = 0.01;

// Convertible notes: worth their cap less the discount.
constexpr uint32_t kNoteInterestBp = 800;
constexpr uint32_t kNoteDiscountBp = 2'000;
constexpr int kNoteQuarters = 6;
constexpr int kNoteQuartersToOutside = 2;

void SetMilestone(const TurnView& view, const InvestorStyle& style, const TermsBasis& basis,
                  v1::TrancheCondition& condition) {
  const v1::LabDisclosure* disclosure = FindLab(view.market, basis.lab);
  const int32_t capability = disclosure == nullptr ? 0 : disclosure->capability_millis();
  switch (style.milestone) {
    case InvestorStyle::Milestone::kRevenue:
      if (basis.yearly_revenue_cents > 0) {
        condition.set_annualised_revenue_cents(
            ToWhole(RoundSum(kMilestoneGrowth * std::min(basis.yearly_revenue_cents, 1e15))));
        return;
      }
      break;
    case InvestorStyle::Milestone::kCapability:
      if (capability > 0) {
        condition.set_capability_millis(std::min(capability, 100'000) + kMilestoneMillis);
        return;
      }
      break;
    case InvestorStyle::Milestone::kDate:
      break;
  }
  condition.set_quarter(view.quarter + kMilestoneQuarters);
}

void SetTranches(const TurnView& view, const InvestorStyle& style, const TermsBasis& basis,
                 v1::FundingTerms& terms) {
  const auto amount = static_cast<double>(terms.amount_cents());
  const bool staged = amount > kStagedFrom * std::max(basis.funds_cents, 1.0);
  const double first = staged ? style.part_at_clearance : 1;
  v1::Tranche& at_clearance = *terms.add_tranches();
  at_clearance.mutable_condition()->set_clearance(true);
  at_clearance.set_amount_cents(ToWhole(RoundSum(std::max(first * amount, 1.0))));
  const int64_t rest = terms.amount_cents() - at_clearance.amount_cents();
  if (rest <= 0) {
    at_clearance.set_amount_cents(terms.amount_cents());
    return;
  }
  v1::Tranche& later = *terms.add_tranches();
  later.set_amount_cents(rest);
  later.set_expires_quarter(view.quarter + kQuartersToMilestone);
  SetMilestone(view, style, basis, *later.mutable_condition());
}

void SetCommitment(const TurnView& view, const InvestorStyle& style, v1::FundingTerms& terms,
                   RandomStream& random) {
  const double stake = StakeBought(terms);
  terms.set_early_access(stake >= kEarlyAccessFrom);
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  const absl::string_view cloud = MemberOf(view.market, group, v1::ROLE_CLOUD);
  if (!cloud.empty() && style.commitment_multiple > 0) {
    v1::CloudCommitment& commitment = *terms.mutable_cloud_commitment();
    commitment.set_cloud(std::string(cloud));
    commitment.set_amount_cents(
        ToWhole(RoundSum(style.commitment_multiple * static_cast<double>(terms.amount_cents()) *
                         (0.7 + 0.6 * random.Uniform()))));
    commitment.set_term_quarters(kCommitmentTermQuarters);
    if (random.Bernoulli(style.wants_exclusivity)) {
      // The whole of the lab's compute is for those who pay most of the round.
      commitment.set_exclusive(stake >= kExclusiveFrom);
      commitment.set_exclusive_marketplace(true);
    }
    if (random.Bernoulli(kEmbeds)) terms.set_embed_licence_bp(kEmbedLicenceBp);
  }
}

void ShutOutARival(const TurnView& view, const std::string& lab, v1::FundingTerms& terms) {
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  const std::vector<absl::string_view> invest = GroupsWith(view.market, v1::ROLE_INVESTOR);
  for (absl::string_view rival : ActiveAgents(view.market, v1::ROLE_CLOUD)) {
    const absl::string_view rivals_group = GroupOf(view.market, rival);
    const bool investor = IsAmong(rivals_group, invest);
    if (!investor || rivals_group == group ||
        DisclosedStakePpm(view.market, rivals_group, lab) > 0) {
      continue;
    }
    terms.add_excluded_investors(std::string(rivals_group));
    return;
  }
}

}  // namespace

v1::FundingTerms FirstTerms(const TurnView& view, const InvestorStyle& style,
                            const TermsBasis& basis, RandomStream& random) {
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(ToWhole(basis.amount_cents));
  terms.set_pre_money_cents(ToWhole(basis.price_cents));
  SetTranches(view, style, basis, terms);
  const double stake = StakeBought(terms);
  terms.set_board_right(stake >= style.seat_from       ? v1::BOARD_RIGHT_SEAT
                        : stake >= style.observer_from ? v1::BOARD_RIGHT_OBSERVER
                                                       : v1::BOARD_RIGHT_NONE);
  terms.set_pro_rata_right(true);
  terms.set_information_right(true);
  terms.set_liquidation_preference_bp(10'000);
  terms.set_outside_quarter(view.quarter + kQuartersToOutside);
  if (!style.strategic) return terms;
  SetCommitment(view, style, terms, random);
  if (random.Bernoulli(style.shuts_out_rivals)) ShutOutARival(view, basis.lab, terms);
  return terms;
}

v1::FundingTerms NoteTermsFor(int32_t quarter, double amount_cents, double cap_cents) {
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_CONVERTIBLE_NOTE);
  terms.set_amount_cents(ToWhole(RoundSum(amount_cents)));
  v1::Tranche& tranche = *terms.add_tranches();
  tranche.set_amount_cents(terms.amount_cents());
  tranche.mutable_condition()->set_clearance(true);
  terms.set_board_right(v1::BOARD_RIGHT_NONE);
  terms.set_information_right(true);
  terms.set_pro_rata_right(true);
  terms.set_liquidation_preference_bp(10'000);
  terms.set_outside_quarter(quarter + kNoteQuartersToOutside);
  v1::NoteTerms& note = *terms.mutable_note();
  note.set_interest_bp(kNoteInterestBp);
  note.set_discount_bp(kNoteDiscountBp);
  note.set_valuation_cap_cents(ToWhole(RoundSum(cap_cents)));
  note.set_maturity_quarter(quarter + kNoteQuarters);
  return terms;
}

}  // namespace tranche
