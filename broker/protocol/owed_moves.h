#ifndef TRANCHE_BROKER_PROTOCOL_OWED_MOVES_H_
#define TRANCHE_BROKER_PROTOCOL_OWED_MOVES_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "sim/ids.h"
#include "sim/quarter.h"
#include "sim/seat.h"
#include "tranche/v1/broker.pb.h"

namespace tranche {

// Turns that were sent to a session and wait for their moves.
struct OwedMoves {
  Quarter quarter;
  uint32_t round = 0;
  std::vector<AgentId> agents;  // by ordinal
  // The round went on without them.
  bool skipped = false;
};

// Whether `moves` answer `owed`: of the same quarter and round, and with every agent of it once and
// no other. InvalidArgument says what doesn't fit.
absl::Status CheckMoves(const v1::Moves& moves, const OwedMoves& owed,
                        absl::Span<const AgentSeat> seats);

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_OWED_MOVES_H_
