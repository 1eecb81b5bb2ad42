#ifndef TRANCHE_SIM_TESTING_SOURCE_TREE_H_
#define TRANCHE_SIM_TESTING_SOURCE_TREE_H_

#include <string>

#include "absl/strings/string_view.h"

// Where tests find what they read. Defined in sources that CMake writes (cmake/Targets.cmake), so
// that a test's object file is the same wherever the tree stands and compiler caches can share it.
namespace tranche {

// The root of the source tree, absolute, without a slash at its end.
std::string SourceDir();
// `path` below it.
std::string SourcePath(absl::string_view path);

}  // namespace tranche

#endif  // TRANCHE_SIM_TESTING_SOURCE_TREE_H_
