#ifndef TRANCHE_SIM_RULES_H_
#define TRANCHE_SIM_RULES_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace tranche {

// Why a move can't be made. `rule` is its name in kebab case, listed in docs/rules.md.
struct Rejection {
  std::string rule;
  std::string explanation;
  std::string would_be_legal;
};

// Nothing: the move is made. Otherwise the world is as it was before.
using Verdict = std::optional<Rejection>;

inline Verdict Accepted() { return std::nullopt; }
inline Verdict Refused(absl::string_view rule, std::string explanation,
                       std::string would_be_legal) {
  return Rejection{std::string(rule), std::move(explanation), std::move(would_be_legal)};
}

}  // namespace tranche

#endif  // TRANCHE_SIM_RULES_H_
