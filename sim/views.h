#ifndef TRANCHE_SIM_VIEWS_H_
#define TRANCHE_SIM_VIEWS_H_

#include "sim/ids.h"
#include "sim/world.h"
#include "tranche/v1/view.pb.h"

// What agents see, as documented in tranche/v1/view.proto.
//
// Disclosure has the lag of real reporting. As quarter q opens, q - 1 has just closed: its figures
// are in the books of those they belong to, while the public sees those of q - 2. Without lag are
// what is posted (prices, models), announced (deals, stakes above 5%, events, statements) or law.
namespace tranche {

// How far ahead an agent's view shows what is contracted or built, in quarters.
inline constexpr int32_t kQuartersAhead = 12;
// Stakes from here on are public, ppm.
inline constexpr uint32_t kPublicStakePpm = 50'000;

// Takes World::public_view at a quarter's opening, and keeps what it withholds for the next. Uses
// up last quarter's statements. To be called once a quarter.
void BuildPublicView(World& world);

// Fills `view`, which is cleared first, with what the agent of this id sees of its own: books,
// deals, contracts, holdings and the state of its role. In the first quarter the books are those of
// a quarter at the opening's prices and contracts.
void BuildAgentView(const World& world, AgentId id, v1::AgentView* view);

}  // namespace tranche

#endif  // TRANCHE_SIM_VIEWS_H_
