#ifndef TRANCHE_BROKER_TRIAL_TRIAL_RUN_H_
#define TRANCHE_BROKER_TRIAL_TRIAL_RUN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/quarter.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/scenario.pb.h"
#include "tranche/v1/types.pb.h"

// Whole runs for the tests of strategies: all agents in this process, and what happened in memory.
//
//   const auto scenario = ReadScenario("duopoly.textproto");
//   const auto run = PlayTrial(*scenario, {.seats = {{"aurora", "bold-lab"}}});
//   EXPECT_GT(*run->Metric("cash", "aurora"), 0);
//
// The run is the one that `tranche run --inline` plays, and ends in the same digest.
namespace tranche {

// An agent that plays otherwise than the scenario says.
struct TrialSeat {
  std::string agent;
  std::string strategy;
  std::vector<v1::Parameter> parameters = {};  // over the strategy's defaults
};

struct TrialOptions {
  uint64_t seed = 1;
  std::vector<TrialSeat> seats = {};
  // Play only so many quarters; 0: all.
  uint32_t quarters = 0;
};

struct TrialRun {
  // In hexadecimal, as `tranche run` prints it.
  std::string digest;
  int32_t quarters = 0;
  // Everything that was said, by agents and the market, in the order of the log.
  std::vector<v1::Message> messages;
  // Measured at the close of each quarter (docs/metrics.md), in the order of the log.
  std::vector<v1::LogRecord> metrics;

  // A metric's value at the close of `quarter`, or of the last quarter that has it. None: there is
  // no such figure.
  std::optional<double> Metric(absl::string_view name, absl::string_view subject,
                               std::optional<Quarter> quarter = std::nullopt) const;
  // What `sender` said, in order.
  std::vector<const v1::Message*> SaidBy(absl::string_view sender) const;
  // The market's answers to moves of `agent` that couldn't be made.
  std::vector<const v1::Message*> RefusedTo(absl::string_view agent) const;
};

// A scenario from its file, with what it extends. Errors: NotFound, or all that is wrong with it,
// by line and column.
absl::StatusOr<v1::Scenario> ReadScenario(const std::string& path);

// Plays the scenario. Errors: NotFound (no such agent or strategy), InvalidArgument (a strategy of
// another role, an unknown parameter, a scenario that can't be played).
absl::StatusOr<TrialRun> PlayTrial(const v1::Scenario& scenario, const TrialOptions& options = {});

}  // namespace tranche

#endif  // TRANCHE_BROKER_TRIAL_TRIAL_RUN_H_
