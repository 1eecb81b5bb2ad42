#include "sim/lab_ownership.h"

#include <algorithm>

namespace tranche {

LabOwnership::LabOwnership(const World& world) : groups_(world.groups.size()) {
  rows_.reserve(static_cast<size_t>(world.labs.size()));
  for (LabId lab : world.labs.ids()) rows_.push_back(InterestsIn(world, lab));
}

Interest& LabOwnership::At(GroupId group, LabId lab) {
  std::vector<Interest>& row = Row(lab);
  for (Interest& interest : row) {
    if (interest.group == group) return interest;
  }
  row.push_back(Interest{group});
  return row.back();
}

void LabOwnership::Dilute(LabId lab, double factor) {
  for (Interest& interest : Row(lab)) {
    interest.financial *= factor;
    interest.control *= factor;
  }
}

double LabOwnership::ModifiedHhi(absl::Span<const double> shares) const {
  const auto index = [](GroupId group) { return static_cast<size_t>(group.value()); };
  std::vector<double> profit(static_cast<size_t>(groups_));
  for (size_t lab = 0; lab < rows_.size(); ++lab) {
    for (const Interest& interest : rows_[lab]) {
      profit[index(interest.group)] += interest.financial * shares[lab];
    }
  }
  double sum = 0;
  for (size_t lab = 0; lab < rows_.size(); ++lab) {
    double others_financial = 1;
    double others_control = 1;
    double own_weight = 0;
    double weighted = 0;
    for (const Interest& interest : rows_[lab]) {
      others_financial -= interest.financial;
      others_control -= interest.control;
      own_weight += interest.control * interest.financial;
      weighted += interest.control * profit[index(interest.group)];
    }
    const double others = std::max(0.0, others_financial) * std::max(0.0, others_control);
    own_weight += others;
    weighted += others * shares[lab];
    sum += shares[lab] * (own_weight > 0 ? weighted / own_weight : shares[lab]);
  }
  return 10'000 * sum;
}

}  // namespace tranche
