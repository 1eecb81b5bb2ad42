#ifndef TRANCHE_AGENTS_STRATEGY_H_
#define TRANCHE_AGENTS_STRATEGY_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agents/actions.h"
#include "sim/philox.h"
#include "sim/seat.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/types.pb.h"
#include "tranche/v1/view.pb.h"

// How an agent decides. A strategy is one class in one file that registers itself:
//
//   class PatientInvestor : public Strategy {
//    public:
//     void OnTurn(const TurnView& view, Actions& actions) override { … }
//   };
//   TRANCHE_REGISTER_STRATEGY(PatientInvestor, "patient-investor", v1::ROLE_INVESTOR,
//                             "Waits for the second price.", {{"patience_quarters", 2}});
//
// The same class runs in its own process, inline, in an ensemble of thousands, and against a
// recorded log.
namespace tranche {

// What a strategy is told in a turn.
struct TurnView {
  // The market as everybody sees it; never null. The same object for the whole quarter.
  const v1::PublicView& market;
  // The agent's own view, taken at the quarter's opening; the same for the whole quarter.
  const v1::AgentView& own;
  // Messages to the agent since its last turn, in delivery order.
  absl::Span<const v1::Message* const> inbox;
  int32_t quarter = 0;
  // From 1. After the first round an agent is asked only when it has mail.
  uint32_t round = 0;
};

// Parameters a strategy was given, over its registered defaults.
class Parameters {
 public:
  explicit Parameters(std::vector<v1::Parameter> values) : values_(std::move(values)) {}
  // The value of `name`; the registered default if none was given. Aborts if `name` isn't
  // registered: a strategy asks only for what it has declared.
  double Get(absl::string_view name) const;
  absl::Span<const v1::Parameter> values() const { return values_; }

 private:
  std::vector<v1::Parameter> values_;
};

// What a strategy knows of itself from the start.
struct StrategyContext {
  std::string agent;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  Parameters parameters;
};

// One agent's way of playing. Lives for one run; may keep state between turns, but does no I/O
// and has no randomness but `actions.random()`. Not thread-safe, never called concurrently.
class Strategy {
 public:
  virtual ~Strategy() = default;
  // Called once a turn. What it does through `actions` is sent when it returns. Should it throw,
  // the agent passes this turn, the log says why, and it is called again in its next turn.
  virtual void OnTurn(const TurnView& view, Actions& actions) = 0;
};

struct StrategyInfo {
  std::string name;  // kebab case, unique among all roles
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::string summary;                    // one line
  std::vector<v1::Parameter> parameters;  // with defaults
  std::function<std::unique_ptr<Strategy>(const StrategyContext&)> make;
};

// All registered strategies, by name.
std::vector<const StrategyInfo*> RegisteredStrategies();
// Null if there is none. An external name stands for the registered one, where there is one here.
const StrategyInfo* FindStrategy(absl::string_view name);
// The strategy that plays `role` where the scenario names none.
absl::string_view DefaultStrategy(v1::Role role);
// What a strategy's name begins with that only the program that plays it has to know, as one
// written in Python: "external:patient-investor". The broker takes it as it is.
inline constexpr absl::string_view kExternalStrategy = "external:";
bool IsExternal(absl::string_view strategy);

// Name and parameters resolved against the registry: an empty name becomes the role's default,
// missing parameters take their defaults, in the order registered. An external strategy keeps the
// parameters it is given. Errors: NotFound (lists the role's strategies), InvalidArgument (wrong
// role, unknown parameter; says which there are; no name behind "external:").
absl::StatusOr<AgentSeat> ResolveSeat(AgentSeat seat);
// The strategy of a seat, resolved first. Same errors, FailedPrecondition for an external one that
// isn't registered here, and Internal if its constructor throws.
absl::StatusOr<std::unique_ptr<Strategy>> MakeStrategy(const AgentSeat& seat);

// Registers at start-up; aborts on a name taken twice.
class StrategyRegistration {
 public:
  explicit StrategyRegistration(StrategyInfo info);
};

}  // namespace tranche

#define TRANCHE_REGISTER_STRATEGY(Class, name, role, summary, ...)                            \
  static const ::tranche::StrategyRegistration Class##_registration(::tranche::StrategyInfo{  \
      name, role, summary, ::tranche::MakeParameters(__VA_ARGS__),                            \
      [](const ::tranche::StrategyContext& context) -> std::unique_ptr<::tranche::Strategy> { \
        return std::make_unique<Class>(context);                                              \
      }})

namespace tranche {
struct NamedValue {
  absl::string_view name;
  double value;
};
std::vector<v1::Parameter> MakeParameters(std::initializer_list<NamedValue> values = {});
}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGY_H_
