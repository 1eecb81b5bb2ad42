#ifndef TRANCHE_SIM_NAME_SOME_H_
#define TRANCHE_SIM_NAME_SOME_H_

#include <string>
#include <vector>

namespace tranche {

// Names for a line that people read: "a, b, c", and of more than eight "a, b, c and 747 more".
std::string NameSome(const std::vector<std::string>& names);

}  // namespace tranche

#endif  // TRANCHE_SIM_NAME_SOME_H_
