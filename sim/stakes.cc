#include "sim/stakes.h"

#include <algorithm>

#include "sim/check.h"

namespace tranche {

Stake* Stakes::Find(LabId lab, GroupId holder) {
  const auto found = place_.find({lab, holder});
  return found == place_.end() ? nullptr : &stakes_[found->second];
}

const Stake* Stakes::Find(LabId lab, GroupId holder) const {
  const auto found = place_.find({lab, holder});
  return found == place_.end() ? nullptr : &stakes_[found->second];
}

absl::Span<const LabId> Stakes::LabsOf(GroupId holder) const {
  const auto index = static_cast<size_t>(holder.value());
  if (!holder.valid() || index >= labs_of_.size()) return {};
  return labs_of_[index];
}

Stake& Stakes::Add(Stake stake) {
  stakes_.push_back(std::move(stake));
  Enter(stakes_.size() - 1);
  return stakes_.back();
}

void Stakes::RemoveOthers(LabId lab, GroupId keeper) {
  std::erase_if(stakes_,
                [&](const Stake& stake) { return stake.lab == lab && stake.holder != keeper; });
  place_.clear();
  for (std::vector<LabId>& labs : labs_of_) labs.clear();
  for (size_t i = 0; i < stakes_.size(); ++i) Enter(i);
}

void Stakes::Enter(size_t place) {
  const Stake& stake = stakes_[place];
  const bool is_new = place_.emplace(std::make_pair(stake.lab, stake.holder), place).second;
  TRANCHE_CHECK(is_new, "a group has one stake in a lab");
  const auto holder = static_cast<size_t>(stake.holder.value());
  if (holder >= labs_of_.size()) labs_of_.resize(holder + 1);
  std::vector<LabId>& labs = labs_of_[holder];
  labs.insert(std::lower_bound(labs.begin(), labs.end(), stake.lab), stake.lab);
}

}  // namespace tranche
