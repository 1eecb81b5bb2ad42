#include "sim/treasury.h"

#include <algorithm>
#include <array>
#include <limits>

#include "absl/strings/str_cat.h"
#include "sim/building.h"
#include "sim/check.h"

namespace tranche {
namespace {

const Group& GroupOf(const World& world, AgentId agent) {
  return world.groups[world.agents[agent].group];
}

Cents Uncalled(const World& world, AgentId agent) {
  const InvestorId investor = world.investor_of(agent);
  return investor.valid() ? world.investors[investor].uncalled : Cents(0);
}

// What is left to pay under the funding deals and agreed proposals of `investor`.
Cents PromisedToLabs(const World& world, AgentId investor) {
  Cents promised;
  for (const Deal& deal : world.deals) {
    if (deal.investor != investor || !deal.live()) continue;
    switch (deal.kind) {
      case Deal::Kind::kFunding:
        for (size_t i = 0; i < deal.tranches.size(); ++i) {
          if (deal.tranches[i].state == TrancheState::State::kPending) {
            promised += Cents(deal.terms.tranches(static_cast<int>(i)).amount_cents());
          }
        }
        break;
      case Deal::Kind::kMerger:
        if (deal.state != v1::DealDisclosure::STATE_CLOSED) {
          promised += Cents(deal.merger.price_cents());
        }
        break;
      case Deal::Kind::kSecondary:
        if (deal.state != v1::DealDisclosure::STATE_CLOSED) {
          promised +=
              CostAtMicros(deal.secondary.price_micros_per_share(), deal.secondary.shares());
        }
        break;
    }
  }
  for (const Proposal& proposal : world.proposals) {
    if (proposal.state != Proposal::State::kAgreed) continue;
    const bool by_investor = proposal.sender == investor;
    if (!by_investor && proposal.recipient != investor) continue;
    if (proposal.message.has_term_sheet()) {
      promised += Cents(proposal.message.term_sheet().terms().amount_cents());
    } else if (proposal.message.counter_offer().has_funding()) {
      promised += Cents(proposal.message.counter_offer().funding().amount_cents());
    }
  }
  return promised;
}

Cents PromisedByGroup(const World& world, AgentId agent) {
  Cents promised;
  for (AgentId member : GroupOf(world, agent).members) promised += PromisedToLabs(world, member);
  return promised;
}

// Calls `visit` with each site the group has under construction.
template <typename Visit>
void ForEachSite(const World& world, GroupId group, const Visit& visit) {
  for (const Build& build : world.builds) {
    if (build.done || build.cancelled) continue;
    if (world.agents[world.clouds[build.cloud].agent].group == group) visit(build);
  }
}

// Quarters ahead in which an instalment may be due.
constexpr int32_t kInstalmentQuarters = kMostLeadQuarters + 1;

// For each close ahead, this quarter's first: instalments on the group's sites due by then less
// operating cash flow until then.
std::array<Cents, kInstalmentQuarters> NeededForSites(const World& world, GroupId group) {
  std::array<Cents, kInstalmentQuarters> needed{};
  ForEachSite(world, group, [&](const Build& build) {
    const Cents left = build.total_cost - build.paid;
    const int32_t instalments = std::clamp(build.ready - world.quarter, 1, kInstalmentQuarters);
    for (int32_t q = 0; q < kInstalmentQuarters; ++q) {
      needed[static_cast<size_t>(q)] +=
          q + 1 < instalments ? MulDiv(left, q + 1, instalments) : left;
    }
  });
  const Cents earned = OperatingCashFlow(world, group);
  for (int32_t q = 0; q < kInstalmentQuarters; ++q) {
    needed[static_cast<size_t>(q)] -= earned * (q + 1);
  }
  return needed;
}

}  // namespace

Cents SpendableCash(const World& world, AgentId agent) {
  Cents cash = world.ledger.Cash(world.agents[agent].entity) + Uncalled(world, agent);
  const Group& group = GroupOf(world, agent);
  if (group.has_treasury) cash += world.ledger.Cash(group.treasury);
  return cash;
}

Cents CommittedCash(const World& world, AgentId agent) {
  Cents committed = PromisedByGroup(world, agent);
  ForEachSite(world, world.agents[agent].group,
              [&](const Build& build) { committed += build.total_cost - build.paid; });
  return committed;
}

Cents OperatingCashFlow(const World& world, GroupId group) {
  Cents flow = world.groups[group].other_cash_flow;
  const bool first = world.quarter == world.first_quarter;
  for (AgentId member : world.groups[group].members) {
    const CloudId cloud = world.cloud_of(member);
    if (!first) {
      flow += world.ledger.CashFlowOf(world.agents[member].entity).operating;
    } else if (cloud.valid()) {
      flow +=
          Cents(__builtin_llround(static_cast<double>(world.clouds[cloud].other_revenue.value()) *
                                  world.clouds[cloud].other_margin));
    }
  }
  return std::max(Cents(0), flow);
}

Cents CashTaken(const World& world, AgentId agent) {
  const std::array<Cents, kInstalmentQuarters> needed =
      NeededForSites(world, world.agents[agent].group);
  return PromisedByGroup(world, agent) +
         std::max(Cents(0), *std::max_element(needed.begin(), needed.end()));
}

Cents UncommittedCash(const World& world, AgentId agent) {
  return std::max(Cents(0), SpendableCash(world, agent) - CashTaken(world, agent));
}

Cents MeansForSite(const World& world, AgentId agent, int32_t lead_quarters) {
  const int32_t lead = std::clamp(lead_quarters, 1, kInstalmentQuarters);
  const std::array<Cents, kInstalmentQuarters> needed =
      NeededForSites(world, world.agents[agent].group);
  const Cents cash = SpendableCash(world, agent) - PromisedByGroup(world, agent);
  Cents means = Cents(std::numeric_limits<int64_t>::max());
  for (int32_t q = 0; q < kInstalmentQuarters; ++q) {
    // Of a site's cost the part min(q + 1, lead) / lead is due by then.
    const Cents there_is = std::max(Cents(0), cash - needed[static_cast<size_t>(q)]);
    means = std::min(means, MulDiv(there_is, lead, std::min(q + 1, lead)));
  }
  return means;
}

absl::Status Pay(World& world, AgentId from, EntityId to, Cents amount, Account from_account,
                 Account to_account, PaymentKind kind, absl::string_view thread) {
  const Agent& payer = world.agents[from];
  if (SpendableCash(world, from) < amount) {
    return absl::FailedPreconditionError(absl::StrCat(payer.seat.name, " can't pay ",
                                                      FormatDollars(amount), ": it can spend ",
                                                      FormatDollars(SpendableCash(world, from))));
  }
  Ledger& ledger = world.ledger;
  const auto shortfall = [&] { return std::max(Cents(0), amount - ledger.Cash(payer.entity)); };
  const Group& group = GroupOf(world, from);
  if (group.has_treasury) {
    const absl::Status lent = ledger.Transfer(
        group.treasury, payer.entity, std::min(shortfall(), ledger.Cash(group.treasury)),
        Account::kIntragroup, Account::kIntragroup, PaymentKind::kIntragroup, "");
    TRANCHE_CHECK(lent.ok(), "a treasury lends no more than it has");
  }
  if (const Cents called = shortfall(); called > Cents(0)) {
    world.investors[world.investor_of(from)].uncalled -= called;
    const absl::Status paid_in = ledger.Transfer(
        world.populations.capital, payer.entity, called, Account::kEquityInvestments,
        Account::kPaidInCapital, PaymentKind::kCapitalCall, "");
    TRANCHE_CHECK(paid_in.ok(), "capital has its promised money");
  }
  return ledger.Transfer(payer.entity, to, amount, from_account, to_account, kind, thread);
}

void SweepToTreasuries(World& world) {
  Ledger& ledger = world.ledger;
  for (const Group& group : world.groups) {
    if (!group.has_treasury) continue;
    for (AgentId member : group.members) {
      const EntityId entity = world.agents[member].entity;
      const absl::Status swept =
          ledger.Transfer(entity, group.treasury, ledger.Cash(entity), Account::kIntragroup,
                          Account::kIntragroup, PaymentKind::kIntragroup, "");
      TRANCHE_CHECK(swept.ok(), "a sweep moves what there is");
    }
  }
}

}  // namespace tranche
