#include "broker/protocol/owed_moves.h"

#include <algorithm>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tranche {
namespace {

// `quarter` comes from the wire and may be anything.
std::string RoundName(int32_t quarter, uint32_t round) {
  const bool plausible = quarter >= Quarter(1, 1).index() && quarter <= Quarter(9999, 4).index();
  return absl::StrCat(
      plausible ? Quarter::FromIndex(quarter).ToString() : absl::StrCat("quarter ", quarter),
      " round ", round);
}

}  // namespace

absl::Status CheckMoves(const v1::Moves& moves, const OwedMoves& owed,
                        absl::Span<const AgentSeat> seats) {
  if (moves.quarter() != owed.quarter.index() || moves.round() != owed.round) {
    return absl::InvalidArgumentError(
        absl::StrCat("moves for ", RoundName(moves.quarter(), moves.round()), " where those for ",
                     RoundName(owed.quarter.index(), owed.round), " are due"));
  }
  const auto name_of = [seats](AgentId agent) -> absl::string_view {
    return seats[static_cast<size_t>(agent.value())].name;
  };
  std::vector<bool> answered(owed.agents.size());
  for (const v1::AgentMoves& one : moves.agents()) {
    // Agents stand by ordinal, which is the order of their names.
    const auto found = std::lower_bound(
        owed.agents.begin(), owed.agents.end(), one.agent(),
        [&name_of](AgentId agent, const std::string& name) { return name_of(agent) < name; });
    if (found == owed.agents.end() || name_of(*found) != one.agent()) {
      return absl::InvalidArgumentError(absl::StrCat("moves of \"",
                                                     absl::Utf8SafeCHexEscape(one.agent()),
                                                     "\", which isn't asked on this session in ",
                                                     RoundName(owed.quarter.index(), owed.round)));
    }
    const size_t place = static_cast<size_t>(found - owed.agents.begin());
    if (answered[place]) {
      return absl::InvalidArgumentError(absl::StrCat("moves of ", one.agent(), " twice in ",
                                                     RoundName(owed.quarter.index(), owed.round)));
    }
    answered[place] = true;
  }
  for (size_t i = 0; i < answered.size(); ++i) {
    if (answered[i]) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("no moves of ", name_of(owed.agents[i]), " for ",
                     RoundName(owed.quarter.index(), owed.round),
                     "; an agent that passes is listed without messages"));
  }
  return absl::OkStatus();
}

}  // namespace tranche
