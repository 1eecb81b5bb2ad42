#include "sim/deals.h"

namespace tranche {

int64_t Contract::ReservedIn(Quarter quarter) const {
  if (kind != Kind::kCapacity || !active || quarter < start || quarter >= end) return 0;
  const int64_t full = capacity.accelerators_h100e();
  const auto ramp = static_cast<int32_t>(capacity.ramp_quarters());
  const Quarter ramp_begins = ramp_start == Quarter() ? start : ramp_start;
  if (quarter < ramp_begins) return ramp_from_h100e;
  const int32_t steps = quarter - ramp_begins + 1;
  if (steps >= ramp) return full;
  return ramp_from_h100e + (full - ramp_from_h100e) * steps / ramp;
}

int64_t Contract::HeldIn(Quarter quarter) const {
  const bool optional = kind == Kind::kCapacity && active && quarter >= end &&
                        quarter < end + static_cast<int32_t>(capacity.renewal_quarters());
  return optional ? capacity.accelerators_h100e() : ReservedIn(quarter);
}

}  // namespace tranche
