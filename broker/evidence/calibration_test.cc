#include "broker/evidence/calibration.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "broker/evidence/scenario_figures.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

constexpr char kScenario[] = "deploy/scenarios/history-2023.textproto";
constexpr char kRecord[] = "deploy/facts/history-2023.calibration.csv";

TEST(CalibrationTest, RecordsAreReadAsTheyAreWritten) {
  const std::string text =
      "path,low,high,start,value\ncompute.pue,1,2,1.1,1.2\n"
      "\"agents[aws].cloud.capacity[a, b].x\",1,3,1,2\n";
  const auto figures = ParseFittedFigures(absl::StrCat("# how\n", text), "fit.csv");
  ASSERT_TRUE(figures.ok()) << figures.status();
  ASSERT_EQ(figures->size(), 2u);
  EXPECT_EQ((*figures)[1].path, "agents[aws].cloud.capacity[a, b].x");
  EXPECT_EQ(FittedFiguresText(*figures), text);
}

TEST(CalibrationTest, ErrorsHaveTheirPlace) {
  const auto error = [](absl::string_view rows) {
    return std::string(
        ParseFittedFigures(absl::StrCat("path,low,high,start,value\n", rows), "fit.csv")
            .status()
            .message());
  };
  EXPECT_EQ(error("a,1,2,1\n"), "fit.csv:2:1: the row must have path,low,high,start,value");
  EXPECT_EQ(error("a,1,x,1,2\n"), "fit.csv:2:1: \"x\" is no number");
  EXPECT_EQ(error("a,1,2,1,3\n"),
            "fit.csv:2:1: start and value must be from low to high, and low above 0");
  EXPECT_FALSE(ParseFittedFigures("path\n", "fit.csv").ok());
}

TEST(CalibrationTest, AFigureIsReplacedInItsText) {
  const std::string text =
      "groups {\n  name: \"a\"\n  treasury_usd_millions: 1.5e3  # estimate\n}\n";
  EXPECT_EQ(*WithFigure(text, "groups[a].treasury_usd_millions", 1234.4),
            "groups {\n  name: \"a\"\n  treasury_usd_millions: 1230  # estimate\n}\n");
  EXPECT_FALSE(WithFigure(text, "groups[b].treasury_usd_millions", 1).ok());
}

// The scenario says `fitted:` of the figures that the record has, and has the record's values.
TEST(CalibrationTest, TheRecordIsThatOfTheScenario) {
  const auto figures = ParseFittedFigures(ReadSourceFile(kRecord), kRecord);
  ASSERT_TRUE(figures.ok()) << figures.status();
  const auto written = ReadScenarioFigures(ReadSourceFile(kScenario), kScenario);
  ASSERT_TRUE(written.ok()) << written.status();
  std::map<std::string, double> fitted;
  for (const ScenarioFigure& figure : *written) {
    if (figure.basis == Basis::kFitted) fitted[figure.path] = figure.value;
  }
  std::set<std::string> recorded;
  for (const FittedFigure& figure : *figures) {
    recorded.insert(figure.path);
    ASSERT_TRUE(fitted.contains(figure.path)) << figure.path << " isn't marked as fitted";
    EXPECT_EQ(fitted[figure.path], figure.value) << figure.path;
  }
  for (const auto& [path, value] : fitted) {
    EXPECT_TRUE(recorded.contains(path)) << path << " isn't in the record";
  }
}

// An hour on demand is observed far below the opening price.
TEST(CalibrationTest, TheObjectiveFallsAndFactsAfterTheCutDoNotCount) {
  const std::string duopoly = ReadSourceFile("deploy/scenarios/duopoly.textproto");
  const std::string header = "as_of,entity,quantity,value,unit,confidence,source\n";
  const auto facts = [&](absl::string_view later) {
    return *Facts::Parse(
        absl::StrCat(header, "2026-09-30,H100 rental,price,1,USD_per_GPU_hour,", "press,\n", later),
        "facts.csv");
  };
  std::vector<FittedFigure> figures = {
      {.path = "agents[nimbus].cloud.on_demand_price_usd_per_gpu_hour",
       .low = 0.5,
       .high = 5,
       .start = 2.4,
       .value = 2.4}};
  const CalibrationOptions options = {.ensemble = {.runs = 2, .first_seed = 1, .threads = 2},
                                      .cut = absl::CivilDay(2026, 12, 31)};
  const auto ignore = [](const std::string&) {};
  const auto fit = Calibrate(duopoly, "duopoly", figures, facts(""), options, ignore);
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_LT(fit->after, fit->before);
  EXPECT_LT(fit->figures[0].value, 2.4);
  EXPECT_TRUE(
      absl::StrContains(fit->scenario_text,
                        absl::StrCat("on_demand_price_usd_per_gpu_hour: ", fit->figures[0].value)));
  const auto again =
      Calibrate(duopoly, "duopoly", figures,
                facts("2027-09-30,H100 rental,price,9,USD_per_GPU_hour,press,\n"), options, ignore);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->figures[0].value, fit->figures[0].value);
}

}  // namespace
}  // namespace tranche
