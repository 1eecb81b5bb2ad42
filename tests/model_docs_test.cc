// docs/model.md says which tests prove what, and which switch turns what off: they exist.

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "sim/testing/small_market.h"
#include "sim/testing/source_tree.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {
namespace {

// "Suite.Name" of every test in the tree's sources.
std::set<std::string> TestsOfTheTree() {
  static const std::regex kTest(R"(\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
  std::set<std::string> tests;
  for (const char* folder : {"sim", "agents", "broker", "tests"}) {
    const std::filesystem::path root = SourcePath(folder);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.path().filename().string().ends_with("_test.cc")) continue;
      std::ifstream in(entry.path());
      const std::string text(std::istreambuf_iterator<char>(in), {});
      for (std::sregex_iterator it(text.begin(), text.end(), kTest), end; it != end; ++it) {
        tests.insert((*it)[1].str() + "." + (*it)[2].str());
      }
    }
  }
  return tests;
}

// All first groups of `pattern` in the text.
std::set<std::string> Matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
    found.insert((*it)[1].str());
  }
  return found;
}

TEST(ModelDocsTest, TheTestsThatProveTheModelExist) {
  const std::string page = ReadSourceFile("docs/model.md");
  const size_t begin = page.find("\n## What proves it\n");
  ASSERT_NE(begin, std::string::npos);
  static const std::regex kName(R"(`(\w+\.[A-Z]\w+)`)");
  const std::set<std::string> named = Matches(page.substr(begin), kName);
  ASSERT_GT(named.size(), 20u);
  const std::set<std::string> tests = TestsOfTheTree();
  for (const std::string& name : named) EXPECT_TRUE(tests.contains(name)) << name;
}

TEST(ModelDocsTest, EverySwitchIsDocumentedAndEveryDocumentedOneExists) {
  const std::string page = ReadSourceFile("docs/model.md");
  static const std::regex kSwitch(R"(`(no_[a-z_]+)`)");
  const std::set<std::string> documented = Matches(page, kSwitch);
  std::set<std::string> there;
  const auto* switches = v1::Switches::descriptor();
  for (int i = 0; i < switches->field_count(); ++i) there.insert(switches->field(i)->name());
  EXPECT_EQ(documented, there);
}

}  // namespace
}  // namespace tranche
