#ifndef TRANCHE_AGENTS_STRATEGIES_INVESTOR_PLAY_H_
#define TRANCHE_AGENTS_STRATEGIES_INVESTOR_PLAY_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "agents/actions.h"
#include "agents/strategies/bargaining.h"
#include "agents/strategies/clearance.h"
#include "agents/strategies/valuation.h"
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
// it. Beyond it, it walks away.
namespace tranche {

struct InvestorStyle {
  // Factor on its appraisal, and the spread of its judgement of a round, in logarithms.
  double optimism = 1;
  double judgement_sd = 0.13;
  // How far the ask draws its appraisal, 0 to 1.
  double anchoring = 0.4;
  double assumed_growth = 0.1;
  // First offer below its limit, and how it concedes.
  double opening_discount = 0.12;
  double concession_beta = 1;
  // Of its uncommitted money in one deal; of a round.
  double most_of_funds = 0.25;
  double most_of_round = 0.4;
  // Part of a large investment that is paid at clearance; the rest waits for `milestone`.
  double part_at_clearance = 0.5;
  enum class Milestone { kRevenue, kCapability, kDate };
  Milestone milestone = Milestone::kRevenue;
  // Stakes from which it asks for a seat, an observer.
  double seat_from = 0.1;
  double observer_from = 0.04;
  // What holding rivals takes off its limit, and how often it makes it stand aside, at most.
  double conflict_discount = 0.08;
  double conflict_refusal = 0.2;
  // Probability of sitting a round out.
  double sits_out = 0.08;

  // For groups that sell compute or chips.
  bool strategic = false;
  // Spending at its cloud asked for per dollar invested, its margin on it, and how often it wants
  // that exclusively, or rivals shut out.
  double commitment_multiple = 0;
  double compute_margin = 0.3;
  double wants_exclusivity = 0;
  double shuts_out_rivals = 0;

  ClearanceStyle clearance;
};

// Parameters that all built-in investors share:
//   optimism_percent              of its appraisal
//   judgement_sd_percent          spread of its judgement
//   anchoring_percent             how far an ask draws it
//   opening_discount_percent      first offer below its limit
//   concession_beta               see bargaining.h
//   most_of_funds_percent         in one deal
//   most_of_round_percent         of one round
//   part_at_clearance_percent     of a large investment
//   conflict_discount_percent     for holding rivals
//   sits_out_percent              how often it passes on a round
//   litigiousness_percent         how often it takes a prohibition to court
InvestorStyle InvestorStyleFrom(const Parameters& parameters);

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
  // What a lab has shown of its books.
  struct Books {
    double revenue_cents = 0;
    double runway_quarters = 0;
  };

  void OnMail(const TurnView& view, const v1::Message& message, Actions& actions);
  // Pending deals that time has made bad ones.
  void WalkAwayFromDeals(const TurnView& view, Actions& actions);
  void ExerciseProRata(const TurnView& view, Actions& actions);
  void AnswerAsk(const TurnView& view, const v1::Message& message, Actions& actions);
  void OfferToBuy(const TurnView& view, const v1::Message& message, Actions& actions);
  void OfferNote(const TurnView& view, const v1::Message& message, Actions& actions);
  void AnswerCounter(const TurnView& view, const v1::Message& message, Actions& actions);
  void AnswerSecondary(const TurnView& view, const v1::Message& offer, Actions& actions) const;

  // What it may put into a round; 0: nothing worth while.
  double AmountFor(const TurnView& view, const std::string& lab, double sought_cents,
                   RandomStream& random) const;
  double ValueOf(const TurnView& view, const std::string& lab, double asked_cents,
                 RandomStream& random) const;
  v1::FundingTerms FirstTerms(const TurnView& view, const std::string& lab, double amount_cents,
                              double price_cents, RandomStream& random) const;
  void SetTranches(const TurnView& view, const std::string& lab, v1::FundingTerms& terms) const;
  // The highest price at which `terms` are worth it.
  double Limit(const Talk& talk, const v1::FundingTerms& terms) const;
  // Money not promised, nor offered in a talk other than `thread`'s.
  double Uncommitted(const TurnView& view, absl::string_view thread = "") const;

  InvestorStyle style_;
  Appraiser appraiser_;
  ClearanceDesk clearance_;
  ConcessionRule concession_;
  int32_t quarter_ = 0;
  std::map<std::string, Talk, std::less<>> talks_;
  std::map<std::string, Books, std::less<>> books_;
  // Agreed and not yet in the view's figures, this quarter.
  double promised_cents_ = 0;
  // Rounds whose pro-rata right has been weighed.
  std::set<std::string> pro_rata_weighed_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_INVESTOR_PLAY_H_
