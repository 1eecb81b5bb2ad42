#include "sim/lab_ownership.h"

#include <algorithm>

#include "sim/ownership.h"

namespace tranche {

LabOwnership::LabOwnership(const World& world) {
  const auto labs = static_cast<size_t>(world.labs.size());
  const auto groups = static_cast<size_t>(world.groups.size());
  control_.resize((groups + labs) * labs);
  interest_.resize(control_.size());
  for (LabId id : world.labs.ids()) {
    const auto lab = static_cast<size_t>(id.value());
    double control_left = 1;
    double interest_left = 1;
    for (const Interest& held : InterestsIn(world, id)) {
      const size_t cell = static_cast<size_t>(held.group.value()) * labs + lab;
      control_[cell] = held.control;
      interest_[cell] = held.financial;
      control_left -= held.control;
      interest_left -= held.financial;
    }
    const size_t rest = (groups + lab) * labs + lab;
    control_[rest] = std::max(0.0, control_left);
    interest_[rest] = std::max(0.0, interest_left);
  }
  ownership_ = {labs, groups + labs, control_, interest_};
}

double LabOwnership::ModifiedHhi(absl::Span<const double> shares) const {
  return tranche::ModifiedHhi(shares, ownership_);
}

}  // namespace tranche
