#ifndef TRANCHE_AGENTS_STRATEGIES_VALUATION_H_
#define TRANCHE_AGENTS_STRATEGIES_VALUATION_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "tranche/v1/view.pb.h"

// What a lab is worth to somebody who sees only what is public.
//
// The venture capital habit of pricing by comparables (Gompers, Gornall, Kaplan and Strebulaev
// 2020, "How do venture capitalists make decisions?", Journal of Financial Economics 135): the last
// price, rolled forward with the growth of revenue, is blended geometrically with the multiple of
// revenue at which the labs of the market were last priced, and corrected for the lab's standing
// against the frontier.
namespace tranche {

struct Appraisal {
  // Fair value before new money, in cents; 0 where nothing is known of the lab.
  double value_cents = 0;
  // Last disclosed quarter times four.
  double annual_revenue_cents = 0;
  // Of revenue, a quarter; 0.1 is 10%.
  double quarterly_growth = 0;
  // Capability over the mean of the labs on the market, log10 of effective FLOP.
  double standing_dex = 0;
};

// Follows disclosures from quarter to quarter.
class Appraiser {
 public:
  // `assumed_growth`, a quarter, is believed of a lab until two disclosures show its own.
  explicit Appraiser(double assumed_growth) : assumed_growth_(assumed_growth) {}

  // Where there are more labs than an analyst can cover (64), only those named here are followed.
  void Follow(absl::string_view lab) { labs_.try_emplace(std::string(lab)); }

  // Reads the quarter's disclosures. Once a quarter; a repeated call changes nothing.
  void Observe(const v1::PublicView& market);

  Appraisal Appraise(const v1::PublicView& market, absl::string_view lab) const;

  // Value with revenue known better than by disclosure: last quarter's, as the lab reports it.
  Appraisal Appraise(const v1::PublicView& market, absl::string_view lab,
                     double revenue_cents) const;

  // By how much the lab's last price stands above the one before, as a part of it; 0 while only one
  // is known, or once the last is more than a year old.
  double Momentum(absl::string_view lab) const;

 private:
  // `lag`: how many quarters ago the revenue was earned.
  Appraisal Appraise(const v1::PublicView& market, absl::string_view lab, double revenue_cents,
                     int lag) const;

  struct History;
  static void Read(const v1::PublicView& market, const v1::LabDisclosure& lab, History& history);

  struct History {
    int32_t observed_quarter = 0;
    double revenue_cents = 0;
    double quarterly_growth = 0;
    bool growth_known = false;
    // When the last price was first seen.
    double valuation_cents = 0;
    double previous_valuation_cents = 0;
    int32_t valuation_quarter = 0;
    bool priced_before_we_looked = true;
  };

  double assumed_growth_;
  std::map<std::string, History, std::less<>> labs_;
};

// The labs' median price as a multiple of annual revenue, over 64 of them where there are more; 0
// if none has both.
double ComparableMultiple(const v1::PublicView& market);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_VALUATION_H_
