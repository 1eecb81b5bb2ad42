#include "sim/threads.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

// Enters what has been added to the tables since the last look-up.
ThreadIndex& Synchronised(World& world) {
  ThreadIndex& index = world.threads;
  for (; index.rounds < static_cast<int32_t>(world.rounds.size()); ++index.rounds) {
    index.by_name[world.rounds[static_cast<size_t>(index.rounds)].thread].round = index.rounds;
  }
  for (; index.proposals < static_cast<int32_t>(world.proposals.size()); ++index.proposals) {
    Proposal& proposal = world.proposals[static_cast<size_t>(index.proposals)];
    ThreadIndex::Thread& thread = index.by_name[proposal.thread];
    proposal.previous_in_thread = thread.last_proposal;
    thread.last_proposal = index.proposals;
  }
  for (; index.deals < world.deals.size(); ++index.deals) {
    const DealId deal(index.deals);
    index.by_name[world.deals[deal].name].deal = deal;
  }
  for (; index.contracts < world.contracts.size(); ++index.contracts) {
    const ContractId contract(index.contracts);
    index.by_name[world.contracts[contract].name].contract = contract;
  }
  return index;
}

const ThreadIndex::Thread* Look(World& world, absl::string_view name) {
  const ThreadIndex& index = Synchronised(world);
  const auto found = index.by_name.find(name);
  return found == index.by_name.end() ? nullptr : &found->second;
}

}  // namespace

FundingRound* FindRound(World& world, absl::string_view thread) {
  const ThreadIndex::Thread* found = Look(world, thread);
  return found == nullptr || found->round < 0 ? nullptr
                                              : &world.rounds[static_cast<size_t>(found->round)];
}

Deal* FindDeal(World& world, absl::string_view name) {
  const ThreadIndex::Thread* found = Look(world, name);
  return found == nullptr || !found->deal.valid() ? nullptr : &world.deals[found->deal];
}

Contract* FindContract(World& world, absl::string_view name) {
  const ThreadIndex::Thread* found = Look(world, name);
  return found == nullptr || !found->contract.valid() ? nullptr : &world.contracts[found->contract];
}

Proposal* FindProposal(World& world, uint64_t id) {
  // Ids are positions in the log: proposals are made in their order.
  const auto found = std::lower_bound(
      world.proposals.begin(), world.proposals.end(), id,
      [](const Proposal& proposal, uint64_t wanted) { return proposal.id < wanted; });
  return found == world.proposals.end() || found->id != id ? nullptr : &*found;
}

Proposal* FindProposal(World& world, absl::string_view thread, AgentId sender, AgentId recipient) {
  const ThreadIndex::Thread* found = Look(world, thread);
  if (found == nullptr) return nullptr;
  for (int32_t i = found->last_proposal; i >= 0;) {
    Proposal& proposal = world.proposals[static_cast<size_t>(i)];
    if (proposal.sender == sender && proposal.recipient == recipient &&
        (proposal.state == Proposal::State::kStanding ||
         proposal.state == Proposal::State::kAgreed)) {
      return &proposal;
    }
    i = proposal.previous_in_thread;
  }
  return nullptr;
}

AgentId OpenerOf(const World& world, absl::string_view thread) {
  const size_t slash = thread.find('/');
  return slash == absl::string_view::npos ? AgentId() : world.FindAgent(thread.substr(0, slash));
}

std::string NameBetween(const World& world, absl::string_view thread, AgentId a, AgentId b) {
  return absl::StrCat(thread, "/", world.name_of(OpenerOf(world, thread) == a ? b : a));
}

}  // namespace tranche
