#include "broker/ensemble/metric_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/inline/inline_run.h"
#include "sim/metrics.h"
#include "sim/testing/small_market.h"
#include "sim/testing/source_tree.h"

namespace tranche {
namespace {

std::string Text(absl::string_view name, absl::string_view whose) {
  return absl::StrCat(name, " of ", whose);
}

// "revenue of lab", as the tables of docs/metrics.md say it.
std::set<std::string> Documented() {
  std::set<std::string> documented;
  std::ifstream page(SourcePath("docs/metrics.md"));
  std::string whose;
  for (std::string line; std::getline(page, line);) {
    if (absl::StartsWith(line, "## ")) {
      whose = absl::StartsWith(line, "## A lab")         ? "lab"
              : absl::StartsWith(line, "## A cloud")     ? "cloud"
              : absl::StartsWith(line, "## An investor") ? "investor"
                                                         : "any";
    }
    if (!absl::StartsWith(line, "| `")) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    const bool pair = absl::StrContains(cells[2], "/");
    static const std::regex kName("`([^`]+)`");
    for (std::sregex_iterator name(cells[1].begin(), cells[1].end(), kName), end; name != end;
         ++name) {
      documented.insert(Text((*name)[1].str(), pair ? "any" : whose));
    }
  }
  return documented;
}

TEST(MetricNamesTest, TheyAreThoseOfThePage) {
  const std::set<std::string> documented = Documented();
  EXPECT_GT(documented.size(), 40);
  for (const MetricName& name : MetricNames()) {
    if (absl::StrContains(name.name, "-signed") || absl::StrContains(name.name, "-closed") ||
        absl::StrContains(name.name, "-drawn") || absl::EndsWith(name.name, "-to-close") ||
        name.name == "failures") {
      continue;
    }
    EXPECT_EQ(documented.contains(Text(name.name, "lab")), name.lab) << name.name;
    EXPECT_EQ(documented.contains(Text(name.name, "cloud")), name.cloud) << name.name;
    EXPECT_EQ(documented.contains(Text(name.name, "investor")), name.investor) << name.name;
  }
  for (const std::string& text : documented) {
    const std::string name = text.substr(0, text.find(" of "));
    EXPECT_NE(FindMetricName(name), nullptr) << name;
  }
}

TEST(MetricNamesTest, EveryMetricOfARunIsNamed) {
  const v1::Scenario scenario = DuopolyScenario();
  const auto seats = ResolveSeats(scenario);
  ASSERT_TRUE(seats.ok());
  const auto run = InlineRun::Create(scenario, 1, *seats);
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE((*run)->Play().ok());
  int metrics = 0;
  VisitMetrics((*run)->engine().market().world(), [&](const MetricValue& metric) {
    ++metrics;
    const MetricName* known = FindMetricName(metric.name);
    ASSERT_NE(known, nullptr) << metric.name;
    for (const AgentSeat& seat : *seats) {
      if (seat.name != metric.subject) continue;
      EXPECT_TRUE(seat.role == v1::ROLE_LAB     ? known->lab
                  : seat.role == v1::ROLE_CLOUD ? known->cloud
                                                : known->investor)
          << metric.name << " of " << metric.subject;
    }
  });
  EXPECT_GT(metrics, 50);
}

}  // namespace
}  // namespace tranche
