// docs/cookbook.md shows the strategies of docs/cookbook/ as they are, and each of them plays: in
// the plug-in that the build makes of all. TRANCHE_RENEW_DOCS=1 (see script/renew-docs) writes down
// what the files hold today.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "sim/testing/small_market.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/built_files.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

const char kPage[] = "docs/cookbook.md";
const char kFolder[] = "docs/cookbook";

// Paths from the root, in order.
std::vector<std::string> Recipes() {
  std::vector<std::string> recipes;
  for (const auto& entry : fs::directory_iterator(SourcePath(kFolder))) {
    if (entry.path().extension() == ".cc") {
      recipes.push_back(absl::StrCat(kFolder, "/", entry.path().filename().string()));
    }
  }
  std::sort(recipes.begin(), recipes.end());
  return recipes;
}

// What the page shows of a file: from its class to its registration.
std::string Shown(const std::string& recipe) {
  const std::string source = ReadSourceFile(recipe);
  const size_t begin = source.find("\nclass ") + 1;
  const size_t end = source.find("\n\n}  // namespace", begin);
  EXPECT_NE(begin, 0U) << recipe;
  EXPECT_NE(end, std::string::npos) << recipe;
  return source.substr(begin, end - begin);
}

// A registration, as its source has it.
struct Registered {
  std::string name;
  std::string role;
};

Registered RegisteredIn(const std::string& recipe) {
  static const std::regex kRegistration(
      "TRANCHE_REGISTER_STRATEGY\\(\\s*\\w+, \"([a-z0-9-]+)\", v1::ROLE_([A-Z]+),");
  const std::string source = ReadSourceFile(recipe);
  std::smatch match;
  EXPECT_TRUE(std::regex_search(source, match, kRegistration)) << recipe;
  return {match[1], match[2]};
}

TEST(CookbookTest, ThePageShowsEachFileAsItIs) {
  const std::string page = ReadSourceFile(kPage);
  std::string renewed = page;
  for (const std::string& recipe : Recipes()) {
    const std::string mark = absl::StrCat("<!-- file: ", recipe, " -->\n```cpp\n");
    const size_t begin = renewed.find(mark);
    ASSERT_NE(begin, std::string::npos) << kPage << " lacks " << mark;
    const size_t code = begin + mark.size();
    const size_t end = renewed.find("\n```", code - 1);
    ASSERT_NE(end, std::string::npos) << recipe;
    renewed.replace(code, std::max(end, code) - code,
                    absl::StrCat(Shown(recipe), end < code ? "\n" : ""));
  }
  if (std::getenv("TRANCHE_RENEW_DOCS") != nullptr) {
    std::ofstream(SourcePath(kPage), std::ios::binary) << renewed;
    return;
  }
  EXPECT_EQ(page, renewed) << kPage << " shows other code than the files: run script/renew-docs";
}

TEST(CookbookTest, TenStrategiesOfTheFourRoles) {
  std::map<std::string, int> of_role;
  for (const std::string& recipe : Recipes()) ++of_role[RegisteredIn(recipe).role];
  EXPECT_GE(Recipes().size(), 10U);
  EXPECT_EQ(of_role.size(), 4U);
}

class RecipeTest : public testing::TestWithParam<std::string> {};

// In the flagship's small brother, over all quarters and three seeds.
TEST_P(RecipeTest, PlaysAndMakesADifference) {
  static const std::map<std::string, std::pair<std::string, std::string>> kSeats = {
      {"LAB", {"borealis", "balanced-lab"}},
      {"CLOUD", {"stratus", "balanced-cloud"}},
      {"INVESTOR", {"harbor-fund", "value-investor"}},
      {"REGULATOR", {"us-antitrust", "guideline-regulator"}}};
  const Registered registered = RegisteredIn(GetParam());
  const auto& [agent, usual] = kSeats.at(registered.role);
  const TestDirectory directory;
  const std::string results = directory.File("results.db");
  const ProgramEnd end =
      Program::Run({"sweep", SourcePath("deploy/scenarios/duopoly.textproto"), "--seeds", "1..3",
                    "--quiet", "--plugin", CookbookPath(), "--strategy",
                    absl::StrCat(agent, "=", usual, ",", registered.name), "--logs",
                    directory.File("logs"), "-o", results});
  ASSERT_EQ(end.code, 0) << end.err;
  std::vector<std::string> logs;
  for (const auto& entry : fs::directory_iterator(directory.File("logs"))) {
    logs.push_back(entry.path().string());
  }
  std::sort(logs.begin(), logs.end());
  ASSERT_EQ(logs.size(), 6U);
  int differing = 0;
  for (size_t i = 0; i < 3; ++i) {
    differing += Program::Run({"diff", logs[i], logs[i + 3]}).code == 5 ? 1 : 0;
  }
  EXPECT_GT(differing, 0) << registered.name << " plays as " << usual << " does";
  // The market understands what it says: it refuses not one move in fifty.
  for (size_t i = 3; i < 6; ++i) {
    const ProgramEnd said = Program::Run({"log", logs[i], "--sender", agent});
    const ProgramEnd refused = Program::Run({"log", logs[i], "--sender", agent, "--refused"});
    EXPECT_LE(50 * std::count(refused.out.begin(), refused.out.end(), '\n'),
              std::count(said.out.begin(), said.out.end(), '\n'))
        << refused.out;
  }
}

INSTANTIATE_TEST_SUITE_P(Cookbook, RecipeTest, testing::ValuesIn(Recipes()),
                         [](const auto& recipe) { return fs::path(recipe.param).stem().string(); });

}  // namespace
}  // namespace tranche
