#include "sim/name_some.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tranche {
namespace {

constexpr size_t kMostNamed = 8;
constexpr size_t kNamedOfMore = 3;

}  // namespace

std::string NameSome(const std::vector<std::string>& names) {
  if (names.size() <= kMostNamed) return absl::StrJoin(names, ", ");
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(kNamedOfMore);
  return absl::StrCat(absl::StrJoin(names.begin(), end, ", "), " and ", names.size() - kNamedOfMore,
                      " more");
}

}  // namespace tranche
