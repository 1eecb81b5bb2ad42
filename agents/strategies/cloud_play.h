#ifndef TRANCHE_AGENTS_STRATEGIES_CLOUD_PLAY_H_
#define TRANCHE_AGENTS_STRATEGIES_CLOUD_PLAY_H_

#include <cstdint>
#include <map>
#include <string>

#include "agents/actions.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"

// How a cloud plays: it posts a price, quotes for capacity, builds, and resells models.
//
// Its posted price follows how full it is, with inertia and an eye on rivals. A quote opens at the
// share of the surplus between its cost and the posted price that Rubinstein's bargaining gives to
// whoever moves first, the fuller the cloud the more patient; it then concedes towards its floor.
// It builds when what is ahead is nearly all sold and the group's treasury can bear it. Labs in
// which its group has a stake get a discount, and offers of exclusive distribution.
namespace tranche {

struct CloudStyle {
  // Utilisation at which the posted price stays.
  double target_utilisation = 0.82;
  // Part of the gap to it that the price follows, at most `most_price_change` a quarter.
  double price_response = 0.4;
  double most_price_change = 0.06;
  // Least price over its running cost, of hours under contract.
  double least_margin = 0.6;
  // Discount for labs its group has a stake in.
  double family_discount = 0.08;
  // Builds when the part of the capacity to come that is sold exceeds this.
  double build_at = 0.85;
  // Part of its money that goes into sites ordered in a quarter.
  double build_budget = 0.25;
  // Its part of marketplace revenue: what it opens with, and the least it takes.
  double marketplace_share = 0.2;
  double least_marketplace_share = 0.12;
  // Asks large customers for a right to match rivals' quotes.
  bool asks_first_refusal = false;
  // Probability a quarter of courting the leading lab it doesn't sell with an exclusive offer.
  double courts = 0.15;
};

// Parameters that all built-in clouds share:
//   target_utilisation_percent    at which it leaves its price alone
//   least_margin_percent          over running cost, for hours under contract
//   family_discount_percent       for labs its group has a stake in
//   build_at_percent              of the capacity to come sold, from which it builds
//   build_budget_percent          of cash and treasury for sites ordered in a quarter
//   marketplace_share_percent     of resold models' revenue, to open with
//   asks_first_refusal            1: wants to match rivals' quotes to large customers
//   courting_percent              how often it courts a lab with an exclusive offer
CloudStyle CloudStyleFrom(const Parameters& parameters);

class CloudPlay : public Strategy {
 public:
  explicit CloudPlay(const CloudStyle& style) : style_(style) {}

  void OnTurn(const TurnView& view, Actions& actions) override;

 private:
  void PostPrice(const TurnView& view, Actions& actions) const;
  void Build(const TurnView& view, Actions& actions) const;
  void Court(const TurnView& view, Actions& actions) const;
  void OnMail(const TurnView& view, const v1::Message& message, Actions& actions);
  void Quote(const TurnView& view, const v1::Message& request, Actions& actions);
  void QuoteAgain(const TurnView& view, const v1::Message& rejected, Actions& actions);
  void AnswerCounter(const TurnView& view, const v1::Message& counter, Actions& actions);
  void AnswerMarketplace(const TurnView& view, const v1::Message& offer, Actions& actions);
  void AnswerNotice(const TurnView& view, const v1::Message& notice, Actions& actions);

  // Accelerators that may still be promised for the whole of a term.
  double Available(const TurnView& view, int32_t start, uint32_t term_quarters) const;
  double LeastPrice(const TurnView& view, absl::string_view lab) const;
  double OpeningPrice(const TurnView& view, absl::string_view lab) const;

  CloudStyle style_;
  int32_t quarter_ = 0;
  // Promised this quarter, beyond what the view knows.
  double promised_ = 0;
  // Asked for in all requests of this turn's mail, which share what is free.
  double asked_this_turn_ = 0;
  // The most it may charge a lab under a condition of non-discrimination, as the market has said.
  std::map<std::string, double, std::less<>> price_caps_;
  // Asked for last quarter and this one and not to be had, in accelerators.
  double turned_away_ = 0;
  double turned_away_before_ = 0;
  // Our own proposals to a lab in a thread: how many, the last price, and the request they answer.
  struct Proposals {
    int made = 0;
    double last = 0;
    v1::Message request;
  };
  std::map<std::string, Proposals, std::less<>> proposals_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_CLOUD_PLAY_H_
