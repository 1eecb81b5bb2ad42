#ifndef TRANCHE_SIM_MARKET_H_
#define TRANCHE_SIM_MARKET_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/ids.h"
#include "sim/quarter.h"
#include "sim/seat.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/scenario.pb.h"
#include "tranche/v1/view.pb.h"

namespace tranche {

struct MetricValue;
struct World;

// What the market has to say: messages to agents (sender "market", without id, quarter and
// round, which the round protocol gives) and records for the log (without position). In order.
class MarketOutput {
 public:
  virtual ~MarketOutput() = default;
  // A message the market sends; the caller fills it. Valid until the next call on the market.
  virtual v1::Message* AddMessage() = 0;
  // A record for the log: ledger entries, metrics, relations, cap tables, statements. Null when
  // nobody keeps a log.
  virtual v1::LogRecord* AddRecord() = 0;
  // Whether somebody keeps a log. If not, the market skips the work that goes into its records.
  virtual bool keeps_records() const { return false; }
  // Whether somebody reads the metrics as they are, with or without a log; if so, the market calls
  // ReadMetric for each as it closes a quarter.
  virtual bool reads_metrics() const { return false; }
  virtual void ReadMetric(const MetricValue& /*metric*/) {}
};

// A scenario that has been checked and opened once, for any number of runs to start from: each
// takes a copy of the market, which costs a small part of opening it again. Immutable; copies share
// it, and threads may.
class OpenedScenario {
 public:
  // `scenario` must have passed ValidateScenario (sim/scenario.h); an invalid one is an error here
  // too, without line numbers.
  static absl::StatusOr<OpenedScenario> Open(const v1::Scenario& scenario);

  // In canonical order (CanonicalScenario).
  const v1::Scenario& scenario() const;

 private:
  friend class Market;
  explicit OpenedScenario(std::shared_ptr<const World> world) : world_(std::move(world)) {}

  // As BuildWorld leaves it; only the seed is still to come.
  std::shared_ptr<const World> world_;
};

// The market: all of its state and all of its rules. Deterministic: what comes out depends on the
// scenario, the seed and the calls made, and on nothing else. Not thread-safe.
//
// A quarter is OpenQuarter, then any number of rounds of Submit calls, then CloseQuarter. `Create`
// leaves the market before its first quarter.
class Market {
 public:
  // As OpenedScenario::Open, for a single run.
  static absl::StatusOr<std::unique_ptr<Market>> Create(const v1::Scenario& scenario,
                                                        uint64_t seed);
  static std::unique_ptr<Market> Create(const OpenedScenario& scenario, uint64_t seed);
  ~Market();
  Market(const Market&) = delete;
  Market& operator=(const Market&) = delete;

  // By ordinal: agents in byte order of their names, whatever the order in the scenario.
  absl::Span<const AgentSeat> seats() const;
  // -1-valued Id if there is none of that name.
  AgentId FindAgent(absl::string_view name) const;

  // The quarter in play, or before OpenQuarter the one to be opened.
  Quarter quarter() const;
  Quarter first_quarter() const;
  // One after the last to be played.
  Quarter end_quarter() const;
  uint32_t round_limit() const;
  // All quarters have been closed.
  bool over() const { return quarter() >= end_quarter(); }

  // Opens the quarter: scheduled events take place, views are taken.
  void OpenQuarter(MarketOutput& out);
  // The public view of the quarter in play; valid until it's closed.
  const v1::PublicView& public_view() const;
  // Fills `view` with what `agent` sees at the quarter's opening.
  void BuildAgentView(AgentId agent, v1::AgentView* view) const;
  // False for an agent that has left the market; it's not asked any more.
  bool IsActive(AgentId agent) const;

  // Starts a round; the moves of the round follow in delivery order.
  void OpenRound(uint32_t round);
  // Applies one move of `sender`, whose id, quarter, round and sender are set. Returns true if
  // the move is accepted: the caller then delivers it to its recipients, all of which exist and
  // are active. A refused move reaches nobody: a Rejected message to the sender goes to `out`.
  bool Submit(AgentId sender, const v1::Message& move, MarketOutput& out);

  // Closes the quarter: everything that happens between rounds and the next quarter, see
  // MODEL. Messages in `out` are delivered when the next quarter opens. The books are checked;
  // an imbalance is an Internal error that names the account, and the run must stop.
  absl::Status CloseQuarter(MarketOutput& out);

  // The whole state, for tests and for the mechanisms' own files.
  const World& world() const { return *world_; }

 private:
  explicit Market(std::unique_ptr<World> world);

  std::unique_ptr<World> world_;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_MARKET_H_
