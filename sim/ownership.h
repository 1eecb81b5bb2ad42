#ifndef TRANCHE_SIM_OWNERSHIP_H_
#define TRANCHE_SIM_OWNERSHIP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sim/ids.h"
#include "sim/world.h"
#include "tranche/v1/types.pb.h"

// Who owns and who steers a lab, over corporate groups: the financial and the control interests of
// O'Brien and Salop (2000), "Competitive Effects of Partial Ownership: Financial Interest and
// Corporate Control", Antitrust Law Journal 67.
//
// In a lab's cap table a group holds shares under the group's name, whichever of its agents paid
// for them. The financial interest of a group is its part of the fully diluted shares. Its control:
//   * total (1) for the group that a lab is a division of, or that holds more than half of it;
//     nobody else has any then (O'Brien and Salop's "total control");
//   * its part of the shares for a group with a seat on the board ("proportional control"), half of
//     that for one with an observer;
//   * none for a group without either, or behind a firewall, which recuses itself ("silent
//   financial
//     interest").
// What is left of both belongs to holders without interests in other labs: founders, staff, others.
namespace tranche {

// Name under which the group stands in cap tables.
const std::string& HolderNameOf(const World& world, GroupId group);
HolderId HolderOf(const World& world, LabId lab, GroupId group);  // invalid: it isn't there
HolderId AddHolder(World& world, LabId lab, GroupId group);
// Invalid: an outside holder.
GroupId GroupOfHolder(const World& world, absl::string_view holder);

int64_t SharesOf(const World& world, LabId lab, GroupId group);
// Of the fully diluted shares; 1,000,000 of a division for its own group.
uint32_t StakePpm(const World& world, LabId lab, GroupId group);

// Rights that come with the group's stake; null: it has none on record. A group has one stake in a
// lab, whichever of its agents added to it; marks are in the books of the first.
const Stake* FindStake(const World& world, LabId lab, GroupId group);
// Of the agent's group; added, in the agent's books, if there is none.
Stake& StakeOf(World& world, LabId lab, AgentId agent);

v1::BoardRight BoardRightOf(const World& world, LabId lab, GroupId group);

// Moves shares of a stake to another holder of the lab's cap table, common ones first; returns what
// they cost. A stake without shares loses its rights. There must be as many.
Cents MoveShares(World& world, Stake& stake, HolderId to, int64_t shares);

// A group's interests in a lab, each from 0 to 1.
struct Interest {
  GroupId group;
  double financial = 0;
  double control = 0;
};
// Of every group with shares in the lab, by group.
std::vector<Interest> InterestsIn(const World& world, LabId lab);
Interest InterestOf(const World& world, LabId lab, GroupId group);

// Control that a right gives a minority holder, as a part of its shares.
double ControlWeight(v1::BoardRight right, bool recused);

// The group with total control; invalid: there is none.
GroupId ControllerOf(const World& world, LabId lab);

// Part of the revenue of all active labs that is this lab's, last quarter; 0 if nobody sold any.
double RevenueShare(const World& world, LabId lab);
// Of all labs, by lab.
std::vector<double> RevenueShares(const World& world);

// Dual allegiance: the part of the lab's rivals that the group owns and controls, weighted by their
// revenue,
//
//   sum over rivals k of s_k (financial_k + control_k) / 2  /  sum over rivals k of s_k,
//
// in basis points. 0 where the scenario switches dual allegiance off.
uint32_t OverlapBp(const World& world, LabId lab, GroupId group);
// In all labs, by lab: the same in time linear in the number of labs.
std::vector<uint32_t> OverlapsBp(const World& world, GroupId group);

// Labs that the group has a stake in or that belong to it, in order: it has no interest in others.
std::vector<LabId> LabsHeld(const World& world, GroupId group);

// Labs other than `lab` that the group holds shares in or controls, in order.
std::vector<LabId> RivalsHeld(const World& world, LabId lab, GroupId group);

}  // namespace tranche

#endif  // TRANCHE_SIM_OWNERSHIP_H_
