#ifndef TRANCHE_BROKER_COMMAND_ARENA_REPORT_H_
#define TRANCHE_BROKER_COMMAND_ARENA_REPORT_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "broker/arena/arena.h"

namespace tranche {

// What `tranche arena` says.
struct ArenaReport {
  std::string scenario;
  std::string role;
  std::vector<std::string> seats;       // players; of a symmetric game "any seat" and others
  std::vector<std::string> strategies;  // labels
  std::string payoff;
  std::string moment;
  std::string unit;
  int64_t runs = 0;
  int64_t seeds_played = 0;
  bool symmetric = false;
  double confidence = 0.95;
  EmpiricalGame game;
  GameAnalysis analysis;
};

void PrintArena(const ArenaReport& report, std::ostream& out);
std::string ArenaJson(const ArenaReport& report);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_ARENA_REPORT_H_
