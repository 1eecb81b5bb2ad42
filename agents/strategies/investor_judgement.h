#ifndef TRANCHE_AGENTS_STRATEGIES_INVESTOR_JUDGEMENT_H_
#define TRANCHE_AGENTS_STRATEGIES_INVESTOR_JUDGEMENT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agents/strategies/investor_style.h"
#include "agents/strategies/valuation.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"
#include "tranche/v1/view.pb.h"

// What an investor thinks a lab, and the terms of a deal with it, are worth to it.
namespace tranche {

// 0 where the group holds no rival of the lab, towards 1 the more it does.
double ConflictWith(const v1::InvestorView& own, absl::string_view lab);
// Null if the group has no stake in the lab.
const v1::HoldingView* HoldingIn(const v1::AgentView& own, absl::string_view lab);
// Labs other than `lab` in which the group has a stake.
std::vector<absl::string_view> RivalsHeld(const v1::AgentView& own, absl::string_view lab);

// Worth of the rights in `terms`, as a part of the price.
double RightsWorth(const InvestorStyle& style, const v1::FundingTerms& terms);

// The highest price at which `terms` are worth it to an investor that sees `value_cents`. A cloud's
// group keeps half of its margin on the compute that the lab promises to buy.
double PriceLimit(const InvestorStyle& style, double value_cents, const v1::FundingTerms& terms);

class Judgement {
 public:
  explicit Judgement(const InvestorStyle& style)
      : style_(style), appraiser_(style.assumed_growth) {}

  // A lab to keep an eye on where there are too many for all.
  void Follow(absl::string_view lab) { appraiser_.Follow(lab); }
  void OnQuarter(const v1::PublicView& market) { appraiser_.Observe(market); }
  // Books that a lab has shown.
  void OnReport(const v1::Message& report);

  // Of the whole lab before new money, drawn towards `asked_cents`, for this investor; 0 if nothing
  // is known.
  double ValueOf(const TurnView& view, const std::string& lab, double asked_cents,
                 RandomStream& random) const;

  // Yearly revenue today: what the lab has shown, or what was disclosed grown to today.
  double YearlyRevenue(const v1::PublicView& market, const std::string& lab) const;

  // Quarters of cash the lab has shown to have; kEndlessQuarters if it has shown nothing.
  double RunwayShown(absl::string_view lab) const;

 private:
  struct Books {
    double revenue_cents = 0;
    double runway_quarters = 0;
  };

  InvestorStyle style_;
  Appraiser appraiser_;
  std::map<std::string, Books, std::less<>> books_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_INVESTOR_JUDGEMENT_H_
