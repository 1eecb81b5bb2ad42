#include "sim/closing.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "sim/anti_dilution.h"
#include "sim/check.h"
#include "sim/data_flows.h"
#include "sim/interlocks.h"
#include "sim/mergers.h"
#include "sim/notes.h"
#include "sim/notices.h"
#include "sim/ownership.h"
#include "sim/secondary.h"
#include "sim/shareholders.h"
#include "sim/supply.h"
#include "sim/terms.h"
#include "sim/threads.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

constexpr absl::string_view kOutsideInvestors = "outside-investors";

bool Holds(const World& world, const Lab& lab, const v1::TrancheCondition& condition) {
  switch (condition.condition_case()) {
    case v1::TrancheCondition::kClearance:
      return true;  // the deal has closed
    case v1::TrancheCondition::kQuarter:
      return world.quarter >= Quarter::FromIndex(condition.quarter());
    case v1::TrancheCondition::kAnnualisedRevenueCents:
      return !lab.revenue_history.empty() &&
             4 * lab.revenue_history.back() >= Cents(condition.annualised_revenue_cents());
    case v1::TrancheCondition::kCapabilityMillis:
      return 1000 * lab.capability >= condition.capability_millis();
    case v1::TrancheCondition::kListing:
      return lab.listed;
    case v1::TrancheCondition::CONDITION_NOT_SET:
      break;
  }
  return false;
}

// The last quarter in which the tranche can be drawn.
Quarter LastQuarterOf(const v1::FundingTerms& terms, const v1::Tranche& tranche) {
  return Quarter::FromIndex(tranche.expires_quarter() == 0 ? terms.outside_quarter()
                                                           : tranche.expires_quarter());
}

Quarter OutsideQuarter(const Deal& deal) {
  switch (deal.kind) {
    case Deal::Kind::kFunding:
      return Quarter::FromIndex(deal.terms.outside_quarter());
    case Deal::Kind::kMerger:
      return Quarter::FromIndex(deal.merger.outside_quarter());
    case Deal::Kind::kSecondary:
      break;
  }
  // Sales of shares name no outside date: a year.
  return deal.signed_quarter + 4;
}

bool IsPriced(const Deal& deal) {
  return deal.kind == Deal::Kind::kFunding &&
         deal.terms.instrument() == v1::INSTRUMENT_PREFERRED_EQUITY;
}

bool HasClass(const CapTable& table, absl::string_view name) {
  for (int32_t i = 0; i < table.class_count(); ++i) {
    if (table.share_class(ShareClassId(i)).name == name) return true;
  }
  return false;
}

// The series is called as the thread's topic, numbered where the table has that name already.
std::string FreeSeriesName(const CapTable& table, absl::string_view round) {
  const size_t slash = round.find('/');
  const absl::string_view topic =
      slash == absl::string_view::npos ? round : round.substr(slash + 1);
  std::string name(topic);
  for (int number = 2; HasClass(table, name); ++number) name = absl::StrCat(topic, "-", number);
  return name;
}

// The price per share stays that of the signing: the pre-money grows with shares issued since.
Cents PreMoneyNow(const Deal& deal, const CapTable& table) {
  if (deal.fully_diluted_at_signing <= 0) return deal.pre_money;
  const absl::int128 now =
      absl::int128(deal.pre_money.value()) * table.FullyDiluted() / deal.fully_diluted_at_signing;
  return Cents(static_cast<int64_t>(std::clamp<absl::int128>(now, 1, kMostCents)));
}

// Opens the round's series at the first drawing in it: fixes the price and converts notes.
absl::Status OpenSeries(World& world, Deal& deal, MarketOutput& out) {
  CapTable& table = world.labs[deal.lab].cap_table;
  const BasisPoints preference(deal.terms.liquidation_preference_bp());
  const DilutionProtection protection = ProtectionFrom(deal.terms.anti_dilution());
  uint32_t pool_bp = 0;
  std::vector<Deal*> round;
  const Deal* opened = nullptr;
  Cents new_money;
  for (Deal& other : world.deals) {
    if (other.lab != deal.lab || other.round != deal.round || !IsPriced(other)) continue;
    round.push_back(&other);
    if (other.series.valid()) opened = &other;
    if (!other.live()) continue;
    new_money += Cents(other.terms.amount_cents());
    pool_bp = std::max(pool_bp, other.terms.option_pool_bp());
  }
  ShareClass series;
  series.name = FreeSeriesName(table, deal.round);
  series.preferred = true;
  series.preference = preference;
  series.protection = protection;
  ShareClassId id;
  SharePrice price;
  if (opened != nullptr) {
    price = opened->price;
    series.original_price = price;
    series.conversion_price_micros = price.Micros();
    id = table.AddClass(series);
  } else {
    RoundTerms terms;
    terms.series = series.name;
    terms.pre_money = PreMoneyNow(deal, table);
    terms.new_money = new_money;
    terms.preference = preference;
    terms.protection = protection;
    terms.pool_after_ppm = int64_t{100} * pool_bp;
    terms.quarter = world.quarter;
    const std::vector<ConvertibleNote> notes(table.notes().begin(), table.notes().end());
    CapTable opened_table = table;
    absl::StatusOr<OpenedRound> result = opened_table.OpenRound(terms);
    if (!result.ok()) return result.status();
    id = result->series;
    price = result->price;
    if (price.Micros() < 1)
      return absl::InvalidArgumentError("a share is worth less than $0.000001");
    table = std::move(opened_table);
    BookConversions(world, deal.lab, notes, result->conversions, price, out);
    ProtectEarlierSeries(world, deal, price, new_money, out);
  }
  for (Deal* other : round) {
    other->price = price;
    other->price_micros_per_share = price.Micros();
    if (BasisPoints(other->terms.liquidation_preference_bp()) == preference &&
        ProtectionFrom(other->terms.anti_dilution()) == protection) {
      other->series = id;
    }
  }
  return absl::OkStatus();
}

// Cash and credits of a tranche. The investor must be able to pay.
void PayTranche(World& world, const Deal& deal, Cents cash, Cents credits, MarketOutput& out) {
  const bool note = !IsPriced(deal);
  const Account held = note ? Account::kNotesReceivable : Account::kEquityInvestments;
  const Account owed = note ? Account::kNotesPayable : Account::kPaidInCapital;
  const EntityId lab = world.agent_of(deal.lab).entity;
  const absl::Status paid =
      Pay(world, deal.investor, lab, cash, held, owed,
          note ? PaymentKind::kNoteIssue : PaymentKind::kEquityIssue, deal.name);
  TRANCHE_CHECK(paid.ok(), "the investor's cash was checked");
  if (credits > Cents(0)) {
    // The investor owes its group's cloud what the cloud will deliver.
    const EntityId cloud = world.agent_of(CreditingCloud(world, deal.investor, deal.terms)).entity;
    world.ledger.Exchange({lab, Account::kPrepaidCompute, owed},
                          {world.agents[deal.investor].entity, held, Account::kIntragroup}, credits,
                          PaymentKind::kComputeCredits, deal.name);
    world.ledger.Entry(cloud, Account::kIntragroup, Account::kPrepaymentsReceived, credits,
                       PaymentKind::kComputeCredits, deal.name);
    GrantCredits(world, deal, credits, out);
  }
}

// What the deal gives, but for a seat that the law on interlocks bars.
v1::BoardRight LawfulBoardRight(const World& world, const Deal& deal, MarketOutput& out) {
  if (deal.terms.board_right() != v1::BOARD_RIGHT_SEAT) return deal.terms.board_right();
  const LabId rival = BarredInterlock(world, deal.lab, world.agents[deal.investor].group);
  if (!rival.valid()) return v1::BOARD_RIGHT_SEAT;
  v1::SeatBarred& body = *Notify(world, out, deal.name, {world.labs[deal.lab].agent, deal.investor})
                              .mutable_seat_barred();
  body.set_deal(deal.name);
  body.set_rival(world.agent_of(rival).seat.name);
  return v1::BOARD_RIGHT_OBSERVER;
}

// What comes with the shares, at the first drawing.
void GrantRights(World& world, const Deal& deal, MarketOutput& out) {
  Stake& stake = StakeOf(world, deal.lab, deal.investor);
  const v1::BoardRight right = LawfulBoardRight(world, deal, out);
  stake.board_right = std::max({stake.board_right, v1::BOARD_RIGHT_NONE, right});
  stake.information_right |= deal.terms.information_right();
  stake.pro_rata_right |= deal.terms.pro_rata_right();
  stake.early_access |= deal.terms.early_access();
  stake.firewall |= deal.terms.firewall();
  for (const std::string& name : deal.terms.excluded_investors()) {
    const GroupId group = GroupOfHolder(world, name);
    if (group.valid()) stake.excluded_investors.push_back(group);
  }
  ImposeConditions(world, deal);
  SignWithInvestment(world, deal, out);
}

bool AnyDrawn(const Deal& deal) {
  return std::any_of(deal.tranches.begin(), deal.tranches.end(), [](const TrancheState& tranche) {
    return tranche.state == TrancheState::State::kDrawn;
  });
}

// False if that ended the deal.
bool Draw(World& world, Deal& deal, int index, MarketOutput& out) {
  Lab& lab = world.labs[deal.lab];
  const Cents amount(deal.terms.tranches(index).amount_cents());
  const Cents credits = CreditsPart(deal.terms, amount);
  const auto fail = [&](v1::DealEnded::Outcome outcome, absl::string_view reason) {
    EndDeal(world, deal, outcome, reason, out);
    return false;
  };
  const auto cannot_fund = [&] {
    return fail(
        v1::DealEnded::OUTCOME_FAILED_TO_FUND,
        absl::StrCat(world.name_of(deal.investor), " can't pay ", FormatDollars(amount - credits)));
  };
  if (SpendableCash(world, deal.investor) < amount - credits) return cannot_fund();
  if (IsPriced(deal) && !deal.series.valid()) {
    if (absl::Status opened = OpenSeries(world, deal, out); !opened.ok()) {
      return fail(v1::DealEnded::OUTCOME_LAPSED, opened.message());
    }
  }
  const bool first = !AnyDrawn(deal);
  if (first) GrantRights(world, deal, out);
  PayTranche(world, deal, amount - credits, credits, out);
  int64_t shares = 0;
  if (IsPriced(deal)) {
    shares = lab.cap_table.IssueAt(deal.series,
                                   AddHolder(world, deal.lab, world.agents[deal.investor].group),
                                   amount, deal.price);
    StakeOf(world, deal.lab, deal.investor).cost += amount;
    // A later tranche at an old price says nothing of today's.
    MarkLab(world, deal.lab,
            first ? deal.price : SharePrice::FromMicros(lab.last_price_micros_per_share));
  } else {
    AddNoteOf(world, deal, amount);
  }
  TrancheState& state = deal.tranches[static_cast<size_t>(index)];
  state.state = TrancheState::State::kDrawn;
  state.drawn = world.quarter;

  v1::Closing& body = *Notify(world, out, deal.name, {lab.agent, deal.investor}).mutable_closing();
  body.set_deal(deal.name);
  body.set_tranche(static_cast<uint32_t>(index));
  body.set_cash_cents((amount - credits).value());
  body.set_credits_cents(credits.value());
  body.set_shares_issued(shares);
  body.set_price_micros_per_share(deal.price_micros_per_share);
  body.set_post_money_cents(lab.last_valuation.value());
  body.set_holding_ppm(StakePpm(world, deal.lab, world.agents[deal.investor].group));
  return true;
}

void Lapse(const World& world, Deal& deal, int index, MarketOutput& out) {
  deal.tranches[static_cast<size_t>(index)].state = TrancheState::State::kLapsed;
  v1::TrancheLapsed& body =
      *Notify(world, out, deal.name, {world.labs[deal.lab].agent, deal.investor})
           .mutable_tranche_lapsed();
  body.set_deal(deal.name);
  body.set_tranche(static_cast<uint32_t>(index));
  body.set_reason(deal.terms.tranches(index).amount_cents() == 0
                      ? "the amount was cut to nothing"
                      : "its condition didn't hold in time");
}

void DrawTranches(World& world, Deal& deal, MarketOutput& out) {
  for (int i = 0; i < deal.terms.tranches_size(); ++i) {
    if (deal.tranches[static_cast<size_t>(i)].state != TrancheState::State::kPending) continue;
    const v1::Tranche& tranche = deal.terms.tranches(i);
    if (tranche.amount_cents() == 0) {
      Lapse(world, deal, i, out);
    } else if (Holds(world, world.labs[deal.lab], tranche.condition())) {
      if (!Draw(world, deal, i, out)) return;
    } else if (LastQuarterOf(deal.terms, tranche) <= world.quarter) {
      Lapse(world, deal, i, out);
    }
  }
  const bool settled = std::none_of(
      deal.tranches.begin(), deal.tranches.end(),
      [](const TrancheState& tranche) { return tranche.state == TrancheState::State::kPending; });
  if (!settled) return;
  if (AnyDrawn(deal)) {
    EndDeal(world, deal, v1::DealEnded::OUTCOME_COMPLETED, "every tranche is drawn or has lapsed",
            out);
  } else {
    EndDeal(world, deal, v1::DealEnded::OUTCOME_LAPSED, "no tranche's condition held in time", out);
  }
}

void Close(World& world, Deal& deal, MarketOutput& out) {
  switch (deal.kind) {
    case Deal::Kind::kFunding:
      deal.state = v1::DealDisclosure::STATE_CLOSED;
      deal.closed_quarter = world.quarter;
      break;
    case Deal::Kind::kMerger:
      CloseMerger(world, deal, out);
      break;
    case Deal::Kind::kSecondary:
      CloseSecondary(world, deal, out);
      break;
  }
}

}  // namespace

bool IsCleared(const Deal& deal) {
  return std::all_of(deal.reviews.begin(), deal.reviews.end(),
                     [](const Review& review) { return review.cleared(); });
}

void EndDeal(World& world, Deal& deal, v1::DealEnded::Outcome outcome, absl::string_view reason,
             MarketOutput& out) {
  deal.outcome = outcome;
  if (outcome == v1::DealEnded::OUTCOME_COMPLETED) {
    deal.state = v1::DealDisclosure::STATE_CLOSED;
  } else {
    deal.state = v1::DealDisclosure::STATE_ENDED;
    for (TrancheState& tranche : deal.tranches) {
      if (tranche.state == TrancheState::State::kPending) {
        tranche.state = TrancheState::State::kLapsed;
      }
    }
  }
  v1::Message& message =
      Notify(world, out, deal.name, {world.labs[deal.lab].agent, deal.investor, deal.seller});
  for (const Review& review : deal.reviews) {
    const AgentId authority = world.regulators[review.regulator].agent;
    if (world.agents[authority].active) message.add_recipients(world.name_of(authority));
  }
  v1::DealEnded& body = *message.mutable_deal_ended();
  body.set_deal(deal.name);
  body.set_outcome(outcome);
  body.set_reason(std::string(reason));
}

Verdict WithdrawFromDeal(World& world, Deal& deal, AgentId sender, MarketOutput& out) {
  const AgentId other_side =
      deal.kind == Deal::Kind::kSecondary ? deal.seller : world.labs[deal.lab].agent;
  if (sender != deal.investor && sender != other_side) {
    return Refused("deal", absl::StrCat("you are no party to deal ", deal.name),
                   "a withdrawal from a deal of your own");
  }
  if (!deal.pending()) {
    return Refused("deal", absl::StrCat("deal ", deal.name, " has closed or ended"),
                   "a withdrawal before the deal closes");
  }
  if (deal.kind == Deal::Kind::kMerger) {
    const Cents fee(deal.merger.break_fee_cents());
    const AgentId payee = sender == deal.investor ? other_side : deal.investor;
    if (!Pay(world, sender, world.agents[payee].entity, fee, Account::kBreakupFeesPaid,
             Account::kBreakupFeesReceived, PaymentKind::kBreakupFee, deal.name)
             .ok()) {
      return Refused("cash", absl::StrCat("walking away costs a break fee of ", FormatDollars(fee)),
                     "a withdrawal that can be paid for, or the closing");
    }
  }
  EndDeal(world, deal, v1::DealEnded::OUTCOME_WITHDRAWN,
          absl::StrCat(world.name_of(sender), " walked away"), out);
  return Accepted();
}

void MarkLab(World& world, LabId lab, SharePrice price) {
  Lab& marked = world.labs[lab];
  marked.last_price_micros_per_share = price.Micros();
  marked.last_valuation = price.ValueOf(marked.cap_table.FullyDiluted());
}

void RealiseGain(World& world, EntityId entity, Cents amount, Cents cost,
                 absl::string_view thread) {
  if (amount >= cost) {
    world.ledger.Entry(entity, Account::kEquityInvestments, Account::kGainOnInvestments,
                       amount - cost, PaymentKind::kSecondarySale, thread);
  } else {
    world.ledger.Entry(entity, Account::kLossOnInvestments, Account::kEquityInvestments,
                       cost - amount, PaymentKind::kSecondarySale, thread);
  }
}

void ImposeConditions(World& world, const Deal& deal) {
  const GroupId group = world.agents[deal.investor].group;
  for (const Review& review : deal.reviews) {
    for (const v1::Remedy& condition : review.conditions) {
      Stake& stake = StakeOf(world, deal.lab, deal.investor);
      stake.conditions.push_back(condition);
      if (condition.kind() == v1::Remedy::KIND_FIREWALL) stake.firewall = true;
      if (condition.kind() == v1::Remedy::KIND_DATA_FLOW_LIMITS) {
        LimitDataFlows(world, deal, review.jurisdiction);
      }
      if (condition.kind() != v1::Remedy::KIND_DIVESTITURE) continue;
      const AgentId subject = world.FindAgent(condition.subject());
      const LabId rival = subject.valid() ? world.lab_of(subject) : LabId();
      if (!rival.valid() || FindStake(world, rival, group) == nullptr) continue;
      CapTable& table = world.labs[rival].cap_table;
      const int64_t keep = MulDivFloor(table.FullyDiluted(), condition.limit_bp(), 10'000);
      const int64_t excess = SharesOf(world, rival, group) - keep;
      if (excess <= 0) continue;
      Stake& sold = StakeOf(world, rival, deal.investor);
      const EntityId seller = world.agents[sold.holder_agent].entity;
      const Cents cost = MoveShares(world, sold, table.AddHolder(kOutsideInvestors), excess);
      const Cents proceeds = CostAtMicros(world.labs[rival].last_price_micros_per_share, excess);
      const absl::Status paid = world.ledger.Transfer(
          world.populations.capital, seller, proceeds, Account::kEquityInvestments,
          Account::kEquityInvestments, PaymentKind::kSecondarySale, deal.name);
      TRANCHE_CHECK(paid.ok(), "outside capital has no cash limit");
      RealiseGain(world, seller, proceeds, cost, deal.name);
    }
  }
}

void CloseDeals(World& world, MarketOutput& out) {
  for (Deal& deal : world.deals) {
    if (!deal.live()) continue;
    if (!world.agents[world.labs[deal.lab].agent].active) {
      EndDeal(world, deal, v1::DealEnded::OUTCOME_TARGET_INSOLVENT, "the lab has failed", out);
      continue;
    }
    if (!world.agents[deal.investor].active ||
        (deal.seller.valid() && !world.agents[deal.seller].active)) {
      EndDeal(world, deal, v1::DealEnded::OUTCOME_FAILED_TO_FUND, "a party has left the market",
              out);
      continue;
    }
    if (deal.pending()) {
      if (IsCleared(deal) && HasConsent(deal)) {
        Close(world, deal, out);
      } else if (OutsideQuarter(deal) <= world.quarter) {
        EndDeal(world, deal, v1::DealEnded::OUTCOME_LAPSED, "the outside date has passed", out);
      }
    }
    if (deal.kind == Deal::Kind::kFunding && deal.live() && !deal.pending()) {
      DrawTranches(world, deal, out);
    }
  }
  RepayNotes(world, out);
}

}  // namespace tranche
