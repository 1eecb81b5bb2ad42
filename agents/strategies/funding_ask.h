#ifndef TRANCHE_AGENTS_STRATEGIES_FUNDING_ASK_H_
#define TRANCHE_AGENTS_STRATEGIES_FUNDING_ASK_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "agents/strategies/runway.h"
#include "agents/strategies/valuation.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/view.pb.h"

// When a lab asks for money, whom, and for how much.
//
// Asks follow the runway, the press, and the market's mood: firms issue equity when its price is
// high (Baker and Wurgler 2002, "Market Timing and Capital Structure", Journal of Finance 57).
namespace tranche {

struct FundraisingStyle {
  // Raises when cash, and money promised, last for fewer quarters than this.
  double runway_floor_quarters = 4;
  // Raises enough for this many.
  int raise_quarters = 8;
  // What it asks for over its own appraisal.
  double ask_premium = 0.15;
  // The least it takes, as a part of what it asks.
  double least_price = 0.8;
  // Of the concession from the one to the other; see bargaining.h.
  double concession_beta = 1;
  // Growth of revenue a quarter it reckons with for itself.
  double assumed_growth = 0.08;
  // Raises without need when its appraisal is this multiple of its last price; 0: never.
  double raises_into_strength_at = 0;
  // Doesn't ask who holds this part or more of a rival, unless the press names it or it holds
  // shares already; above 1: asks everybody.
  double shuns_rival_stake = 0.3;
  // Sells itself, unasked, for its last price and this part more.
  double sale_premium = 0.5;
};

// What came of earlier rounds.
struct RoundHistory {
  // In a row that came to nothing, and the price asked in the last of them.
  int failures = 0;
  double failed_price_cents = 0;
  // No round from its own motion before this quarter.
  int32_t rest_until = 0;
};

// `news`: the round the press expects and that hasn't been raised yet; null if there is none.
bool WantsMoney(const TurnView& view, const FundraisingStyle& style, const Runway& runway,
                const Appraisal& appraisal, const RoundHistory& history,
                const v1::AnnouncedEvent* news);

// The investors it asks, in the view's order. Where there are many, those the press names, its
// holders, and others as they come to mind.
std::vector<absl::string_view> Invited(const TurnView& view, const FundraisingStyle& style,
                                       const v1::AnnouncedEvent* news, RandomStream& random);

// A primary round at the price of the news or its own appraisal; a down round if that is below the
// last price; after a failure with little cash left a bridge, after two a sale, while the cash
// lasts for its review.
v1::FundingAsk PlanAsk(const TurnView& view, const FundraisingStyle& style, const Runway& runway,
                       const Appraisal& appraisal, const RoundHistory& history,
                       const v1::AnnouncedEvent* news);

// Who is asked to a sale: investors, clouds, and labs that stand alone; some of them where there
// are many.
std::vector<absl::string_view> PossibleBuyers(const TurnView& view, RandomStream& random);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_FUNDING_ASK_H_
