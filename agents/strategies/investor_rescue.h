#ifndef TRANCHE_AGENTS_STRATEGIES_INVESTOR_RESCUE_H_
#define TRANCHE_AGENTS_STRATEGIES_INVESTOR_RESCUE_H_

#include <cstdint>
#include <map>
#include <string>

#include "agents/actions.h"
#include "agents/strategies/investor_judgement.h"
#include "agents/strategies/investor_style.h"
#include "agents/strategies/purse.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// What an investor does about a lab that runs out of money: bridge it with a convertible note,
// mostly where it has a stake to lose, or buy the whole, when asked and also when not, once the
// books it has been shown say that the lab won't live.
namespace tranche {

class RescueDesk {
 public:
  explicit RescueDesk(const InvestorStyle& style) : style_(style) {}

  // When a quarter opens: bids for a lab that is about to fail.
  void OnQuarter(const TurnView& view, const Judgement& judgement, Purse& purse, Actions& actions);

  // Answers an ask of KIND_BRIDGE: the note offered, empty if it refuses.
  v1::FundingTerms AnswerBridge(const TurnView& view, const v1::Message& ask,
                                const Judgement& judgement, Purse& purse, Actions& actions) const;
  // Answers an ask of KIND_SALE.
  void AnswerSale(const TurnView& view, const v1::Message& ask, const Judgement& judgement,
                  Purse& purse, Actions& actions) const;

 private:
  // What it would pay for the whole lab; 0: nothing.
  double BidFor(const TurnView& view, const std::string& lab, double asked_cents,
                const Judgement& judgement, const Purse& purse, RandomStream& random) const;

  InvestorStyle style_;
  // When it last bid for a lab unasked.
  std::map<std::string, int32_t, std::less<>> bid_;
};

v1::MergerTerms PurchaseTerms(int32_t quarter, double price_cents);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_INVESTOR_RESCUE_H_
