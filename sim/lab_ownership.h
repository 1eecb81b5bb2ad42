#ifndef TRANCHE_SIM_LAB_OWNERSHIP_H_
#define TRANCHE_SIM_LAB_OWNERSHIP_H_

#include <vector>

#include "absl/types/span.h"
#include "sim/concentration.h"
#include "sim/world.h"

namespace tranche {

// Who owns and controls the labs today, as the modified HHI needs it: every group, and for each lab
// one more owner with what groups leave of it (founders, staff, outside holders), who has no
// interest in any other.
class LabOwnership {
 public:
  explicit LabOwnership(const World& world);

  // `shares` of a market by lab.
  double ModifiedHhi(absl::Span<const double> shares) const;

 private:
  std::vector<double> control_;
  std::vector<double> interest_;
  Ownership ownership_;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_LAB_OWNERSHIP_H_
