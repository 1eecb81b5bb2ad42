#include "agents/strategies/investor_rescue.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/investor_terms.h"

namespace tranche {
namespace {

// A bridge is built only to a next round at this part of the price asked or more.
constexpr double kLeastHope = 0.6;
// Who has no stake to lose brings at most this part; less than the other isn't worth the papers.
constexpr double kStrangersPart = 0.5;
constexpr double kLeastPartOfBridge = 0.05;
// A purchase takes at most this part of what it can promise.
constexpr double kMostOfFunds = 0.8;
constexpr double kBreakFeePart = 0.03;
constexpr int kQuartersToOutside = 6;
// Quarters of cash below which a lab is bid for unasked, and between two such bids.
constexpr double kFailingQuarters = 1.25;
constexpr int kQuartersBetweenBids = 4;

}  // namespace

v1::MergerTerms PurchaseTerms(int32_t quarter, double price_cents) {
  v1::MergerTerms terms;
  terms.set_price_cents(ToWhole(price_cents));
  terms.set_break_fee_cents(ToWhole(RoundSum(kBreakFeePart * price_cents)));
  terms.set_outside_quarter(quarter + kQuartersToOutside);
  return terms;
}

double RescueDesk::BidFor(const TurnView& view, const std::string& lab, double asked_cents,
                          const Judgement& judgement, const Purse& purse,
                          RandomStream& random) const {
  if (style_.buys_labs_at <= 0 || asked_cents <= 0) return 0;
  if (SameGroup(view.market, lab, view.own.agent())) return 0;
  const double value = judgement.ValueOf(view, lab, asked_cents, random);
  const double price = RoundSum(std::min(style_.buys_labs_at * value, asked_cents));
  return price <= kMostOfFunds * purse.Uncommitted(view.own) ? price : 0;
}

void RescueDesk::OnQuarter(const TurnView& view, const Judgement& judgement, Purse& purse,
                           Actions& actions) {
  if (style_.buys_labs_at <= 0) return;
  for (const v1::HoldingView& holding : view.own.holdings()) {
    const std::string& lab = holding.lab();
    const v1::LabDisclosure* disclosure = FindLab(view.market, lab);
    if (disclosure == nullptr || !IsActive(view.market, lab)) continue;
    if (GroupOf(view.market, lab) != lab || disclosure->raising()) continue;
    if (judgement.RunwayShown(lab) >= kFailingQuarters) continue;
    const auto last = bid_.find(lab);
    if (last != bid_.end() && view.quarter - last->second < kQuartersBetweenBids) continue;
    const double price = BidFor(view, lab, static_cast<double>(disclosure->last_valuation_cents()),
                                judgement, purse, actions.random());
    if (price <= 0) continue;
    bid_[lab] = view.quarter;
    const std::string thread =
        actions.Thread(absl::StrCat("bid-", lab, "-", QuarterName(view.quarter)));
    purse.Promise(thread, price);
    *actions.Send(lab, thread).mutable_merger_proposal()->mutable_terms() =
        PurchaseTerms(view.quarter, price);
    return;
  }
}

v1::FundingTerms RescueDesk::AnswerBridge(const TurnView& view, const v1::Message& message,
                                          const Judgement& judgement, Purse& purse,
                                          Actions& actions) const {
  const v1::FundingAsk& ask = message.funding_ask();
  const std::string& lab = message.sender();
  RandomStream& random = actions.random();
  const auto asked = static_cast<double>(ask.pre_money_cents());
  const auto sought = static_cast<double>(ask.amount_sought_cents());
  const bool holds = HoldingIn(view.own, lab) != nullptr;
  const double value = judgement.ValueOf(view, lab, asked, random);
  const double amount =
      std::min(purse.Uncommitted(view.own), holds ? sought : kStrangersPart * sought);
  if (!random.Bernoulli(holds ? style_.bridges : style_.bridges_strangers) ||
      value < kLeastHope * asked || amount < kLeastPartOfBridge * sought) {
    actions.Refuse(message, v1::Refusal::REASON_RISK,
                   "A bridge to nowhere: we don't see the next round.");
    return {};
  }
  const v1::FundingTerms terms = NoteTermsFor(view.quarter, amount, value);
  purse.Promise(message.thread(), static_cast<double>(terms.amount_cents()));
  *actions.Reply(message).mutable_term_sheet()->mutable_terms() = terms;
  return terms;
}

void RescueDesk::AnswerSale(const TurnView& view, const v1::Message& message,
                            const Judgement& judgement, Purse& purse, Actions& actions) const {
  const double price =
      BidFor(view, message.sender(), static_cast<double>(message.funding_ask().pre_money_cents()),
             judgement, purse, actions.random());
  if (price <= 0) {
    actions.Refuse(
        message, style_.buys_labs_at > 0 ? v1::Refusal::REASON_NO_FUNDS : v1::Refusal::REASON_RISK,
        "We don't buy whole companies of this size.");
    return;
  }
  purse.Promise(message.thread(), price);
  *actions.Reply(message).mutable_merger_proposal()->mutable_terms() =
      PurchaseTerms(view.quarter, price);
}

}  // namespace tranche
