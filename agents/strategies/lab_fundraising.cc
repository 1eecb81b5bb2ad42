#include "agents/strategies/lab_fundraising.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agents/strategies/bargaining.h"
#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// Answers to an investor after which the lab takes or leaves what it is offered.
constexpr int kMostCounters = 2;
// In this round the lab signs with whom it has agreed, whoever else hasn't answered.
constexpr uint32_t kLastRoundToWait = 9;
// Where there are more investors, a lab courts some of them.
constexpr size_t kMostInvited = 24;
// Part of the money sought below which a round isn't signed, and from which it is a success.
constexpr double kMinimumPart = 0.2;
constexpr double kSuccessPart = 0.7;
// How the worth of a round grows with the part of the money sought that it brings.
constexpr double kWorthOfMoney = 0.4;
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

const v1::FundingTerms& TermsOf(const v1::Message& offer) {
  return offer.has_term_sheet() ? offer.term_sheet().terms() : offer.counter_offer().funding();
}

bool IsNote(const v1::FundingTerms& terms) {
  return terms.instrument() == v1::INSTRUMENT_CONVERTIBLE_NOTE;
}

// The investor's group has a lab of its own, or a stake in a rival that all can see.
bool HoldsRival(const v1::PublicView& market, absl::string_view investor, absl::string_view lab) {
  const absl::string_view group = GroupOf(market, investor);
  if (!MemberOf(market, group, v1::ROLE_LAB).empty()) return true;
  return std::any_of(market.holdings().begin(), market.holdings().end(),
                     [&](const v1::HoldingDisclosure& holding) {
                       return holding.holder_group() == group && holding.lab() != lab;
                     });
}

bool Holds(const v1::AgentView& own, const v1::PublicView& market, absl::string_view investor) {
  const absl::string_view group = GroupOf(market, investor);
  return std::any_of(own.lab().cap_table().begin(), own.lab().cap_table().end(),
                     [&](const v1::CapTableLine& line) {
                       return line.holder() == group || line.holder() == investor;
                     });
}

bool NamedInNews(const v1::AnnouncedEvent* news, absl::string_view investor) {
  if (news == nullptr) return false;
  const auto& interest = news->round().interest();
  return std::any_of(interest.begin(), interest.end(),
                     [&](const v1::Interest& i) { return i.investor() == investor; });
}

// Two clouds can't both have what one of them wants for itself.
bool Clash(const v1::CloudCommitment& a, const v1::CloudCommitment& b) {
  if (a.cloud().empty() || b.cloud().empty() || a.cloud() == b.cloud()) return false;
  return a.exclusive() || b.exclusive() || (a.exclusive_marketplace() && b.exclusive_marketplace());
}

// Groups that the lab has promised to take no money from.
bool ShutOut(const v1::AgentView& own, absl::string_view group) {
  return std::any_of(own.deals().begin(), own.deals().end(), [&](const v1::DealView& deal) {
    return deal.state() != v1::DealDisclosure::STATE_ENDED && Excludes(deal.terms(), group);
  });
}

// Those a lab turns to: all there are, or where they are many those the press names, its holders,
// and others as they come to mind.
std::vector<absl::string_view> InvestorsInMind(const TurnView& view, const v1::AnnouncedEvent* news,
                                               RandomStream& random) {
  std::vector<absl::string_view> all = ActiveAgents(view.market, v1::ROLE_INVESTOR);
  if (all.size() <= kMostInvited) return all;
  std::vector<absl::string_view> chosen;
  for (absl::string_view investor : all) {
    if (NamedInNews(news, investor) || Holds(view.own, view.market, investor)) {
      chosen.push_back(investor);
    }
  }
  while (chosen.size() < kMostInvited) chosen.push_back(all[random.UniformInt(all.size())]);
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

std::vector<absl::string_view> Invited(const TurnView& view, const v1::AnnouncedEvent* news,
                                       RandomStream& random) {
  std::vector<absl::string_view> invited;
  for (absl::string_view investor : InvestorsInMind(view, news, random)) {
    const absl::string_view group = GroupOf(view.market, investor);
    if (investor == view.own.agent() || ShutOut(view.own, group)) continue;
    // A group with a lab of its own is a rival before it is an investor.
    const bool rival = !MemberOf(view.market, group, v1::ROLE_LAB).empty();
    if (rival && !NamedInNews(news, investor) && !Holds(view.own, view.market, investor)) continue;
    invited.push_back(investor);
  }
  return invited;
}

// What the lab pays for compute in a quarter, at one cloud or, if `cloud` is empty, at all; in
// cents.
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
  if (WantsMoney(view, runway)) Open(view, runway, actions);
}

bool Fundraising::WantsMoney(const TurnView& view, const Runway& runway) const {
  const v1::AnnouncedEvent* news = ExpectedRound(view.market, view.own.agent());
  if (news != nullptr && news->name() != news_done_ && news->round().amount_cents() > 0 &&
      news->round().pre_money_cents() > 0) {
    return true;
  }
  const double burn = std::max(runway.burn_cents, 1.0);
  const double quarters = runway.quarters + PendingCapital(view.own) / burn;
  const bool desperate = quarters < 1.5;
  return quarters < style_.runway_floor_quarters && (desperate || view.quarter >= rest_until_);
}

v1::FundingAsk Fundraising::PlanAsk(const TurnView& view, const Runway& runway) const {
  const v1::LabDisclosure* lab = FindLab(view.market, view.own.agent());
  const double last_price =
      lab == nullptr ? 0 : std::max(static_cast<double>(lab->last_valuation_cents()), 0.0);
  const double revenue = static_cast<double>(view.own.books().revenue_cents());
  const Appraisal appraisal = revenue > 0
                                  ? appraiser_.Appraise(view.market, view.own.agent(), revenue)
                                  : appraiser_.Appraise(view.market, view.own.agent());
  const v1::AnnouncedEvent* news = ExpectedRound(view.market, view.own.agent());

  v1::FundingAsk ask;
  ask.set_kind(v1::FundingAsk::KIND_PRIMARY);
  ask.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  ask.set_target_close_quarter(view.quarter);
  double amount = runway.shortfall_cents + std::max(runway.burn_cents, 0.0);
  double price = appraisal.value_cents * (1 + style_.ask_premium);
  if (news != nullptr && news->name() != news_done_) {
    amount = static_cast<double>(news->round().amount_cents());
    price = static_cast<double>(news->round().pre_money_cents());
    ask.set_target_close_quarter(std::max(view.quarter, news->round().target_close_quarter()));
  }
  price = std::max(price, 1e6);
  // A lab that was turned down asks for less than before.
  if (failures_ > 0) price = std::min(price, 0.87 * failed_price_cents_);
  amount = std::clamp(amount, 0.02 * price, 0.3 * price);

  if (failures_ >= 2 && runway.quarters < 1) {
    ask.set_kind(v1::FundingAsk::KIND_SALE);
    price = std::max(0.5 * last_price, 1e6);
  } else if (failures_ >= 1 && runway.quarters < 2) {
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
      "Compute and research for the next %d quarters; cash lasts %s.", style_.raise_quarters,
      runway.quarters >= kEndlessQuarters ? "as long as revenue holds"
                                          : absl::StrFormat("%.1f quarters", runway.quarters)));
  return ask;
}

void Fundraising::Open(const TurnView& view, const Runway& runway, Actions& actions) {
  const v1::AnnouncedEvent* news = ExpectedRound(view.market, view.own.agent());
  const std::vector<absl::string_view> invited = Invited(view, news, actions.random());
  if (invited.empty()) return;
  Round round;
  round.thread = actions.Thread(absl::StrCat("round-", QuarterName(view.quarter)));
  round.ask = PlanAsk(view, runway);
  round.opened = view.quarter;
  round.from_news = news != nullptr && news->name() != news_done_;
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
    v1::InformationReport& report =
        *actions.Send(invited, round.thread).mutable_information_report();
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
    ++failures_;
    failed_price_cents_ = static_cast<double>(round.ask.pre_money_cents());
    if (failures_ >= kMostFailuresOfNews) {
      rest_until_ = view.quarter + kRestAfterFailures;
      if (round.from_news && news != nullptr) news_done_ = news->name();
    }
    return;
  }
  failures_ = 0;
  if (round.from_news && news != nullptr) news_done_ = news->name();
  const bool success = round.signed_cents >= kSuccessPart * sought;
  rest_until_ = view.quarter + (success ? kRestAfterSuccess : 1);
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
  if (!round_ || message.thread() != round_->thread) {
    return message.has_term_sheet() || message.has_merger_proposal() ||
           message.counter_offer().has_funding();
  }
  Talk* talk = FindTalk(message.sender());
  switch (message.body_case()) {
    case v1::Message::kTermSheet:
      if (talk != nullptr) offers_.push_back(message);
      return true;
    case v1::Message::kCounterOffer:
      if (talk != nullptr && message.counter_offer().has_funding()) offers_.push_back(message);
      return true;
    case v1::Message::kMergerProposal:
      purchases_.push_back(message);
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

double Fundraising::EffectivePrice(const TurnView& view, const v1::FundingTerms& terms,
                                   const std::string& investor) const {
  double price = static_cast<double>(terms.pre_money_cents());
  if (IsNote(terms)) {
    // Without a cap the next round's price decides: worth as much as was asked.
    price = terms.note().valuation_cap_cents() > 0
                ? static_cast<double>(terms.note().valuation_cap_cents())
                : static_cast<double>(round_->ask.pre_money_cents());
    price *= 1 - 0.5 * std::min(terms.note().discount_bp(), 10'000U) / 10'000.0;
  }
  const auto amount = static_cast<double>(terms.amount_cents());
  const bool rival = HoldsRival(view.market, investor, view.own.agent()) && !terms.firewall();
  double burden = 0;
  if (terms.board_right() == v1::BOARD_RIGHT_SEAT) {
    burden += rival ? kRivalsSeatBurden : kSeatBurden;
  }
  if (terms.board_right() == v1::BOARD_RIGHT_OBSERVER) burden += kObserverBurden;
  if (terms.cloud_commitment().exclusive()) {
    // Dearer to who buys from others today.
    const double elsewhere = 1 - PartOf(ComputeSpend(view.own, terms.cloud_commitment().cloud()),
                                        ComputeSpend(view.own, ""));
    burden += kExclusiveComputeBurden * (1 + 2 * elsewhere);
  }
  if (terms.cloud_commitment().exclusive_marketplace()) burden += kExclusiveMarketplaceBurden;
  burden += kExcludedInvestorBurden * terms.excluded_investors_size();
  if (terms.early_access()) burden += kEarlyAccessBurden;
  if (terms.liquidation_preference_bp() > 10'000) {
    burden += kPreferenceBurden * (std::min(terms.liquidation_preference_bp(), 50'000U) / 1e4 - 1);
  }
  burden += kAtRiskBurden * PartAtRisk(terms);
  burden += kLaterBurden * (1 - PartAtClearance(terms) - PartAtRisk(terms));
  burden += kCreditsBurden * std::min(terms.cloud_credits_bp(), 10'000U) / 1e4;
  price *= 1 - std::min(burden, 0.9);
  if (terms.has_cloud_commitment()) {
    // Half as much again as today's bill over the term is what growth will use.
    const double useful =
        1.5 * ComputeSpend(view.own, "") * std::min(terms.cloud_commitment().term_quarters(), 80U);
    const double idle =
        std::max(0.0, static_cast<double>(terms.cloud_commitment().amount_cents()) - useful);
    price -= kIdleCommitmentBurden * std::min(idle, amount);
  }
  return std::max(price, 0.0);
}

v1::FundingTerms Fundraising::Improved(const TurnView& view, const v1::FundingTerms& offer,
                                       const std::string& investor, double price_cents,
                                       double room_cents) const {
  v1::FundingTerms terms = offer;
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
  if (terms.board_right() == v1::BOARD_RIGHT_SEAT &&
      (StakeBought(terms) < 0.08 || HoldsRival(view.market, investor, view.own.agent()))) {
    terms.set_board_right(v1::BOARD_RIGHT_OBSERVER);
  }
  if (terms.has_cloud_commitment()) {
    terms.mutable_cloud_commitment()->set_exclusive(false);
    terms.mutable_cloud_commitment()->set_exclusive_marketplace(false);
  }
  terms.clear_excluded_investors();
  if (HoldsRival(view.market, investor, view.own.agent())) terms.set_firewall(true);
  if (terms.liquidation_preference_bp() > 10'000) terms.set_liquidation_preference_bp(10'000);
  if (PartAtClearance(terms) < 0.4) RaisePartAtClearance(terms, 0.4);
  if (static_cast<double>(terms.amount_cents()) > room_cents && room_cents > 0) {
    ScaleAmount(terms, RoundSum(room_cents));
  }
  return terms;
}

void Fundraising::Answer(const TurnView& view, const v1::Message& offer, double price_cents,
                         double* filled_cents, Actions& actions) {
  Talk& talk = *FindTalk(offer.sender());
  const v1::FundingTerms& terms = TermsOf(offer);
  const auto sought = static_cast<double>(round_->ask.amount_sought_cents());
  const auto amount = static_cast<double>(terms.amount_cents());
  const double effective = EffectivePrice(view, terms, talk.investor);
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
  const bool worth_it =
      effective >= kWorthCountering * static_cast<double>(round_->ask.pre_money_cents());
  if (talk.counters >= kMostCounters || !worth_it) {
    talk.state = Talk::State::kOver;
    const bool terms_to_blame =
        static_cast<double>(terms.pre_money_cents()) >= price_cents && !IsNote(terms);
    actions.Refuse(offer,
                   terms_to_blame ? (IsExclusive(terms) ? v1::Refusal::REASON_EXCLUSIVITY
                                                        : v1::Refusal::REASON_TERMS)
                                  : v1::Refusal::REASON_PRICE,
                   absl::StrCat("With its terms your offer comes to ", Dollars(effective),
                                " for us; we need ", Dollars(price_cents), "."));
    return;
  }
  const v1::FundingTerms improved = Improved(view, terms, talk.investor, price_cents, room);
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
  std::vector<const v1::Message*> best_first;
  for (const v1::Message& offer : offers) {
    const Talk* talk = FindTalk(offer.sender());
    if (talk->state == Talk::State::kTheirTurn) best_first.push_back(&offer);
  }
  std::stable_sort(best_first.begin(), best_first.end(),
                   [&](const v1::Message* a, const v1::Message* b) {
                     return EffectivePrice(view, TermsOf(*a), a->sender()) >
                            EffectivePrice(view, TermsOf(*b), b->sender());
                   });
  for (const v1::Message* offer : best_first) {
    // An investor answers once; a second offer in the same mail replaces the first.
    if (FindTalk(offer->sender())->state == Talk::State::kTheirTurn) {
      Answer(view, *offer, price, &filled, actions);
    }
  }
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
  const v1::LabDisclosure* lab = FindLab(view.market, view.own.agent());
  const double worth = lab == nullptr ? 0 : static_cast<double>(lab->last_valuation_cents());
  const double least = worth * (runway.quarters < 0.7 ? 0.15 : 0.35);
  for (const v1::Message& purchase : purchases) {
    const auto price = static_cast<double>(purchase.merger_proposal().terms().price_cents());
    if (&purchase == best && price >= least) {
      actions.Accept(purchase, absl::StrCat("We sell for ", Dollars(price), "."));
      round_->signed_any = true;
      round_->sold = true;
    } else {
      actions.Refuse(purchase, v1::Refusal::REASON_PRICE,
                     absl::StrCat("We don't sell for ", Dollars(price), "."));
    }
  }
}

std::vector<Fundraising::Talk*> Fundraising::BestCombination(const TurnView& view) {
  std::vector<Talk*> agreed;
  for (Talk& talk : round_->talks) {
    if (talk.state == Talk::State::kAgreed) agreed.push_back(&talk);
  }
  std::stable_sort(agreed.begin(), agreed.end(), [](const Talk* a, const Talk* b) {
    return a->terms.pre_money_cents() > b->terms.pre_money_cents();
  });
  // All pay the lowest price of those taken: each further offer brings money and may cost price.
  const auto sought = static_cast<double>(round_->ask.amount_sought_cents());
  std::vector<Talk*> best;
  double best_worth = 0;
  std::vector<Talk*> taken;
  double amount = 0;
  for (Talk* talk : agreed) {
    const bool clashes = std::any_of(taken.begin(), taken.end(), [&](const Talk* other) {
      return Excludes(talk->terms, GroupOf(view.market, other->investor)) ||
             Excludes(other->terms, GroupOf(view.market, talk->investor)) ||
             Clash(talk->terms.cloud_commitment(), other->terms.cloud_commitment());
    });
    if (clashes) continue;
    taken.push_back(talk);
    amount += static_cast<double>(talk->terms.amount_cents());
    const double price =
        IsNote(talk->terms) ? 1 : static_cast<double>(talk->terms.pre_money_cents());
    const double worth = DetPow(std::min(1.0, PartOf(amount, sought)), kWorthOfMoney) * price;
    if (worth > best_worth) {
      best_worth = worth;
      best = taken;
    }
  }
  return best;
}

void Fundraising::SignIfReady(const TurnView& view, bool force, Actions& actions) {
  if (!round_ || round_->signed_any || !round_->signing.empty()) return;
  const bool waiting =
      std::any_of(round_->talks.begin(), round_->talks.end(),
                  [](const Talk& talk) { return talk.state == Talk::State::kTheirTurn; });
  if (waiting && !force && view.round < kLastRoundToWait) return;
  const std::vector<Talk*> chosen = BestCombination(view);
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
  for (Talk& talk : round_->talks) {
    const bool in = std::find(chosen.begin(), chosen.end(), &talk) != chosen.end();
    if (talk.state != Talk::State::kAgreed || in) continue;
    v1::Message& farewell = actions.Send(talk.investor, round_->thread);
    farewell.set_in_reply_to(talk.proposal);
    farewell.mutable_withdrawal()->set_note(absl::StrCat(
        "The others pay ", Dollars(static_cast<double>(price)), "; we close without you."));
    talk.state = Talk::State::kOver;
  }
}

void Fundraising::Conclude(const TurnView& view, const Runway& runway, Actions& actions) {
  if (!round_) return;
  AnswerOffers(view, runway, actions);
  if (!purchases_.empty()) AnswerPurchase(view, runway, actions);
  if (round_->opened == view.quarter && view.round > 1) SignIfReady(view, false, actions);
}

}  // namespace tranche
