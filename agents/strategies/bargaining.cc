#include "agents/strategies/bargaining.h"

#include <algorithm>

#include "sim/det_math.h"

namespace tranche {

double ConcededPart(const ConcessionRule& rule, int step) {
  const int steps = std::max(rule.steps, 1);
  const double time = static_cast<double>(std::clamp(step, 0, steps)) / steps;
  const double beta = std::max(rule.beta, 0.01);
  const double at_once = std::clamp(rule.at_once, 0.0, 1.0);
  return at_once + (1 - at_once) * DetPow(time, 1 / beta);
}

double ConcededValue(double opening, double reservation, double part) {
  return opening + part * (reservation - opening);
}

double FirstMoverShare(double own_patience, double other_patience) {
  const double own = std::clamp(own_patience, 0.0, 0.999);
  const double other = std::clamp(other_patience, 0.0, 0.999);
  return (1 - other) / (1 - own * other);
}

}  // namespace tranche
