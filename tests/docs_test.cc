// The pages of README.md and docs/ hold: their commands run, what they show is what comes out, and
// their links lead somewhere.
//
//   ```sh test            a block of commands that runs here; ends with 0
//   ```sh test exit=5     … or with this
//   <!-- output: head -5 -->
//   ```text               what the command of the comment writes, given what the block before wrote
//
// A page's blocks run in order under bash, in a directory of their own with a copy of deploy/, the
// build in build/release and `tranche` on the path. TRANCHE_RENEW_DOCS=1 (see script/renew-docs)
// writes down what comes out instead of comparing it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/built_files.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = SourceDir();

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << path;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Paths of all pages, from the root.
std::vector<std::string> Pages() {
  std::vector<std::string> pages = {"CHANGELOG.md", "CONTRIBUTING.md", "README.md"};
  for (const auto& entry : fs::directory_iterator(kRoot / "docs")) {
    if (entry.path().extension() == ".md") {
      pages.push_back(entry.path().lexically_relative(kRoot).generic_string());
    }
  }
  std::sort(pages.begin(), pages.end());
  return pages;
}

// A fenced block of a page.
struct Block {
  // Of its first line of text, and of the line that closes it, from 0.
  size_t begin = 0;
  size_t end = 0;
  bool runs = false;
  int exit_code = 0;
  // The command that makes the block's text; empty: nobody's output.
  std::string output_of;
};

std::vector<Block> BlocksOf(const std::vector<std::string>& lines) {
  static const std::regex kRuns("```sh test(?: exit=([0-9]+))?");
  static const std::regex kOutput("<!-- output: (.+) -->");
  std::vector<Block> blocks;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!absl::StartsWith(lines[i], "```")) continue;
    Block block;
    std::smatch match;
    if (std::regex_match(lines[i], match, kRuns)) {
      block.runs = true;
      if (match[1].matched) {
        EXPECT_TRUE(absl::SimpleAtoi(match[1].str(), &block.exit_code)) << lines[i];
      }
    }
    if (i > 0 && std::regex_match(lines[i - 1], match, kOutput)) block.output_of = match[1];
    block.begin = ++i;
    while (i < lines.size() && lines[i] != "```") ++i;
    EXPECT_LT(i, lines.size()) << "a block that doesn't end";
    block.end = i;
    blocks.push_back(block);
  }
  return blocks;
}

class PageTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    fs::copy(kRoot / "deploy", fs::path(directory_.path()) / "deploy", fs::copy_options::recursive);
    fs::create_directory(directory_.File("bin"));
    const fs::path program = fs::absolute(ProgramPath());
    fs::create_symlink(program, directory_.File("bin/tranche"));
    // What a page installs.
    fs::create_directory(directory_.File("build"));
    fs::create_directory_symlink(program.parent_path().parent_path(),
                                 directory_.File("build/release"));
  }

  ProgramEnd RunShell(absl::string_view commands) const {
    return Program::Run({"-c", absl::StrCat("set -euo pipefail\nPATH='", directory_.File("bin"),
                                            "':$PATH\n", commands)},
                        {.directory = directory_.path(), .path = "/bin/bash"});
  }

  // What `command` makes of `input`, as lines.
  std::vector<std::string> Filtered(const std::string& command, const std::string& input) const {
    std::ofstream(directory_.File("bin/input"), std::ios::binary) << input;
    // A filter may stop reading before its input ends.
    const ProgramEnd end = RunShell(absl::StrCat("set +o pipefail\ncat bin/input | ", command));
    EXPECT_EQ(end.code, 0) << command << "\n" << end.err;
    std::vector<std::string> lines = absl::StrSplit(end.out, '\n');
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    for (std::string& line : lines) absl::StripTrailingAsciiWhitespace(&line);
    return lines;
  }

  TestDirectory directory_;
};

TEST_P(PageTest, CommandsRunAndWriteWhatThePageShows) {
  const fs::path page = kRoot / GetParam();
  std::vector<std::string> lines = absl::StrSplit(Read(page), '\n');
  const bool renew = std::getenv("TRANCHE_RENEW_DOCS") != nullptr;
  std::string last_output;
  std::vector<std::string> renewed;
  size_t copied = 0;
  for (const Block& block : BlocksOf(lines)) {
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(block.begin);
    const auto end = lines.begin() + static_cast<std::ptrdiff_t>(block.end);
    const std::string text = absl::StrJoin(begin, end, "\n");
    if (block.runs) {
      const ProgramEnd ended = RunShell(text);
      ASSERT_EQ(ended.code, block.exit_code) << GetParam() << ":" << block.begin + 1 << "\n"
                                             << text << "\n"
                                             << ended.out << ended.err;
      last_output = ended.out;
    }
    if (block.output_of.empty()) continue;
    const std::vector<std::string> output = Filtered(block.output_of, last_output);
    if (renew) {
      renewed.insert(renewed.end(), lines.begin() + static_cast<std::ptrdiff_t>(copied), begin);
      renewed.insert(renewed.end(), output.begin(), output.end());
      copied = block.end;
    } else {
      EXPECT_EQ(text, absl::StrJoin(output, "\n"))
          << GetParam() << ":" << block.begin + 1
          << ": not what comes out; if it changed for a reason, run script/renew-docs";
    }
  }
  if (copied == 0) return;
  renewed.insert(renewed.end(), lines.begin() + static_cast<std::ptrdiff_t>(copied), lines.end());
  std::ofstream(page, std::ios::binary) << absl::StrJoin(renewed, "\n");
}

TEST_P(PageTest, LinksLeadToFilesOfTheTree) {
  static const std::regex kLink("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
  const std::string text = Read(kRoot / GetParam());
  const fs::path folder = (kRoot / GetParam()).parent_path();
  for (std::sregex_iterator it(text.begin(), text.end(), kLink), end; it != end; ++it) {
    const std::string target = (*it)[1];
    if (absl::StrContains(target, "://")) continue;
    EXPECT_TRUE(fs::exists(folder / target)) << GetParam() << " links to " << target;
  }
}

// A page that names a file of the tree in `code` names one that is there.
TEST_P(PageTest, FilesNamedAreInTheTree) {
  static const std::regex kFile(
      "`((?:agents|broker|deploy|docs|identity|proto|script|sim|tests)/[A-Za-z0-9_/.-]*)`");
  const std::string text = Read(kRoot / GetParam());
  for (std::sregex_iterator it(text.begin(), text.end(), kFile), end; it != end; ++it) {
    const std::string name = (*it)[1];
    EXPECT_TRUE(fs::exists(kRoot / name)) << GetParam() << " names " << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Docs, PageTest, testing::ValuesIn(Pages()), [](const auto& page) {
  std::string name = page.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
});

}  // namespace
}  // namespace tranche
