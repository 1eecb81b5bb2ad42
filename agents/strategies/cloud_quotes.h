#ifndef TRANCHE_AGENTS_STRATEGIES_CLOUD_QUOTES_H_
#define TRANCHE_AGENTS_STRATEGIES_CLOUD_QUOTES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agents/actions.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/view.pb.h"

// How a cloud sells capacity under contract.
//
// A quote opens at the share of the surplus between its cost and the posted price that Rubinstein's
// bargaining gives to whoever moves first, the fuller the cloud the more patient; it then concedes
// towards its floor. It quotes what is free for the whole term, with a longer ramp where sites to
// come allow more. Labs in which its group has a stake get a discount; whom a regulator's condition
// protects pays no more than the favoured lab.
namespace tranche {

struct QuoteStyle {
  // Least price over its running cost.
  double least_margin = 0.6;
  // Discount for labs its group has a stake in.
  double family_discount = 0.08;
  // Asks large customers for a right to match rivals' quotes.
  bool asks_first_refusal = false;
  // Probability of asking a large customer to buy nowhere else, and the discount it gives for that.
  double asks_exclusivity = 0;
  double exclusivity_discount = 0.12;
};

// Whether the cloud's group has a stake in the lab, or owns it.
bool IsFamily(const TurnView& view, absl::string_view lab);
// All of which IsFamily holds, in the order of names.
std::vector<absl::string_view> FamilyLabs(const TurnView& view);

// Part of the capacity to come, when a site ordered now would be ready, that is under contract or
// would be sold on demand as it is today; above 1 if that is more than there will be.
double ForwardUtilisation(const v1::CloudView& cloud);
// Part of the capacity that was sold last quarter.
double Utilisation(const v1::CloudView& cloud);

// Accelerators that may be promised from `start` for `term_quarters`, growing in equal steps over
// `ramp_quarters`, when `promised` are besides what the view knows.
double MostWithRamp(const v1::CloudView& cloud, int32_t start, uint32_t term_quarters,
                    uint32_t ramp_quarters, double promised);

class QuoteDesk {
 public:
  explicit QuoteDesk(const QuoteStyle& style) : style_(style) {}

  void OnQuarter();
  // Before the mail of a turn is read: those who ask at the same time share what is free.
  void OnTurn(const TurnView& view);
  // True if the message was about capacity.
  bool OnMail(const TurnView& view, const v1::Message& message, Actions& actions);

  // Accelerators reserved anew last quarter.
  double signed_last_quarter() const { return signed_before_; }
  // Asked for last quarter and this one and not to be had, in accelerators.
  double turned_away() const { return turned_away_before_ + turned_away_; }

 private:
  void Quote(const TurnView& view, const v1::Message& request, Actions& actions);
  void QuoteAgain(const TurnView& view, const v1::Message& rejected, Actions& actions);
  void AnswerCounter(const TurnView& view, const v1::Message& counter, Actions& actions);
  void AnswerNotice(const TurnView& view, const v1::Message& notice, Actions& actions);

  double LeastPrice(const TurnView& view, absl::string_view lab) const;
  double OpeningPrice(const TurnView& view, absl::string_view lab) const;

  QuoteStyle style_;
  // Promised this quarter, beyond what the view knows.
  double promised_ = 0;
  // Asked for in all requests of this turn's mail.
  double asked_this_turn_ = 0;
  // The most it may charge a lab under a condition of non-discrimination, as the market has said.
  std::map<std::string, double, std::less<>> price_caps_;
  double turned_away_ = 0;
  double turned_away_before_ = 0;
  double signed_ = 0;
  double signed_before_ = 0;
  // Our own proposals to a lab in a thread: how many, the last price, and the request they answer.
  struct Proposals {
    int made = 0;
    double last = 0;
    v1::Message request;
  };
  std::map<std::string, Proposals, std::less<>> proposals_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_CLOUD_QUOTES_H_
