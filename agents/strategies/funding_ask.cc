#include "agents/strategies/funding_ask.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"
#include "agents/strategies/offer_worth.h"

namespace tranche {
namespace {

// Part of the money sought below which a round isn't signed.
constexpr double kMinimumPart = 0.2;
// What a lab turned down asks for next, of the price it had asked.
constexpr double kAfterFailure = 0.87;
// A round without need brings this part of the lab's value.
constexpr double kOpportunePart = 0.05;
constexpr double kDesperateQuarters = 1.5;
// A lab that found no money looks for a buyer while its cash lasts as long as a review of the sale
// may take.
constexpr double kSaleQuarters = 4;
// Where there are more investors, a lab courts some of them.
constexpr size_t kMostInvited = 24;

double LastPrice(const TurnView& view) {
  const v1::LabDisclosure* lab = FindLab(view.market, view.own.agent());
  return lab == nullptr ? 0 : std::max(static_cast<double>(lab->last_valuation_cents()), 0.0);
}

bool NamedInNews(const v1::AnnouncedEvent* news, absl::string_view investor) {
  if (news == nullptr) return false;
  const auto& interest = news->round().interest();
  return std::any_of(interest.begin(), interest.end(),
                     [&](const v1::Interest& i) { return i.investor() == investor; });
}

// Groups that the lab has promised to take no money from.
bool ShutOut(const v1::AgentView& own, absl::string_view group) {
  return std::any_of(own.deals().begin(), own.deals().end(), [&](const v1::DealView& deal) {
    return deal.state() != v1::DealDisclosure::STATE_ENDED && Excludes(deal.terms(), group);
  });
}

// At most kMostInvited of `all`, which is sorted: those that `known` picks first, then by chance.
template <typename Known>
std::vector<absl::string_view> InMind(std::vector<absl::string_view> all, const Known& known,
                                      RandomStream& random) {
  if (all.size() <= kMostInvited) return all;
  std::vector<absl::string_view> chosen;
  std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), known);
  while (chosen.size() < kMostInvited) chosen.push_back(all[random.UniformInt(all.size())]);
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

double QuartersWithPending(const TurnView& view, const Runway& runway) {
  return runway.quarters + PendingCapital(view.own) / std::max(runway.burn_cents, 1.0);
}

}  // namespace

bool WantsMoney(const TurnView& view, const FundraisingStyle& style, const Runway& runway,
                const Appraisal& appraisal, const RoundHistory& history,
                const v1::AnnouncedEvent* news) {
  if (news != nullptr) return true;
  const double quarters = QuartersWithPending(view, runway);
  if (quarters < kDesperateQuarters) return true;
  if (view.quarter < history.rest_until) return false;
  if (quarters < style.runway_floor_quarters) return true;
  // A quarter's figures must have come in before a price can be called high.
  return style.raises_into_strength_at > 0 && view.quarter > view.market.first_quarter() &&
         appraisal.value_cents >= style.raises_into_strength_at * LastPrice(view);
}

std::vector<absl::string_view> Invited(const TurnView& view, const FundraisingStyle& style,
                                       const v1::AnnouncedEvent* news, RandomStream& random) {
  const std::vector<absl::string_view> holders = Shareholders(view.own, view.market);
  const auto is_known = [&](absl::string_view investor) {
    return IsAmong(investor, holders) || NamedInNews(news, investor);
  };
  const std::vector<absl::string_view> in_mind =
      InMind(ActiveAgents(view.market, v1::ROLE_INVESTOR), is_known, random);
  const std::vector<uint32_t> rival_stakes = RivalStakesPpm(view.market, in_mind, view.own.agent());
  std::vector<absl::string_view> invited;
  for (size_t i = 0; i < in_mind.size(); ++i) {
    const absl::string_view investor = in_mind[i];
    if (investor == view.own.agent() || ShutOut(view.own, GroupOf(view.market, investor))) continue;
    // A group with a lab of its own is a rival before it is an investor.
    if (!is_known(investor) && rival_stakes[i] / 1e6 >= style.shuns_rival_stake) continue;
    invited.push_back(investor);
  }
  return invited;
}

std::vector<absl::string_view> PossibleBuyers(const TurnView& view, RandomStream& random) {
  std::vector<absl::string_view> buyers;
  for (const v1::AgentProfile& agent : view.market.agents()) {
    if (!agent.active() || agent.name() == view.own.agent()) continue;
    // A division doesn't buy; its group's investor does.
    const bool division = agent.role() == v1::ROLE_LAB && agent.group() != agent.name();
    if (agent.role() == v1::ROLE_REGULATOR || division) continue;
    buyers.emplace_back(agent.name());
  }
  const std::vector<absl::string_view> holders = Shareholders(view.own, view.market);
  return InMind(
      std::move(buyers), [&](absl::string_view name) { return IsAmong(name, holders); }, random);
}

v1::FundingAsk PlanAsk(const TurnView& view, const FundraisingStyle& style, const Runway& runway,
                       const Appraisal& appraisal, const RoundHistory& history,
                       const v1::AnnouncedEvent* news) {
  const double last_price = LastPrice(view);
  v1::FundingAsk ask;
  ask.set_kind(v1::FundingAsk::KIND_PRIMARY);
  ask.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  ask.set_target_close_quarter(view.quarter);
  double amount = runway.shortfall_cents + std::max(runway.burn_cents, 0.0);
  double price = appraisal.value_cents * (1 + style.ask_premium);
  if (news != nullptr) {
    amount = static_cast<double>(news->round().amount_cents());
    price = static_cast<double>(news->round().pre_money_cents());
    ask.set_target_close_quarter(std::max(view.quarter, news->round().target_close_quarter()));
  } else if (QuartersWithPending(view, runway) >= style.runway_floor_quarters) {
    amount = std::max(amount, kOpportunePart * price);
  }
  price = std::max(price, 1e6);
  // A lab that was turned down asks for less than before.
  if (history.failures > 0) price = std::min(price, kAfterFailure * history.failed_price_cents);
  amount = std::clamp(amount, 0.02 * price, 0.3 * price);

  if (history.failures >= 2 && QuartersWithPending(view, runway) < kSaleQuarters) {
    ask.set_kind(v1::FundingAsk::KIND_SALE);
    price = std::max(0.5 * last_price, 1e6);
  } else if (history.failures >= 1 && runway.quarters < 2) {
    // Enough for three quarters, until it can ask again with better figures.
    ask.set_kind(v1::FundingAsk::KIND_BRIDGE);
    ask.set_instrument(v1::INSTRUMENT_CONVERTIBLE_NOTE);
    amount = std::clamp(3 * runway.burn_cents, 0.01 * price, 0.1 * price);
  } else if (price < 0.98 * last_price) {
    ask.set_kind(v1::FundingAsk::KIND_DOWN_ROUND);
  }
  ask.set_amount_sought_cents(ToWhole(RoundSum(amount)));
  ask.set_minimum_cents(ToWhole(RoundSum(kMinimumPart * amount)));
  ask.set_pre_money_cents(ToWhole(RoundSum(price)));
  ask.set_purpose(absl::StrFormat(
      "Compute and research for the next %d quarters; cash lasts %s.", style.raise_quarters,
      runway.quarters >= kEndlessQuarters ? "as long as revenue holds"
                                          : absl::StrFormat("%.1f quarters", runway.quarters)));
  return ask;
}

}  // namespace tranche
