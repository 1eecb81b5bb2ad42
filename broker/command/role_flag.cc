#include "broker/command/role_flag.h"

#include <map>
#include <string>

#include "sim/seat.h"
#include "tranche/v1/types.pb.h"

namespace tranche {

CLI::Option* TakeRole(CLI::Option* option) {
  std::map<std::string, v1::Role> roles;
  for (const v1::Role role :
       {v1::ROLE_LAB, v1::ROLE_CLOUD, v1::ROLE_INVESTOR, v1::ROLE_REGULATOR}) {
    roles[RoleName(role)] = role;
  }
  return option->transform(CLI::CheckedTransformer(roles).description(""))
      ->type_name("lab|cloud|investor|regulator");
}

}  // namespace tranche
