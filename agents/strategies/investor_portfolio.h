#ifndef TRANCHE_AGENTS_STRATEGIES_INVESTOR_PORTFOLIO_H_
#define TRANCHE_AGENTS_STRATEGIES_INVESTOR_PORTFOLIO_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agents/actions.h"
#include "agents/strategies/investor_judgement.h"
#include "agents/strategies/investor_style.h"
#include "agents/strategies/purse.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"

// What an investor does with what it holds or has signed: it keeps its share where it may, sells a
// part of what has risen far above its cost, buys from others what they sell below its appraisal,
// and walks away from a deal that time has made a bad one.
//
// Shares change hands between those who hold them: who holds none knows neither their number nor
// the price of one. Sellers give a discount for the want of a market; 10 to 15% below the last
// round was usual in sales of well-known private companies' shares.
namespace tranche {

class PortfolioDesk {
 public:
  explicit PortfolioDesk(const InvestorStyle& style) : style_(style) {}

  void OnQuarter(const TurnView& view, const Judgement& judgement, Purse& purse, Actions& actions);
  // True if the message was about existing shares.
  bool OnMail(const TurnView& view, const v1::Message& message, const Judgement& judgement,
              Purse& purse, Actions& actions);

 private:
  void WalkAway(const TurnView& view, const Judgement& judgement, Actions& actions) const;
  void ExerciseProRata(const TurnView& view, const Judgement& judgement, Purse& purse,
                       Actions& actions);
  void OfferShares(const TurnView& view, const Judgement& judgement, Actions& actions);
  void Buy(const TurnView& view, const v1::Message& offer, const Judgement& judgement, Purse& purse,
           Actions& actions) const;
  void AnswerBuyer(const TurnView& view, const v1::Message& counter, Actions& actions) const;
  // What a share of a holding is worth to it, micro-dollars: the mark, or its appraisal of the lab
  // if that is higher.
  double WorthPerShareMicros(const TurnView& view, const v1::HoldingView& holding,
                             const Judgement& judgement, RandomStream& random) const;

  InvestorStyle style_;
  // Rounds whose pro-rata right has been weighed.
  std::set<std::string> pro_rata_weighed_;
  // Shares of a lab last offered: when, and the least it takes for one, micro-dollars.
  struct Offered {
    int32_t quarter = 0;
    double least_micros = 0;
  };
  std::map<std::string, Offered, std::less<>> offered_;
};

// The price of a share at the mark, micro-dollars; 0 without shares.
double MarkPerShareMicros(const v1::HoldingView& holding);

// Whether a holding has risen so far that a part of it is to be sold.
bool TakesProfit(const InvestorStyle& style, const v1::HoldingView& holding);

// Investors to whom shares of `lab` can be offered: other groups', those first that all can see to
// hold some.
std::vector<absl::string_view> PossibleShareBuyers(const TurnView& view, absl::string_view lab);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_INVESTOR_PORTFOLIO_H_
