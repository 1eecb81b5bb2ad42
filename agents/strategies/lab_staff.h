#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_STAFF_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_STAFF_H_

#include "agents/actions.h"
#include "agents/strategies/runway.h"
#include "agents/strategy.h"

// How a lab keeps and finds senior researchers: pay follows the market's mean, hiring follows the
// runway, poaching goes to the rival whose model is ahead, and people are let go when cash is about
// to end.
namespace tranche {

struct StaffStyle {
  // Its pay as a part of the market's mean.
  double pay_against_mean = 1.0;
  // Largest rise of pay in a quarter.
  double most_raise = 0.1;
  // Hired from the open market in a quarter, as a part of its people.
  double hiring_part = 0.04;
  // Poached from a rival in a quarter, likewise.
  double poaching_part = 0.0;
  // What it offers those over its own pay.
  double poaching_premium = 0.2;
  // Hires with at least this much runway, lets people go with less than the other.
  double hiring_runway_quarters = 3;
  double layoff_runway_quarters = 0.8;
};

class Staff {
 public:
  explicit Staff(StaffStyle style) : style_(style) {}

  void OnQuarter(const TurnView& view, const Runway& runway, Actions& actions) const;

 private:
  void Hire(const TurnView& view, double cash_pay, double equity_pay, Actions& actions) const;

  StaffStyle style_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_STAFF_H_
