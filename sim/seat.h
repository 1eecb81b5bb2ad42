#ifndef TRANCHE_SIM_SEAT_H_
#define TRANCHE_SIM_SEAT_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tranche/v1/types.pb.h"

namespace tranche {

// As people say it: "lab". A role that the contract doesn't know is "role 7".
inline std::string RoleName(v1::Role role) {
  switch (role) {
    case v1::ROLE_LAB:
      return "lab";
    case v1::ROLE_CLOUD:
      return "cloud";
    case v1::ROLE_INVESTOR:
      return "investor";
    case v1::ROLE_REGULATOR:
      return "regulator";
    default:
      return absl::StrCat("role ", static_cast<int>(role));
  }
}

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
