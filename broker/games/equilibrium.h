#ifndef TRANCHE_BROKER_GAMES_EQUILIBRIUM_H_
#define TRANCHE_BROKER_GAMES_EQUILIBRIUM_H_

#include <cstddef>
#include <vector>

#include "broker/games/normal_form.h"

namespace tranche {

// Largest number of strategies of a player that SupportEnumeration takes: there are 4^n pairs of
// supports.
inline constexpr size_t kMostEnumeratedStrategies = 8;

// The equilibria of a game of two players, pure and mixed: for each pair of supports of the same
// size the strategies that leave the other indifferent over its support, kept where nobody gains by
// leaving it (Nisan, Roughgarden, Tardos and Vazirani 2007, "Algorithmic Game Theory",
// algorithm 3.4). Finds all equilibria of a nondegenerate game. A degenerate one (some strategy has
// more best responses than it has supports) may have more, whole ranges of them; its pure ones are
// all found. By support, small ones first.
std::vector<MixedProfile> SupportEnumeration(const NormalFormGame& game);

// A profile and how far it is from an equilibrium.
struct FoundProfile {
  MixedProfile profile;
  double regret = 0;
};

// The profile of least regret that the discrete replicator dynamics come by, for games of any
// number of players: each strategy's share grows as what it earns, above the least that any earns,
// stands to what the player's mix earns (Taylor and Jonker 1978, Mathematical Biosciences 40;
// Weibull 1995, "Evolutionary Game Theory", 4.1). Started from the uniform profile and near the 32
// pure ones of least regret, which are looked at themselves; at each start the last profile and the
// mean over time are looked at too, as the dynamics may circle an equilibrium, and the mean then
// tends to it. It need not find an equilibrium: regret says how close it came. Of a symmetric game
// the starts are symmetric, and so is what is found.
FoundProfile ReplicatorSearch(const NormalFormGame& game, bool symmetric, int steps = 2000);

}  // namespace tranche

#endif  // TRANCHE_BROKER_GAMES_EQUILIBRIUM_H_
