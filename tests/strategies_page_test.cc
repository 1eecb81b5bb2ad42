// docs/strategies.md describes the built-in strategies: it names all of them, with what they are
// registered as, and no other; and the defaults in its tables are the registered ones.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "agents/strategy.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

std::vector<std::string> Cells(absl::string_view row) {
  std::vector<std::string> cells;
  for (const absl::string_view cell : absl::StrSplit(row, '|')) {
    absl::string_view text = absl::StripAsciiWhitespace(cell);
    absl::ConsumePrefix(&text, "`");
    absl::ConsumeSuffix(&text, "`");
    cells.emplace_back(text);
  }
  return cells;
}

// What a section "### `name`" begins with, as one line, by name.
std::map<std::string, std::string> Sections(absl::string_view page) {
  std::map<std::string, std::string> sections;
  std::string name;
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    absl::string_view rest = line;
    if (absl::ConsumePrefix(&rest, "### `") && absl::ConsumeSuffix(&rest, "`")) {
      name = std::string(rest);
      sections[name];
    } else if (absl::StartsWith(line, "#")) {
      name.clear();
    } else if (!name.empty()) {
      absl::StrAppend(&sections[name], sections[name].empty() || line.empty() ? "" : " ", line);
    }
  }
  return sections;
}

// The defaults that tables "| parameter | … | strategy | strategy |" give, by strategy.
std::map<std::string, std::map<std::string, double>> Defaults(absl::string_view page) {
  std::map<std::string, std::map<std::string, double>> defaults;
  std::vector<std::string> columns;
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    if (!absl::StartsWith(line, "|")) {
      columns.clear();
      continue;
    }
    const std::vector<std::string> cells = Cells(line);
    if (columns.empty()) {
      if (cells.size() > 1 && cells[1] == "parameter") columns = cells;
      continue;
    }
    for (size_t i = 2; i < cells.size() && i < columns.size(); ++i) {
      double value = 0;
      if (FindStrategy(columns[i]) == nullptr || !absl::SimpleAtod(cells[i], &value)) continue;
      defaults[columns[i]][cells[1]] = value;
    }
  }
  return defaults;
}

// Those that users have: this program registers strategies for tests besides.
std::vector<const StrategyInfo*> BuiltInStrategies() {
  std::vector<const StrategyInfo*> strategies = RegisteredStrategies();
  std::erase_if(strategies,
                [](const StrategyInfo* info) { return absl::StartsWith(info->name, "gossip-"); });
  return strategies;
}

TEST(StrategiesPageTest, NamesEveryStrategyAsItIsRegistered) {
  std::map<std::string, std::string> sections = Sections(ReadSourceFile("docs/strategies.md"));
  for (const StrategyInfo* info : BuiltInStrategies()) {
    ASSERT_TRUE(sections.contains(info->name)) << info->name;
    EXPECT_TRUE(absl::StartsWith(absl::StripAsciiWhitespace(sections[info->name]), info->summary))
        << info->name << ": " << sections[info->name];
    sections.erase(info->name);
  }
  for (const auto& [name, text] : sections) ADD_FAILURE() << "there is no strategy " << name;
}

TEST(StrategiesPageTest, GivesEveryParameterItsDefault) {
  const auto defaults = Defaults(ReadSourceFile("docs/strategies.md"));
  for (const StrategyInfo* info : BuiltInStrategies()) {
    std::map<std::string, double> registered;
    for (const v1::Parameter& parameter : info->parameters) {
      registered[parameter.name()] = parameter.value();
    }
    const auto found = defaults.find(info->name);
    ASSERT_TRUE(found != defaults.end()) << info->name;
    EXPECT_EQ(found->second, registered) << info->name;
  }
}

}  // namespace
}  // namespace tranche
