#include "agents/strategy.h"

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "agents/registration.h"
#include "sim/check.h"
#include "sim/seat.h"

namespace tranche {
namespace {

// Filled by static initialisers and plug-ins at start-up, read-only afterwards.
std::map<std::string, StrategyInfo, std::less<>>& Registry() {
  static auto* registry = new std::map<std::string, StrategyInfo, std::less<>>();
  return *registry;
}

// Where strategies come from that aren't built in.
std::map<std::string, std::string, std::less<>>& Origins() {
  static auto* origins = new std::map<std::string, std::string, std::less<>>();
  return *origins;
}

// Who collects what registers; null: it goes to the registry.
CollectedStrategies*& Collector() {
  static CollectedStrategies* collector = nullptr;
  return collector;
}

// Why a strategy can't be registered besides those that are and those before it in its list.
absl::Status CheckRegistrable(const StrategyInfo& info, absl::string_view origin,
                              absl::Span<const StrategyInfo> before) {
  if (!IsStrategyName(info.name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("registers a strategy as \"", info.name,
                     "\"; a name is made of lower-case letters, digits and single hyphens, as in "
                     "bold-lab"));
  }
  if (DefaultStrategy(info.role).empty()) {
    return absl::InvalidArgumentError(absl::StrCat("registers ", info.name, " for ",
                                                   RoleName(info.role), ", which no agent has"));
  }
  std::string owner;
  if (Registry().contains(info.name)) {
    const auto found = Origins().find(info.name);
    owner = found == Origins().end() ? "Tranche itself" : found->second;
  }
  if (std::any_of(before.begin(), before.end(),
                  [&info](const StrategyInfo& other) { return other.name == info.name; })) {
    owner = absl::StrCat(origin, " itself, once more");
  }
  if (owner.empty()) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat("registers a strategy named ", info.name,
                                               ", and so does ", owner, ": give it another name"));
}

std::string NamesForRole(v1::Role role) {
  std::vector<std::string> names;
  for (const auto& [name, info] : Registry()) {
    if (info.role == role) names.push_back(name);
  }
  return absl::StrJoin(names, ", ");
}

absl::Status CheckExternalName(const AgentSeat& seat) {
  const absl::string_view name = absl::StripPrefix(seat.strategy, kExternalStrategy);
  if (IsStrategyName(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "agent ", seat.name, ": \"", seat.strategy,
      "\" names no strategy: behind \"external:\" stand lower case letters, digits and "
      "hyphens, as in external:patient-investor"));
}

}  // namespace

double Parameters::Get(absl::string_view name) const {
  for (const v1::Parameter& parameter : values_) {
    if (parameter.name() == name) return parameter.value();
  }
  TRANCHE_CHECK(false, "a strategy asks for a parameter that it hasn't registered");
  return 0;
}

std::vector<const StrategyInfo*> RegisteredStrategies() {
  std::vector<const StrategyInfo*> strategies;
  for (const auto& [name, info] : Registry()) strategies.push_back(&info);
  return strategies;
}

const StrategyInfo* FindStrategy(absl::string_view name) {
  auto found = Registry().find(absl::StripPrefix(name, kExternalStrategy));
  return found == Registry().end() ? nullptr : &found->second;
}

absl::string_view DefaultStrategy(v1::Role role) {
  switch (role) {
    case v1::ROLE_LAB:
      return "balanced-lab";
    case v1::ROLE_CLOUD:
      return "balanced-cloud";
    case v1::ROLE_INVESTOR:
      return "value-investor";
    case v1::ROLE_REGULATOR:
      return "guideline-regulator";
    default:
      return "";
  }
}

bool IsExternal(absl::string_view strategy) {
  return absl::StartsWith(strategy, kExternalStrategy);
}

absl::StatusOr<AgentSeat> ResolveSeat(AgentSeat seat) {
  if (seat.strategy.empty()) seat.strategy = std::string(DefaultStrategy(seat.role));
  if (IsExternal(seat.strategy)) {
    if (absl::Status named = CheckExternalName(seat); !named.ok()) return named;
    return seat;
  }
  const StrategyInfo* info = FindStrategy(seat.strategy);
  if (info == nullptr) {
    return absl::NotFoundError(absl::StrCat("agent ", seat.name, ": there is no strategy \"",
                                            seat.strategy, "\"; for a ", RoleName(seat.role),
                                            " there are: ", NamesForRole(seat.role),
                                            " (those of a plug-in come with --plugin)"));
  }
  if (info->role != seat.role) {
    return absl::InvalidArgumentError(
        absl::StrCat("agent ", seat.name, ": strategy \"", seat.strategy, "\" plays a ",
                     RoleName(info->role), ", and ", seat.name, " is a ", RoleName(seat.role),
                     "; for a ", RoleName(seat.role), " there are: ", NamesForRole(seat.role)));
  }
  std::vector<v1::Parameter> resolved = info->parameters;
  for (const v1::Parameter& given : seat.parameters) {
    bool known = false;
    for (v1::Parameter& parameter : resolved) {
      if (parameter.name() == given.name()) {
        parameter.set_value(given.value());
        known = true;
      }
    }
    if (!known) {
      const std::string names = absl::StrJoin(
          info->parameters, ", ",
          [](std::string* out, const v1::Parameter& p) { absl::StrAppend(out, p.name()); });
      return absl::InvalidArgumentError(absl::StrCat(
          "agent ", seat.name, ": strategy \"", seat.strategy, "\" has no parameter \"",
          given.name(), "\"; it has: ", names.empty() ? std::string("none") : names));
    }
  }
  seat.parameters = std::move(resolved);
  return seat;
}

absl::StatusOr<std::unique_ptr<Strategy>> MakeStrategy(const AgentSeat& seat) {
  AgentSeat known = seat;
  if (IsExternal(seat.strategy)) {
    const StrategyInfo* info = FindStrategy(seat.strategy);
    if (info == nullptr) {
      return absl::FailedPreconditionError(absl::StrCat(
          "agent ", seat.name, " is played by \"", seat.strategy,
          "\", which only a program of its own knows: it can't be played in this process. Serve "
          "the "
          "run (tranche run without --inline), and start that program with --agent-command"));
    }
    known.strategy = info->name;
  }
  absl::StatusOr<AgentSeat> resolved = ResolveSeat(std::move(known));
  if (!resolved.ok()) return resolved.status();
  std::string failure;
  try {
    return FindStrategy(resolved->strategy)
        ->make(StrategyContext{resolved->name, resolved->role, Parameters(resolved->parameters)});
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "an exception of a type of its own";
  }
  return absl::InternalError(absl::StrCat("agent ", resolved->name, ": strategy \"",
                                          resolved->strategy, "\" can't be made: ", failure));
}

StrategyRegistration::StrategyRegistration(StrategyInfo info) {
  if (CollectedStrategies* collector = Collector()) {
    collector->strategies_.push_back(std::move(info));
    return;
  }
  std::string name = info.name;
  const bool added = Registry().emplace(std::move(name), std::move(info)).second;
  TRANCHE_CHECK(added, "two strategies have the same name");
}

CollectedStrategies::CollectedStrategies() {
  TRANCHE_CHECK(Collector() == nullptr, "two collections of strategies at a time");
  Collector() = this;
}

CollectedStrategies::~CollectedStrategies() { Collector() = nullptr; }

absl::StatusOr<std::vector<std::string>> CollectedStrategies::Register(absl::string_view origin) {
  if (strategies_.empty()) {
    return absl::InvalidArgumentError(
        "registers no strategy: TRANCHE_REGISTER_STRATEGY does, in one line of its source");
  }
  for (size_t i = 0; i < strategies_.size(); ++i) {
    absl::Status registrable =
        CheckRegistrable(strategies_[i], origin, absl::MakeConstSpan(strategies_).subspan(0, i));
    if (!registrable.ok()) return registrable;
  }
  std::vector<std::string> names;
  for (StrategyInfo& info : strategies_) {
    const std::string& name = names.emplace_back(info.name);
    Origins()[name] = std::string(origin);
    Registry().emplace(name, std::move(info));
  }
  strategies_.clear();
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<v1::Parameter> MakeParameters(std::initializer_list<NamedValue> values) {
  std::vector<v1::Parameter> parameters;
  for (const NamedValue& value : values) {
    v1::Parameter& parameter = parameters.emplace_back();
    parameter.set_name(std::string(value.name));
    parameter.set_value(value.value);
  }
  return parameters;
}

}  // namespace tranche
