#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_RESALE_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_RESALE_H_

#include <map>
#include <string>

#include "agents/actions.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// How a lab sells through clouds' marketplaces.
//
// It offers its models to one marketplace more each quarter until all sell them, answers what
// clouds offer, and asks for better terms of those that have kept much for long. Exclusive dealing
// is worth a lower part to it, and possible only while nobody else sells its models.
namespace tranche {

struct ResaleStyle {
  // Part of the revenue a marketplace may keep, at most.
  double most_share = 0.25;
  // Probability a quarter of offering its models to a marketplace that lacks them.
  double offers = 0.5;
};

class Resale {
 public:
  explicit Resale(const ResaleStyle& style) : style_(style) {}

  void OnQuarter(const TurnView& view, Actions& actions);
  // True if the message was about a marketplace.
  bool OnMail(const TurnView& view, const v1::Message& message, Actions& actions);

 private:
  void Offer(const TurnView& view, Actions& actions) const;
  void AskForBetter(const TurnView& view, Actions& actions) const;

  ResaleStyle style_;
  // Our counter-offers by thread.
  std::map<std::string, int, std::less<>> counters_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_RESALE_H_
