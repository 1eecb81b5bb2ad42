#ifndef TRANCHE_SIM_SEAT_H_
#define TRANCHE_SIM_SEAT_H_

#include <string>
#include <vector>

#include "tranche/v1/types.pb.h"

namespace tranche {

// An agent's seat, as the scenario gives it.
struct AgentSeat {
  std::string name;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  // Registered name of its strategy; empty: the default of its role.
  std::string strategy;
  std::vector<v1::Parameter> parameters;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_SEAT_H_
