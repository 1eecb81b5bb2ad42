#ifndef TRANCHE_SIM_MOVES_H_
#define TRANCHE_SIM_MOVES_H_

#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/types.pb.h"

namespace tranche {

// Whether agents of that role may say such a body at all; false for what only the market says.
bool MaySay(v1::Role role, v1::Message::BodyCase body);

// Makes a move whose envelope has been checked: who may say it to whom (rules "authority",
// "recipients"), then what it says, by the mechanism it belongs to. If it's refused the world is as
// it was.
Verdict ApplyMove(World& world, AgentId sender, const v1::Message& move, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_MOVES_H_
