#include "agents/strategies/investor_play.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"
#include "agents/strategies/investor_terms.h"

namespace tranche {
namespace {

// Proposals after which it takes or leaves what it is offered.
constexpr int kMostProposals = 3;
// Less than this part of a round isn't worth the lawyers.
constexpr double kLeastPartOfRound = 0.01;
// Of the full conflict, what who is named in the press still feels: it has weighed it before.
constexpr double kConflictIfNamed = 0.4;
// What the press says it weighs comes true within these multiples, and with this part of its funds
// at most.
constexpr double kLeastOfNamed = 0.85;
constexpr double kMostOfNamed = 1.25;
constexpr double kMostOfFundsIfNamed = 0.9;
constexpr double kSpreadOverRivals = 0.3;
constexpr double kMostOverAsk = 1.03;
constexpr double kWithoutWhatWeInsistOn = 0.9;
// How often exclusive dealing, once asked for, isn't given up.
constexpr double kInsists = 0.4;

// What the press says the investor weighs of the lab's round; 0 if nothing.
double NamedAmount(const TurnView& view, absl::string_view lab) {
  const v1::AnnouncedEvent* news = ExpectedRound(view.market, lab);
  if (news == nullptr) return 0;
  for (const v1::Interest& interest : news->round().interest()) {
    if (interest.investor() == view.own.agent()) {
      return std::max(static_cast<double>(interest.amount_cents()), 0.0);
    }
  }
  return 0;
}

std::string PriceAgainstLimit(const v1::FundingTerms& terms, double limit) {
  return absl::StrCat(Dollars(static_cast<double>(terms.pre_money_cents())),
                      " pre-money is beyond the ", Dollars(limit), " we can defend.");
}

}  // namespace

InvestorPlay::InvestorPlay(const InvestorStyle& style)
    : style_(style),
      judgement_(style),
      portfolio_(style),
      rescue_(style),
      licences_(style.licences),
      clearance_(style.clearance),
      concession_{.steps = kMostProposals, .beta = style.concession_beta} {}

void InvestorPlay::OnTurn(const TurnView& view, Actions& actions) {
  const bool opening = view.quarter != quarter_;
  quarter_ = view.quarter;
  // Books first: they may come after the ask they belong to.
  for (const v1::Message* message : view.inbox) {
    if (message->has_information_report()) judgement_.OnReport(*message);
  }
  if (opening) {
    for (const v1::HoldingView& holding : view.own.holdings()) judgement_.Follow(holding.lab());
    judgement_.OnQuarter(view.market);
    talks_.clear();
    purse_.OnQuarter();
    clearance_.OnQuarter(view, actions);
    portfolio_.OnQuarter(view, judgement_, purse_, actions);
    rescue_.OnQuarter(view, judgement_, purse_, actions);
    licences_.OnQuarter(view, actions);
  }
  for (const v1::Message* message : view.inbox) {
    if (message->sender() == view.own.agent()) continue;
    if (clearance_.OnMail(view, *message, actions)) continue;
    // What was proposed at the last quarter's end has expired, but for rounds, which stay open.
    if (!opening && portfolio_.OnMail(view, *message, judgement_, purse_, actions)) continue;
    if (!opening && licences_.OnMail(view, *message, actions)) continue;
    OnMail(view, *message, actions);
  }
}

void InvestorPlay::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  switch (message.body_case()) {
    case v1::Message::kFundingAsk:
      AnswerAsk(view, message, actions);
      return;
    case v1::Message::kCounterOffer:
      if (message.counter_offer().has_funding()) AnswerCounter(view, message, actions);
      return;
    case v1::Message::kAcceptance: {
      const auto found = talks_.find(message.thread());
      if (found != talks_.end()) found->second.over = true;
      return;
    }
    case v1::Message::kRefusal:
    case v1::Message::kWithdrawal: {
      purse_.Release(message.thread());
      const auto found = talks_.find(message.thread());
      if (found != talks_.end()) found->second.over = true;
      return;
    }
    default:
      return;
  }
}

double InvestorPlay::AmountFor(const TurnView& view, const std::string& lab, double sought_cents,
                               RandomStream& random) const {
  const double funds = purse_.Uncommitted(view.own);
  const double named = NamedAmount(view, lab);
  double amount = std::min(style_.most_of_funds * funds, style_.most_of_round * sought_cents);
  if (HoldingIn(view.own, lab) != nullptr) amount *= style_.loyalty;
  // Who holds rivals spreads its money over them.
  amount *= 1 - kSpreadOverRivals * ConflictWith(view.own.investor(), lab);
  if (named > 0) {
    // The press is about right, and has heard of the conflict.
    amount = std::min({named * (kLeastOfNamed + (kMostOfNamed - kLeastOfNamed) * random.Uniform()),
                       kMostOfFundsIfNamed * funds, sought_cents});
  }
  return amount >= kLeastPartOfRound * sought_cents ? RoundSum(std::min(amount, funds)) : 0;
}

void InvestorPlay::AnswerAsk(const TurnView& view, const v1::Message& message, Actions& actions) {
  const v1::FundingAsk& ask = message.funding_ask();
  const std::string& lab = message.sender();
  judgement_.Follow(lab);
  if (talks_.contains(message.thread())) return;
  if (ask.kind() == v1::FundingAsk::KIND_SALE) {
    rescue_.AnswerSale(view, message, judgement_, purse_, actions);
    return;
  }
  if (ask.kind() == v1::FundingAsk::KIND_BRIDGE) {
    const v1::FundingTerms note = rescue_.AnswerBridge(view, message, judgement_, purse_, actions);
    if (note.amount_cents() == 0) return;
    Talk& talk = talks_[message.thread()];
    talk.ask = ask;
    talk.terms = note;
    talk.proposals = 1;
    return;
  }
  RandomStream& random = actions.random();
  const auto sought = static_cast<double>(ask.amount_sought_cents());
  const auto asked = static_cast<double>(ask.pre_money_cents());
  const double conflict = ConflictWith(view.own.investor(), lab);
  const bool named = NamedAmount(view, lab) > 0;
  // Who is said to weigh the round has weighed the conflict already; most of the time.
  if (random.Bernoulli(conflict * style_.conflict_refusal * (named ? kConflictIfNamed : 1))) {
    actions.Refuse(message, v1::Refusal::REASON_CONFLICT_OF_INTEREST,
                   absl::StrCat("We hold ", absl::StrJoin(RivalsHeld(view.own, lab), " and "),
                                "; in your round we would sit on both sides."));
    return;
  }
  if (!named && random.Bernoulli(style_.sits_out)) {
    actions.Refuse(message, v1::Refusal::REASON_RISK, "We sit this round out.");
    return;
  }
  const double amount = AmountFor(view, lab, sought, random);
  if (amount <= 0) {
    actions.Refuse(message, v1::Refusal::REASON_NO_FUNDS,
                   absl::StrCat("We have ", Dollars(purse_.Uncommitted(view.own)),
                                " uncommitted, too little for a round of ", Dollars(sought), "."));
    return;
  }
  Talk talk;
  talk.ask = ask;
  talk.value_cents = judgement_.ValueOf(view, lab, asked, random);
  if (talk.value_cents < 0.5 * asked || talk.value_cents <= 0) {
    actions.Refuse(
        message, v1::Refusal::REASON_PRICE,
        absl::StrCat("We come to ", Dollars(talk.value_cents), ", half of what you ask."));
    return;
  }
  v1::FundingTerms terms =
      FirstTerms(view, style_,
                 {.lab = lab,
                  .amount_cents = amount,
                  .price_cents = asked,
                  .funds_cents = purse_.Uncommitted(view.own),
                  .yearly_revenue_cents = judgement_.YearlyRevenue(view.market, lab)},
                 random);
  talk.opening_cents =
      (1 - style_.opening_discount) * std::min(PriceLimit(style_, talk.value_cents, terms), asked);
  terms.set_pre_money_cents(ToWhole(RoundSum(talk.opening_cents)));
  if (terms.pre_money_cents() <= 0) return;
  talk.proposals = 1;
  talk.insists = IsExclusive(terms) && random.Bernoulli(kInsists);
  talk.terms = terms;
  purse_.Promise(message.thread(), static_cast<double>(terms.amount_cents()));
  *actions.Reply(message).mutable_term_sheet()->mutable_terms() = terms;
  talks_[message.thread()] = std::move(talk);
}

void InvestorPlay::AnswerCounter(const TurnView& view, const v1::Message& message,
                                 Actions& actions) {
  const auto found = talks_.find(message.thread());
  if (found == talks_.end() || found->second.over) return;
  Talk& talk = found->second;
  const v1::FundingTerms& theirs = message.counter_offer().funding();
  const bool note = theirs.instrument() == v1::INSTRUMENT_CONVERTIBLE_NOTE;
  const auto amount = static_cast<double>(theirs.amount_cents());
  const double money = purse_.Uncommitted(view.own, message.thread());
  if (amount > money || amount < 1 || note) {
    talk.over = true;
    if (note && amount <= money && amount >= 1) {
      // A bridge keeps the stake alive; its terms are worth no second round of talks.
      purse_.Promise(message.thread(), amount);
      actions.Accept(message, "Agreed, to keep you going.");
      return;
    }
    purse_.Release(message.thread());
    actions.Refuse(message, v1::Refusal::REASON_NO_FUNDS,
                   absl::StrCat("We have ", Dollars(money), " uncommitted."));
    return;
  }
  // Without the exclusivity it insists on, the deal is worth less than the shares.
  const double without = talk.insists && !IsExclusive(theirs) ? kWithoutWhatWeInsistOn : 1;
  const double limit = without * PriceLimit(style_, talk.value_cents, theirs);
  const double part = ConcededPart(concession_, talk.proposals);
  const double stands_for = ConcededValue(std::min(talk.opening_cents, limit), limit, part);
  const auto price = static_cast<double>(theirs.pre_money_cents());
  if (price > 0 && price <= stands_for) {
    talk.over = true;
    talk.terms = theirs;
    purse_.Promise(message.thread(), amount);
    actions.Accept(message, absl::StrCat("Agreed: ", Describe(theirs), "."));
    return;
  }
  if (talk.proposals >= kMostProposals || price > 1.5 * limit) {
    talk.over = true;
    purse_.Release(message.thread());
    actions.Refuse(message, v1::Refusal::REASON_PRICE, PriceAgainstLimit(theirs, limit));
    return;
  }
  // Their rights at our price; what we need we put back.
  v1::FundingTerms ours = theirs;
  if (talk.terms.has_cloud_commitment() && (talk.proposals == 1 || talk.insists)) {
    *ours.mutable_cloud_commitment() = talk.terms.cloud_commitment();
    if (!talk.insists) {
      ours.mutable_cloud_commitment()->set_exclusive(false);
      ours.mutable_cloud_commitment()->set_exclusive_marketplace(false);
    }
  }
  // Exclusive dealing may be worth more than was asked, but not much more.
  const double our_limit =
      std::min(PriceLimit(style_, talk.value_cents, ours),
               kMostOverAsk * std::max(static_cast<double>(talk.ask.pre_money_cents()), price));
  ours.set_pre_money_cents(ToWhole(RoundSum(
      std::max(ConcededValue(std::min(talk.opening_cents, our_limit), our_limit, part), 1.0))));
  ++talk.proposals;
  talk.terms = ours;
  purse_.Promise(message.thread(), static_cast<double>(ours.amount_cents()));
  v1::CounterOffer& counter = *actions.Reply(message).mutable_counter_offer();
  *counter.mutable_funding() = ours;
  counter.set_note(absl::StrCat(
      talk.proposals >= kMostProposals ? "Our last word: " : "We can go to ", Describe(ours), "."));
}

}  // namespace tranche
