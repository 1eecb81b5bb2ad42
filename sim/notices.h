#ifndef TRANCHE_SIM_NOTICES_H_
#define TRANCHE_SIM_NOTICES_H_

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/ids.h"
#include "sim/market.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

namespace tranche {

// A new message of the market to `recipients`, of whom those that have left the market and those
// named twice are left out. The caller fills the body; valid until the next call on `out`.
v1::Message& Notify(const World& world, MarketOutput& out, absl::string_view thread,
                    std::initializer_list<AgentId> recipients);
// The same to every agent in the market, in no thread.
v1::Message& NotifyEverybody(const World& world, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_NOTICES_H_
