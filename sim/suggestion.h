#ifndef TRANCHE_SIM_SUGGESTION_H_
#define TRANCHE_SIM_SUGGESTION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tranche {

// Fewest insertions, deletions, substitutions and swaps of neighbours that turn one text into the
// other (Damerau-Levenshtein, optimal string alignment).
int EditDistance(absl::string_view a, absl::string_view b);

// The candidate that `name` was likely meant to be: the nearest within a third of its length, the
// first of those equally near. Null if none is near.
const std::string* NearestName(absl::string_view name, absl::Span<const std::string> candidates);

// What would be right where `name` isn't: `did you mean "openai"?` or, when nothing is near,
// `it must be one of "anthropic", "openai"`.
std::string DidYouMean(absl::string_view name, absl::Span<const std::string> candidates);

}  // namespace tranche

#endif  // TRANCHE_SIM_SUGGESTION_H_
