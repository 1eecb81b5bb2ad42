#include "agents/strategies/offer_worth.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// What terms cost the lab, as parts of its value.
constexpr double kSeatBurden = 0.012;
constexpr double kRivalsSeatBurden = 0.05;
constexpr double kObserverBurden = 0.003;
constexpr double kExclusiveComputeBurden = 0.06;
constexpr double kExclusiveMarketplaceBurden = 0.03;
constexpr double kExcludedInvestorBurden = 0.03;
constexpr double kEarlyAccessBurden = 0.01;
constexpr double kPreferenceBurden = 0.08;
constexpr double kAtRiskBurden = 0.10;
constexpr double kLaterBurden = 0.03;
constexpr double kCreditsBurden = 0.12;
// Of the part of a commitment that goes beyond what the lab would spend there anyway.
constexpr double kIdleCommitmentBurden = 0.3;
// For each part of the embedding products' revenue that stays with the partner beyond what a
// marketplace would keep.
constexpr double kEmbeddingBurden = 0.15;
constexpr uint32_t kFairRoyaltyBp = 7'500;
// How the worth of a round grows with the part of the money sought that it brings.
constexpr double kWorthOfMoney = 0.4;
// A seat goes to stakes from here on.
constexpr double kSeatFrom = 0.08;
// Part that is to be paid at clearance.
constexpr double kLeastAtClearance = 0.4;

// Two clouds can't both have what one of them wants for itself.
bool Clash(const v1::CloudCommitment& a, const v1::CloudCommitment& b) {
  if (a.cloud().empty() || b.cloud().empty() || a.cloud() == b.cloud()) return false;
  return a.exclusive() || b.exclusive() || (a.exclusive_marketplace() && b.exclusive_marketplace());
}

// Of the rights in `terms`.
double RightsBurden(const v1::FundingTerms& terms, bool rivals_seat) {
  double burden = 0;
  if (terms.board_right() == v1::BOARD_RIGHT_SEAT) {
    burden += rivals_seat ? kRivalsSeatBurden : kSeatBurden;
  }
  if (terms.board_right() == v1::BOARD_RIGHT_OBSERVER) burden += kObserverBurden;
  if (terms.early_access()) burden += kEarlyAccessBurden;
  burden += kExcludedInvestorBurden * terms.excluded_investors_size();
  if (terms.embed_licence_bp() > 0 && terms.embed_licence_bp() < kFairRoyaltyBp) {
    burden += kEmbeddingBurden * (kFairRoyaltyBp - terms.embed_licence_bp()) / 1e4;
  }
  return burden;
}

// Of when and how the money comes, and who is paid first.
double MoneyBurden(const v1::FundingTerms& terms) {
  double burden = kAtRiskBurden * PartAtRisk(terms);
  burden += kLaterBurden * (1 - PartAtClearance(terms) - PartAtRisk(terms));
  burden += kCreditsBurden * std::min(terms.cloud_credits_bp(), 10'000U) / 1e4;
  if (terms.liquidation_preference_bp() > 10'000) {
    burden += kPreferenceBurden * (std::min(terms.liquidation_preference_bp(), 50'000U) / 1e4 - 1);
  }
  return burden;
}

double ExclusivityBurden(const v1::AgentView& own, const v1::CloudCommitment& commitment) {
  double burden = 0;
  if (commitment.exclusive()) {
    // Dearer to who buys from others today.
    const double elsewhere =
        1 - PartOf(ComputeSpend(own, commitment.cloud()), ComputeSpend(own, ""));
    burden += kExclusiveComputeBurden * (1 + 2 * elsewhere);
  }
  if (commitment.exclusive_marketplace()) burden += kExclusiveMarketplaceBurden;
  return burden;
}

}  // namespace

bool IsNote(const v1::FundingTerms& terms) {
  return terms.instrument() == v1::INSTRUMENT_CONVERTIBLE_NOTE;
}

std::vector<uint32_t> RivalStakesPpm(const v1::PublicView& market,
                                     absl::Span<const absl::string_view> investors,
                                     absl::string_view lab) {
  absl::flat_hash_map<absl::string_view, uint32_t> most;  // by group
  for (absl::string_view investor : investors) most.try_emplace(GroupOf(market, investor), 0);
  for (const v1::HoldingDisclosure& holding : market.holdings()) {
    const auto group = most.find(holding.holder_group());
    if (group == most.end() || holding.lab() == lab) continue;
    group->second = std::max(group->second, holding.stake_ppm());
  }
  absl::flat_hash_set<absl::string_view> with_lab;
  for (const v1::AgentProfile& agent : market.agents()) {
    if (agent.role() != v1::ROLE_LAB || !agent.active()) continue;
    const absl::string_view name = GroupOf(agent);
    const auto group = most.find(name);
    // Of a group's labs the first is its own.
    if (group == most.end() || !with_lab.insert(name).second || agent.name() == lab) continue;
    group->second = 1'000'000;
  }
  std::vector<uint32_t> stakes;
  stakes.reserve(investors.size());
  for (absl::string_view investor : investors) stakes.push_back(most[GroupOf(market, investor)]);
  return stakes;
}

uint32_t RivalStakePpm(const v1::PublicView& market, absl::string_view investor,
                       absl::string_view lab) {
  return RivalStakesPpm(market, {investor}, lab).front();
}

std::vector<absl::string_view> Shareholders(const v1::AgentView& own,
                                            const v1::PublicView& market) {
  absl::flat_hash_set<absl::string_view> holders;
  for (const v1::CapTableLine& line : own.lab().cap_table()) holders.insert(line.holder());
  std::vector<absl::string_view> agents;
  for (const v1::AgentProfile& agent : market.agents()) {
    if (holders.contains(agent.name()) || holders.contains(agent.group())) {
      agents.emplace_back(agent.name());
    }
  }
  std::sort(agents.begin(), agents.end());
  return agents;
}

double ComputeSpend(const v1::AgentView& own, absl::string_view cloud) {
  double cents = 0;
  for (const v1::ContractView& contract : own.contracts()) {
    if (contract.customer() != own.agent() || !contract.has_capacity()) continue;
    if (!cloud.empty() && contract.provider() != cloud) continue;
    cents += static_cast<double>(contract.accelerators_now_h100e()) * kHoursPerQuarter *
             static_cast<double>(contract.capacity().price_micros_per_gpu_hour()) / 1e4;
  }
  return cents;
}

double WorthOfOffer(const v1::PublicView& market, const v1::AgentView& own,
                    const v1::FundingTerms& terms, absl::string_view investor, double asked_cents) {
  double price = static_cast<double>(terms.pre_money_cents());
  if (IsNote(terms)) {
    price = terms.note().valuation_cap_cents() > 0
                ? static_cast<double>(terms.note().valuation_cap_cents())
                : asked_cents;
    price *= 1 - 0.5 * std::min(terms.note().discount_bp(), 10'000U) / 10'000.0;
  }
  const bool rivals_seat = terms.board_right() == v1::BOARD_RIGHT_SEAT && !terms.firewall() &&
                           RivalStakePpm(market, investor, own.agent()) > 0;
  const double burden = RightsBurden(terms, rivals_seat) + MoneyBurden(terms) +
                        ExclusivityBurden(own, terms.cloud_commitment());
  price *= 1 - std::min(burden, 0.9);
  if (terms.has_cloud_commitment()) {
    // Half as much again as today's bill over the term is what growth will use.
    const double useful =
        1.5 * ComputeSpend(own, "") * std::min(terms.cloud_commitment().term_quarters(), 80U);
    const double idle =
        std::max(0.0, static_cast<double>(terms.cloud_commitment().amount_cents()) - useful);
    price -= kIdleCommitmentBurden * std::min(idle, static_cast<double>(terms.amount_cents()));
  }
  return std::max(price, 0.0);
}

v1::FundingTerms ImprovedOffer(const v1::PublicView& market, absl::string_view lab,
                               const v1::FundingTerms& offer, absl::string_view investor,
                               double price_cents, double room_cents) {
  v1::FundingTerms terms = offer;
  const bool rival = RivalStakePpm(market, investor, lab) > 0;
  if (IsNote(terms)) {
    const double cap = static_cast<double>(terms.note().valuation_cap_cents());
    if (cap > 0) {
      terms.mutable_note()->set_valuation_cap_cents(ToWhole(RoundSum(std::max(cap, price_cents))));
    }
    terms.mutable_note()->set_discount_bp(std::min(terms.note().discount_bp(), 2'000U));
  } else {
    terms.set_pre_money_cents(
        ToWhole(RoundSum(std::max(static_cast<double>(terms.pre_money_cents()), price_cents))));
  }
  if (terms.board_right() == v1::BOARD_RIGHT_SEAT && (StakeBought(terms) < kSeatFrom || rival)) {
    terms.set_board_right(v1::BOARD_RIGHT_OBSERVER);
  }
  if (terms.has_cloud_commitment()) {
    terms.mutable_cloud_commitment()->set_exclusive(false);
    terms.mutable_cloud_commitment()->set_exclusive_marketplace(false);
  }
  terms.clear_excluded_investors();
  if (rival) terms.set_firewall(true);
  if (terms.embed_licence_bp() > 0) {
    terms.set_embed_licence_bp(std::max(terms.embed_licence_bp(), kFairRoyaltyBp));
  }
  if (terms.liquidation_preference_bp() > 10'000) terms.set_liquidation_preference_bp(10'000);
  if (PartAtClearance(terms) < kLeastAtClearance) RaisePartAtClearance(terms, kLeastAtClearance);
  if (static_cast<double>(terms.amount_cents()) > room_cents && room_cents > 0) {
    ScaleAmount(terms, RoundSum(room_cents));
  }
  return terms;
}

std::vector<size_t> BestCombination(const v1::PublicView& market,
                                    absl::Span<const AgreedOffer> agreed, double sought_cents) {
  std::vector<size_t> dearest_first(agreed.size());
  std::iota(dearest_first.begin(), dearest_first.end(), size_t{0});
  std::stable_sort(dearest_first.begin(), dearest_first.end(), [&](size_t a, size_t b) {
    return agreed[a].terms->pre_money_cents() > agreed[b].terms->pre_money_cents();
  });
  const auto clash = [&](const AgreedOffer& a, const AgreedOffer& b) {
    return Excludes(*a.terms, GroupOf(market, b.investor)) ||
           Excludes(*b.terms, GroupOf(market, a.investor)) ||
           Clash(a.terms->cloud_commitment(), b.terms->cloud_commitment());
  };
  std::vector<size_t> best;
  double best_worth = 0;
  std::vector<size_t> taken;
  double amount = 0;
  for (size_t i : dearest_first) {
    const AgreedOffer& offer = agreed[i];
    if (std::any_of(taken.begin(), taken.end(),
                    [&](size_t other) { return clash(offer, agreed[other]); })) {
      continue;
    }
    taken.push_back(i);
    amount += static_cast<double>(offer.terms->amount_cents());
    const double price =
        IsNote(*offer.terms) ? 1 : static_cast<double>(offer.terms->pre_money_cents());
    const double worth = DetPow(std::min(1.0, PartOf(amount, sought_cents)), kWorthOfMoney) * price;
    if (worth > best_worth) {
      best_worth = worth;
      best = taken;
    }
  }
  return best;
}

}  // namespace tranche
