#include "agents/strategies/investor_play.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/funding_terms.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// Proposals after which it takes or leaves what it is offered.
constexpr int kMostProposals = 3;
// Less than this part of a round isn't worth the lawyers.
constexpr double kLeastPartOfRound = 0.01;
constexpr double kConflictIfNamed = 0.4;
// Of its funds for what the press says it weighs.
constexpr double kMostOfFundsIfNamed = 0.9;
// Investments beyond this part of its money are paid in tranches.
constexpr double kStagedFrom = 0.04;
// An overlap, in basis points, at which half of the full conflict is felt.
constexpr double kHalfConflictBp = 300;
// What pressure a runway below two quarters lends it.
constexpr double kDistressFactor = 0.9;
constexpr int kQuartersToOutside = 4;
// A deal still pending is left when its shares seem worth less than this part of their price.
constexpr double kRegret = 0.72;
// Milestones: revenue has grown by this, capability by a quarter of a factor of ten over today's.
constexpr double kMilestoneGrowth = 1.35;
constexpr int kMilestoneMillis = 250;
constexpr uint32_t kCommitmentTermQuarters = 20;
constexpr uint32_t kEmbedLicenceBp = 2'000;
constexpr double kMostOverAsk = 1.03;
constexpr double kWithoutWhatWeInsistOn = 0.9;
// How often exclusive dealing, once asked for, isn't given up.
constexpr double kInsists = 0.4;
// The most that a margin on compute adds to the price of shares.
constexpr double kMostSubsidy = 0.3;

// What rights are worth to it, as parts of the price.
constexpr double kSeatWorth = 0.02;
constexpr double kObserverWorth = 0.006;
constexpr double kInformationWorth = 0.005;
constexpr double kProRataWorth = 0.005;
constexpr double kExclusivityWorth = 0.03;
constexpr double kEarlyAccessWorth = 0.01;
constexpr double kShutOutWorth = 0.01;
constexpr double kStagingWorth = 0.04;
constexpr double kFirewallCost = 0.005;

// Convertible notes: worth their cap less the discount.
constexpr uint32_t kNoteInterestBp = 800;
constexpr uint32_t kNoteDiscountBp = 2'000;
constexpr int kNoteQuarters = 6;

double ConflictWith(const v1::InvestorView& own, absl::string_view lab) {
  for (const v1::Conflict& conflict : own.conflicts()) {
    if (conflict.lab() == lab) {
      return conflict.overlap_bp() / (conflict.overlap_bp() + kHalfConflictBp);
    }
  }
  return 0;
}

const v1::HoldingView* HoldingIn(const v1::AgentView& own, absl::string_view lab) {
  for (const v1::HoldingView& holding : own.holdings()) {
    if (holding.lab() == lab) return &holding;
  }
  return nullptr;
}

std::vector<absl::string_view> RivalsHeld(const v1::AgentView& own, absl::string_view lab) {
  std::vector<absl::string_view> rivals;
  for (const v1::HoldingView& holding : own.holdings()) {
    if (holding.lab() != lab) rivals.emplace_back(holding.lab());
  }
  if (rivals.empty()) rivals.emplace_back("a rival");
  return rivals;
}

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

// Worth of the rights in `terms`, as a part of the price.
double RightsWorth(const InvestorStyle& style, const v1::FundingTerms& terms) {
  double worth = 0;
  if (terms.board_right() == v1::BOARD_RIGHT_SEAT) worth += kSeatWorth;
  if (terms.board_right() == v1::BOARD_RIGHT_OBSERVER) worth += kObserverWorth;
  if (terms.information_right()) worth += kInformationWorth;
  if (terms.pro_rata_right()) worth += kProRataWorth;
  if (terms.firewall()) worth -= kFirewallCost;
  worth += kStagingWorth * (1 - PartAtClearance(terms));
  if (!style.strategic) return worth;
  if (IsExclusive(terms)) worth += kExclusivityWorth;
  if (terms.early_access()) worth += kEarlyAccessWorth;
  worth += kShutOutWorth * std::min(terms.excluded_investors_size(), 3);
  return worth;
}

std::string PriceAgainstLimit(const v1::FundingTerms& terms, double limit) {
  return absl::StrCat(Dollars(static_cast<double>(terms.pre_money_cents())),
                      " pre-money is beyond the ", Dollars(limit), " we can defend.");
}

}  // namespace

InvestorStyle InvestorStyleFrom(const Parameters& parameters) {
  InvestorStyle style;
  style.optimism = parameters.Get("optimism_percent") / 100;
  style.judgement_sd = parameters.Get("judgement_sd_percent") / 100;
  style.anchoring = parameters.Get("anchoring_percent") / 100;
  style.opening_discount = parameters.Get("opening_discount_percent") / 100;
  style.concession_beta = parameters.Get("concession_beta");
  style.most_of_funds = parameters.Get("most_of_funds_percent") / 100;
  style.most_of_round = parameters.Get("most_of_round_percent") / 100;
  style.part_at_clearance = parameters.Get("part_at_clearance_percent") / 100;
  style.conflict_discount = parameters.Get("conflict_discount_percent") / 100;
  style.sits_out = parameters.Get("sits_out_percent") / 100;
  style.clearance.litigiousness = parameters.Get("litigiousness_percent") / 100;
  return style;
}

InvestorPlay::InvestorPlay(const InvestorStyle& style)
    : style_(style),
      appraiser_(style.assumed_growth),
      clearance_(style.clearance),
      concession_{.steps = kMostProposals, .beta = style.concession_beta} {}

void InvestorPlay::OnTurn(const TurnView& view, Actions& actions) {
  const bool opening = view.quarter != quarter_;
  quarter_ = view.quarter;
  if (opening) {
    for (const v1::HoldingView& holding : view.own.holdings()) appraiser_.Follow(holding.lab());
    appraiser_.Observe(view.market);
    talks_.clear();
    promised_cents_ = 0;
    WalkAwayFromDeals(view, actions);
    clearance_.OnQuarter(view, actions);
    ExerciseProRata(view, actions);
  }
  // Books first: they may come after the ask they belong to.
  for (const v1::Message* message : view.inbox) {
    if (!message->has_information_report()) continue;
    const v1::InformationReport& report = message->information_report();
    books_[message->sender()] = {static_cast<double>(report.revenue_cents()),
                                 static_cast<double>(report.runway_millis()) / 1000};
  }
  for (const v1::Message* message : view.inbox) {
    if (message->sender() == view.own.agent()) continue;
    if (clearance_.OnMail(view, *message, actions)) continue;
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
      if (found == talks_.end() || found->second.over) return;
      found->second.over = true;
      promised_cents_ += static_cast<double>(found->second.terms.amount_cents());
      return;
    }
    case v1::Message::kRefusal:
    case v1::Message::kWithdrawal: {
      const auto found = talks_.find(message.thread());
      if (found != talks_.end()) found->second.over = true;
      return;
    }
    case v1::Message::kSecondaryOffer:
      AnswerSecondary(view, message, actions);
      return;
    case v1::Message::kLicenceOffer:
      actions.Refuse(message, v1::Refusal::REASON_TERMS, "We don't embed models.");
      return;
    default:
      return;
  }
}

double InvestorPlay::Uncommitted(const TurnView& view, absl::string_view thread) const {
  double money = static_cast<double>(view.own.investor().investable_cents()) - promised_cents_;
  for (const auto& [name, talk] : talks_) {
    if (!talk.over && name != thread) money -= static_cast<double>(talk.terms.amount_cents());
  }
  return std::max(money, 0.0);
}

double InvestorPlay::AmountFor(const TurnView& view, const std::string& lab, double sought_cents,
                               RandomStream& random) const {
  const double funds = Uncommitted(view);
  const double named = NamedAmount(view, lab);
  double amount = std::min(style_.most_of_funds * funds, style_.most_of_round * sought_cents);
  if (named > 0) {
    // The press is about right.
    amount = std::min(
        {named * (0.8 + 0.3 * random.Uniform()), kMostOfFundsIfNamed * funds, sought_cents});
  }
  // Who holds rivals spreads its money over them.
  amount *= 1 - 0.3 * ConflictWith(view.own.investor(), lab);
  return amount >= kLeastPartOfRound * sought_cents ? RoundSum(std::min(amount, funds)) : 0;
}

double InvestorPlay::ValueOf(const TurnView& view, const std::string& lab, double asked_cents,
                             RandomStream& random) const {
  const auto books = books_.find(lab);
  const bool shown = books != books_.end() && books->second.revenue_cents > 0;
  const Appraisal appraisal =
      shown ? appraiser_.Appraise(view.market, lab, books->second.revenue_cents)
            : appraiser_.Appraise(view.market, lab);
  if (appraisal.value_cents <= 0 || asked_cents <= 0) return 0;
  double value =
      appraisal.value_cents * style_.optimism * DetExp(style_.judgement_sd * random.Normal());
  value *= DetPow(asked_cents / value, std::clamp(style_.anchoring, 0.0, 1.0));
  value *= 1 - style_.conflict_discount * ConflictWith(view.own.investor(), lab);
  if (shown && books->second.runway_quarters < 2) value *= kDistressFactor;
  return value;
}

double InvestorPlay::Limit(const Talk& talk, const v1::FundingTerms& terms) const {
  double limit = talk.value_cents;
  if (terms.has_cloud_commitment() && style_.compute_margin > 0) {
    const double gain =
        style_.compute_margin * PartOf(static_cast<double>(terms.cloud_commitment().amount_cents()),
                                       static_cast<double>(terms.amount_cents()));
    // Half of the margin it keeps.
    limit /= 1 - std::clamp(gain / 2, 0.0, kMostSubsidy);
  }
  return limit * (1 + RightsWorth(style_, terms));
}

void InvestorPlay::SetTranches(const TurnView& view, const std::string& lab,
                               v1::FundingTerms& terms) const {
  const auto amount = static_cast<double>(terms.amount_cents());
  const double funds = std::max(Uncommitted(view), 1.0);
  const double first = amount > kStagedFrom * funds ? style_.part_at_clearance : 1;
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
  later.set_expires_quarter(view.quarter + 6);
  const v1::LabDisclosure* disclosure = FindLab(view.market, lab);
  const Appraisal appraisal = appraiser_.Appraise(view.market, lab);
  const auto books = books_.find(lab);
  // Disclosed figures are two quarters old.
  const double revenue = std::max(
      appraisal.annual_revenue_cents * DetPow(1 + std::max(appraisal.quarterly_growth, 0.0), 2),
      books == books_.end() ? 0.0 : 4 * books->second.revenue_cents);
  const int32_t capability = disclosure == nullptr ? 0 : disclosure->capability_millis();
  v1::TrancheCondition& condition = *later.mutable_condition();
  switch (style_.milestone) {
    case InvestorStyle::Milestone::kRevenue:
      if (revenue > 0) {
        condition.set_annualised_revenue_cents(
            ToWhole(RoundSum(kMilestoneGrowth * std::min(revenue, 1e15))));
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
  condition.set_quarter(view.quarter + 2);
}

v1::FundingTerms InvestorPlay::FirstTerms(const TurnView& view, const std::string& lab,
                                          double amount_cents, double price_cents,
                                          RandomStream& random) const {
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(ToWhole(amount_cents));
  terms.set_pre_money_cents(ToWhole(price_cents));
  SetTranches(view, lab, terms);
  const double stake = StakeBought(terms);
  terms.set_board_right(stake >= style_.seat_from       ? v1::BOARD_RIGHT_SEAT
                        : stake >= style_.observer_from ? v1::BOARD_RIGHT_OBSERVER
                                                        : v1::BOARD_RIGHT_NONE);
  terms.set_pro_rata_right(true);
  terms.set_information_right(true);
  terms.set_liquidation_preference_bp(10'000);
  terms.set_outside_quarter(view.quarter + kQuartersToOutside);
  if (!style_.strategic) return terms;

  terms.set_early_access(stake >= 0.01);
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  const absl::string_view cloud = MemberOf(view.market, group, v1::ROLE_CLOUD);
  if (!cloud.empty() && style_.commitment_multiple > 0) {
    v1::CloudCommitment& commitment = *terms.mutable_cloud_commitment();
    commitment.set_cloud(std::string(cloud));
    commitment.set_amount_cents(ToWhole(
        RoundSum(style_.commitment_multiple * amount_cents * (0.7 + 0.6 * random.Uniform()))));
    commitment.set_term_quarters(kCommitmentTermQuarters);
    if (random.Bernoulli(style_.wants_exclusivity)) {
      // The whole of the lab's compute is for those who pay most of the round.
      commitment.set_exclusive(stake >= 0.08);
      commitment.set_exclusive_marketplace(true);
    }
    if (random.Bernoulli(0.3)) terms.set_embed_licence_bp(kEmbedLicenceBp);
  }
  if (random.Bernoulli(style_.shuts_out_rivals)) {
    for (absl::string_view rival : ActiveAgents(view.market, v1::ROLE_CLOUD)) {
      const absl::string_view rivals_group = GroupOf(view.market, rival);
      const bool investor = !MemberOf(view.market, rivals_group, v1::ROLE_INVESTOR).empty();
      if (!investor || rivals_group == group || Excludes(terms, rivals_group) ||
          DisclosedStakePpm(view.market, rivals_group, lab) > 0) {
        continue;
      }
      terms.add_excluded_investors(std::string(rivals_group));
      break;
    }
  }
  return terms;
}

void InvestorPlay::AnswerAsk(const TurnView& view, const v1::Message& message, Actions& actions) {
  const v1::FundingAsk& ask = message.funding_ask();
  const std::string& lab = message.sender();
  appraiser_.Follow(lab);
  if (talks_.contains(message.thread())) return;
  if (ask.kind() == v1::FundingAsk::KIND_SALE) return OfferToBuy(view, message, actions);
  if (ask.kind() == v1::FundingAsk::KIND_BRIDGE) return OfferNote(view, message, actions);
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
                   absl::StrCat("We have ", Dollars(Uncommitted(view)),
                                " uncommitted, too little for a round of ", Dollars(sought), "."));
    return;
  }
  Talk talk;
  talk.ask = ask;
  talk.value_cents = ValueOf(view, lab, asked, random);
  if (talk.value_cents < 0.5 * asked || talk.value_cents <= 0) {
    actions.Refuse(
        message, v1::Refusal::REASON_PRICE,
        absl::StrCat("We come to ", Dollars(talk.value_cents), ", half of what you ask."));
    return;
  }
  v1::FundingTerms terms = FirstTerms(view, lab, amount, asked, random);
  talk.opening_cents = (1 - style_.opening_discount) * std::min(Limit(talk, terms), asked);
  terms.set_pre_money_cents(ToWhole(RoundSum(talk.opening_cents)));
  if (terms.pre_money_cents() <= 0) return;
  talk.proposals = 1;
  talk.insists = IsExclusive(terms) && random.Bernoulli(kInsists);
  talk.terms = terms;
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
  const double money = Uncommitted(view, message.thread());
  if (amount > money || amount < 1 || note) {
    talk.over = true;
    if (note && amount <= money && amount >= 1) {
      // A bridge keeps the stake alive; its terms are worth no second round of talks.
      promised_cents_ += amount;
      actions.Accept(message, "Agreed, to keep you going.");
      return;
    }
    actions.Refuse(message, v1::Refusal::REASON_NO_FUNDS,
                   absl::StrCat("We have ", Dollars(money), " uncommitted."));
    return;
  }
  // Without the exclusivity it insists on, the deal is worth less than the shares.
  const double without = talk.insists && !IsExclusive(theirs) ? kWithoutWhatWeInsistOn : 1;
  const double limit = without * Limit(talk, theirs);
  const double part = ConcededPart(concession_, talk.proposals);
  const double stands_for = ConcededValue(std::min(talk.opening_cents, limit), limit, part);
  const auto price = static_cast<double>(theirs.pre_money_cents());
  if (price > 0 && price <= stands_for) {
    talk.over = true;
    talk.terms = theirs;
    promised_cents_ += amount;
    actions.Accept(message, absl::StrCat("Agreed: ", Describe(theirs), "."));
    return;
  }
  if (talk.proposals >= kMostProposals || price > 1.5 * limit) {
    talk.over = true;
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
      std::min(Limit(talk, ours),
               kMostOverAsk * std::max(static_cast<double>(talk.ask.pre_money_cents()), price));
  ours.set_pre_money_cents(ToWhole(RoundSum(
      std::max(ConcededValue(std::min(talk.opening_cents, our_limit), our_limit, part), 1.0))));
  ++talk.proposals;
  talk.terms = ours;
  v1::CounterOffer& counter = *actions.Reply(message).mutable_counter_offer();
  *counter.mutable_funding() = ours;
  counter.set_note(absl::StrCat(
      talk.proposals >= kMostProposals ? "Our last word: " : "We can go to ", Describe(ours), "."));
}

void InvestorPlay::OfferNote(const TurnView& view, const v1::Message& message, Actions& actions) {
  const v1::FundingAsk& ask = message.funding_ask();
  const std::string& lab = message.sender();
  RandomStream& random = actions.random();
  const auto asked = static_cast<double>(ask.pre_money_cents());
  const auto sought = static_cast<double>(ask.amount_sought_cents());
  // Who has a stake to lose bridges; others do so now and then.
  const bool holds = HoldingIn(view.own, lab) != nullptr;
  const double value = ValueOf(view, lab, asked, random);
  const double amount = std::min(Uncommitted(view), holds ? sought : 0.5 * sought);
  if (!random.Bernoulli(holds ? 0.8 : 0.3) || value < 0.6 * asked || amount < 0.05 * sought) {
    actions.Refuse(message, v1::Refusal::REASON_RISK,
                   "A bridge to nowhere: we don't see the next round.");
    return;
  }
  Talk talk;
  talk.ask = ask;
  talk.value_cents = value;
  talk.opening_cents = value;
  talk.proposals = 1;
  v1::FundingTerms& terms = talk.terms;
  terms.set_instrument(v1::INSTRUMENT_CONVERTIBLE_NOTE);
  terms.set_amount_cents(ToWhole(RoundSum(amount)));
  v1::Tranche& tranche = *terms.add_tranches();
  tranche.set_amount_cents(terms.amount_cents());
  tranche.mutable_condition()->set_clearance(true);
  terms.set_board_right(v1::BOARD_RIGHT_NONE);
  terms.set_information_right(true);
  terms.set_pro_rata_right(true);
  terms.set_liquidation_preference_bp(10'000);
  terms.set_outside_quarter(view.quarter + 2);
  v1::NoteTerms& note = *terms.mutable_note();
  note.set_interest_bp(kNoteInterestBp);
  note.set_discount_bp(kNoteDiscountBp);
  note.set_valuation_cap_cents(ToWhole(RoundSum(value)));
  note.set_maturity_quarter(view.quarter + kNoteQuarters);
  *actions.Reply(message).mutable_term_sheet()->mutable_terms() = terms;
  talks_[message.thread()] = std::move(talk);
}

void InvestorPlay::OfferToBuy(const TurnView& view, const v1::Message& message, Actions& actions) {
  const std::string& lab = message.sender();
  const auto asked = static_cast<double>(message.funding_ask().pre_money_cents());
  const double value = ValueOf(view, lab, asked, actions.random());
  const double price = RoundSum(std::min(0.7 * value, asked));
  if (!style_.strategic || price <= 0 || price > 0.8 * Uncommitted(view)) {
    actions.Refuse(message,
                   style_.strategic ? v1::Refusal::REASON_NO_FUNDS : v1::Refusal::REASON_RISK,
                   "We don't buy whole companies of this size.");
    return;
  }
  v1::MergerTerms& terms = *actions.Reply(message).mutable_merger_proposal()->mutable_terms();
  terms.set_price_cents(ToWhole(price));
  terms.set_break_fee_cents(ToWhole(RoundSum(0.03 * price)));
  terms.set_outside_quarter(view.quarter + 6);
  promised_cents_ += price;
}

void InvestorPlay::AnswerSecondary(const TurnView& view, const v1::Message& offer,
                                   Actions& actions) const {
  const v1::SecondaryTerms& terms = offer.secondary_offer().terms();
  const v1::HoldingView* holding = HoldingIn(view.own, terms.lab());
  const double cost = static_cast<double>(terms.shares()) *
                      static_cast<double>(terms.price_micros_per_share()) / 1e4;
  const double mark = holding == nullptr ? 0
                                         : PartOf(static_cast<double>(holding->mark_cents()) * 1e4,
                                                  static_cast<double>(holding->shares()));
  if (cost > 0 && cost <= style_.most_of_funds * Uncommitted(view) &&
      static_cast<double>(terms.price_micros_per_share()) <= mark) {
    actions.Accept(offer, "Agreed: we know the company.");
  } else {
    actions.Refuse(offer, v1::Refusal::REASON_PRICE, "Not at this price.");
  }
}

void InvestorPlay::WalkAwayFromDeals(const TurnView& view, Actions& actions) {
  for (const v1::DealView& deal : view.own.deals()) {
    const bool pending = deal.state() == v1::DealDisclosure::STATE_SIGNED ||
                         deal.state() == v1::DealDisclosure::STATE_UNDER_REVIEW;
    if (!pending || deal.investor() != view.own.agent() || deal.lab() == view.own.agent()) continue;
    if (deal.has_merger() || deal.signed_quarter() >= view.quarter) continue;
    const auto price = static_cast<double>(deal.terms().pre_money_cents());
    // As it was formed at the ask, with the price agreed in the place of the price asked.
    const double value = ValueOf(view, deal.lab(), price, actions.random());
    if (value <= 0 || price <= 0 || value >= kRegret * price) continue;
    if (!IsActive(view.market, deal.lab())) continue;
    actions.Send(deal.lab(), deal.deal())
        .mutable_withdrawal()
        ->set_note(absl::StrCat("The review takes too long: today we see ", Dollars(value),
                                ", not ", Dollars(price), "."));
  }
}

void InvestorPlay::ExerciseProRata(const TurnView& view, Actions& actions) {
  // Rounds signed last quarter in labs where we may keep our share: `<thread>/<investor>` is a
  // deal.
  std::map<std::string, double> raised;
  std::map<std::string, const v1::DealDisclosure*> deals;
  for (const v1::DealDisclosure& deal : view.market.deals()) {
    if (deal.signed_quarter() != view.quarter - 1 || deal.amount_cents() <= 0) continue;
    const std::string thread(absl::StripSuffix(deal.deal(), absl::StrCat("/", deal.investor())));
    if (thread == deal.deal()) continue;
    raised[thread] += static_cast<double>(deal.amount_cents());
    deals[thread] = &deal;
    // Who is in the round has what it wanted.
    if (deal.investor() == view.own.agent()) pro_rata_weighed_.insert(thread);
  }
  for (const auto& [thread, amount] : raised) {
    const v1::DealDisclosure& deal = *deals[thread];
    const v1::HoldingView* holding = HoldingIn(view.own, deal.lab());
    if (holding == nullptr || !holding->pro_rata_right() || holding->holder() != view.own.agent()) {
      continue;
    }
    if (!pro_rata_weighed_.insert(thread).second || !IsActive(view.market, deal.lab())) continue;
    const auto price = static_cast<double>(deal.post_money_cents());
    const double value = ValueOf(view, deal.lab(), price, actions.random());
    const double part = std::min(amount * holding->stake_ppm() / 1e6, 0.5 * Uncommitted(view));
    if (price <= 0 || value < 0.95 * price || part < 1e6) continue;
    actions.Send(deal.lab(), thread)
        .mutable_pro_rata_exercise()
        ->set_amount_cents(ToWhole(RoundSum(part)));
    promised_cents_ += part;
  }
}

}  // namespace tranche
