#include "sim/world.h"

#include "absl/strings/str_cat.h"

namespace tranche {

RandomStream World::Random(absl::string_view module) const {
  return RandomStream(seed, StreamKey(absl::StrCat("module/", module)), quarter, Round(0));
}

}  // namespace tranche
