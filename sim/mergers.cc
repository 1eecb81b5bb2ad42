#include "sim/mergers.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/check.h"
#include "sim/closing.h"
#include "sim/notes.h"
#include "sim/notices.h"
#include "sim/ownership.h"
#include "sim/proposals.h"
#include "sim/review.h"
#include "sim/shareholders.h"
#include "sim/terms.h"
#include "sim/threads.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

// Which of the two is for sale: the only lab; of two labs the one that asked for a buyer in this
// thread, else the one that didn't open it.
AgentId TargetOf(World& world, absl::string_view thread, AgentId a, AgentId b) {
  const bool a_is_lab = world.lab_of(a).valid();
  const bool b_is_lab = world.lab_of(b).valid();
  if (a_is_lab != b_is_lab) return a_is_lab ? a : b;
  const FundingRound* round = FindRound(world, thread);
  const AgentId opener = OpenerOf(world, thread);
  const bool asked = round != nullptr && round->ask.kind() == v1::FundingAsk::KIND_SALE;
  return (opener == a) == asked ? a : b;
}

bool OwnsLabs(const World& world, GroupId group) {
  return std::any_of(world.stakes.begin(), world.stakes.end(), [&](const Stake& stake) {
    return stake.holder == group && SharesOf(world, stake.lab, group) > 0;
  });
}

Verdict CheckCash(const World& world, AgentId buyer, Cents price) {
  const Cents cash = UncommittedCash(world, buyer);
  if (cash >= price) return Accepted();
  return Refused("cash",
                 absl::StrCat(world.name_of(buyer), " has ", FormatDollars(cash),
                              " of uncommitted cash and the price is ", FormatDollars(price)),
                 absl::StrCat("a price of at most ", FormatDollars(cash)));
}

// Pays the holders their parts; what they realise goes into their books. Returns what was paid.
Cents PayHolders(World& world, const Deal& deal, const std::vector<Cents>& parts) {
  const CapTable& table = world.labs[deal.lab].cap_table;
  const GroupId buyers = world.agents[deal.investor].group;
  Cents paid;
  for (int32_t i = 0; i < table.holder_count(); ++i) {
    const HolderId holder(i);
    const Cents part = parts[static_cast<size_t>(i)];
    const GroupId group = GroupOfHolder(world, table.HolderName(holder));
    if (group == buyers) continue;
    const EntityId entity = EntityOfHolder(world, deal.lab, holder);
    Cents cost;
    if (const Stake* stake = group.valid() ? FindStake(world, deal.lab, group) : nullptr) {
      cost = stake->cost;
    } else {
      for (const Holding& holding : table.holdings()) {
        if (holding.holder == holder) cost += holding.invested;
      }
    }
    const absl::Status status = Pay(world, deal.investor, entity, part, Account::kEquityInvestments,
                                    Account::kEquityInvestments, PaymentKind::kMerger, deal.name);
    TRANCHE_CHECK(status.ok(), "the buyer's cash was checked");
    RealiseGain(world, entity, part, cost, deal.name);
    paid += part;
  }
  return paid;
}

// Marks are taken out of the books, stakes of others off the record.
void EndStakes(World& world, LabId lab, GroupId buyers) {
  for (Stake& stake : world.stakes) {
    if (stake.lab != lab) continue;
    const EntityId entity = world.agents[stake.holder_agent].entity;
    const std::string& thread = world.agent_of(lab).seat.name;
    if (stake.marked > Cents(0)) {
      world.ledger.Entry(entity, Account::kUnrealisedGains, Account::kInvestmentMarks, stake.marked,
                         PaymentKind::kMark, thread);
    } else {
      world.ledger.Entry(entity, Account::kInvestmentMarks, Account::kUnrealisedGains,
                         -stake.marked, PaymentKind::kMark, thread);
    }
    stake.marked = Cents(0);
  }
  world.stakes.RemoveOthers(lab, buyers);
}

void JoinGroup(World& world, AgentId agent, GroupId group) {
  std::vector<AgentId>& old = world.groups[world.agents[agent].group].members;
  old.erase(std::remove(old.begin(), old.end(), agent), old.end());
  std::vector<AgentId>& members = world.groups[group].members;
  members.insert(std::lower_bound(members.begin(), members.end(), agent), agent);
  world.agents[agent].group = group;
}

// Whatever else was under way with the lab is over.
void EndOtherDeals(World& world, const Deal& purchase, MarketOutput& out) {
  for (FundingRound& round : world.rounds) {
    if (round.lab == purchase.lab) round.open = false;
  }
  for (Deal& deal : world.deals) {
    if (&deal == &purchase || deal.lab != purchase.lab || !deal.live()) continue;
    EndDeal(world, deal, v1::DealEnded::OUTCOME_WITHDRAWN, "the lab has been bought", out);
  }
}

}  // namespace

Verdict CheckMergerProposal(World& world, AgentId sender, AgentId recipient,
                            absl::string_view thread, const v1::MergerTerms& terms) {
  if (world.scenario.switches().no_funding()) {
    return Refused("switched-off", "the scenario has no purchases of labs", "no proposals");
  }
  if (Verdict refused = CheckMergerTerms(world, terms)) return refused;
  const AgentId target = TargetOf(world, thread, sender, recipient);
  if (!world.lab_of(target).valid()) {
    return Refused("parties", absl::StrCat(world.name_of(target), " isn't a lab"),
                   "a proposal to a lab");
  }
  const AgentId buyer = target == sender ? recipient : sender;
  const GroupId owner = world.agents[target].group;
  if (world.labs[world.lab_of(target)].division || OwnsLabs(world, owner)) {
    return Refused("division",
                   absl::StrCat(world.name_of(target), " is a division, or owns another lab"),
                   "a proposal to a lab that stands alone");
  }
  if (owner == world.agents[buyer].group) {
    return Refused("parties", "buyer and lab are of one group", "a lab of another group");
  }
  if (sender != buyer) return Accepted();
  return CheckCash(world, buyer, Cents(terms.price_cents()));
}

Verdict ApplyMergerProposal(World& world, AgentId sender, const v1::Message& move) {
  const v1::MergerProposal& proposal = move.merger_proposal();
  const AgentId recipient = RecipientOf(world, move);
  if (TargetOf(world, move.thread(), sender, recipient) == sender) {
    return Refused("thread", "this thread is about the sale of your own lab",
                   "a thread of your own, or one whose opener asked for a buyer");
  }
  if (Verdict refused =
          CheckMergerProposal(world, sender, recipient, move.thread(), proposal.terms())) {
    return refused;
  }
  return MakeProposal(world, sender, move, proposal.valid_through_quarter());
}

Verdict SignMerger(World& world, const Proposal& proposal, MarketOutput& out) {
  const v1::MergerTerms& terms = MergerTermsOf(proposal.message);
  const AgentId target = TargetOf(world, proposal.thread, proposal.sender, proposal.recipient);
  const AgentId buyer = target == proposal.sender ? proposal.recipient : proposal.sender;
  if (Verdict refused = CheckMergerProposal(world, buyer, target, proposal.thread, terms)) {
    return refused;
  }
  Deal deal;
  deal.name = NameBetween(world, proposal.thread, buyer, target);
  deal.lab = world.lab_of(target);
  for (const Deal& other : world.deals) {
    if (other.lab == deal.lab && other.kind == Deal::Kind::kMerger && other.pending()) {
      return Refused("sale", absl::StrCat("the lab is sold under deal ", other.name),
                     "a purchase after that deal has ended");
    }
  }
  if (FindDeal(world, deal.name) != nullptr) {
    return Refused("thread", absl::StrCat("there has been a deal ", deal.name),
                   "a proposal in a new thread");
  }
  deal.kind = Deal::Kind::kMerger;
  deal.investor = buyer;
  deal.merger = terms;
  deal.pre_money = Cents(terms.price_cents());
  const int64_t shares = world.labs[deal.lab].cap_table.FullyDiluted();
  deal.price_micros_per_share = shares > 0 ? MulDivRounded(terms.price_cents(), 10'000, shares) : 0;
  deal.signed_quarter = world.quarter;
  deal.signing_message = proposal.id;

  v1::DealSigned& body = *Notify(world, out, deal.name, {target, buyer}).mutable_deal_signed();
  body.set_deal(deal.name);
  body.set_lab(world.name_of(target));
  body.set_investor(world.name_of(buyer));
  *body.mutable_merger() = terms;
  OpenReviews(world, deal, out);
  OpenVotes(world, deal);
  world.deals.Add(std::move(deal));
  return Accepted();
}

void CloseMerger(World& world, Deal& deal, MarketOutput& out) {
  Lab& lab = world.labs[deal.lab];
  const Cents price(deal.merger.price_cents());
  if (SpendableCash(world, deal.investor) < price) {
    return EndDeal(world, deal, v1::DealEnded::OUTCOME_FAILED_TO_FUND,
                   absl::StrCat(world.name_of(deal.investor), " can't pay ", FormatDollars(price)),
                   out);
  }
  const GroupId buyers = world.agents[deal.investor].group;
  const int64_t shares = lab.cap_table.FullyDiluted();
  const std::vector<Cents> parts = lab.cap_table.Waterfall(price, world.quarter);
  TurnNotesIntoCapital(world, deal.lab);
  const Cents paid = PayHolders(world, deal, parts);
  EndStakes(world, deal.lab, buyers);
  lab.cap_table.TransferAllTo(AddHolder(world, deal.lab, buyers));
  lab.last_valuation = price;
  lab.last_price_micros_per_share = deal.price_micros_per_share;
  lab.division = true;
  JoinGroup(world, lab.agent, buyers);
  StakeOf(world, deal.lab, deal.investor).cost += paid;
  ImposeConditions(world, deal);
  deal.closed_quarter = world.quarter;

  v1::Closing& body = *Notify(world, out, deal.name, {lab.agent, deal.investor}).mutable_closing();
  body.set_deal(deal.name);
  body.set_cash_cents(paid.value());
  body.set_price_micros_per_share(shares > 0 ? MulDivRounded(price.value(), 10'000, shares) : 0);
  body.set_post_money_cents(price.value());
  body.set_holding_ppm(1'000'000);
  EndDeal(world, deal, v1::DealEnded::OUTCOME_COMPLETED, "the lab has been bought", out);
  EndOtherDeals(world, deal, out);
}

}  // namespace tranche
