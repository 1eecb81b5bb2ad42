#ifndef TRANCHE_AGENTS_STRATEGIES_INVESTOR_PLAY_H_
#define TRANCHE_AGENTS_STRATEGIES_INVESTOR_PLAY_H_

#include <cstdint>
#include <map>
#include <string>

#include "agents/actions.h"
#include "agents/strategies/bargaining.h"
#include "agents/strategies/clearance.h"
#include "agents/strategies/investor_judgement.h"
#include "agents/strategies/investor_portfolio.h"
#include "agents/strategies/investor_rescue.h"
#include "agents/strategies/investor_style.h"
#include "agents/strategies/licence_desk.h"
#include "agents/strategies/purse.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// How an investor plays.
//
// Asked for money, it forms a price it won't go beyond: its appraisal of the lab, drawn towards the
// ask, which the better informed side has made; less for holding rivals; more for what the deal
// brings beside the shares. A cloud's group earns a margin on the compute that the lab promises to
// buy, so it can pay up to 1 / (1 - margin x commitment / amount) times the price of the shares
// alone. It opens below that price and concedes towards it; rights that the lab strikes out lower
// it. Beyond it, it walks away. What it holds, and labs in need, are other desks'
// (investor_portfolio.h, investor_rescue.h).
namespace tranche {

class InvestorPlay : public Strategy {
 public:
  explicit InvestorPlay(const InvestorStyle& style);

  void OnTurn(const TurnView& view, Actions& actions) override;

 private:
  // The talk in one funding thread.
  struct Talk {
    v1::FundingAsk ask;
    // Its value for this investor, drawn towards the ask, before what the terms bring.
    double value_cents = 0;
    double opening_cents = 0;
    int proposals = 0;
    // Whether it gives up exclusive dealing only for a much better price.
    bool insists = false;
    // Its last proposal.
    v1::FundingTerms terms;
    bool over = false;
  };

  void OnMail(const TurnView& view, const v1::Message& message, Actions& actions);
  void AnswerAsk(const TurnView& view, const v1::Message& message, Actions& actions);
  void AnswerCounter(const TurnView& view, const v1::Message& message, Actions& actions);
  // What it may put into a round; 0: nothing worth while.
  double AmountFor(const TurnView& view, const std::string& lab, double sought_cents,
                   RandomStream& random) const;

  InvestorStyle style_;
  Judgement judgement_;
  PortfolioDesk portfolio_;
  RescueDesk rescue_;
  LicenceDesk licences_;
  ClearanceDesk clearance_;
  ConcessionRule concession_;
  int32_t quarter_ = 0;
  std::map<std::string, Talk, std::less<>> talks_;
  Purse purse_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_INVESTOR_PLAY_H_
