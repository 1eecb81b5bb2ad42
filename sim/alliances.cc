#include "sim/alliances.h"

#include <cstdint>
#include <string>

#include "sim/money.h"
#include "sim/ownership.h"

namespace tranche {
namespace {

class Graph {
 public:
  Graph(const World& world, MarketOutput& out) : world_(world), out_(out) {}

  void Add(v1::Relation::Kind kind, GroupId from, GroupId to, int64_t size, Quarter since,
           const std::string& thread) {
    if (from == to || size == 0) return;
    v1::LogRecord* record = out_.AddRecord();
    if (record == nullptr) return;
    v1::Relation* relation = record->mutable_relation();
    relation->set_kind(kind);
    relation->set_from_group(world_.groups[from].name);
    relation->set_to_group(world_.groups[to].name);
    relation->set_size(size);
    relation->set_since_quarter(since.index());
    relation->set_thread(thread);
  }

 private:
  const World& world_;
  MarketOutput& out_;
};

void AddStakes(const World& world, Graph& graph) {
  for (const Stake& stake : world.stakes) {
    const Agent& lab = world.agent_of(stake.lab);
    if (!lab.active) continue;
    const int64_t stake_ppm = StakePpm(world, stake.lab, stake.holder);
    graph.Add(v1::Relation::KIND_EQUITY, stake.holder, lab.group, stake_ppm, stake.since, "");
    if (stake.board_right == v1::BOARD_RIGHT_SEAT) {
      graph.Add(v1::Relation::KIND_BOARD, stake.holder, lab.group, 2, stake.since, "");
    } else if (stake.board_right == v1::BOARD_RIGHT_OBSERVER) {
      graph.Add(v1::Relation::KIND_BOARD, stake.holder, lab.group, 1, stake.since, "");
    }
    if (stake_ppm > 0) {
      graph.Add(v1::Relation::KIND_CONFLICT, stake.holder, lab.group,
                OverlapBp(world, stake.lab, stake.holder), stake.since, "");
    }
  }
  for (const Deal& deal : world.deals) {
    const Cents note = deal.note_principal + deal.note_interest;
    graph.Add(v1::Relation::KIND_NOTE, world.agents[deal.investor].group,
              world.agent_of(deal.lab).group, note.value(), deal.closed_quarter, deal.name);
  }
}

void AddContract(const World& world, const Contract& contract, Graph& graph) {
  const GroupId provider = world.agents[contract.provider].group;
  const GroupId customer = world.agents[contract.customer].group;
  const Quarter since = contract.signed_quarter;
  bool exclusive = false;
  switch (contract.kind) {
    case Contract::Kind::kCapacity: {
      const auto hours = static_cast<int64_t>(world.scenario.compute().hours_per_quarter());
      const Cents reserved = CostAtMicros(contract.capacity.price_micros_per_gpu_hour(),
                                          contract.ReservedIn(world.quarter) * hours);
      graph.Add(v1::Relation::KIND_SUPPLY, provider, customer, reserved.value(), since,
                contract.name);
      exclusive = contract.capacity.exclusive();
      break;
    }
    case Contract::Kind::kSpendCommitment: {
      const v1::CloudCommitment& commitment = contract.commitment;
      if (commitment.term_quarters() > 0) {
        graph.Add(v1::Relation::KIND_SUPPLY, provider, customer,
                  commitment.amount_cents() / commitment.term_quarters(), since, contract.name);
      }
      exclusive = commitment.exclusive() || commitment.exclusive_marketplace();
      break;
    }
    case Contract::Kind::kMarketplace:
      graph.Add(v1::Relation::KIND_MARKETPLACE, provider, customer,
                contract.marketplace.revenue_share_bp(), since, contract.name);
      exclusive = contract.marketplace.exclusive();
      break;
    case Contract::Kind::kLicence:
      graph.Add(v1::Relation::KIND_LICENCE, provider, customer,
                contract.licence.fee_cents_per_quarter(), since, contract.name);
      break;
  }
  if (exclusive) {
    graph.Add(v1::Relation::KIND_EXCLUSIVITY, provider, customer, 1, since, contract.name);
  }
}

}  // namespace

void WriteAlliances(const World& world, MarketOutput& out) {
  Graph graph(world, out);
  AddStakes(world, graph);
  for (const Contract& contract : world.contracts) {
    if (contract.active && contract.start <= world.quarter && world.quarter < contract.end) {
      AddContract(world, contract, graph);
    }
  }
}

}  // namespace tranche
