// Strategies that do nothing, in a shared library: what is left of a turn's cost is the SDK's.

#include "agents/strategy.h"

namespace tranche {
namespace {

class Noop : public Strategy {
 public:
  explicit Noop(const StrategyContext& /*context*/) {}
  void OnTurn(const TurnView& /*view*/, Actions& /*actions*/) override {}
};

class NoopLab : public Noop {
 public:
  using Noop::Noop;
};
class NoopCloud : public Noop {
 public:
  using Noop::Noop;
};
class NoopInvestor : public Noop {
 public:
  using Noop::Noop;
};
class NoopRegulator : public Noop {
 public:
  using Noop::Noop;
};

TRANCHE_REGISTER_STRATEGY(NoopLab, "noop-lab", v1::ROLE_LAB, "Does nothing.");
TRANCHE_REGISTER_STRATEGY(NoopCloud, "noop-cloud", v1::ROLE_CLOUD, "Does nothing.");
TRANCHE_REGISTER_STRATEGY(NoopInvestor, "noop-investor", v1::ROLE_INVESTOR, "Does nothing.");
TRANCHE_REGISTER_STRATEGY(NoopRegulator, "noop-regulator", v1::ROLE_REGULATOR, "Does nothing.");

}  // namespace
}  // namespace tranche
