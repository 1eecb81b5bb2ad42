#include "sim/funding.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "sim/check.h"
#include "sim/notices.h"
#include "sim/ownership.h"
#include "sim/proposals.h"
#include "sim/review.h"
#include "sim/shareholders.h"
#include "sim/supply.h"
#include "sim/terms.h"
#include "sim/threads.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

// More shares than a company issues; far within what the cap table can count.
constexpr int64_t kMostShares = 1'000'000'000'000;

Verdict SwitchedOff(const World& world) {
  if (!world.scenario.switches().no_funding()) return Accepted();
  return Refused("switched-off", "the scenario has no funding rounds", "no rounds");
}

Verdict NoSuchRound(absl::string_view thread) {
  return Refused("round",
                 absl::StrCat("there is no open round in thread \"", thread, "\" that you are in"),
                 "the thread of an open round, by its lab or an investor it has asked");
}

bool IsPriced(const v1::FundingTerms& terms) {
  return terms.instrument() == v1::INSTRUMENT_PREFERRED_EQUITY;
}

AgentId InvestorOf(const World& world, const Proposal& proposal) {
  return world.investor_of(proposal.sender).valid() ? proposal.sender : proposal.recipient;
}

Verdict CheckAsk(const World& world, const v1::FundingAsk& ask) {
  if (ask.kind() == v1::FundingAsk::KIND_UNSPECIFIED || !v1::FundingAsk::Kind_IsValid(ask.kind())) {
    return Refused("terms", "an ask without a kind", "a primary, bridge, down round or sale");
  }
  if (Verdict refused = CheckAmount(ask.amount_sought_cents(), "amount_sought_cents")) {
    return refused;
  }
  if (ask.minimum_cents() < 0 || ask.minimum_cents() > ask.amount_sought_cents()) {
    return Refused("terms", "the minimum isn't between nothing and the amount sought",
                   "minimum_cents from 0 to amount_sought_cents");
  }
  if (ask.kind() == v1::FundingAsk::KIND_PRIMARY || ask.kind() == v1::FundingAsk::KIND_DOWN_ROUND) {
    if (Verdict refused = CheckAmount(ask.pre_money_cents(), "pre_money_cents")) return refused;
  }
  const int32_t target = ask.target_close_quarter();
  if (target < world.quarter.index() || target > world.quarter.index() + 20) {
    return Refused("terms", absl::StrCat("target_close_quarter is ", target),
                   absl::StrCat("from ", world.quarter.index(), " (", world.quarter.ToString(),
                                ") to five years later"));
  }
  return Accepted();
}

// Whether holders of the lab or parties to its signed deals keep the group out.
Verdict CheckNotExcluded(const World& world, LabId lab, GroupId group) {
  const auto excluded_by = [&](AgentId investor) {
    return Refused("excluded-investor",
                   absl::StrCat(world.name_of(investor), "'s terms keep ", world.groups[group].name,
                                " out of ", world.agent_of(lab).seat.name),
                   absl::StrCat("an investor of another group, or ", world.name_of(investor),
                                "'s shares sold first"));
  };
  for (const Stake& stake : world.stakes) {
    if (stake.lab == lab && stake.holder != group &&
        std::find(stake.excluded_investors.begin(), stake.excluded_investors.end(), group) !=
            stake.excluded_investors.end()) {
      return excluded_by(stake.holder_agent);
    }
  }
  for (const Deal& deal : world.deals) {
    if (deal.lab != lab || !deal.pending() || world.agents[deal.investor].group == group) continue;
    for (const std::string& name : deal.terms.excluded_investors()) {
      if (name == world.groups[group].name) return excluded_by(deal.investor);
    }
  }
  return Accepted();
}

Verdict CheckCash(const World& world, AgentId investor, Cents amount, Cents cash) {
  if (cash >= amount) return Accepted();
  return Refused("cash",
                 absl::StrCat(world.name_of(investor), " has ", FormatDollars(cash),
                              " of uncommitted cash and the amount is ", FormatDollars(amount)),
                 absl::StrCat("at most ", FormatDollars(cash)));
}

// The parts of one agreement, and what they add up to.
struct Signing {
  FundingRound* round = nullptr;
  std::vector<Proposal*> parts;
  Cents amount;
  Cents pre_money;
  bool priced = false;
};

Verdict CollectParts(World& world, AgentId sender, const v1::Message& move, Signing& signing) {
  const v1::DefinitiveAgreement& agreement = move.definitive_agreement();
  FundingRound* round = FindRound(world, move.thread());
  if (round == nullptr || !round->open || world.labs[round->lab].agent != sender) {
    return NoSuchRound(move.thread());
  }
  signing.round = round;
  signing.pre_money = Cents(agreement.pre_money_cents());
  std::vector<AgentId> investors;
  for (uint64_t id : agreement.proposals()) {
    Proposal* proposal = FindProposal(world, id);
    const bool agreed = proposal != nullptr && proposal->state == Proposal::State::kAgreed &&
                        proposal->thread == move.thread() &&
                        SubjectOf(proposal->message) == Subject::kFunding;
    const AgentId investor = agreed ? InvestorOf(world, *proposal) : AgentId();
    if (!agreed || std::find(investors.begin(), investors.end(), investor) != investors.end()) {
      return Refused("proposal",
                     absl::StrCat("proposal ", id,
                                  " isn't agreed in this round, or its investor "
                                  "is named twice"),
                     "ids of proposals accepted in this thread, one for each investor");
    }
    investors.push_back(investor);
    signing.parts.push_back(proposal);
    const v1::FundingTerms& terms = FundingTermsOf(proposal->message);
    signing.amount += Cents(terms.amount_cents());
    signing.priced |= IsPriced(terms);
  }
  const bool all_addressed = move.recipients_size() == static_cast<int>(investors.size()) &&
                             std::all_of(investors.begin(), investors.end(), [&](AgentId investor) {
                               return std::find(move.recipients().begin(), move.recipients().end(),
                                                world.name_of(investor)) != move.recipients().end();
                             });
  if (investors.empty() || !all_addressed) {
    return Refused("recipients", "the agreement doesn't go to just the investors of its proposals",
                   "each investor whose proposal it names, and nobody else");
  }
  return Accepted();
}

Verdict CheckPrice(const World& world, const Signing& signing) {
  const FundingRound& round = *signing.round;
  if (round.signed_amount + signing.amount < Cents(round.ask.minimum_cents())) {
    return Refused(
        "round-minimum",
        absl::StrCat("the round comes to ", FormatDollars(round.signed_amount + signing.amount),
                     " and its minimum is ", FormatDollars(Cents(round.ask.minimum_cents()))),
        "more agreed proposals, or a new ask with a lower minimum");
  }
  if (!signing.priced) return Accepted();
  if (Verdict refused = CheckAmount(signing.pre_money.value(), "pre_money_cents")) return refused;
  if (round.pre_money > Cents(0) && signing.pre_money != round.pre_money) {
    return Refused("one-price",
                   absl::StrCat("the round has been signed at ", FormatDollars(round.pre_money),
                                " before the money"),
                   absl::StrCat("pre_money_cents: ", round.pre_money.value()));
  }
  for (const Proposal* part : signing.parts) {
    const v1::FundingTerms& terms = FundingTermsOf(part->message);
    if (!IsPriced(terms) || signing.pre_money <= Cents(terms.pre_money_cents())) continue;
    return Refused("one-price",
                   absl::StrCat(world.name_of(InvestorOf(world, *part)), " has agreed to ",
                                FormatDollars(Cents(terms.pre_money_cents())),
                                " before the money, not ", FormatDollars(signing.pre_money)),
                   absl::StrCat("pre_money_cents of at most ", terms.pre_money_cents()));
  }
  return Accepted();
}

Verdict CheckCompatible(const World& world, const Signing& signing) {
  const LabId lab = signing.round->lab;
  // Clouds that the lab would be bound to buy from, those of deals signed and not closed among
  // them.
  struct Promise {
    const v1::CloudCommitment* terms;
    AgentId investor;
  };
  std::vector<Promise> promises;
  for (const Deal& deal : world.deals) {
    if (deal.lab == lab && deal.pending() && deal.terms.has_cloud_commitment()) {
      promises.push_back({&deal.terms.cloud_commitment(), deal.investor});
    }
  }
  for (const Proposal* part : signing.parts) {
    const AgentId investor = InvestorOf(world, *part);
    const v1::FundingTerms& terms = FundingTermsOf(part->message);
    if (Verdict refused = CheckNotExcluded(world, lab, world.agents[investor].group)) {
      return refused;
    }
    for (const Proposal* other : signing.parts) {
      const AgentId excluded = InvestorOf(world, *other);
      for (const std::string& name : terms.excluded_investors()) {
        if (name != world.groups[world.agents[excluded].group].name) continue;
        return Refused("excluded-investor",
                       absl::StrCat(world.name_of(investor), "'s terms keep ",
                                    world.name_of(excluded), " out of the round"),
                       "a round with one of the two, or other terms");
      }
    }
    if (!terms.has_cloud_commitment()) continue;
    const CloudId cloud = world.cloud_of(world.FindAgent(terms.cloud_commitment().cloud()));
    if (Verdict refused = CheckComputeExclusivity(world, lab, cloud)) return refused;
    for (const Promise& other : promises) {
      if (other.terms->cloud() == terms.cloud_commitment().cloud()) continue;
      const bool clash = other.terms->exclusive() || terms.cloud_commitment().exclusive() ||
                         (other.terms->exclusive_marketplace() &&
                          terms.cloud_commitment().exclusive_marketplace());
      if (!clash) continue;
      return Refused("exclusivity",
                     absl::StrCat(world.name_of(investor), " and ", world.name_of(other.investor),
                                  " each want the lab's compute for their own cloud"),
                     "one exclusive commitment, or none");
    }
    promises.push_back({&terms.cloud_commitment(), investor});
  }
  return Accepted();
}

// Sets the round's price from the cap table as it stands.
Verdict FixPrice(const World& world, const Signing& signing, SharePrice& price) {
  RoundTerms terms;
  terms.series = signing.round->thread;
  terms.pre_money = signing.pre_money;
  terms.new_money = signing.amount;
  for (const Proposal* part : signing.parts) {
    const v1::FundingTerms& proposed = FundingTermsOf(part->message);
    if (!IsPriced(proposed)) continue;
    terms.pool_after_ppm = std::max(terms.pool_after_ppm, int64_t{100} * proposed.option_pool_bp());
  }
  terms.quarter = world.quarter;
  CapTable table = world.labs[signing.round->lab].cap_table;
  const absl::StatusOr<OpenedRound> round = table.OpenRound(terms);
  const bool sensible =
      round.ok() && round->price.Micros() >= 1 &&
      absl::int128(signing.amount.value()) * round->price.shares / round->price.value.value() <
          kMostShares;
  if (!sensible) {
    return Refused("price",
                   round.ok() ? "at this price the round would issue too many shares"
                              : std::string(round.status().message()),
                   "a higher pre-money");
  }
  price = round->price;
  return Accepted();
}

// Signs one investor's part: a deal, and what it must wait for.
void SignDeal(World& world, const FundingRound& round, AgentId investor,
              const v1::FundingTerms& terms, uint64_t message, MarketOutput& out) {
  const AgentId lab = world.labs[round.lab].agent;
  Deal deal;
  deal.name = NameBetween(world, round.thread, lab, investor);
  deal.kind = Deal::Kind::kFunding;
  deal.lab = round.lab;
  deal.investor = investor;
  deal.terms = terms;
  deal.round = round.thread;
  if (IsPriced(terms)) {
    deal.terms.set_pre_money_cents(round.pre_money.value());
    deal.pre_money = round.pre_money;
    deal.price_micros_per_share = round.price_micros_per_share;
    deal.fully_diluted_at_signing = round.fully_diluted_at_signing;
  }
  deal.signed_quarter = world.quarter;
  deal.signing_message = message;
  deal.tranches.resize(static_cast<size_t>(terms.tranches_size()));

  v1::DealSigned& body = *Notify(world, out, deal.name, {lab, investor}).mutable_deal_signed();
  body.set_deal(deal.name);
  body.set_lab(world.name_of(lab));
  body.set_investor(world.name_of(investor));
  *body.mutable_funding() = deal.terms;
  OpenReviews(world, deal, out);
  OpenVotes(world, deal);
  world.deals.Add(std::move(deal));
}

}  // namespace

Verdict ApplyFundingAsk(World& world, AgentId sender, const v1::Message& move) {
  const v1::FundingAsk& ask = move.funding_ask();
  if (Verdict refused = SwitchedOff(world)) return refused;
  const LabId lab = world.lab_of(sender);
  if (world.labs[lab].division) {
    return Refused("division", "a division raises no money of its own",
                   "money from the group's treasury");
  }
  if (OpenerOf(world, move.thread()) != sender) {
    return Refused("thread", "a lab asks in a thread of its own",
                   absl::StrCat("thread: \"", world.name_of(sender), "/…\""));
  }
  if (Verdict refused = CheckAsk(world, ask)) return refused;
  const bool sale = ask.kind() == v1::FundingAsk::KIND_SALE;
  std::vector<AgentId> invited;
  for (const std::string& name : move.recipients()) {
    invited.push_back(world.FindAgent(name));
    if (!sale && !world.investor_of(invited.back()).valid()) {
      return Refused("recipients", absl::StrCat(name, " isn't an investor"),
                     "investors; for a sale labs and clouds too");
    }
  }
  for (const FundingRound& other : world.rounds) {
    if (other.lab == lab && other.open && other.thread != move.thread() &&
        other.ask.kind() == ask.kind()) {
      return Refused("round", absl::StrCat("your round ", other.thread, " is open"),
                     "an ask in that thread, or one after it is withdrawn");
    }
  }
  FundingRound* round = FindRound(world, move.thread());
  if (round != nullptr && round->signed_amount > Cents(0) &&
      (!round->open || ask.pre_money_cents() != round->ask.pre_money_cents() ||
       ask.kind() != round->ask.kind())) {
    return Refused("one-price", "a part of this round has been signed",
                   "an ask with the same kind and pre-money while it is open, or a new thread");
  }
  if (round == nullptr) {
    FundingRound opened;
    opened.thread = move.thread();
    opened.lab = lab;
    opened.opened = world.quarter;
    world.rounds.push_back(std::move(opened));
    round = &world.rounds.back();
  }
  round->ask = ask;
  round->message = move.id();
  round->open = true;
  round->invited.insert(round->invited.end(), invited.begin(), invited.end());
  std::sort(round->invited.begin(), round->invited.end());
  round->invited.erase(std::unique(round->invited.begin(), round->invited.end()),
                       round->invited.end());
  return Accepted();
}

Verdict CheckFundingProposal(World& world, AgentId sender, AgentId recipient,
                             absl::string_view thread, const v1::FundingTerms& terms) {
  if (Verdict refused = SwitchedOff(world)) return refused;
  const bool by_investor = world.investor_of(sender).valid();
  const AgentId investor = by_investor ? sender : recipient;
  const AgentId lab = by_investor ? recipient : sender;
  const FundingRound* round = FindRound(world, thread);
  if (round == nullptr || !round->open || round->ask.kind() == v1::FundingAsk::KIND_SALE ||
      world.labs[round->lab].agent != lab ||
      !std::binary_search(round->invited.begin(), round->invited.end(), investor)) {
    return NoSuchRound(thread);
  }
  if (world.agents[investor].group == world.agents[lab].group) {
    return Refused("parties", "lab and investor are of one group", "an investor of another group");
  }
  if (Verdict refused = CheckFundingTerms(world, investor, terms)) return refused;
  if (FindDeal(world, NameBetween(world, thread, lab, investor)) != nullptr) {
    return Refused("thread", "the two have signed in this round",
                   "further money in a new round's thread");
  }
  if (Verdict refused = CheckNotExcluded(world, round->lab, world.agents[investor].group)) {
    return refused;
  }
  if (!by_investor) return Accepted();
  return CheckCash(world, investor, Cents(terms.amount_cents()), UncommittedCash(world, investor));
}

Verdict ApplyTermSheet(World& world, AgentId sender, const v1::Message& move) {
  const v1::TermSheet& sheet = move.term_sheet();
  if (Verdict refused = CheckFundingProposal(world, sender, RecipientOf(world, move), move.thread(),
                                             sheet.terms())) {
    return refused;
  }
  return MakeProposal(world, sender, move, sheet.valid_through_quarter());
}

Verdict AgreeFunding(World& world, const Proposal& proposal) {
  const AgentId investor = InvestorOf(world, proposal);
  const AgentId lab = investor == proposal.sender ? proposal.recipient : proposal.sender;
  return CheckFundingProposal(world, investor, lab, proposal.thread,
                              FundingTermsOf(proposal.message));
}

Verdict ApplyDefinitiveAgreement(World& world, AgentId sender, const v1::Message& move,
                                 MarketOutput& out) {
  Signing signing;
  if (Verdict refused = CollectParts(world, sender, move, signing)) return refused;
  if (Verdict refused = CheckPrice(world, signing)) return refused;
  if (Verdict refused = CheckCompatible(world, signing)) return refused;
  for (const Proposal* part : signing.parts) {
    // The agreed amount is committed already; only money spent since can be missing.
    const AgentId investor = InvestorOf(world, *part);
    if (Verdict refused = CheckCash(world, investor, CashTaken(world, investor),
                                    SpendableCash(world, investor))) {
      return refused;
    }
  }
  FundingRound& round = *signing.round;
  if (signing.priced) {
    SharePrice price;
    if (Verdict refused = FixPrice(world, signing, price)) return refused;
    if (round.price_micros_per_share == 0) {
      round.pre_money = signing.pre_money;
      round.price_micros_per_share = price.Micros();
      round.fully_diluted_at_signing = world.labs[round.lab].cap_table.FullyDiluted();
    }
  }
  for (Proposal* part : signing.parts) {
    part->state = Proposal::State::kSigned;
    SignDeal(world, round, InvestorOf(world, *part), FundingTermsOf(part->message), move.id(), out);
  }
  round.signed_amount += signing.amount;
  round.last_signed = world.quarter;
  if (round.signed_amount >= Cents(round.ask.amount_sought_cents())) round.open = false;
  return Accepted();
}

Verdict ApplyProRataExercise(World& world, AgentId sender, const v1::Message& move,
                             MarketOutput& out) {
  const Cents amount(move.pro_rata_exercise().amount_cents());
  if (Verdict refused = CheckAmount(amount.value(), "amount_cents")) return refused;
  FundingRound* round = FindRound(world, move.thread());
  if (round == nullptr || round->price_micros_per_share == 0 ||
      world.labs[round->lab].agent != RecipientOf(world, move) ||
      world.quarter > round->last_signed + 1) {
    return Refused("round", "no priced round of this lab was signed in this thread lately",
                   "the thread of a round signed this quarter or last");
  }
  const GroupId group = world.agents[sender].group;
  const Stake* stake = FindStake(world, round->lab, group);
  const int64_t ppm = StakePpm(world, round->lab, group);
  if (stake == nullptr || !stake->pro_rata_right || ppm >= 1'000'000) {
    return Refused("pro-rata", "your stake carries no pro-rata right", "a term sheet");
  }
  if (FindDeal(world, NameBetween(world, move.thread(), RecipientOf(world, move), sender)) !=
      nullptr) {
    return Refused("thread", "you have signed in this round", "nothing more in this round");
  }
  const Cents most = MulDiv(round->signed_amount, ppm, 1'000'000 - ppm);
  if (amount > most) {
    return Refused("pro-rata",
                   absl::StrCat("to keep ", ppm, " ppm of the lab takes ", FormatDollars(most)),
                   absl::StrCat("at most ", most.value(), " cents"));
  }
  if (Verdict refused = CheckCash(world, sender, amount, UncommittedCash(world, sender))) {
    return refused;
  }
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(amount.value());
  v1::Tranche& tranche = *terms.add_tranches();
  tranche.set_amount_cents(amount.value());
  tranche.mutable_condition()->set_clearance(true);
  terms.set_board_right(v1::BOARD_RIGHT_NONE);
  terms.set_pro_rata_right(true);
  terms.set_information_right(stake->information_right);
  terms.set_liquidation_preference_bp(10'000);
  terms.set_outside_quarter(world.quarter.index() + 4);
  SignDeal(world, *round, sender, terms, move.id(), out);
  round->signed_amount += amount;
  return Accepted();
}

Verdict ApplyInformationReport(World& world, AgentId sender, const v1::Message& move) {
  const v1::InformationReport& report = move.information_report();
  const Lab& lab = world.labs[world.lab_of(sender)];
  const EntityId entity = world.agents[sender].entity;
  const Cents revenue = lab.revenue_history.empty() ? Cents(0) : lab.revenue_history.back();
  const Cents net_income = world.ledger.IncomeStatementOf(entity).net_income;
  const Cents cash = world.ledger.Cash(entity);
  if (Cents(report.revenue_cents()) == revenue && Cents(report.net_income_cents()) == net_income &&
      Cents(report.cash_cents()) == cash) {
    return Accepted();
  }
  return Refused("books", "the figures aren't those of the books",
                 absl::StrCat("revenue_cents: ", revenue.value(), ", net_income_cents: ",
                              net_income.value(), ", cash_cents: ", cash.value()));
}

}  // namespace tranche
