#include "broker/evidence/scenario_figures.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "sim/testing/small_market.h"
#include "sim/testing/source_tree.h"

namespace tranche {
namespace {

std::map<std::string, ScenarioFigure> FiguresOf(absl::string_view text) {
  const absl::StatusOr<std::vector<ScenarioFigure>> figures =
      ReadScenarioFigures(text, "test.textproto");
  EXPECT_TRUE(figures.ok()) << figures.status();
  std::map<std::string, ScenarioFigure> by_path;
  for (const ScenarioFigure& figure : *figures) by_path[figure.path] = figure;
  return by_path;
}

constexpr char kText[] = R"(# Heading: source: is a mark, but says nothing of figures here.

name: "x"
quarters: 8
# ==========================
# Groups
# ==========================
groups {
  name: "a"
  # estimate: about so much,
  # as it was.
  treasury_usd_millions: 10
  other_cash_flow_usd_millions_per_quarter: 2  # source: history.csv, A
  other_cash_flow_growth_percent_per_year: 3
  # A remark.
  reach { segment: SEGMENT_CONSUMERS reach: 0.4 }
}
# fitted: all of them
groups {
  name: "b"
  treasury_usd_millions: 11
}
# --------------------------
groups { name: "c" treasury_usd_millions: 12 }
agents {
  name: "d"
  investor { committed_capital_usd_millions: 5 }  # estimate
  cash_usd_millions: 6
}
)";

TEST(ScenarioFiguresTest, ACommentSpeaksForWhatFollowsInItsBlock) {
  const std::map<std::string, ScenarioFigure> figures = FiguresOf(kText);
  const ScenarioFigure& treasury = figures.at("groups[a].treasury_usd_millions");
  EXPECT_EQ(treasury.value, 10);
  EXPECT_EQ(treasury.line, 12);
  EXPECT_EQ(treasury.basis, Basis::kEstimate);
  EXPECT_EQ(treasury.comment, "estimate: about so much, as it was.");
  EXPECT_EQ(figures.at("groups[a].other_cash_flow_usd_millions_per_quarter").basis, Basis::kSource);
  EXPECT_EQ(figures.at("groups[a].other_cash_flow_growth_percent_per_year").basis, Basis::kSource);
  EXPECT_EQ(figures.at("groups[a].reach[SEGMENT_CONSUMERS].reach").basis, Basis::kSource);
  EXPECT_EQ(figures.at("groups[b].treasury_usd_millions").basis, Basis::kFitted);
}

TEST(ScenarioFiguresTest, ADividerAndTheHeadingEndIt) {
  const std::map<std::string, ScenarioFigure> figures = FiguresOf(kText);
  EXPECT_EQ(figures.at("groups[c].treasury_usd_millions").basis, Basis::kNone);
  EXPECT_EQ(BasisName(Basis::kNone), "unexplained");
}

TEST(ScenarioFiguresTest, ACommentBehindSpeaksForItsLine) {
  const std::map<std::string, ScenarioFigure> figures = FiguresOf(kText);
  EXPECT_EQ(figures.at("agents[d].investor.committed_capital_usd_millions").basis,
            Basis::kEstimate);
  EXPECT_EQ(figures.at("agents[d].cash_usd_millions").basis, Basis::kEstimate);
}

TEST(ScenarioFiguresTest, TheCalendarIsNoFigure) {
  EXPECT_EQ(FiguresOf(kText).count("quarters"), 0u);
}

TEST(ScenarioFiguresTest, AnInventedMarketNeedsNoSources) {
  const auto figures = FiguresOf(
      "# All companies are invented.\nname: \"x\"\ngroups {\n"
      "  name: \"a\"\n  treasury_usd_millions: 1\n}\n");
  EXPECT_EQ(figures.at("groups[a].treasury_usd_millions").basis, Basis::kInvented);
}

TEST(ScenarioFiguresTest, WhatDoesNotParseHasItsPlace) {
  const auto figures = ReadScenarioFigures("name: \"x\"\nquarters: many\n", "bad.textproto");
  EXPECT_EQ(figures.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(figures.status().message().substr(0, 16), "bad.textproto:2:");
}

// The rule of the house: no figure of a shipped scenario without a source or an estimate.
TEST(ScenarioFiguresTest, EveryFigureOfAShippedScenarioIsExplained) {
  int scenarios = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("deploy/scenarios"))) {
    if (entry.path().extension() != ".textproto") continue;
    ++scenarios;
    const std::string name = entry.path().filename();
    const auto figures =
        ReadScenarioFigures(ReadSourceFile(absl::StrCat("deploy/scenarios/", name)), name);
    ASSERT_TRUE(figures.ok()) << figures.status();
    for (const ScenarioFigure& figure : *figures) {
      EXPECT_NE(figure.basis, Basis::kNone) << name << ":" << figure.line << ": " << figure.path;
    }
  }
  EXPECT_GE(scenarios, 2);
}

}  // namespace
}  // namespace tranche
