#include "agents/strategies/mark_up.h"

#include <algorithm>

namespace tranche {

double LogitMarkUpPrice(double cost, double a, double share) {
  return cost + 1 / (std::max(a, 1e-12) * (1 - std::clamp(share, 0.0, 0.95)));
}

double Towards(double today, double target, double most_change) {
  return std::clamp(target, today * (1 - most_change), today * (1 + most_change));
}

}  // namespace tranche
