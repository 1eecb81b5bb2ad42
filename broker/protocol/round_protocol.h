#ifndef TRANCHE_BROKER_PROTOCOL_ROUND_PROTOCOL_H_
#define TRANCHE_BROKER_PROTOCOL_ROUND_PROTOCOL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/protocol/record.h"
#include "broker/protocol/round_engine.h"
#include "sim/quarter.h"
#include "tranche/v1/broker.pb.h"

// The broker as a state machine without I/O: events in, effects out. The shell (broker/server)
// turns streams, timers and the log into events, and carries the effects out in order. The same
// machine runs under a test harness that reorders, delays, drops and kills from a seed.
namespace tranche {

// A stream of the shell's. Never reused within a run.
using SessionId = uint64_t;

// What happens when an agent is late with its moves.
enum class AtDeadline {
  kWait,  // go on waiting; the operator is told who is late
  kSkip,  // the agent passes this round; the log says so
  kStop,  // the run stops after dropping the quarter in play
};

struct ProtocolOptions {
  std::string run;  // name of the run, for Welcome and GetRun
  AtDeadline at_deadline = AtDeadline::kWait;
};

// --- Effects, in the order they must take place --------------------------------------------------

struct SendToAgent {
  SessionId session = 0;
  v1::ToAgent message;
};
// Ends a session. OK after RunOver; else the reason. The protocol has forgotten the session: the
// shell sends what stands before, and passes on nothing more that comes from it.
struct EndSession {
  SessionId session = 0;
  absl::Status status;
};
// Starts the turn's clock, replacing any before. The shell answers OnDeadline with `turn`.
struct StartDeadline {
  uint64_t turn = 0;
};
struct CancelDeadline {};
// Makes records durable as one transaction. The shell answers OnCommitted. Until then nothing
// further is played, and the records stay where they are.
struct CommitRecords {
  std::vector<StoredRecord> records;
};
// For the operator: these agents are late.
struct ReportLate {
  std::vector<std::string> agents;
};
// For the operator: an agent passed its turn because what plays it failed.
struct ReportFailure {
  std::string agent;
  Quarter quarter;
  uint32_t round = 0;
  std::string failure;  // in its own words
};
// The run is over, and no effects follow but those that turn away who still calls.
struct RunFinished {
  // Unspecified: the run failed.
  v1::RunEnded::Reason reason = v1::RunEnded::REASON_UNSPECIFIED;
  // Not OK if the run failed (no commit, broken books), or was stopped because an agent was late.
  absl::Status status;
  std::string digest;  // 32 bytes; of the last closed quarter
};

using Effect = std::variant<SendToAgent, EndSession, StartDeadline, CancelDeadline, CommitRecords,
                            ReportLate, ReportFailure, RunFinished>;
using Effects = std::vector<Effect>;

class RoundProtocol {
 public:
  // A run from its start. `seats` as for RoundEngine.
  static absl::StatusOr<std::unique_ptr<RoundProtocol>> Start(const v1::Scenario& scenario,
                                                              uint64_t seed,
                                                              std::vector<AgentSeat> seats,
                                                              ProtocolOptions options);
  // A run from its log: the records of all closed quarters, in order. The market is brought to
  // where the log ends by playing the log's own moves, and every record that comes out is
  // compared with the log's. DataLoss names the first position that differs. NotFound: the log
  // holds no closed quarter yet, so Start is the way. A run that had been completed is over from
  // the start: agents that join are told so.
  static absl::StatusOr<std::unique_ptr<RoundProtocol>> Resume(
      absl::Span<const v1::LogRecord* const> records, ProtocolOptions options);
  ~RoundProtocol();

  // --- Events ------------------------------------------------------------------------------------

  // A session's first message. The run starts, or goes on after Resume, when every agent that is
  // still in the market has joined.
  Effects OnJoin(SessionId session, const v1::Join& join);
  // Moves for the session's oldest turns not answered yet. Malformed ones end the session with
  // INVALID_ARGUMENT, and none of them is made. Those for turns that the run has skipped are
  // dropped.
  Effects OnMoves(SessionId session, v1::Moves moves);
  // The stream is gone. Its agents may join again, on any session: they are brought up to date
  // with replayed turns, and then asked what they still owe.
  Effects OnSessionLost(SessionId session);
  // Nobody will play these agents any more, for the reason given: from now on each passes as soon
  // as it is asked, and the log says why, until somebody joins as it again.
  Effects OnGivenUp(absl::Span<const std::string> agents, absl::string_view why);
  Effects OnDeadline(uint64_t turn);
  // The commit asked for has taken place, or failed: then the run ends with `status`.
  Effects OnCommitted(const absl::Status& status);
  // Holds before the next round; the round in play is finished, its quarter closed if it was the
  // last. Idempotent.
  Effects OnPause();
  Effects OnResume();
  // Drops the quarter in play and ends the run; the log can be resumed. A quarter that is being
  // committed is kept, and if it's the last one the run is completed.
  Effects OnStop(absl::string_view reason);

  // Where the run stands; cheap.
  v1::GetRunResponse Describe() const;
  const RoundEngine& engine() const;

 private:
  struct State;
  explicit RoundProtocol(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_ROUND_PROTOCOL_H_
