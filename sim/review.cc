#include "sim/review.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/calendar.h"
#include "sim/check.h"
#include "sim/closing.h"
#include "sim/dates.h"
#include "sim/notices.h"
#include "sim/remedies.h"
#include "sim/threads.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

using Phase = v1::ReviewView;

Calendar CalendarOf(v1::Jurisdiction jurisdiction) {
  return jurisdiction == v1::JURISDICTION_EUROPEAN_UNION ? Calendar::kEuropeanCommission
                                                         : Calendar::kUsFederal;
}

// The other side of the investor's: the lab, or whoever sells shares.
AgentId OtherSide(const World& world, const Deal& deal) {
  return deal.kind == Deal::Kind::kSecondary ? deal.seller : world.labs[deal.lab].agent;
}

bool IsParty(const World& world, const Deal& deal, AgentId agent) {
  return agent == deal.investor || agent == OtherSide(world, deal);
}

Verdict NoSuchReview(std::string explanation) {
  return Refused("deal", std::move(explanation),
                 "a pending deal under review that you are a party to, or that is yours to review, "
                 "with the regulator, or the parties, as recipients");
}

// The pending deal and its review that a message between regulator and party is about.
struct Case {
  Deal* deal = nullptr;
  Review* review = nullptr;
};

Verdict FindCase(World& world, AgentId sender, const v1::Message& move, absl::string_view name,
                 Case& found) {
  Deal* deal = FindDeal(world, name);
  if (deal == nullptr) return NoSuchReview(absl::StrCat("there is no deal \"", name, "\""));
  if (!deal->pending()) return NoSuchReview(absl::StrCat("deal ", name, " isn't pending"));
  const bool by_regulator = world.agents[sender].seat.role == v1::ROLE_REGULATOR;
  if (!by_regulator && !IsParty(world, *deal, sender)) {
    return NoSuchReview(absl::StrCat("you are no party to deal ", name));
  }
  for (Review& review : deal->reviews) {
    const AgentId authority = world.regulators[review.regulator].agent;
    const bool concerned = by_regulator
                               ? authority == sender
                               : std::find(move.recipients().begin(), move.recipients().end(),
                                           world.name_of(authority)) != move.recipients().end();
    if (!concerned) continue;
    if (by_regulator && std::none_of(move.recipients().begin(), move.recipients().end(),
                                     [&](const std::string& recipient) {
                                       return IsParty(world, *deal, world.FindAgent(recipient));
                                     })) {
      return NoSuchReview("it isn't addressed to a party of the deal");
    }
    found = {deal, &review};
    return Accepted();
  }
  return NoSuchReview(absl::StrCat("deal ", name, " isn't under review there"));
}

Verdict WrongPhase(const Review& review, std::string would_be_legal) {
  return Refused("phase",
                 absl::StrCat("the review is in ", v1::ReviewView::Phase_Name(review.phase)),
                 std::move(would_be_legal));
}

// Notified, and not yet cleared, given up or withdrawn.
bool IsUnsettled(const Review& review) {
  switch (review.phase) {
    case Phase::PHASE_FIRST:
    case Phase::PHASE_COMPLIANCE:
    case Phase::PHASE_SECOND:
    case Phase::PHASE_CONDITIONS:
    case Phase::PHASE_PROHIBITED:
      return true;
    default:
      return false;
  }
}

// The regulator acts within a running phase only.
Verdict CheckClock(const World& world, const Review& review) {
  if (review.phase != Phase::PHASE_FIRST && review.phase != Phase::PHASE_SECOND) return Accepted();
  const absl::CivilDay today = ReceivingDay(world, review.jurisdiction);
  if (today <= review.phase_ends) return Accepted();
  return Refused("clock",
                 absl::StrCat("the phase ended on ", absl::FormatCivilTime(review.phase_ends),
                              " and today is ", absl::FormatCivilTime(today)),
                 "a ruling or request by the last day of the phase");
}

// Fees of 2025. United States: 15 U.S.C. 18a note, as adjusted (90 FR 7697). CFIUS: 31 CFR
// 800.1101. The Commission charges none.
Cents FilingFee(v1::Jurisdiction jurisdiction, Cents value) {
  struct Step {
    int64_t below_dollars;
    int64_t fee_dollars;
  };
  static constexpr std::array<Step, 5> kUnitedStates = {{{179'400'000, 30'000},
                                                         {555'500'000, 105'000},
                                                         {1'111'000'000, 265'000},
                                                         {2'222'000'000, 425'000},
                                                         {5'555'000'000, 850'000}}};
  static constexpr std::array<Step, 5> kCfius = {{{500'000, 0},
                                                  {5'000'000, 750},
                                                  {50'000'000, 7'500},
                                                  {250'000'000, 75'000},
                                                  {750'000'000, 150'000}}};
  const auto fee = [value](const std::array<Step, 5>& steps, int64_t above) {
    for (const Step& step : steps) {
      if (value < FromDollars(step.below_dollars)) return FromDollars(step.fee_dollars);
    }
    return FromDollars(above);
  };
  switch (jurisdiction) {
    case v1::JURISDICTION_US_ANTITRUST:
      return fee(kUnitedStates, 2'390'000);
    case v1::JURISDICTION_CFIUS:
      return fee(kCfius, 300'000);
    default:
      return Cents(0);
  }
}

void Enter(Review& review, Phase::Phase phase, absl::CivilDay began, absl::CivilDay ends) {
  review.phase = phase;
  review.phase_began = began;
  review.phase_ends = ends;
  review.extended = false;
}

void EnterFirst(Review& review, absl::CivilDay day) {
  review.notified = day;
  switch (review.jurisdiction) {
    case v1::JURISDICTION_EUROPEAN_UNION:
      return Enter(review, Phase::PHASE_FIRST, day, EuPhaseOneEnd(day, EuPhaseOne::kPlain));
    case v1::JURISDICTION_CFIUS:
      return Enter(review, Phase::PHASE_FIRST, day, CfiusReviewEnd(day));
    default:
      return Enter(review, Phase::PHASE_FIRST, day, HsrWaitingPeriodEnd(day));
  }
}

const v1::RegimeSpec& RegimeOf(const World& world, const Review& review) {
  return world.regimes[static_cast<size_t>(review.jurisdiction)];
}

void TellExpired(const World& world, const Deal& deal, const Review& review, MarketOutput& out) {
  v1::WaitingPeriodExpired& body =
      *Notify(world, out, deal.name,
              {deal.investor, OtherSide(world, deal), world.regulators[review.regulator].agent})
           .mutable_waiting_period_expired();
  body.set_deal(deal.name);
  body.set_jurisdiction(review.jurisdiction);
  SetDate(review.phase_ends, body.mutable_expired());
}

// The court decides for the authority with the regime's chance.
void Rule(World& world, Deal& deal, Review& review, MarketOutput& out) {
  RandomStream random =
      world.Random(absl::StrCat("court/", static_cast<int>(review.jurisdiction), "/", deal.name));
  const bool upheld = random.Bernoulli(RegimeOf(world, review).court_upholds_percent() / 100.0);
  v1::CourtRuling& body =
      *Notify(world, out, deal.name,
              {deal.investor, OtherSide(world, deal), world.regulators[review.regulator].agent})
           .mutable_court_ruling();
  body.set_deal(deal.name);
  body.set_jurisdiction(review.jurisdiction);
  body.set_prohibition_upheld(upheld);
  review.phase = upheld ? Phase::PHASE_PROHIBITED : Phase::PHASE_CLEARED;
  review.conditions.clear();
  if (upheld) {
    EndDeal(world, deal, v1::DealEnded::OUTCOME_PROHIBITED, "a court upheld the prohibition", out);
  }
}

void Advance(World& world, Deal& deal, Review& review, MarketOutput& out) {
  switch (review.phase) {
    case Phase::PHASE_FIRST:
    case Phase::PHASE_SECOND:
      if (review.phase_ends > world.quarter.LastDay()) return;
      review.phase = Phase::PHASE_CLEARED;
      return TellExpired(world, deal, review, out);
    case Phase::PHASE_LITIGATION:
      if (review.litigation_ends <= world.quarter) Rule(world, deal, review, out);
      return;
    case Phase::PHASE_PROHIBITED:
      if (review.decided >= world.quarter) return;
      return EndDeal(
          world, deal, v1::DealEnded::OUTCOME_PROHIBITED,
          absl::StrCat("prohibited by ", world.name_of(world.regulators[review.regulator].agent)),
          out);
    default:
      return;
  }
}

// The review whose conditions the message answers.
Verdict FindConditions(const World& world, Deal& deal, AgentId sender, const v1::Message& move,
                       Review*& found) {
  if (!deal.pending() || !IsParty(world, deal, sender)) {
    return NoSuchReview(absl::StrCat("deal ", deal.name, " isn't yours or isn't pending"));
  }
  for (Review& review : deal.reviews) {
    if (review.decision_message != move.in_reply_to()) continue;
    if (review.phase != Phase::PHASE_CONDITIONS) {
      return WrongPhase(review, "an answer to conditions that still stand");
    }
    found = &review;
    return Accepted();
  }
  return NoSuchReview("the decision has been replaced by a later one");
}

}  // namespace

absl::CivilDay ReceivingDay(const World& world, v1::Jurisdiction jurisdiction) {
  return RollToBusinessDay(CalendarOf(jurisdiction), DayOfRound(world));
}

void OpenReviews(World& world, Deal& deal, MarketOutput& out) {
  if (world.scenario.switches().no_review()) return;
  for (RegulatorId regulator : world.regulators.ids()) {
    const AgentId authority = world.regulators[regulator].agent;
    if (!world.agents[authority].active) continue;
    const std::optional<std::string> ground = GroundForFiling(world, deal, regulator);
    if (!ground.has_value()) continue;
    Review review;
    review.regulator = regulator;
    review.jurisdiction = world.regulators[regulator].jurisdiction;
    deal.state = v1::DealDisclosure::STATE_UNDER_REVIEW;
    deal.reviews.push_back(review);

    v1::FilingRequired body;
    body.set_deal(deal.name);
    body.set_jurisdiction(review.jurisdiction);
    body.set_regulator(world.name_of(authority));
    body.set_investor(world.name_of(deal.investor));
    body.set_lab(world.agent_of(deal.lab).seat.name);
    body.set_ground(*ground);
    *Notify(world, out, deal.name, {deal.investor, OtherSide(world, deal)})
         .mutable_filing_required() = body;
    FillReviewFile(world, deal, review, body.mutable_file());
    *Notify(world, out, deal.name, {authority}).mutable_filing_required() = std::move(body);
  }
}

Verdict ApplyMergerNotification(World& world, AgentId sender, const v1::Message& move) {
  const v1::MergerNotification& notification = move.merger_notification();
  Case about;
  if (Verdict refused = FindCase(world, sender, move, notification.deal(), about)) return refused;
  Review& review = *about.review;
  if (notification.jurisdiction() != review.jurisdiction) {
    return NoSuchReview(absl::StrCat("this regulator's review is under ",
                                     v1::Jurisdiction_Name(review.jurisdiction)));
  }
  const absl::CivilDay today = ReceivingDay(world, review.jurisdiction);
  const bool refiling = review.phase == Phase::PHASE_FIRST && !review.refiled &&
                        review.jurisdiction == v1::JURISDICTION_US_ANTITRUST &&
                        sender == about.deal->investor && today > review.notified &&
                        today <= review.phase_ends;
  if (review.phase != Phase::PHASE_TO_BE_NOTIFIED && !refiling) {
    return WrongPhase(review,
                      "the first notification, or in the United States one new filing by "
                      "the acquirer while the first waiting period runs");
  }
  if (!refiling) {
    const Cents fee = FilingFee(review.jurisdiction, TransactionValue(world, *about.deal));
    if (!Pay(world, about.deal->investor, world.populations.rest_of_world, fee,
             Account::kRegulatoryCosts, Account::kRevenueOther, PaymentKind::kRegulatoryCost,
             about.deal->name)
             .ok()) {
      return Refused("cash",
                     absl::StrCat(world.name_of(about.deal->investor),
                                  " can't pay the filing fee of ", FormatDollars(fee)),
                     "a notification when the fee can be paid");
    }
  }
  review.refiled = refiling;
  EnterFirst(review, today);
  review.last_message = move.id();
  return Accepted();
}

Verdict ApplySecondRequest(World& world, AgentId sender, const v1::Message& move) {
  Case about;
  if (Verdict refused = FindCase(world, sender, move, move.second_request().deal(), about)) {
    return refused;
  }
  Review& review = *about.review;
  if (review.phase != Phase::PHASE_FIRST) return WrongPhase(review, "a request in PHASE_FIRST");
  if (Verdict refused = CheckClock(world, review)) return refused;
  const absl::CivilDay today = ReceivingDay(world, review.jurisdiction);
  switch (review.jurisdiction) {
    case v1::JURISDICTION_EUROPEAN_UNION:
      Enter(review, Phase::PHASE_SECOND, today, EuPhaseTwoEnd(today, EuPhaseTwo::kPlain, 0));
      break;
    case v1::JURISDICTION_CFIUS:
      Enter(review, Phase::PHASE_SECOND, review.phase_ends,
            CfiusInvestigationEnd(review.phase_ends));
      break;
    default: {
      const auto quarters = static_cast<int32_t>(RegimeOf(world, review).compliance_quarters());
      // No day ends this phase but that of compliance: shown is the earliest.
      Enter(review, Phase::PHASE_COMPLIANCE, today,
            std::max(today, (world.quarter + quarters).FirstDay()));
      break;
    }
  }
  review.requested = world.quarter;
  review.last_message = move.id();
  return Accepted();
}

Verdict ApplyInformationResponse(World& world, AgentId sender, const v1::Message& move) {
  const v1::InformationResponse& response = move.information_response();
  Case about;
  if (Verdict refused = FindCase(world, sender, move, response.deal(), about)) return refused;
  Review& review = *about.review;
  if (!response.substantial_compliance() || review.phase != Phase::PHASE_COMPLIANCE) {
    review.last_message = move.id();
    return Accepted();
  }
  const Quarter ready =
      review.requested + static_cast<int32_t>(RegimeOf(world, review).compliance_quarters());
  if (world.quarter < ready) {
    return Refused("compliance",
                   absl::StrCat("the documents asked for in ", review.requested.ToString(),
                                " can't be complete yet"),
                   absl::StrCat("substantial_compliance from ", ready.ToString(), " on"));
  }
  const absl::CivilDay today = ReceivingDay(world, review.jurisdiction);
  Enter(review, Phase::PHASE_SECOND, today, HsrSecondRequestWaitingPeriodEnd(today));
  review.last_message = move.id();
  return Accepted();
}

Verdict ApplyStatementOfConcerns(World& world, AgentId sender, const v1::Message& move) {
  const v1::StatementOfConcerns& statement = move.statement_of_concerns();
  Case about;
  if (Verdict refused = FindCase(world, sender, move, statement.deal(), about)) return refused;
  Review& review = *about.review;
  if (review.phase != Phase::PHASE_FIRST && review.phase != Phase::PHASE_COMPLIANCE &&
      review.phase != Phase::PHASE_SECOND) {
    return WrongPhase(review, "a statement while the review runs");
  }
  if (!statement.remedies_sought().empty()) {
    if (Verdict refused = CheckRemedies(world, *about.deal, statement.remedies_sought())) {
      return refused;
    }
  }
  if (review.jurisdiction == v1::JURISDICTION_CFIUS && review.phase == Phase::PHASE_SECOND &&
      !review.extended) {
    review.phase_ends = CfiusPresidentialEnd(review.phase_ends);
    review.extended = true;
  }
  review.last_message = move.id();
  return Accepted();
}

Verdict ApplyRemedyOffer(World& world, AgentId sender, const v1::Message& move) {
  const v1::RemedyOffer& offer = move.remedy_offer();
  Case about;
  if (Verdict refused = FindCase(world, sender, move, offer.deal(), about)) return refused;
  Review& review = *about.review;
  if (!IsUnsettled(review)) {
    return WrongPhase(review, "an offer after notification and before the review is settled");
  }
  if (Verdict refused = CheckRemedies(world, *about.deal, offer.remedies())) return refused;
  if (review.jurisdiction == v1::JURISDICTION_EUROPEAN_UNION && !review.extended) {
    if (review.phase == Phase::PHASE_FIRST) {
      review.phase_ends = EuPhaseOneEnd(review.notified, EuPhaseOne::kCommitmentsOffered);
      review.extended = true;
    } else if (review.phase == Phase::PHASE_SECOND) {
      review.phase_ends = EuPhaseTwoEnd(review.phase_began, EuPhaseTwo::kLateCommitments, 0);
      review.extended = true;
    }
  }
  review.remedies_offered.assign(offer.remedies().begin(), offer.remedies().end());
  review.last_message = move.id();
  return Accepted();
}

Verdict ApplyDecision(World& world, AgentId sender, const v1::Message& move) {
  const v1::Decision& decision = move.decision();
  Case about;
  if (Verdict refused = FindCase(world, sender, move, decision.deal(), about)) return refused;
  Review& review = *about.review;
  if (!IsUnsettled(review)) {
    return WrongPhase(review, "a decision after notification and before the review is settled");
  }
  if (Verdict refused = CheckClock(world, review)) return refused;
  switch (decision.outcome()) {
    case v1::Decision::OUTCOME_CLEAR:
      review.phase = Phase::PHASE_CLEARED;
      review.conditions.clear();
      break;
    case v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS:
      if (Verdict refused = CheckRemedies(world, *about.deal, decision.conditions())) {
        return refused;
      }
      review.phase = Phase::PHASE_CONDITIONS;
      review.conditions.assign(decision.conditions().begin(), decision.conditions().end());
      review.lab_accepts_conditions = false;
      review.investor_accepts_conditions = false;
      break;
    case v1::Decision::OUTCOME_PROHIBIT:
      if (review.phase == Phase::PHASE_FIRST &&
          review.jurisdiction != v1::JURISDICTION_US_ANTITRUST) {
        return WrongPhase(review, "a prohibition in PHASE_SECOND, after a SecondRequest");
      }
      review.phase = Phase::PHASE_PROHIBITED;
      break;
    default:
      return Refused("terms", "a decision without an outcome", "clear, conditions or prohibit");
  }
  review.decided = world.quarter;
  review.decision_message = move.id();
  review.last_message = move.id();
  return Accepted();
}

Verdict ApplyLitigation(World& world, AgentId sender, const v1::Message& move) {
  Case about;
  if (Verdict refused = FindCase(world, sender, move, move.litigation().deal(), about)) {
    return refused;
  }
  Review& review = *about.review;
  if (review.phase != Phase::PHASE_PROHIBITED && review.phase != Phase::PHASE_CONDITIONS) {
    return WrongPhase(review, "an action against a prohibition or against conditions");
  }
  if (review.jurisdiction == v1::JURISDICTION_CFIUS) {
    return Refused("appeal", "no court reviews a finding of CFIUS and the President",
                   "the conditions, or a withdrawal");
  }
  review.phase = Phase::PHASE_LITIGATION;
  review.litigation_ends =
      world.quarter + static_cast<int32_t>(RegimeOf(world, review).litigation_quarters());
  review.last_message = move.id();
  return Accepted();
}

Verdict AcceptConditions(World& world, Deal& deal, AgentId sender, const v1::Message& move,
                         MarketOutput& out) {
  Review* review = nullptr;
  if (Verdict refused = FindConditions(world, deal, sender, move, review)) return refused;
  if (sender == deal.investor) review->investor_accepts_conditions = true;
  if (sender == OtherSide(world, deal)) review->lab_accepts_conditions = true;
  review->last_message = move.id();
  if (!review->investor_accepts_conditions || !review->lab_accepts_conditions) return Accepted();
  AmendTerms(world, review->conditions, deal);
  review->phase = Phase::PHASE_CLEARED;
  if (IsEmpty(deal)) {
    // Two authorities' caps, or shares bought since, leave nothing.
    EndDeal(world, deal, v1::DealEnded::OUTCOME_PROHIBITED, "the conditions leave nothing of it",
            out);
  }
  return Accepted();
}

Verdict RefuseConditions(World& world, Deal& deal, AgentId sender, const v1::Message& move,
                         MarketOutput&) {
  Review* review = nullptr;
  if (Verdict refused = FindConditions(world, deal, sender, move, review)) return refused;
  review->phase = Phase::PHASE_PROHIBITED;
  review->decided = world.quarter;
  review->last_message = move.id();
  return Accepted();
}

void AdvanceReviews(World& world, MarketOutput& out) {
  for (Deal& deal : world.deals) {
    for (Review& review : deal.reviews) {
      if (!deal.pending()) break;
      Advance(world, deal, review, out);
    }
  }
}

}  // namespace tranche
