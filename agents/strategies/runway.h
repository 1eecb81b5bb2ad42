#ifndef TRANCHE_AGENTS_STRATEGIES_RUNWAY_H_
#define TRANCHE_AGENTS_STRATEGIES_RUNWAY_H_

#include "tranche/v1/view.pb.h"

// How long a lab's money lasts.
namespace tranche {

struct Runway {
  double cash_cents = 0;
  // Cash that leaves in the coming quarter, on balance; negative: it comes in.
  double burn_cents = 0;
  // Quarters until the cash is gone, with commitments as they fall due; kEndlessQuarters if the
  // lab earns its living.
  double quarters = 0;
  // Cash needed to live through as many quarters as `PlanRunway` was asked for, beyond what is
  // there.
  double shortfall_cents = 0;
};

inline constexpr double kEndlessQuarters = 40;

// Plans `horizon` quarters ahead from the lab's books and the payments due under its contracts.
// Last quarter's burn repeats, and commitments that grow add to it; revenue grows by
// `revenue_growth` a quarter.
Runway PlanRunway(const v1::AgentView& own, int32_t quarter, int horizon, double revenue_growth);

// Money promised to the lab in deals signed and not yet drawn, in cents.
double PendingCapital(const v1::AgentView& own);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_RUNWAY_H_
