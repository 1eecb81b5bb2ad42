#include "broker/conformance/findings.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/quarter.h"

namespace tranche {

std::string PlaceText(const StrategyPlace& place) {
  std::string text = absl::StrCat(place.scenario, ", ", place.agent);
  if (place.quarter > 0) {
    absl::StrAppend(&text, ", ", Quarter::FromIndex(place.quarter).ToString());
    if (place.round > 0) absl::StrAppend(&text, " round ", place.round);
  }
  return text;
}

void FindingList::Add(ConformanceFinding finding) {
  for (ConformanceFinding& known : findings_) {
    // Words may hold figures that differ from case to case; a rule and the move it refuses don't.
    const bool same_words = !finding.rule.empty() || known.what == finding.what;
    if (known.is_error == finding.is_error && known.name == finding.name &&
        known.move == finding.move && known.rule == finding.rule && same_words) {
      known.times += finding.times;
      return;
    }
  }
  findings_.push_back(std::move(finding));
}

std::vector<ConformanceFinding> FindingList::Take() {
  std::stable_partition(findings_.begin(), findings_.end(),
                        [](const ConformanceFinding& finding) { return finding.is_error; });
  return std::exchange(findings_, {});
}

}  // namespace tranche
