#include "agents/registration.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace tranche {

bool IsStrategyName(absl::string_view name) {
  constexpr size_t kLongest = 64;
  if (name.empty() || name.size() > kLongest) return false;
  if (!absl::ascii_islower(static_cast<unsigned char>(name.front()))) return false;
  if (name.back() == '-' || absl::StrContains(name, "--")) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-';
  });
}

}  // namespace tranche
