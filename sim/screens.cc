#include "sim/screens.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/concentration.h"
#include "sim/data_flows.h"
#include "sim/dates.h"
#include "sim/interlocks.h"
#include "sim/lab_ownership.h"
#include "sim/ownership.h"
#include "sim/terms.h"

namespace tranche {
namespace {

GroupId FirmOf(const World& world, LabId lab) {
  const GroupId controller = ControllerOf(world, lab);
  return controller.valid() ? controller : world.agent_of(lab).group;
}

bool IsForeign(const World& world, const Deal& deal, RegulatorId regulator) {
  const Agent& authority = world.agents[world.regulators[regulator].agent];
  const std::string& home = world.groups[world.agents[deal.investor].group].home;
  return !home.empty() && home != world.groups[authority.group].home;
}

bool IsExclusive(const v1::FundingTerms& terms) {
  return terms.cloud_commitment().exclusive() || terms.cloud_commitment().exclusive_marketplace() ||
         terms.excluded_investors_size() > 0;
}

// Board right once the deal has closed.
v1::BoardRight BoardRightAfter(const World& world, const Deal& deal) {
  if (deal.kind == Deal::Kind::kMerger) return v1::BOARD_RIGHT_SEAT;
  const v1::BoardRight held = BoardRightOf(world, deal.lab, world.agents[deal.investor].group);
  return deal.kind == Deal::Kind::kFunding ? std::max(held, deal.terms.board_right()) : held;
}

uint32_t Rounded(double value) { return static_cast<uint32_t>(std::max(0.0, value) + 0.5); }

}  // namespace

SharesOfDeal SharesOf(const World& world, const Deal& deal) {
  const CapTable& table = world.labs[deal.lab].cap_table;
  const GroupId group = world.agents[deal.investor].group;
  switch (deal.kind) {
    case Deal::Kind::kMerger:
      return {table.FullyDiluted() - SharesOf(world, deal.lab, group), 0};
    case Deal::Kind::kSecondary:
      return {deal.secondary.shares(), 0};
    case Deal::Kind::kFunding:
      break;
  }
  const int64_t price = deal.price_micros_per_share > 0
                            ? deal.price_micros_per_share
                            : world.labs[deal.lab].last_price_micros_per_share;
  if (price <= 0) return {};
  const int64_t shares = MulDivFloor(deal.terms.amount_cents(), 10'000, price);
  return {shares, shares};
}

ReviewScreens ScreenDeal(const World& world, const Deal& deal, RegulatorId regulator) {
  ReviewScreens screens;
  const bool merger = deal.kind == Deal::Kind::kMerger;
  const GroupId group = world.agents[deal.investor].group;
  const CapTable& table = world.labs[deal.lab].cap_table;
  const auto [acquired, issued] = SharesOf(world, deal);
  const auto total = static_cast<double>(table.FullyDiluted());
  const double after =
      merger || total <= 0
          ? 1
          : static_cast<double>(SharesOf(world, deal.lab, group) + acquired) / (total + issued);
  screens.stake_after_bp = Rounded(10'000 * after);

  const std::vector<double> shares = RevenueShares(world);
  std::vector<double> firms(static_cast<size_t>(world.groups.size()));
  for (LabId lab : world.labs.ids()) {
    firms[static_cast<size_t>(FirmOf(world, lab).value())] +=
        shares[static_cast<size_t>(lab.value())];
  }
  screens.hhi = Hhi(firms);
  const double lab_share = shares[static_cast<size_t>(deal.lab.value())];
  const bool one_already = FirmOf(world, deal.lab) == group;
  const double group_share =
      firms[static_cast<size_t>(group.value())] - (one_already ? lab_share : 0);
  screens.hhi_change = one_already ? 0 : HhiChange(group_share, lab_share);
  screens.combined_share_bp = Rounded(10'000 * (group_share + lab_share));

  const v1::BoardRight right = BoardRightAfter(world, deal);
  screens.has_control = merger || screens.stake_after_bp > 5'000 ||
                        (screens.stake_after_bp >= 2'500 && right == v1::BOARD_RIGHT_SEAT);
  screens.exclusive_terms = deal.kind == Deal::Kind::kFunding && IsExclusive(deal.terms);
  screens.foreign_investor = IsForeign(world, deal, regulator);
  if (world.scenario.switches().no_dual_allegiance()) {
    screens.mhhi = screens.hhi;
    screens.mhhi_change = merger ? screens.hhi_change : 0;
    return screens;
  }
  screens.rivals_held = RivalsHeld(world, deal.lab, group);
  screens.interlock = InterlockedRival(world, deal.lab, group, right).valid();

  LabOwnership interests(world);
  screens.mhhi = interests.ModifiedHhi(shares);
  Interest& buyer = interests.At(group, deal.lab);
  const double control_before = buyer.control;
  if (merger || screens.stake_after_bp > 5'000) {
    interests.Dilute(deal.lab, 0);
    buyer.control = 1;
  } else {
    if (total > 0) interests.Dilute(deal.lab, total / (total + issued));
    const Stake* stake = FindStake(world, deal.lab, group);
    const bool recused = deal.terms.firewall() || (stake != nullptr && stake->firewall);
    const double weight = ControlWeight(right, recused);
    buyer.control = ControllerOf(world, deal.lab).valid() ? control_before : weight * after;
  }
  buyer.financial = after;
  if (deal.kind == Deal::Kind::kSecondary && total > 0) {
    Interest& seller = interests.At(world.agents[deal.seller].group, deal.lab);
    const double rest = std::max(0.0, seller.financial - acquired / total);
    seller.control *= seller.financial > 0 ? rest / seller.financial : 0;
    seller.financial = rest;
  }
  screens.mhhi_change = interests.ModifiedHhi(shares) - screens.mhhi;
  return screens;
}

Cents TransactionValue(const World& world, const Deal& deal) {
  const Cents held = CostAtMicros(world.labs[deal.lab].last_price_micros_per_share,
                                  SharesOf(world, deal.lab, world.agents[deal.investor].group));
  switch (deal.kind) {
    case Deal::Kind::kMerger:
      return Cents(deal.merger.price_cents());
    case Deal::Kind::kSecondary:
      return held + CostAtMicros(deal.secondary.price_micros_per_share(), deal.secondary.shares());
    case Deal::Kind::kFunding:
      break;
  }
  return held + Cents(deal.terms.amount_cents());
}

std::optional<std::string> GroundForFiling(const World& world, const Deal& deal,
                                           RegulatorId regulator) {
  const v1::Jurisdiction jurisdiction = world.regulators[regulator].jurisdiction;
  const auto index = static_cast<size_t>(jurisdiction);
  if (!world.has_regime[index]) return std::nullopt;
  const v1::RegimeSpec& regime = world.regimes[index];
  if (regime.foreign_only() && !IsForeign(world, deal, regulator)) return std::nullopt;

  const Cents value = TransactionValue(world, deal);
  const Cents threshold(
      static_cast<int64_t>(regime.transaction_threshold_usd_millions() * 1e8 + 0.5));
  if (value < threshold) return std::nullopt;

  const CapTable& table = world.labs[deal.lab].cap_table;
  const GroupId group = world.agents[deal.investor].group;
  const auto [acquired, issued] = SharesOf(world, deal);
  const double stake = deal.kind == Deal::Kind::kMerger
                           ? 100
                           : 100.0 *
                                 static_cast<double>(SharesOf(world, deal.lab, group) + acquired) /
                                 static_cast<double>(table.FullyDiluted() + issued);
  const bool funding = deal.kind == Deal::Kind::kFunding;
  const bool access = funding && (deal.terms.board_right() >= v1::BOARD_RIGHT_OBSERVER ||
                                  deal.terms.early_access());
  const bool covered_investment = jurisdiction == v1::JURISDICTION_CFIUS && access;
  if (stake < regime.stake_threshold_percent() && !covered_investment) return std::nullopt;

  if (jurisdiction == v1::JURISDICTION_US_ANTITRUST && funding && stake <= 10 && !access &&
      !deal.terms.information_right() && !IsExclusive(deal.terms) &&
      BoardRightOf(world, deal.lab, group) <= v1::BOARD_RIGHT_NONE &&
      RivalsHeld(world, deal.lab, group).empty()) {
    return std::nullopt;
  }
  std::string ground =
      absl::StrCat("value ", FormatDollars(value), " is at or above ", FormatDollars(threshold));
  if (covered_investment && stake < regime.stake_threshold_percent()) {
    absl::StrAppend(&ground, "; a foreign investor gets access to the board or unreleased models");
  } else {
    absl::StrAppend(&ground, "; stake after the deal ", Rounded(100 * stake), " bp");
  }
  return ground;
}

void FillReviewView(const World& world, const Review& review, v1::ReviewView* view) {
  view->set_jurisdiction(review.jurisdiction);
  view->set_regulator(world.name_of(world.regulators[review.regulator].agent));
  view->set_phase(review.phase);
  if (review.phase != v1::ReviewView::PHASE_TO_BE_NOTIFIED) {
    SetDate(review.notified, view->mutable_notified());
    SetDate(review.phase_ends, view->mutable_phase_ends());
  }
  for (const v1::Remedy& condition : review.conditions) *view->add_conditions() = condition;
}

void FillReviewFile(const World& world, const Deal& deal, const Review& review,
                    v1::ReviewFile* file) {
  const ReviewScreens screens = ScreenDeal(world, deal, review.regulator);
  file->set_deal(deal.name);
  file->set_investor(world.name_of(deal.investor));
  file->set_investor_group(world.groups[world.agents[deal.investor].group].name);
  file->set_lab(world.agent_of(deal.lab).seat.name);
  FillReviewView(world, review, file->mutable_review());
  file->set_stake_after_bp(screens.stake_after_bp);
  file->set_hhi(Rounded(screens.hhi));
  file->set_hhi_change(Rounded(screens.hhi_change));
  file->set_mhhi(Rounded(screens.mhhi));
  file->set_mhhi_change(Rounded(screens.mhhi_change));
  file->set_combined_share_bp(screens.combined_share_bp);
  for (LabId rival : screens.rivals_held) file->add_rivals_held(world.agent_of(rival).seat.name);
  file->set_interlock(screens.interlock);
  file->set_exclusive_terms(screens.exclusive_terms);
  file->set_foreign_investor(screens.foreign_investor);
  file->set_has_control(screens.has_control);
  file->set_sensitive_data(HoldsSensitiveData(world, deal.lab));
  if (deal.kind == Deal::Kind::kFunding) *file->mutable_terms() = deal.terms;
  if (deal.kind == Deal::Kind::kMerger) *file->mutable_merger() = deal.merger;
  for (const v1::Remedy& remedy : review.remedies_offered) *file->add_remedies_offered() = remedy;
}

}  // namespace tranche
