#include "broker/ensemble/plan.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agents/strategy.h"
#include "broker/inline/inline_run.h"
#include "broker/protocol/sha256.h"
#include "sim/check.h"
#include "sim/scenario.h"
#include "sim/scenario_path.h"

namespace tranche {
namespace {

constexpr int64_t kMostRuns = 1'000'000'000;

// Not to be varied: results of runs with other calendars can't stand beside each other.
constexpr absl::string_view kFixed[] = {"name",     "title",   "description", "first_quarter",
                                        "quarters", "extends", "remove"};

absl::Status Error(const std::string& text) { return absl::InvalidArgumentError(text); }

absl::Status CheckCommonCalendar(absl::Span<const v1::Scenario> scenarios) {
  absl::flat_hash_set<std::string> names;
  for (const v1::Scenario& scenario : scenarios) {
    if (!names.insert(scenario.name()).second) {
      return Error(absl::StrCat("two scenarios are named ", scenario.name(),
                                "; give each a name of its own"));
    }
    if (scenario.first_quarter() != scenarios[0].first_quarter() ||
        scenario.quarters() != scenarios[0].quarters()) {
      return Error(absl::StrCat(scenario.name(), " plays ", scenario.quarters(), " quarters from ",
                                scenario.first_quarter(), " and ", scenarios[0].name(), " ",
                                scenarios[0].quarters(), " from ", scenarios[0].first_quarter(),
                                "; they must begin together, and --quarters makes them as long"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDimensions(absl::Span<const Dimension> dimensions) {
  absl::flat_hash_set<std::string> paths;
  for (const Dimension& dimension : dimensions) {
    if (!paths.insert(dimension.path).second) {
      return Error(absl::StrCat(dimension.path, " is varied twice; name all its values at once"));
    }
    if (std::find(std::begin(kFixed), std::end(kFixed), dimension.path) != std::end(kFixed)) {
      return Error(
          absl::StrCat(dimension.path,
                       " can't be varied: results would have nothing in common; --quarters "
                       "says how long all runs are"));
    }
  }
  return absl::OkStatus();
}

// Scenarios, seeds and dimensions, without points.
absl::StatusOr<EnsemblePlan> Begin(PlanRequest& request) {
  TRANCHE_CHECK(!request.scenarios.empty(), "an ensemble of no scenario");
  if (request.seeds.empty()) return Error("there are no seeds; ask for some, as in 1..100");
  if (request.quarters.has_value()) {
    for (v1::Scenario& scenario : request.scenarios) scenario.set_quarters(*request.quarters);
  }
  if (absl::Status common = CheckCommonCalendar(request.scenarios); !common.ok()) return common;
  // A strategy that is chosen drops the parameters of the one before: it comes first.
  std::stable_partition(
      request.dimensions.begin(), request.dimensions.end(),
      [](const Dimension& dimension) { return absl::EndsWith(dimension.path, "].strategy"); });
  if (absl::Status checked = CheckDimensions(request.dimensions); !checked.ok()) return checked;
  EnsemblePlan plan;
  plan.scenarios = std::move(request.scenarios);
  plan.dimensions = std::move(request.dimensions);
  plan.seeds = std::move(request.seeds);
  plan.metrics = std::move(request.metrics);
  return plan;
}

// Lays a point's values over its scenario.
absl::StatusOr<v1::Scenario> LayOver(const EnsemblePlan& plan, const EnsemblePoint& point) {
  v1::Scenario scenario = plan.scenarios[static_cast<size_t>(point.scenario)];
  for (size_t i = 0; i < plan.dimensions.size(); ++i) {
    absl::Status set = SetAt(&scenario, plan.dimensions[i].path, point.values[i]);
    if (!set.ok()) return Error(absl::StrCat(scenario.name(), ": ", set.message()));
  }
  return scenario;
}

std::string DescribePoint(const EnsemblePlan& plan, const EnsemblePoint& point) {
  std::string text = plan.scenarios[static_cast<size_t>(point.scenario)].name();
  for (size_t i = 0; i < plan.dimensions.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? " with " : ", ", plan.dimensions[i].path, "=", point.values[i]);
  }
  return text;
}

// All strategies are there, in this process.
absl::Status CheckPlayable(const v1::Scenario& scenario) {
  const absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(scenario);
  if (!seats.ok()) return seats.status();
  for (const AgentSeat& seat : *seats) {
    if (absl::Status made = MakeStrategy(seat).status(); !made.ok()) return made;
  }
  return absl::OkStatus();
}

// Every point can be played.
absl::Status CheckPoints(const EnsemblePlan& plan) {
  if (plan.runs() > kMostRuns) {
    return Error(
        absl::StrCat("that would be ", plan.runs(), " runs; an ensemble has at most ", kMostRuns));
  }
  for (const EnsemblePoint& point : plan.points) {
    const absl::StatusOr<v1::Scenario> scenario = LayOver(plan, point);
    if (!scenario.ok()) return scenario.status();
    absl::Status valid = ValidateScenario(*scenario);
    if (valid.ok()) valid = CheckPlayable(*scenario);
    if (!valid.ok()) {
      return Error(absl::StrCat(DescribePoint(plan, point), ": ", valid.message()));
    }
  }
  return absl::OkStatus();
}

// All ways to choose one level of each dimension that has any; others stay empty. The last changes
// fastest.
std::vector<std::vector<std::string>> Grid(absl::Span<const Dimension> dimensions) {
  std::vector<std::vector<std::string>> nodes = {{}};
  for (const Dimension& dimension : dimensions) {
    std::vector<std::vector<std::string>> longer;
    const std::vector<std::string> none = {""};
    for (const std::vector<std::string>& node : nodes) {
      for (const std::string& level : dimension.is_range() ? none : dimension.levels) {
        longer.push_back(node);
        longer.back().push_back(level);
      }
    }
    nodes = std::move(longer);
  }
  return nodes;
}

// The node's values with those of the ranges, in their order, from `unit`.
absl::StatusOr<std::vector<std::string>> FillRanges(const EnsemblePlan& plan,
                                                    const v1::Scenario& scenario,
                                                    std::vector<std::string> values,
                                                    const UnitPoint& unit) {
  size_t next = 0;
  for (size_t i = 0; i < plan.dimensions.size(); ++i) {
    if (!plan.dimensions[i].is_range()) continue;
    absl::StatusOr<std::string> value = ValueWithin(plan.dimensions[i], scenario, unit[next++]);
    if (!value.ok()) return value.status();
    values[i] = *std::move(value);
  }
  return values;
}

}  // namespace

Quarter EnsemblePlan::first_quarter() const {
  const absl::StatusOr<Quarter> first = Quarter::Parse(scenarios[0].first_quarter());
  TRANCHE_CHECK(first.ok(), "the scenario has been checked");
  return *first;
}

absl::StatusOr<EnsemblePlan> MakePlan(PlanRequest request) {
  const int samples = request.samples;
  const uint64_t design_seed = request.design_seed;
  absl::StatusOr<EnsemblePlan> plan = Begin(request);
  if (!plan.ok()) return plan;
  const auto ranges = static_cast<int>(
      std::count_if(plan->dimensions.begin(), plan->dimensions.end(),
                    [](const Dimension& dimension) { return dimension.is_range(); }));
  if (ranges > 0 && samples < 1) {
    return Error("a Latin hypercube has a size; say how many with --samples");
  }
  if (ranges == 0 && samples > 0) {
    return Error("--samples is the size of a Latin hypercube; name a range with --latin");
  }
  const std::vector<UnitPoint> hypercube =
      ranges == 0 ? std::vector<UnitPoint>{{}} : LatinHypercube(samples, ranges, design_seed);
  const std::vector<std::vector<std::string>> nodes = Grid(plan->dimensions);
  for (int scenario = 0; scenario < static_cast<int>(plan->scenarios.size()); ++scenario) {
    for (const std::vector<std::string>& node : nodes) {
      for (const UnitPoint& unit : hypercube) {
        absl::StatusOr<std::vector<std::string>> values =
            FillRanges(*plan, plan->scenarios[static_cast<size_t>(scenario)], node, unit);
        if (!values.ok()) return values.status();
        plan->points.push_back({scenario, *std::move(values)});
      }
    }
  }
  if (absl::Status checked = CheckPoints(*plan); !checked.ok()) return checked;
  return plan;
}

absl::StatusOr<EnsemblePlan> MakePlanAt(PlanRequest request, absl::Span<const UnitPoint> design) {
  absl::StatusOr<EnsemblePlan> plan = Begin(request);
  if (!plan.ok()) return plan;
  for (const UnitPoint& unit : design) {
    absl::StatusOr<std::vector<std::string>> values =
        FillRanges(*plan, plan->scenarios[0], std::vector<std::string>(unit.size()), unit);
    if (!values.ok()) return values.status();
    plan->points.push_back({0, *std::move(values)});
  }
  if (absl::Status checked = CheckPoints(*plan); !checked.ok()) return checked;
  return plan;
}

v1::Scenario ScenarioAt(const EnsemblePlan& plan, size_t point) {
  absl::StatusOr<v1::Scenario> scenario = LayOver(plan, plan.points[point]);
  TRANCHE_CHECK(scenario.ok(), scenario.status().ToString());
  return *std::move(scenario);
}

std::string PlanText(const EnsemblePlan& plan) {
  std::string text = "tranche ensemble 1\n";
  for (const v1::Scenario& scenario : plan.scenarios) {
    absl::StrAppend(&text, "scenario ", scenario.name(), " ",
                    Sha256Hex(CanonicalScenarioBytes(scenario)), "\n");
  }
  for (const Dimension& dimension : plan.dimensions) {
    absl::StrAppend(&text, "dimension ", dimension.path, "\n");
  }
  absl::StrAppend(&text, "seeds ", SeedsText(plan.seeds), "\n", "metrics ",
                  absl::StrJoin(plan.metrics, ","), "\n");
  for (const EnsemblePoint& point : plan.points) {
    absl::StrAppend(&text, "point ", point.scenario);
    for (const std::string& value : point.values) absl::StrAppend(&text, "\t", value);
    text += "\n";
  }
  return text;
}

std::string DescribePlanDifference(absl::string_view there, absl::string_view wanted) {
  const std::vector<absl::string_view> a = absl::StrSplit(there, '\n');
  const std::vector<absl::string_view> b = absl::StrSplit(wanted, '\n');
  size_t line = 0;
  while (line < a.size() && line < b.size() && a[line] == b[line]) ++line;
  const auto at = [line](const std::vector<absl::string_view>& lines) {
    return line < lines.size() && !lines[line].empty() ? lines[line] : "no more";
  };
  return absl::StrCat("there: ", at(a), "; wanted: ", at(b));
}

std::string SeedsText(absl::Span<const int64_t> seeds) {
  std::string text;
  for (size_t begin = 0; begin < seeds.size();) {
    size_t end = begin + 1;
    while (end < seeds.size() && seeds[end] == seeds[end - 1] + 1) ++end;
    absl::StrAppend(&text, text.empty() ? "" : ",", seeds[begin]);
    if (end - begin > 1) absl::StrAppend(&text, "..", seeds[end - 1]);
    begin = end;
  }
  return text;
}

}  // namespace tranche
