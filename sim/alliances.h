#ifndef TRANCHE_SIM_ALLIANCES_H_
#define TRANCHE_SIM_ALLIANCES_H_

#include "sim/market.h"
#include "sim/world.h"

namespace tranche {

// The graph of alliances at the quarter's end, one Relation record an edge, over corporate groups:
//   equity       holder -> lab's group; size is the stake in ppm
//   board        holder -> lab's group; 2 a seat, 1 an observer
//   note         holder -> lab's group; principal and interest in cents
//   supply       cloud's group -> lab's group; cents reserved or committed a quarter
//   exclusivity  cloud's group -> lab's group; 1
//   marketplace  cloud's group -> lab's group; the cloud's part of sales in basis points
//   licence      lab's group -> licensee's group; fee in cents a quarter
//   conflict     holder -> lab's group; what it has in the lab's rivals, basis points (OverlapBp)
// Edges within a group are left out.
void WriteAlliances(const World& world, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_ALLIANCES_H_
