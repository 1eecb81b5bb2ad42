#ifndef TRANCHE_SIM_TESTING_SMALL_MARKET_H_
#define TRANCHE_SIM_TESTING_SMALL_MARKET_H_

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "sim/check.h"
#include "sim/scenario.h"
#include "sim/testing/source_tree.h"
#include "tranche/v1/scenario.pb.h"

// Scenarios of the source tree, for tests.
namespace tranche {

// The text of `path`, from the root of the source tree.
inline std::string ReadSourceFile(absl::string_view path) {
  std::ifstream in(SourcePath(path), std::ios::binary);
  TRANCHE_CHECK(in.is_open(), absl::StrCat("cannot open ", path));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// A scenario of deploy/scenarios/, with what it extends.
inline v1::Scenario ShippedScenario(absl::string_view name) {
  absl::StatusOr<v1::Scenario> scenario = LoadScenario(
      absl::StrCat("deploy/scenarios/", name, ".textproto"),
      [](const std::string& path) -> absl::StatusOr<std::string> { return ReadSourceFile(path); });
  TRANCHE_CHECK(scenario.ok(), scenario.status().ToString());
  return *std::move(scenario);
}

// Two labs, two clouds, two investors, two regulators: the small market most tests play in. Tests
// change the fields that matter to them.
inline v1::Scenario DuopolyScenario() { return ShippedScenario("duopoly"); }

}  // namespace tranche

#endif  // TRANCHE_SIM_TESTING_SMALL_MARKET_H_
