#ifndef TRANCHE_SIM_SCENARIO_RANGES_H_
#define TRANCHE_SIM_SCENARIO_RANGES_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace tranche {

// The numbers that a field of a scenario may hold.
struct NumberRange {
  double min = 0;
  double max = 0;
  bool above_min = false;  // min itself isn't allowed

  // False for NaN.
  bool Contains(double value) const {
    return (above_min ? value > min : value >= min) && value <= max;
  }
  // "it must be between 0 and 100".
  std::string Describe() const;
};

// The range of a numeric field of a scenario's messages. It follows from the field's name and unit
// (an amount of money isn't negative, a percentage is at most 100, a growth rate isn't below
// -100%), with exceptions listed in the source.
const NumberRange& RangeOf(const google::protobuf::FieldDescriptor* field);

}  // namespace tranche

#endif  // TRANCHE_SIM_SCENARIO_RANGES_H_
