#ifndef TRANCHE_TESTS_BENCH_TALKERS_H_
#define TRANCHE_TESTS_BENCH_TALKERS_H_

#include "tranche/v1/scenario.pb.h"

namespace tranche {

// The duopoly with `agents` agents (at least 4), each of which does nothing but send a note to the
// next in every round, so that rounds go on to the limit. The notes are of such a length that the
// frames of a round, turns and moves, are kFrameBytes each in the mean.
v1::Scenario TalkersScenario(int agents, int round_limit);

// Mean size of a round's frames, as measured.
double TalkersFrameBytes();

}  // namespace tranche

#endif  // TRANCHE_TESTS_BENCH_TALKERS_H_
