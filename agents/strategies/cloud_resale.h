#ifndef TRANCHE_AGENTS_STRATEGIES_CLOUD_RESALE_H_
#define TRANCHE_AGENTS_STRATEGIES_CLOUD_RESALE_H_

#include <map>
#include <string>

#include "agents/actions.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"

// How a cloud gets models for its marketplace: it courts the best lab that it doesn't sell yet, its
// group's own first, exclusively where nobody else sells it, and bargains over its part of the
// revenue.
namespace tranche {

struct CloudResaleStyle {
  // Its part of marketplace revenue: what it opens with, and the least it takes.
  double share = 0.2;
  double least_share = 0.12;
  // Probability a quarter of courting a lab.
  double courts = 0.15;
};

class ResaleDesk {
 public:
  explicit ResaleDesk(const CloudResaleStyle& style) : style_(style) {}

  void OnQuarter(const TurnView& view, Actions& actions);
  // True if the message was about a marketplace.
  bool OnMail(const TurnView& view, const v1::Message& message, Actions& actions);

 private:
  void Answer(const TurnView& view, const v1::Message& offer, Actions& actions);

  CloudResaleStyle style_;
  // Our proposals of the quarter, by thread and lab.
  std::map<std::string, int, std::less<>> made_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_CLOUD_RESALE_H_
