#ifndef TRANCHE_BROKER_PROTOCOL_JOIN_H_
#define TRANCHE_BROKER_PROTOCOL_JOIN_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sim/ids.h"
#include "sim/seat.h"
#include "tranche/v1/broker.pb.h"

namespace tranche {

// The agents that `join` asks to play, by ordinal, if it fits the run's seats. Errors, each of
// which says what to fix:
//   FailedPrecondition  another protocol version; a strategy or parameter other than the seat's
//   InvalidArgument     no agent, or one twice; a role that isn't the seat's
//   NotFound            no such agent: the message lists those there are
absl::StatusOr<std::vector<AgentId>> CheckJoin(const v1::Join& join,
                                               absl::Span<const AgentSeat> seats);

// Welcomes one of them, with what its seat says.
void AddWelcomed(AgentId agent, const AgentSeat& seat, v1::Welcome& welcome);

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_JOIN_H_
