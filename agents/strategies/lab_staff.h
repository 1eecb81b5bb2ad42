#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_STAFF_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_STAFF_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "agents/actions.h"
#include "agents/strategies/runway.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"

// How a lab keeps and finds senior researchers: pay follows the market's mean, and rises after
// rivals have taken people; hiring follows the runway; poaching goes to the rival whose model is
// ahead, or to the one that poached; people are let go when cash is about to end.
namespace tranche {

struct StaffStyle {
  // Its pay as a part of the market's mean.
  double pay_against_mean = 1.0;
  // Largest rise of pay in a quarter.
  double most_raise = 0.05;
  // Hired from the open market in a quarter, as a part of its people.
  double hiring_part = 0.04;
  // Poached from a rival in a quarter, likewise.
  double poaching_part = 0.0;
  // What it offers those over its own pay.
  double poaching_premium = 0.15;
  // Raise for each part of its people lost to rivals in a quarter: 5% lost at 2 is 10%.
  double retention_response = 1.5;
  // Poached back from the lab that took most, as a part of its people; 0: it doesn't answer in
  // kind.
  double retaliation_part = 0;
  // Hires with at least this much runway, lets people go with less than the other.
  double hiring_runway_quarters = 3;
  double layoff_runway_quarters = 2;
};

class Staff {
 public:
  explicit Staff(StaffStyle style) : style_(style) {}

  // Takes note of what the market says of last quarter.
  void OnNews(const TurnView& view, const v1::Message& message);
  void OnQuarter(const TurnView& view, const Runway& runway, Actions& actions);

 private:
  // `lost`: people taken by each rival last quarter.
  void Hire(const TurnView& view, double cash_pay, double equity_pay,
            const std::map<std::string, uint32_t>& lost, Actions& actions) const;
  // Empty: from nobody this quarter.
  absl::string_view LabToPoachFrom(const TurnView& view,
                                   const std::map<std::string, uint32_t>& lost,
                                   RandomStream& random) const;

  StaffStyle style_;
  std::map<std::string, uint32_t> lost_;
};

// What rivals' poaching adds to pay, as a part of it.
double RetentionPremium(const StaffStyle& style, double lost, double people);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_STAFF_H_
