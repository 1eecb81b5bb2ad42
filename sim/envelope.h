#ifndef TRANCHE_SIM_ENVELOPE_H_
#define TRANCHE_SIM_ENVELOPE_H_

#include <cstddef>
#include <cstdint>

#include "sim/ids.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

namespace tranche {

// The largest message, serialised.
inline constexpr size_t kMostMessageBytes = 16 * 1024;
// The longest name of a thread that an agent opens. The market's own names of deals and contracts
// are longer by the name of a party.
inline constexpr size_t kMostThreadBytes = 128;
// Moves an agent may make in one round; counted in World::moves_this_round.
inline constexpr int32_t kMostMovesPerRound = 256;

// What holds for every move, whatever it says. Rules, in the order checked:
//   flood        not more than kMostMovesPerRound moves in the round
//   body         there is one
//   size         not more than kMostMessageBytes
//   recipients   agents in the market, other than the sender, each once
//   thread       empty, `<agent>/<anything>` in printable ASCII, or the name of a deal or contract
//   in-reply-to  an earlier message; not 0 where the body is an answer
// Counts the move, accepted or not.
Verdict CheckEnvelope(World& world, AgentId sender, const v1::Message& move);

}  // namespace tranche

#endif  // TRANCHE_SIM_ENVELOPE_H_
