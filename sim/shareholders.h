#ifndef TRANCHE_SIM_SHAREHOLDERS_H_
#define TRANCHE_SIM_SHAREHOLDERS_H_

#include <optional>

#include "absl/time/civil_time.h"
#include "sim/deals.h"
#include "sim/market.h"
#include "sim/world.h"
#include "tranche/v1/view.pb.h"

// Deals that need the consent of a company's shareholders.
//
// The scenario says whose: a group's, for its investments and purchases from a value on (as
// exchange rules and charters ask for what changes a company), or a listed lab's, for a deal that
// issues at least a part of its shares (Nasdaq rule 5635 and NYSE 312.03(c) name 20%; the signed
// deals of a round count together) and for its sale (8 Del. C. 251(c)).
//
// A deal that needs consent doesn't close before it has it. Shareholders vote at the first
// scheduled meeting of their company at least kNoticeDays after the signing, or at the close of the
// rule's `special_meeting_quarters` after it if that is earlier. They consent with the rule's
// chance, drawn for each deal. If they don't, the deal ends at that close. Nothing extends the
// outside date.
//
// Switches: `no_shareholder_votes`; `no_scheduled_events` leaves special meetings only.
namespace tranche {

// 8 Del. C. 251(c): notice of the meeting at least 20 days before it.
inline constexpr int kNoticeDays = 20;

// Reads the scenario's rules and meetings into the world.
void AddVotingRules(World& world);

// At signing, after the deal's terms are set and before it is among the world's deals: the consents
// it needs.
void OpenVotes(const World& world, Deal& deal);

// Every consent the deal needs is given.
bool HasConsent(const Deal& deal);

// The day on which shareholders will vote on the deal; none if no meeting is called.
std::optional<absl::CivilDay> MeetingFor(const ShareholderRule& rule, const Deal& deal);

// At the close, before deals close: meetings of the quarter vote.
void HoldMeetings(World& world, MarketOutput& out);

void FillVote(const World& world, const Deal& deal, const ShareholderConsent& consent,
              v1::VoteView* view);

}  // namespace tranche

#endif  // TRANCHE_SIM_SHAREHOLDERS_H_
