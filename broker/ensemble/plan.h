#ifndef TRANCHE_BROKER_ENSEMBLE_PLAN_H_
#define TRANCHE_BROKER_ENSEMBLE_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/ensemble/dimension.h"
#include "broker/statistics/designs.h"
#include "sim/quarter.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// A setting of everything that is varied: a scenario and, by dimension, a value.
struct EnsemblePoint {
  int scenario = 0;
  std::vector<std::string> values;
};

// What an ensemble consists of: each point under each seed, which are the same for all points
// (common random numbers). Runs are numbered from 0, point by point:
//
//   run = point × seeds + place of the seed
struct EnsemblePlan {
  // Checked, and of the same calendar. Their names tell them apart.
  std::vector<v1::Scenario> scenarios;
  std::vector<Dimension> dimensions;
  std::vector<EnsemblePoint> points;
  std::vector<int64_t> seeds;
  // Names (`hhi`) or names and subjects (`hhi:models`), with * and ? as in a shell. Empty: all.
  std::vector<std::string> metrics;

  int64_t runs() const {
    return static_cast<int64_t>(points.size()) * static_cast<int64_t>(seeds.size());
  }
  size_t PointOf(int64_t run) const { return static_cast<size_t>(run) / seeds.size(); }
  int64_t SeedOf(int64_t run) const { return seeds[static_cast<size_t>(run) % seeds.size()]; }
  Quarter first_quarter() const;
  int quarters() const { return static_cast<int>(scenarios[0].quarters()); }
};

struct PlanRequest {
  std::vector<v1::Scenario> scenarios;
  std::vector<int64_t> seeds;
  std::vector<Dimension> dimensions = {};
  // Of the Latin hypercube over all ranges; needed if there is a range.
  int samples = 0;
  uint64_t design_seed = 1;
  // Play only so many.
  std::optional<uint32_t> quarters = {};
  std::vector<std::string> metrics = {};
};

// The grid over all levels, with the Latin hypercube over all ranges at each of its nodes, in each
// scenario. Errors: InvalidArgument, which names the value that makes no scenario, or says what the
// scenarios don't have in common.
absl::StatusOr<EnsemblePlan> MakePlan(PlanRequest request);

// The points of a design of the unit cube, whose coordinates are the request's dimensions, all of
// them ranges, in its only scenario. Errors as MakePlan's.
absl::StatusOr<EnsemblePlan> MakePlanAt(PlanRequest request, absl::Span<const UnitPoint> design);

// The point's scenario: what is to be played. The plan has been checked, so it can be.
v1::Scenario ScenarioAt(const EnsemblePlan& plan, size_t point);

// All that the results are a function of, as text: two plans with the same text have the same runs.
//
//   plan      := "tranche ensemble 1" LF scenario+ dimension* "seeds " seeds LF "metrics " names LF
//   point+ scenario  := "scenario " name " " SHA-256 of its canonical form LF dimension :=
//   "dimension " path LF point     := "point " scenario number { TAB value } LF
std::string PlanText(const EnsemblePlan& plan);

// Of two plan texts that differ: what differs first, for people.
std::string DescribePlanDifference(absl::string_view there, absl::string_view wanted);

// "1..100,205": seeds as ParseSeeds reads them.
std::string SeedsText(absl::Span<const int64_t> seeds);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ENSEMBLE_PLAN_H_
