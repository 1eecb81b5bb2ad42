#include "broker/protocol/join.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "broker/protocol/round_engine.h"
#include "sim/seat.h"

namespace tranche {
namespace {

std::string Names(absl::Span<const AgentSeat> seats) {
  return absl::StrJoin(seats, ", ", [](std::string* out, const AgentSeat& seat) {
    absl::StrAppend(out, seat.name);
  });
}

// Seats stand in the byte order of their names.
AgentId Find(absl::Span<const AgentSeat> seats, absl::string_view name) {
  const auto* found = std::lower_bound(
      seats.begin(), seats.end(), name,
      [](const AgentSeat& seat, absl::string_view wanted) { return seat.name < wanted; });
  if (found == seats.end() || found->name != name) return AgentId();
  return AgentId(static_cast<int32_t>(found - seats.begin()));
}

absl::Status CheckStrategy(const v1::JoinAgent& joining, const AgentSeat& seat) {
  if (!joining.strategy().empty() && joining.strategy() != seat.strategy) {
    return absl::FailedPreconditionError(absl::StrCat(
        seat.name, " is played by strategy \"", seat.strategy, "\" in this run, not by \"",
        joining.strategy(), "\"; leave the strategy out or start another run"));
  }
  for (const v1::Parameter& given : joining.parameters()) {
    const auto same = [&given](const v1::Parameter& parameter) {
      return parameter.name() == given.name() && parameter.value() == given.value();
    };
    if (std::none_of(seat.parameters.begin(), seat.parameters.end(), same)) {
      return absl::FailedPreconditionError(
          absl::StrCat(seat.name, " isn't played with ", given.name(), " = ", given.value(),
                       " in this run; leave parameters out or start another run"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<AgentId> CheckAgent(const v1::JoinAgent& joining,
                                   absl::Span<const AgentSeat> seats) {
  const AgentId agent = Find(seats, joining.agent());
  if (!agent.valid()) {
    return absl::NotFoundError(absl::StrCat("there is no agent \"", joining.agent(),
                                            "\" in the scenario; there are: ", Names(seats)));
  }
  const AgentSeat& seat = seats[static_cast<size_t>(agent.value())];
  if (joining.role() != v1::ROLE_UNSPECIFIED && joining.role() != seat.role) {
    return absl::InvalidArgumentError(absl::StrCat(seat.name, " is a ", RoleName(seat.role),
                                                   " in the scenario, not a ",
                                                   RoleName(joining.role())));
  }
  if (absl::Status fits = CheckStrategy(joining, seat); !fits.ok()) return fits;
  return agent;
}

}  // namespace

absl::StatusOr<std::vector<AgentId>> CheckJoin(const v1::Join& join,
                                               absl::Span<const AgentSeat> seats) {
  if (join.protocol() != kProtocolVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("the broker speaks protocol \"", kProtocolVersion, "\", the agent \"",
                     join.protocol(), "\"; use the same release of Tranche for both"));
  }
  if (join.agents().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the join names no agent; there are: ", Names(seats)));
  }
  std::vector<AgentId> agents;
  agents.reserve(static_cast<size_t>(join.agents_size()));
  for (const v1::JoinAgent& joining : join.agents()) {
    const absl::StatusOr<AgentId> agent = CheckAgent(joining, seats);
    if (!agent.ok()) return agent.status();
    agents.push_back(*agent);
  }
  std::sort(agents.begin(), agents.end());
  if (auto twice = std::adjacent_find(agents.begin(), agents.end()); twice != agents.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the join names ", seats[static_cast<size_t>(twice->value())].name, " twice"));
  }
  return agents;
}

void AddWelcomed(AgentId agent, const AgentSeat& seat, v1::Welcome& welcome) {
  v1::WelcomeAgent& welcomed = *welcome.add_agents();
  welcomed.set_agent(seat.name);
  welcomed.set_ordinal(static_cast<uint32_t>(agent.value()));
  welcomed.set_strategy(seat.strategy);
  welcomed.mutable_parameters()->Add(seat.parameters.begin(), seat.parameters.end());
}

}  // namespace tranche
