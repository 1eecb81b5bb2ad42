#ifndef TRANCHE_SIM_LAB_OWNERSHIP_H_
#define TRANCHE_SIM_LAB_OWNERSHIP_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "sim/ids.h"
#include "sim/ownership.h"
#include "sim/world.h"

namespace tranche {

// Who has which interests in the labs, today or after a deal: the groups, and for each lab one more
// owner with what groups leave of it (founders, staff, outside holders), who has no interest in any
// other.
class LabOwnership {
 public:
  // As it is today.
  explicit LabOwnership(const World& world);

  // The group's interests in the lab; zero if it had none. Valid until the next call.
  Interest& At(GroupId group, LabId lab);
  // Everybody's interests in the lab become this part of what they were.
  void Dilute(LabId lab, double factor);

  // O'Brien and Salop's index, in time linear in the number of interests; `shares` of a market are
  // by lab. With V_i = sum_j beta_ij s_j, the profit an owner has in the market,
  //
  //   MHHI = 10,000 sum_k s_k  sum_i gamma_ik V_i / sum_i gamma_ik beta_ik,
  //
  // which is ModifiedHhi of sim/concentration.h with its sums exchanged.
  double ModifiedHhi(absl::Span<const double> shares) const;

 private:
  std::vector<Interest>& Row(LabId lab) { return rows_[static_cast<size_t>(lab.value())]; }

  int32_t groups_;
  std::vector<std::vector<Interest>> rows_;  // by lab
};

}  // namespace tranche

#endif  // TRANCHE_SIM_LAB_OWNERSHIP_H_
