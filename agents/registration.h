#ifndef TRANCHE_AGENTS_REGISTRATION_H_
#define TRANCHE_AGENTS_REGISTRATION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agents/strategy.h"

namespace tranche {

// The strategies that code which is loaded while the program runs brings along. As long as one of
// these lives, StrategyRegistration hands its strategy to it rather than to the registry, so that
// all of them are registered, or none. One at a time, and before any other thread runs.
class CollectedStrategies {
 public:
  CollectedStrategies();
  ~CollectedStrategies();
  CollectedStrategies(const CollectedStrategies&) = delete;
  CollectedStrategies& operator=(const CollectedStrategies&) = delete;

  // Registers what was collected, as strategies of `origin`, and returns their names in order.
  // Errors, after which nothing has been registered: InvalidArgument (there are none; a name that
  // isn't kebab case; a role that isn't one), AlreadyExists (a name is taken; by whom).
  absl::StatusOr<std::vector<std::string>> Register(absl::string_view origin);

 private:
  friend class StrategyRegistration;
  std::vector<StrategyInfo> strategies_;
};

// "lower-case letters, digits and single hyphens, beginning with a letter": what a strategy may be
// called, at most 64 characters.
bool IsStrategyName(absl::string_view name);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_REGISTRATION_H_
