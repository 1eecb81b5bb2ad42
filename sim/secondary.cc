#include "sim/secondary.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/check.h"
#include "sim/closing.h"
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

Cents PriceOf(const v1::SecondaryTerms& terms) {
  return CostAtMicros(terms.price_micros_per_share(), terms.shares());
}

// Shares that the seller has and hasn't sold in a deal that is still to close.
int64_t SharesForSale(const World& world, AgentId seller, LabId lab) {
  const GroupId group = world.agents[seller].group;
  const Stake* stake = FindStake(world, lab, group);
  if (stake == nullptr || stake->holder_agent != seller) return 0;
  int64_t shares = SharesOf(world, lab, group);
  for (const Deal& deal : world.deals) {
    if (deal.kind == Deal::Kind::kSecondary && deal.pending() && deal.seller == seller &&
        deal.lab == lab) {
      shares -= deal.secondary.shares();
    }
  }
  return std::max<int64_t>(0, shares);
}

}  // namespace

Verdict CheckSecondaryProposal(World& world, AgentId sender, AgentId recipient,
                               absl::string_view thread, const v1::SecondaryTerms& terms) {
  if (world.scenario.switches().no_funding()) {
    return Refused("switched-off", "the scenario has no sales of shares", "no offers");
  }
  if (Verdict refused = CheckSecondaryTerms(world, terms)) return refused;
  const AgentId seller = OpenerOf(world, thread);
  if (seller != sender && seller != recipient) {
    return Refused("thread", "the seller opens the thread of a sale",
                   absl::StrCat("thread: \"", world.name_of(sender), "/…\""));
  }
  const AgentId buyer = seller == sender ? recipient : sender;
  if (world.agents[seller].group == world.agents[buyer].group) {
    return Refused("parties", "seller and buyer are of one group", "a buyer of another group");
  }
  const LabId lab = world.lab_of(world.FindAgent(terms.lab()));
  if (world.labs[lab].division || !world.agent_of(lab).active) {
    return Refused("division", absl::StrCat(terms.lab(), "'s shares aren't for sale"),
                   "shares of a lab that stands alone and is in the market");
  }
  const int64_t for_sale = SharesForSale(world, seller, lab);
  if (terms.shares() > for_sale) {
    return Refused("holdings",
                   absl::StrCat(world.name_of(seller), " has ", for_sale, " shares of ",
                                terms.lab(), " in its books and not yet sold"),
                   absl::StrCat("at most ", for_sale, " shares"));
  }
  if (sender == seller) return Accepted();
  const Cents cash = UncommittedCash(world, buyer);
  if (cash >= PriceOf(terms)) return Accepted();
  return Refused(
      "cash",
      absl::StrCat(world.name_of(buyer), " has ", FormatDollars(cash),
                   " of uncommitted cash and the price is ", FormatDollars(PriceOf(terms))),
      absl::StrCat("a sale for at most ", FormatDollars(cash)));
}

Verdict ApplySecondaryOffer(World& world, AgentId sender, const v1::Message& move) {
  const v1::SecondaryOffer& offer = move.secondary_offer();
  if (OpenerOf(world, move.thread()) != sender) {
    return Refused("thread", "the seller opens the thread of a sale",
                   absl::StrCat("thread: \"", world.name_of(sender), "/…\""));
  }
  if (Verdict refused = CheckSecondaryProposal(world, sender, RecipientOf(world, move),
                                               move.thread(), offer.terms())) {
    return refused;
  }
  return MakeProposal(world, sender, move, offer.valid_through_quarter());
}

Verdict SignSecondary(World& world, const Proposal& proposal, MarketOutput& out) {
  const v1::SecondaryTerms& terms = SecondaryTermsOf(proposal.message);
  const AgentId seller = OpenerOf(world, proposal.thread);
  const AgentId buyer = seller == proposal.sender ? proposal.recipient : proposal.sender;
  if (Verdict refused = CheckSecondaryProposal(world, buyer, seller, proposal.thread, terms)) {
    return refused;
  }
  Deal deal;
  deal.name = NameBetween(world, proposal.thread, buyer, seller);
  if (FindDeal(world, deal.name) != nullptr) {
    return Refused("thread", absl::StrCat("there has been a deal ", deal.name),
                   "an offer in a new thread");
  }
  deal.kind = Deal::Kind::kSecondary;
  deal.lab = world.lab_of(world.FindAgent(terms.lab()));
  deal.investor = buyer;
  deal.seller = seller;
  deal.secondary = terms;
  deal.price_micros_per_share = terms.price_micros_per_share();
  deal.signed_quarter = world.quarter;
  deal.signing_message = proposal.id;

  v1::DealSigned& body = *Notify(world, out, deal.name, {buyer, seller}).mutable_deal_signed();
  body.set_deal(deal.name);
  body.set_lab(terms.lab());
  body.set_investor(world.name_of(buyer));
  *body.mutable_secondary() = terms;
  OpenReviews(world, deal, out);
  OpenVotes(world, deal);
  world.deals.Add(std::move(deal));
  return Accepted();
}

void CloseSecondary(World& world, Deal& deal, MarketOutput& out) {
  const GroupId buyers = world.agents[deal.investor].group;
  const GroupId sellers = world.agents[deal.seller].group;
  const int64_t shares = deal.secondary.shares();
  const Cents price = PriceOf(deal.secondary);
  if (FindStake(world, deal.lab, sellers) == nullptr ||
      SharesOf(world, deal.lab, sellers) < shares) {
    return EndDeal(world, deal, v1::DealEnded::OUTCOME_FAILED_TO_FUND,
                   "the seller no longer has the shares", out);
  }
  const EntityId seller = world.agents[deal.seller].entity;
  if (!Pay(world, deal.investor, seller, price, Account::kEquityInvestments,
           Account::kEquityInvestments, PaymentKind::kSecondarySale, deal.name)
           .ok()) {
    return EndDeal(world, deal, v1::DealEnded::OUTCOME_FAILED_TO_FUND,
                   absl::StrCat(world.name_of(deal.investor), " can't pay ", FormatDollars(price)),
                   out);
  }
  const Cents cost = MoveShares(world, StakeOf(world, deal.lab, deal.seller),
                                AddHolder(world, deal.lab, buyers), shares);
  RealiseGain(world, seller, price, cost, deal.name);
  StakeOf(world, deal.lab, deal.investor).cost += price;
  ImposeConditions(world, deal);
  Lab& lab = world.labs[deal.lab];
  if (shares >= MulDivFloor(lab.cap_table.FullyDiluted(), kMarkingPartPpm, 1'000'000)) {
    MarkLab(world, deal.lab, SharePrice::FromMicros(deal.secondary.price_micros_per_share()));
  }
  deal.closed_quarter = world.quarter;

  v1::Closing& body =
      *Notify(world, out, deal.name, {lab.agent, deal.investor, deal.seller}).mutable_closing();
  body.set_deal(deal.name);
  body.set_cash_cents(price.value());
  body.set_price_micros_per_share(deal.secondary.price_micros_per_share());
  body.set_post_money_cents(lab.last_valuation.value());
  body.set_holding_ppm(StakePpm(world, deal.lab, buyers));
  EndDeal(world, deal, v1::DealEnded::OUTCOME_COMPLETED, "the shares have been sold", out);
}

}  // namespace tranche
