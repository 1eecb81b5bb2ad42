#ifndef TRANCHE_SIM_STAKES_H_
#define TRANCHE_SIM_STAKES_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "sim/deals.h"
#include "sim/ids.h"

namespace tranche {

// All stakes, in the order in which they arose, found by lab and holder without going through them:
// a market of thousands has thousands of stakes, and asks for most pairs of a lab and a group.
class Stakes {
 public:
  auto begin() { return stakes_.begin(); }
  auto end() { return stakes_.end(); }
  auto begin() const { return stakes_.begin(); }
  auto end() const { return stakes_.end(); }

  // Null if there is none. Pointers are valid until a stake is added or removed.
  Stake* Find(LabId lab, GroupId holder);
  const Stake* Find(LabId lab, GroupId holder) const;
  // Labs in which the group has a stake, in their order.
  absl::Span<const LabId> LabsOf(GroupId holder) const;

  // There is none of its lab and holder yet.
  Stake& Add(Stake stake);
  // Removes the stakes in the lab of all but `keeper`.
  void RemoveOthers(LabId lab, GroupId keeper);

 private:
  void Enter(size_t place);

  std::vector<Stake> stakes_;
  // Look-ups only, never iterated.
  absl::flat_hash_map<std::pair<LabId, GroupId>, size_t> place_;
  std::vector<std::vector<LabId>> labs_of_;  // by holder
};

}  // namespace tranche

#endif  // TRANCHE_SIM_STAKES_H_
