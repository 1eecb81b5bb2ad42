#include "broker/command/strategy_flag.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

absl::Status Malformed(absl::string_view flag, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("--strategy ", flag, ": ", what,
                   "; it reads AGENT=STRATEGY[:PARAMETER=NUMBER,...], as in "
                   "openai=frontier-lab:runway_quarters=6"));
}

}  // namespace

absl::StatusOr<StrategyChoice> ParseStrategyFlag(absl::string_view flag) {
  const std::pair<absl::string_view, absl::string_view> agent_and_rest =
      absl::StrSplit(flag, absl::MaxSplits('=', 1));
  absl::string_view named = agent_and_rest.second;
  const bool external = absl::ConsumePrefix(&named, kExternalStrategy);
  const std::pair<absl::string_view, absl::string_view> name_and_parameters =
      absl::StrSplit(named, absl::MaxSplits(':', 1));
  StrategyChoice choice;
  choice.agent = std::string(agent_and_rest.first);
  if (choice.agent.empty()) return Malformed(flag, "it names no agent");
  if (name_and_parameters.first.empty()) return Malformed(flag, "it names no strategy");
  choice.strategy = absl::StrCat(external ? kExternalStrategy : "", name_and_parameters.first);
  for (absl::string_view text :
       absl::StrSplit(name_and_parameters.second, ',', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parameter =
        absl::StrSplit(text, absl::MaxSplits('=', 1));
    double value = 0;
    if (parameter.first.empty() || !absl::SimpleAtod(parameter.second, &value)) {
      return Malformed(flag, absl::StrCat("\"", text, "\" is not PARAMETER=NUMBER"));
    }
    v1::Parameter& added = choice.parameters.emplace_back();
    added.set_name(std::string(parameter.first));
    added.set_value(value);
  }
  return choice;
}

absl::StatusOr<std::vector<StrategyChoice>> ParseStrategyFlags(
    absl::Span<const std::string> flags) {
  std::vector<StrategyChoice> choices;
  for (const std::string& flag : flags) {
    absl::StatusOr<StrategyChoice> choice = ParseStrategyFlag(flag);
    if (!choice.ok()) return choice.status();
    if (absl::c_any_of(choices, [&](const auto& c) { return c.agent == choice->agent; })) {
      return Malformed(flag, absl::StrCat(choice->agent, " was given a strategy before"));
    }
    choices.push_back(*std::move(choice));
  }
  return choices;
}

absl::Status ApplyStrategies(absl::Span<const StrategyChoice> choices,
                             std::vector<AgentSeat>& seats) {
  for (const StrategyChoice& choice : choices) {
    const auto seat =
        absl::c_find_if(seats, [&](const AgentSeat& s) { return s.name == choice.agent; });
    if (seat == seats.end()) {
      return absl::NotFoundError(absl::StrCat(
          "--strategy names ", choice.agent, ", who is not in the scenario; there are ",
          absl::StrJoin(seats, ", ",
                        [](std::string* out, const AgentSeat& s) { out->append(s.name); })));
    }
    seat->strategy = choice.strategy;
    seat->parameters = choice.parameters;
  }
  return absl::OkStatus();
}

}  // namespace tranche
