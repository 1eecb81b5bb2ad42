#include "agents/strategies/investor_portfolio.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

// A deal still pending is left when its shares seem worth less than this part of their price.
constexpr double kRegret = 0.72;
// Of what a share is worth to it: what a seller opens with and the least it takes.
constexpr double kSellerOpening = 0.97;
constexpr double kSellerLeast = 0.85;
// Quarters between two sales of the same lab's shares, and how often a seller acts once one is due.
constexpr int kQuartersBetweenSales = 4;
constexpr double kSells = 0.5;
// A buyer counters a price up to this multiple of what it pays.
constexpr double kWorthCountering = 1.3;
// Of its money, in existing shares of one lab.
constexpr double kMostOfFunds = 0.25;
// Less isn't worth the papers.
constexpr double kLeastCents = 1e6;
constexpr double kMostOfFundsProRata = 0.5;

double CostOf(const v1::SecondaryTerms& terms) {
  return static_cast<double>(terms.shares()) * static_cast<double>(terms.price_micros_per_share()) /
         1e4;
}

v1::SecondaryTerms AtPrice(const v1::SecondaryTerms& terms, double micros) {
  v1::SecondaryTerms ours = terms;
  ours.set_price_micros_per_share(ToWhole(std::max(micros, 1.0)));
  return ours;
}

}  // namespace

double MarkPerShareMicros(const v1::HoldingView& holding) {
  return PartOf(static_cast<double>(holding.mark_cents()) * 1e4,
                static_cast<double>(holding.shares()));
}

bool TakesProfit(const InvestorStyle& style, const v1::HoldingView& holding) {
  return style.takes_profit_at > 0 && holding.shares() > 0 && holding.cost_cents() > 0 &&
         static_cast<double>(holding.mark_cents()) >=
             style.takes_profit_at * static_cast<double>(holding.cost_cents());
}

std::vector<absl::string_view> PossibleShareBuyers(const TurnView& view, absl::string_view lab) {
  std::vector<absl::string_view> holders;
  std::vector<absl::string_view> others;
  for (absl::string_view investor : ActiveAgents(view.market, v1::ROLE_INVESTOR)) {
    if (SameGroup(view.market, investor, view.own.agent())) continue;
    const absl::string_view group = GroupOf(view.market, investor);
    (DisclosedStakePpm(view.market, group, lab) > 0 ? holders : others).push_back(investor);
  }
  return holders.empty() ? others : holders;
}

void PortfolioDesk::OnQuarter(const TurnView& view, const Judgement& judgement, Purse& purse,
                              Actions& actions) {
  WalkAway(view, judgement, actions);
  ExerciseProRata(view, judgement, purse, actions);
  OfferShares(view, judgement, actions);
}

void PortfolioDesk::WalkAway(const TurnView& view, const Judgement& judgement,
                             Actions& actions) const {
  for (const v1::DealView& deal : view.own.deals()) {
    const bool pending = deal.state() == v1::DealDisclosure::STATE_SIGNED ||
                         deal.state() == v1::DealDisclosure::STATE_UNDER_REVIEW;
    if (!pending || deal.investor() != view.own.agent() || deal.lab() == view.own.agent()) continue;
    if (deal.has_merger() || deal.signed_quarter() >= view.quarter) continue;
    const auto price = static_cast<double>(deal.terms().pre_money_cents());
    // As it was formed at the ask, with the price agreed in the place of the price asked.
    const double value = judgement.ValueOf(view, deal.lab(), price, actions.random());
    if (value <= 0 || price <= 0 || value >= kRegret * price) continue;
    if (!IsActive(view.market, deal.lab())) continue;
    actions.Send(deal.lab(), deal.deal())
        .mutable_withdrawal()
        ->set_note(absl::StrCat("The review takes too long: today we see ", Dollars(value),
                                ", not ", Dollars(price), "."));
  }
}

void PortfolioDesk::ExerciseProRata(const TurnView& view, const Judgement& judgement, Purse& purse,
                                    Actions& actions) {
  // Rounds signed last quarter in labs where we may keep our share: `<thread>/<investor>` is a
  // deal.
  std::map<std::string, double> raised;
  std::map<std::string, const v1::DealDisclosure*> deals;
  for (const v1::DealDisclosure& deal : view.market.deals()) {
    if (deal.signed_quarter() != view.quarter - 1 || deal.amount_cents() <= 0) continue;
    const v1::HoldingView* holding = HoldingIn(view.own, deal.lab());
    const bool has_right =
        holding != nullptr && holding->pro_rata_right() && holding->holder() == view.own.agent();
    const bool own_deal = deal.investor() == view.own.agent();
    if (!has_right && !own_deal) continue;
    const std::string thread(absl::StripSuffix(deal.deal(), absl::StrCat("/", deal.investor())));
    if (thread == deal.deal()) continue;
    // Who is in the round has what it wanted.
    if (own_deal) pro_rata_weighed_.insert(thread);
    if (!has_right) continue;
    raised[thread] += static_cast<double>(deal.amount_cents());
    deals[thread] = &deal;
  }
  for (const auto& [thread, amount] : raised) {
    const v1::DealDisclosure& deal = *deals[thread];
    if (!pro_rata_weighed_.insert(thread).second || !IsActive(view.market, deal.lab())) continue;
    const auto price = static_cast<double>(deal.post_money_cents());
    const double value = judgement.ValueOf(view, deal.lab(), price, actions.random());
    const double part = std::min(amount * HoldingIn(view.own, deal.lab())->stake_ppm() / 1e6,
                                 kMostOfFundsProRata * purse.Uncommitted(view.own));
    if (price <= 0 || value < style_.pro_rata_from * price || part < kLeastCents) continue;
    actions.Send(deal.lab(), thread)
        .mutable_pro_rata_exercise()
        ->set_amount_cents(ToWhole(RoundSum(part)));
    purse.Promise(thread, part);
  }
}

double PortfolioDesk::WorthPerShareMicros(const TurnView& view, const v1::HoldingView& holding,
                                          const Judgement& judgement, RandomStream& random) const {
  const v1::LabDisclosure* lab = FindLab(view.market, holding.lab());
  const double mark = MarkPerShareMicros(holding);
  if (lab == nullptr) return mark;
  const auto last_price = static_cast<double>(lab->last_valuation_cents());
  const double value = judgement.ValueOf(view, holding.lab(), last_price, random);
  return mark * std::max(1.0, PartOf(value, last_price));
}

void PortfolioDesk::OfferShares(const TurnView& view, const Judgement& judgement,
                                Actions& actions) {
  for (const v1::HoldingView& holding : view.own.holdings()) {
    const std::string& lab = holding.lab();
    if (!TakesProfit(style_, holding) || !IsActive(view.market, lab)) continue;
    // A division's shares aren't for sale.
    if (GroupOf(view.market, lab) != lab) continue;
    const auto last = offered_.find(lab);
    if (last != offered_.end() && view.quarter - last->second.quarter < kQuartersBetweenSales)
      continue;
    if (!actions.random().Bernoulli(kSells)) continue;
    const std::vector<absl::string_view> buyers = PossibleShareBuyers(view, lab);
    const auto shares = static_cast<double>(holding.shares()) * style_.sells_part;
    if (buyers.empty() || shares < 1) continue;
    const absl::string_view buyer = buyers[actions.random().UniformInt(buyers.size())];
    v1::SecondaryTerms& terms =
        *actions
             .Send(buyer,
                   actions.Thread(absl::StrCat("shares-", lab, "-", QuarterName(view.quarter))))
             .mutable_secondary_offer()
             ->mutable_terms();
    terms.set_lab(lab);
    terms.set_shares(ToWhole(shares));
    const double worth = WorthPerShareMicros(view, holding, judgement, actions.random());
    terms.set_price_micros_per_share(ToWhole(kSellerOpening * worth));
    offered_[lab] = {view.quarter, kSellerLeast * worth};
    return;
  }
}

bool PortfolioDesk::OnMail(const TurnView& view, const v1::Message& message,
                           const Judgement& judgement, Purse& purse, Actions& actions) {
  if (message.has_secondary_offer()) {
    Buy(view, message, judgement, purse, actions);
    return true;
  }
  if (!message.counter_offer().has_secondary()) return false;
  AnswerBuyer(view, message, actions);
  return true;
}

void PortfolioDesk::Buy(const TurnView& view, const v1::Message& offer, const Judgement& judgement,
                        Purse& purse, Actions& actions) const {
  const v1::SecondaryTerms& terms = offer.secondary_offer().terms();
  const v1::HoldingView* holding = HoldingIn(view.own, terms.lab());
  const v1::LabDisclosure* lab = FindLab(view.market, terms.lab());
  if (style_.buys_secondary_at <= 0 || holding == nullptr || lab == nullptr) {
    actions.Refuse(offer, v1::Refusal::REASON_RISK, "We buy new shares or none.");
    return;
  }
  const double cost = CostOf(terms);
  if (cost > kMostOfFunds * purse.Uncommitted(view.own)) {
    actions.Refuse(offer, v1::Refusal::REASON_NO_FUNDS, "That is too much at once.");
    return;
  }
  const auto last_price = static_cast<double>(lab->last_valuation_cents());
  const double value = judgement.ValueOf(view, terms.lab(), last_price, actions.random());
  const double limit =
      style_.buys_secondary_at * MarkPerShareMicros(*holding) * PartOf(value, last_price);
  const auto price = static_cast<double>(terms.price_micros_per_share());
  if (price <= limit) {
    purse.Promise(offer.thread(), cost);
    actions.Accept(offer, "Agreed: we know the company.");
  } else if (price <= kWorthCountering * limit) {
    purse.Promise(offer.thread(), cost);
    *actions.Reply(offer).mutable_counter_offer()->mutable_secondary() = AtPrice(terms, limit);
  } else {
    actions.Refuse(offer, v1::Refusal::REASON_PRICE,
                   absl::StrCat("Above ", UnitDollars(limit), " a share we leave them to others."));
  }
}

void PortfolioDesk::AnswerBuyer(const TurnView& view, const v1::Message& counter,
                                Actions& actions) const {
  const v1::SecondaryTerms& terms = counter.counter_offer().secondary();
  const v1::HoldingView* holding = HoldingIn(view.own, terms.lab());
  const auto offered = offered_.find(terms.lab());
  const double least = offered != offered_.end() ? offered->second.least_micros
                       : holding == nullptr      ? 0
                                                 : kSellerLeast * MarkPerShareMicros(*holding);
  if (least > 0 && static_cast<double>(terms.price_micros_per_share()) >= least) {
    actions.Accept(counter, "Sold.");
  } else {
    actions.Refuse(counter, v1::Refusal::REASON_PRICE,
                   absl::StrCat("Below ", UnitDollars(least), " a share we keep them."));
  }
}

}  // namespace tranche
