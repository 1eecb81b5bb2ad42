#ifndef TRANCHE_SIM_REVIEW_H_
#define TRANCHE_SIM_REVIEW_H_

#include "absl/time/civil_time.h"
#include "sim/deals.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/screens.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// Merger review: filing, the statutory clocks, rulings, and what the parties can do about them.
//
//                   ┌────────────── Decision: clear, or the phase runs out ─────────────┐
//  to be notified ─► first ─ SecondRequest ─► compliance (US) ─► second ────────────────┴► cleared
//                      └──────┴───── Decision ──────┴─────────────┘                           ▲
//                                    ├─ with conditions ─► conditions ─ both accept ──────────┤
//                                    │                         │ Refusal                      │
//                                    └─ prohibit ─────────► prohibited ─ Litigation ─► court ─┘
//
// Clocks (sim/calendar.h): United States 30 days, after a second request 30 days from substantial
// compliance; European Union 25 working days (35 with commitments offered), then 90 (105); CFIUS
// 45 days, then 45, then 15 for the President if the committee states concerns. A phase that ends
// by the quarter's last day without a ruling clears the deal at that close. A prohibition ends the
// deal at the close of the next quarter unless a party is in court by then. No clock extends the
// deal's outside date.
//
// Days: a quarter's rounds divide it evenly. What is filed or said in round r of at most R is dated
// first day + (r - 1) / R of the quarter's days, or the authority's next business day.
namespace tranche {

// The day on which a move of this round is received under a jurisdiction's calendar.
absl::CivilDay ReceivingDay(const World& world, v1::Jurisdiction jurisdiction);

// At signing: a review for each regulator under whose thresholds the deal falls, with
// FilingRequired messages to the parties and, with its file, to the regulator.
void OpenReviews(World& world, Deal& deal, MarketOutput& out);

// Party to regulator, in the deal's thread; starts the clock. The acquirer pays the filing fee.
// Filed anew in the first phase of a US review ("pull and refile", 16 CFR 803.12(c)), once, by the
// acquirer: the clock starts over. Rules "deal", "phase", "cash".
Verdict ApplyMergerNotification(World& world, AgentId sender, const v1::Message& move);
// Regulator to the parties; in the first phase. Rules "deal", "phase", "clock".
Verdict ApplySecondRequest(World& world, AgentId sender, const v1::Message& move);
// Party to regulator. Certifying compliance needs the regime's compliance quarters to have passed
// since the request. Rules "deal", "compliance".
Verdict ApplyInformationResponse(World& world, AgentId sender, const v1::Message& move);
Verdict ApplyStatementOfConcerns(World& world, AgentId sender, const v1::Message& move);
// Replaces the remedies offered before. Rules "deal", "phase", "remedy".
Verdict ApplyRemedyOffer(World& world, AgentId sender, const v1::Message& move);
// Regulator to the parties. The European Commission and CFIUS prohibit in the second phase only.
// Conditions not yet accepted and prohibitions not yet in court can be ruled on anew. Rules "deal",
// "phase", "clock", "remedy".
Verdict ApplyDecision(World& world, AgentId sender, const v1::Message& move);
// Party to regulator, against a prohibition or conditions. No court reviews the President's order
// (50 U.S.C. 4565(e)): rule "appeal" for CFIUS.
Verdict ApplyLitigation(World& world, AgentId sender, const v1::Message& move);

// Acceptance or Refusal in reply to a Decision with conditions. When the investor's and the other
// side have both accepted, the terms are amended and the review is cleared.
Verdict AcceptConditions(World& world, Deal& deal, AgentId sender, const v1::Message& move,
                         MarketOutput& out);
Verdict RefuseConditions(World& world, Deal& deal, AgentId sender, const v1::Message& move,
                         MarketOutput& out);

// At the close: phases that have run out, courts' rulings, prohibitions nobody fights.
void AdvanceReviews(World& world, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_REVIEW_H_
