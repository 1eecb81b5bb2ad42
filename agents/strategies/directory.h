#ifndef TRANCHE_AGENTS_STRATEGIES_DIRECTORY_H_
#define TRANCHE_AGENTS_STRATEGIES_DIRECTORY_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tranche/v1/types.pb.h"
#include "tranche/v1/view.pb.h"

// Who is who in the public view. Pointers and names returned live as long as the view.
namespace tranche {

// Null if there is none of that name.
const v1::AgentProfile* FindProfile(const v1::PublicView& market, absl::string_view agent);
const v1::LabDisclosure* FindLab(const v1::PublicView& market, absl::string_view lab);
const v1::CloudDisclosure* FindCloud(const v1::PublicView& market, absl::string_view cloud);
const v1::ChipMaker* FindChipMaker(const v1::PublicView& market, absl::string_view chip_maker);

// The corporate group of an agent; an unknown name, or an agent that stands alone, is its own.
absl::string_view GroupOf(const v1::PublicView& market, absl::string_view agent);
absl::string_view GroupOf(const v1::AgentProfile& agent);
bool SameGroup(const v1::PublicView& market, absl::string_view a, absl::string_view b);

bool IsActive(const v1::PublicView& market, absl::string_view agent);
// Active agents of a role, in the view's order.
std::vector<absl::string_view> ActiveAgents(const v1::PublicView& market, v1::Role role);
// The first active agent of a role in a group; empty if there is none.
absl::string_view MemberOf(const v1::PublicView& market, absl::string_view group, v1::Role role);
// Groups with an active agent of a role, in the order of names.
std::vector<absl::string_view> GroupsWith(const v1::PublicView& market, v1::Role role);

// Whether `name` is one of `names`, which are in order.
bool IsAmong(absl::string_view name, absl::Span<const absl::string_view> names);

// The active lab other than `except` with the best model, of equals the first; null if there is
// none.
const v1::LabDisclosure* BestLab(const v1::PublicView& market, absl::string_view except = "");
// Thousandths of log10 of its model's effective training compute; 0 if there is none.
int32_t BestCapability(const v1::PublicView& market, absl::string_view except = "");

// Stake of a group in a lab as disclosed, in ppm; 0 below the disclosure threshold.
uint32_t DisclosedStakePpm(const v1::PublicView& market, absl::string_view group,
                           absl::string_view lab);

// What the press last said of a round of `lab` that may still be raised in this view's quarter;
// null if nothing.
const v1::AnnouncedEvent* ExpectedRound(const v1::PublicView& market, absl::string_view lab);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_DIRECTORY_H_
