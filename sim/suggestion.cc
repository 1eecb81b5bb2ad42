#include "sim/suggestion.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tranche {

int EditDistance(absl::string_view a, absl::string_view b) {
  // Rows of the dynamic programme: distances of a's prefixes of length i - 2, i - 1 and i.
  std::vector<int> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

const std::string* NearestName(absl::string_view name, absl::Span<const std::string> candidates) {
  const std::string* nearest = nullptr;
  int least = std::max(1, static_cast<int>(name.size()) / 3) + 1;
  for (const std::string& candidate : candidates) {
    const int distance = EditDistance(name, candidate);
    if (distance < least) {
      least = distance;
      nearest = &candidate;
    }
  }
  return nearest;
}

std::string DidYouMean(absl::string_view name, absl::Span<const std::string> candidates) {
  if (const std::string* nearest = NearestName(name, candidates)) {
    return absl::StrCat("did you mean \"", *nearest, "\"?");
  }
  if (candidates.empty()) return "there is none";
  std::vector<std::string> sorted(candidates.begin(), candidates.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return absl::StrCat("it must be one of \"", absl::StrJoin(sorted, "\", \""), "\"");
}

}  // namespace tranche
