#ifndef TRANCHE_BROKER_PROTOCOL_LOG_REPLAY_H_
#define TRANCHE_BROKER_PROTOCOL_LOG_REPLAY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/protocol/record.h"
#include "broker/protocol/round_engine.h"
#include "sim/seat.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/scenario.pb.h"

// Playing a log again: the way back to where its run stands, and the check that it says the truth.
namespace tranche {

using LogRecords = absl::Span<const v1::LogRecord* const>;

// What a run is a function of, as its log's first records say.
struct RunIdentity {
  v1::Scenario scenario;
  uint64_t seed = 0;
  std::vector<AgentSeat> seats;  // by ordinal
};

// Errors: NotFound (no records: no quarter has been closed yet, so the run begins anew),
// FailedPrecondition (a protocol other than ours), DataLoss (no header, or a damaged one).
absl::StatusOr<RunIdentity> ReadRunIdentity(LogRecords records);

// The records of one closed quarter, and with the last one's the end of the run. Takes them off
// the front of `records`, which isn't empty. DataLoss: `records` ends before the quarter is closed.
absl::StatusOr<LogRecords> TakeQuarter(LogRecords& records);

// What an agent answered in a round.
struct LoggedAnswer {
  bool passed = false;
  google::protobuf::RepeatedPtrField<v1::Message> moves;
};

// The agents' answers of one quarter, read in the order in which the engine asks: records of agents
// stand in the log by round, ordinal and sequence.
class LoggedAnswers {
 public:
  // `quarter`: as TakeQuarter gives it; outlives this.
  explicit LoggedAnswers(LogRecords quarter) : rest_(quarter) {}
  // What `agent`, who is asked next, answered.
  LoggedAnswer Next(uint32_t round, absl::string_view agent);

 private:
  LogRecords rest_;
};

// Compares what was derived for a quarter with what the log says of it, byte by byte. DataLoss
// names the first position that differs, and how.
absl::Status CompareQuarter(absl::Span<const StoredRecord> derived, LogRecords logged);

// Plays one quarter on `engine` with the agents' moves and passes that `logged` holds, and compares
// what comes out. `engine` stands before that quarter, and must keep records.
absl::Status ReplayQuarter(LogRecords logged, RoundEngine& engine);

// Plays all quarters of `records` on `engine`, which stands at the run's beginning.
absl::Status ReplayLog(LogRecords records, RoundEngine& engine);

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_LOG_REPLAY_H_
