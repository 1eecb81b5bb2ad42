#include "agents/strategies/lab_fundraising.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agents/strategies/bargaining.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"
#include "agents/strategies/offer_worth.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// Answers to an investor after which the lab takes or leaves what it is offered.
constexpr int kMostCounters = 2;
// In this round the lab signs with whom it has agreed, whoever else hasn't answered.
constexpr uint32_t kLastRoundToWait = 9;
// Part of the money sought from which a round is a success.
constexpr double kSuccessPart = 0.7;
// No two rounds find a lab in the same mood.
constexpr double kLeastPride = 0.94;
constexpr double kMostPride = 1.12;
constexpr double kPatienceSd = 0.35;
// Money beyond what was sought that is still taken.
constexpr double kOversubscription = 1.15;
// Below this part of the ask an offer isn't worth an answer in figures.
constexpr double kWorthCountering = 0.55;
constexpr double kLastGap = 0.01;
constexpr int kRestAfterSuccess = 3;
constexpr int kRestAfterFailures = 2;
constexpr int kMostFailuresOfNews = 2;
// Parts of its last price for which a lab that seeks a buyer sells, and one that can't pay next
// quarter's bills.
constexpr double kLeastSalePart = 0.35;
constexpr double kLeastFireSalePart = 0.15;
constexpr double kFireSaleQuarters = 0.7;

const v1::FundingTerms& TermsOf(const v1::Message& offer) {
  return offer.has_term_sheet() ? offer.term_sheet().terms() : offer.counter_offer().funding();
}

}  // namespace

void Fundraising::OnQuarter(const TurnView& view, const Runway& runway, Actions& actions) {
  appraiser_.Follow(view.own.agent());
  appraiser_.Observe(view.market);
  offers_.clear();
  purchases_.clear();
  // A division lives on its group's treasury.
  if (GroupOf(view.market, view.own.agent()) != view.own.agent()) return;
  SignIfReady(view, /*force=*/true, actions);
  EndLastRound(view, actions);
  const Appraisal appraisal = OwnAppraisal(view);
  if (WantsMoney(view, style_, runway, appraisal, history_, ExpectedNews(view))) {
    Open(view, runway, appraisal, actions);
  }
}

Appraisal Fundraising::OwnAppraisal(const TurnView& view) const {
  const auto revenue = static_cast<double>(view.own.books().revenue_cents());
  return revenue > 0 ? appraiser_.Appraise(view.market, view.own.agent(), revenue)
                     : appraiser_.Appraise(view.market, view.own.agent());
}

const v1::AnnouncedEvent* Fundraising::ExpectedNews(const TurnView& view) const {
  const v1::AnnouncedEvent* news = ExpectedRound(view.market, view.own.agent());
  const bool open = news != nullptr && news->name() != news_done_ &&
                    news->round().amount_cents() > 0 && news->round().pre_money_cents() > 0;
  return open ? news : nullptr;
}

void Fundraising::Open(const TurnView& view, const Runway& runway, const Appraisal& appraisal,
                       Actions& actions) {
  const v1::AnnouncedEvent* news = ExpectedNews(view);
  const v1::FundingAsk ask = PlanAsk(view, style_, runway, appraisal, history_, news);
  const std::vector<absl::string_view> invited =
      ask.kind() == v1::FundingAsk::KIND_SALE ? PossibleBuyers(view, actions.random())
                                              : Invited(view, style_, news, actions.random());
  if (invited.empty()) return;
  Round round;
  round.thread = actions.Thread(absl::StrCat("round-", QuarterName(view.quarter)));
  round.ask = ask;
  round.opened = view.quarter;
  round.from_news = news != nullptr;
  round.pride = kLeastPride + (kMostPride - kLeastPride) * actions.random().Uniform();
  round.patience = DetExp(kPatienceSd * actions.random().Normal());
  for (absl::string_view investor : invited) {
    Talk& talk = round.talks.emplace_back();
    talk.investor = std::string(investor);
  }
  *actions.Send(invited, round.thread).mutable_funding_ask() = round.ask;
  // Books that look well are shown to all who are courted.
  const v1::Books& books = view.own.books();
  const bool closed_a_quarter = view.quarter > view.market.first_quarter();
  if (closed_a_quarter && runway.quarters >= 2 && books.revenue_cents() > 0) {
    std::vector<absl::string_view> investors;
    std::copy_if(invited.begin(), invited.end(), std::back_inserter(investors),
                 [&](absl::string_view name) {
                   const v1::AgentProfile* profile = FindProfile(view.market, name);
                   return profile != nullptr && profile->role() == v1::ROLE_INVESTOR;
                 });
    v1::InformationReport& report =
        *actions.Send(investors, round.thread).mutable_information_report();
    report.set_revenue_cents(books.revenue_cents());
    report.set_net_income_cents(books.net_income_cents());
    report.set_cash_cents(books.cash_cents());
    report.set_runway_millis(ToWhole(1000 * runway.quarters));
  }
  round_ = std::move(round);
}

void Fundraising::EndLastRound(const TurnView& view, Actions& actions) {
  if (!round_ || round_->opened >= view.quarter) return;
  const Round round = *std::exchange(round_, std::nullopt);
  const v1::AnnouncedEvent* news = ExpectedRound(view.market, view.own.agent());
  const auto sought = static_cast<double>(round.ask.amount_sought_cents());
  if (round.signed_cents < sought && !round.sold) {
    // It is still open, and stands in the way of another.
    std::vector<absl::string_view> invited;
    for (const Talk& talk : round.talks) {
      if (IsActive(view.market, talk.investor)) invited.emplace_back(talk.investor);
    }
    if (!invited.empty()) {
      actions.Send(invited, round.thread)
          .mutable_withdrawal()
          ->set_note(round.signed_any ? "The round is closed."
                                      : "The round didn't come together; we withdraw it.");
    }
  }
  if (!round.signed_any) {
    ++history_.failures;
    history_.failed_price_cents = static_cast<double>(round.ask.pre_money_cents());
    if (history_.failures >= kMostFailuresOfNews) {
      history_.rest_until = view.quarter + kRestAfterFailures;
      if (round.from_news && news != nullptr) news_done_ = news->name();
    }
    return;
  }
  history_.failures = 0;
  if (round.from_news && news != nullptr) news_done_ = news->name();
  const bool success = round.signed_cents >= kSuccessPart * sought;
  history_.rest_until = view.quarter + (success ? kRestAfterSuccess : 1);
}

Fundraising::Talk* Fundraising::FindTalk(const std::string& investor) {
  if (!round_) return nullptr;
  for (Talk& talk : round_->talks) {
    if (talk.investor == investor) return &talk;
  }
  return nullptr;
}

bool Fundraising::OnMail(const v1::Message& message) {
  if (message.has_deal_signed()) {
    const v1::DealSigned& deal = message.deal_signed();
    if (round_ && absl::StartsWith(deal.deal(), absl::StrCat(round_->thread, "/"))) {
      round_->signed_any = true;
      round_->signed_cents += static_cast<double>(deal.funding().amount_cents());
    }
    return true;
  }
  if (message.has_merger_proposal()) {
    purchases_.push_back(message);
    return true;
  }
  if (!round_ || message.thread() != round_->thread) {
    return message.has_term_sheet() || message.counter_offer().has_funding();
  }
  Talk* talk = FindTalk(message.sender());
  switch (message.body_case()) {
    case v1::Message::kTermSheet:
      if (talk != nullptr) offers_.push_back(message);
      return true;
    case v1::Message::kCounterOffer:
      if (talk != nullptr && message.counter_offer().has_funding()) offers_.push_back(message);
      return true;
    case v1::Message::kAcceptance:
      if (talk != nullptr && talk->counters > 0 && talk->state == Talk::State::kTheirTurn) {
        talk->state = Talk::State::kAgreed;
        talk->proposal = message.in_reply_to();
      }
      return true;
    case v1::Message::kRefusal:
    case v1::Message::kWithdrawal:
      if (talk != nullptr) talk->state = Talk::State::kOver;
      return true;
    case v1::Message::kRejected:
      OnSigningRejected(message.rejected());
      return true;
    default:
      return message.has_proposal_expired();
  }
}

void Fundraising::OnSigningRejected(const v1::Rejected& rejected) {
  if (round_->signed_any) return;
  // Without whom the market names, else without the last: all the others may still sign.
  Talk* dropped = nullptr;
  for (Talk& talk : round_->talks) {
    if (talk.state != Talk::State::kAgreed) continue;
    const bool named =
        absl::StartsWith(rejected.explanation(), absl::StrCat(talk.investor, " ")) ||
        absl::StartsWith(rejected.explanation(), absl::StrCat("proposal ", talk.proposal, " "));
    if (named) dropped = &talk;
  }
  if (dropped == nullptr && !round_->signing.empty()) dropped = FindTalk(round_->signing.back());
  round_->signing.clear();
  if (dropped != nullptr) dropped->state = Talk::State::kOver;
}

void Fundraising::Answer(const TurnView& view, const v1::Message& offer, double price_cents,
                         double* filled_cents, Actions& actions) {
  Talk& talk = *FindTalk(offer.sender());
  const v1::FundingTerms& terms = TermsOf(offer);
  const auto sought = static_cast<double>(round_->ask.amount_sought_cents());
  const auto amount = static_cast<double>(terms.amount_cents());
  const auto asked = static_cast<double>(round_->ask.pre_money_cents());
  const double effective = WorthOfOffer(view.market, view.own, terms, talk.investor, asked);
  const double room = kOversubscription * sought - *filled_cents;
  talk.terms = terms;
  if (room < 0.05 * sought) {
    talk.state = Talk::State::kOver;
    actions.Refuse(offer, v1::Refusal::REASON_ENOUGH_RAISED,
                   absl::StrCat("The round is full at ", Dollars(*filled_cents), "."));
    return;
  }
  // At the last a small gap isn't worth a walk-away.
  const double gap = talk.counters >= kMostCounters ? kLastGap : 0;
  if (effective >= price_cents * (1 - gap) && amount <= room) {
    talk.state = Talk::State::kAgreed;
    talk.proposal = offer.id();
    *filled_cents += amount;
    actions.Accept(offer, absl::StrCat("Agreed: ", Describe(terms), "."));
    return;
  }
  const bool worth_it = effective >= kWorthCountering * asked;
  if (talk.counters >= kMostCounters || !worth_it) {
    talk.state = Talk::State::kOver;
    const bool terms_to_blame =
        static_cast<double>(terms.pre_money_cents()) >= price_cents && !IsNote(terms);
    if (terms_to_blame && !terms.firewall() &&
        RivalStakePpm(view.market, talk.investor, view.own.agent()) > 0) {
      actions.Refuse(offer, v1::Refusal::REASON_CONFLICT_OF_INTEREST,
                     "You hold a rival and won't keep our plans from it.");
      return;
    }
    actions.Refuse(offer,
                   terms_to_blame ? (IsExclusive(terms) ? v1::Refusal::REASON_EXCLUSIVITY
                                                        : v1::Refusal::REASON_TERMS)
                                  : v1::Refusal::REASON_PRICE,
                   absl::StrCat("With its terms your offer comes to ", Dollars(effective),
                                " for us; we need ", Dollars(price_cents), "."));
    return;
  }
  const v1::FundingTerms improved =
      ImprovedOffer(view.market, view.own.agent(), terms, talk.investor, price_cents, room);
  if (improved.SerializeAsString() == terms.SerializeAsString()) {
    // Nothing is left to ask for.
    talk.state = Talk::State::kAgreed;
    talk.proposal = offer.id();
    *filled_cents += amount;
    actions.Accept(offer, absl::StrCat("Agreed: ", Describe(terms), "."));
    return;
  }
  ++talk.counters;
  talk.state = Talk::State::kTheirTurn;
  talk.terms = improved;
  v1::CounterOffer& counter = *actions.Reply(offer).mutable_counter_offer();
  *counter.mutable_funding() = talk.terms;
  std::string note = absl::StrCat("We propose ", Describe(talk.terms), ".");
  if (*filled_cents > 0) {
    absl::StrAppend(&note, " ", Dollars(*filled_cents), " of the round is agreed.");
  }
  if (terms.board_right() == v1::BOARD_RIGHT_SEAT &&
      talk.terms.board_right() != v1::BOARD_RIGHT_SEAT) {
    absl::StrAppend(&note, " A board seat is more than we give for ", Percent(StakeBought(terms)),
                    ".");
  }
  if (IsExclusive(terms)) absl::StrAppend(&note, " We stay free to buy and sell elsewhere.");
  counter.set_note(note);
}

void Fundraising::AnswerOffers(const TurnView& view, const Runway& runway, Actions& actions) {
  const std::vector<v1::Message> offers = std::exchange(offers_, {});
  if (offers.empty()) return;
  // With less time left it gives in earlier, and further.
  const double hurry = runway.quarters < 2 ? 2.0 : 1.0;
  const ConcessionRule rule{.steps = kMostCounters,
                            .beta = style_.concession_beta * hurry * round_->patience};
  const auto asked = static_cast<double>(round_->ask.pre_money_cents());
  const double least = asked * std::min(style_.least_price * round_->pride, 1.0) *
                       (runway.quarters < 2 ? 0.85 : 1.0);
  const double price = RoundSum(ConcededValue(asked, least, ConcededPart(rule, round_->answers)));
  ++round_->answers;

  double filled = 0;
  for (const Talk& talk : round_->talks) {
    if (talk.state == Talk::State::kAgreed)
      filled += static_cast<double>(talk.terms.amount_cents());
  }
  std::vector<std::pair<double, const v1::Message*>> best_first;
  for (const v1::Message& offer : offers) {
    const Talk* talk = FindTalk(offer.sender());
    if (talk->state != Talk::State::kTheirTurn) continue;
    best_first.emplace_back(
        WorthOfOffer(view.market, view.own, TermsOf(offer), offer.sender(), asked), &offer);
  }
  std::stable_sort(best_first.begin(), best_first.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [worth, offer] : best_first) {
    // An investor answers once; a second offer in the same mail replaces the first.
    if (FindTalk(offer->sender())->state == Talk::State::kTheirTurn) {
      Answer(view, *offer, price, &filled, actions);
    }
  }
}

double Fundraising::LeastSalePrice(const TurnView& view, const Runway& runway,
                                   bool seeks_buyer) const {
  const v1::LabDisclosure* lab = FindLab(view.market, view.own.agent());
  const double last_price =
      lab == nullptr ? 0 : std::max(static_cast<double>(lab->last_valuation_cents()), 0.0);
  if (runway.quarters < kFireSaleQuarters) return kLeastFireSalePart * last_price;
  if (seeks_buyer) return kLeastSalePart * last_price;
  // Who isn't for sale wants more than it thinks it is worth.
  return (1 + style_.sale_premium) * std::max(last_price, OwnAppraisal(view).value_cents);
}

void Fundraising::AnswerPurchase(const TurnView& view, const Runway& runway, Actions& actions) {
  const std::vector<v1::Message> purchases = std::exchange(purchases_, {});
  const v1::Message* best = nullptr;
  for (const v1::Message& purchase : purchases) {
    if (best == nullptr || purchase.merger_proposal().terms().price_cents() >
                               best->merger_proposal().terms().price_cents()) {
      best = &purchase;
    }
  }
  const bool seeks_buyer = round_ && round_->ask.kind() == v1::FundingAsk::KIND_SALE;
  const double least = LeastSalePrice(view, runway, seeks_buyer);
  for (const v1::Message& purchase : purchases) {
    const auto price = static_cast<double>(purchase.merger_proposal().terms().price_cents());
    if (&purchase == best && price >= least) {
      actions.Accept(purchase, absl::StrCat("We sell for ", Dollars(price), "."));
      if (seeks_buyer) {
        round_->signed_any = true;
        round_->sold = true;
      }
    } else {
      actions.Refuse(purchase, v1::Refusal::REASON_PRICE,
                     absl::StrCat("We don't sell for ", Dollars(price), "."));
    }
  }
}

void Fundraising::SignIfReady(const TurnView& view, bool force, Actions& actions) {
  if (!round_ || round_->signed_any || !round_->signing.empty()) return;
  const bool waiting =
      std::any_of(round_->talks.begin(), round_->talks.end(),
                  [](const Talk& talk) { return talk.state == Talk::State::kTheirTurn; });
  if (waiting && !force && view.round < kLastRoundToWait) return;
  std::vector<Talk*> agreed;
  std::vector<AgreedOffer> offers;
  for (Talk& talk : round_->talks) {
    if (talk.state != Talk::State::kAgreed) continue;
    agreed.push_back(&talk);
    offers.push_back({talk.investor, &talk.terms});
  }
  std::vector<const Talk*> chosen;
  for (size_t i : BestCombination(view.market, offers,
                                  static_cast<double>(round_->ask.amount_sought_cents()))) {
    chosen.push_back(agreed[i]);
  }
  double amount = 0;
  int64_t price = 0;
  std::vector<absl::string_view> investors;
  for (const Talk* talk : chosen) {
    amount += static_cast<double>(talk->terms.amount_cents());
    investors.emplace_back(talk->investor);
    if (!IsNote(talk->terms) && (price == 0 || talk->terms.pre_money_cents() < price)) {
      price = talk->terms.pre_money_cents();
    }
  }
  if (chosen.empty() || amount < static_cast<double>(round_->ask.minimum_cents())) return;
  v1::DefinitiveAgreement& agreement =
      *actions.Send(investors, round_->thread).mutable_definitive_agreement();
  for (const Talk* talk : chosen) {
    agreement.add_proposals(talk->proposal);
    round_->signing.push_back(talk->investor);
  }
  agreement.set_pre_money_cents(price);
  for (Talk* talk : agreed) {
    if (std::find(chosen.begin(), chosen.end(), talk) != chosen.end()) continue;
    v1::Message& farewell = actions.Send(talk->investor, round_->thread);
    farewell.set_in_reply_to(talk->proposal);
    farewell.mutable_withdrawal()->set_note(absl::StrCat(
        "The others pay ", Dollars(static_cast<double>(price)), "; we close without you."));
    talk->state = Talk::State::kOver;
  }
}

void Fundraising::Conclude(const TurnView& view, const Runway& runway, Actions& actions) {
  if (!purchases_.empty()) AnswerPurchase(view, runway, actions);
  if (!round_) return;
  AnswerOffers(view, runway, actions);
  if (round_->opened == view.quarter && view.round > 1) SignIfReady(view, false, actions);
}

}  // namespace tranche
