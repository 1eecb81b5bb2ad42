// golden_digest SOURCE_DIR [--renew]: plays the runs listed in tests/golden/digests.txt and
// compares their digests. A build with another compiler, optimisation or sanitizer must come to the
// same. With --renew it writes down what comes out: only for a commit that means to change results.

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "broker/inline/inline_run.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in.is_open()) return absl::NotFoundError(absl::StrCat("cannot open ", path));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

absl::StatusOr<std::string> DigestOf(const std::string& scenario_path, uint64_t seed) {
  const absl::StatusOr<v1::Scenario> scenario = LoadScenario(scenario_path, ReadText);
  if (!scenario.ok()) return scenario.status();
  absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(*scenario);
  if (!seats.ok()) return seats.status();
  auto run = InlineRun::Create(*scenario, seed, *std::move(seats));
  if (!run.ok()) return run.status();
  const absl::StatusOr<InlineResult> result = (*run)->Play();
  if (!result.ok()) return result.status();
  return absl::BytesToHexString(result->digest);
}

int Main(const std::string& source_dir, bool renew) {
  const std::string list = absl::StrCat(source_dir, "/tests/golden/digests.txt");
  std::ifstream in(list);
  std::ostringstream renewed;
  int runs = 0;
  int differ = 0;
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string scenario;
    std::string expected;
    uint64_t seed = 0;
    if (line.empty() || line[0] == '#' || !(fields >> scenario >> seed)) {
      renewed << line << "\n";
      continue;
    }
    fields >> expected;
    const absl::StatusOr<std::string> digest =
        DigestOf(absl::StrCat(source_dir, "/deploy/scenarios/", scenario, ".textproto"), seed);
    if (!digest.ok()) {
      std::cerr << scenario << ", seed " << seed << ": " << digest.status().message() << "\n";
      return 2;
    }
    ++runs;
    renewed << scenario << " " << seed << " " << *digest << "\n";
    if (*digest == expected) continue;
    ++differ;
    std::cout << scenario << ", seed " << seed << ": " << *digest << ", golden is " << expected
              << "\n";
  }
  if (renew) {
    std::ofstream(list) << renewed.str();
    std::cout << differ << " of " << runs << " digests renewed\n";
    return 0;
  }
  std::cout << runs - differ << " of " << runs << " runs end in their golden digest\n";
  return runs > 0 && differ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tranche

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: golden_digest SOURCE_DIR [--renew]\n";
    return 2;
  }
  return tranche::Main(argv[1], argc > 2 && std::string(argv[2]) == "--renew");
}
