#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_SUPPLY_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_SUPPLY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agents/actions.h"
#include "agents/strategies/runway.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"

// How a lab buys compute and reaches customers through clouds.
//
// When the hours it will need a year ahead outgrow what it has reserved, it asks the clouds it may
// buy from. It takes the cheapest quote after one counter-offer in which it splits the difference
// between what it pays now and what is quoted; a cloud with a right of first refusal is asked
// before. It offers its models to one marketplace more each quarter until all sell them, and
// answers what clouds offer.
namespace tranche {

struct SupplyStyle {
  // Reserves when next year's need exceeds this part of what is reserved by then.
  double high_utilisation = 0.9;
  // Growth of use a quarter it plans for.
  double expected_growth = 0.15;
  // Length of the reservations it asks for.
  int term_quarters = 12;
  // Quarters of cash without which it signs nothing.
  double least_runway_quarters = 2.5;
  // Part of the revenue a marketplace may keep, at most.
  double most_marketplace_share = 0.25;
};

class Supply {
 public:
  explicit Supply(SupplyStyle style) : style_(style) {}

  void OnQuarter(const TurnView& view, const Runway& runway, Actions& actions);
  // True if the message was about supply or distribution.
  bool OnMail(const TurnView& view, const v1::Message& message, Actions& actions);
  // At the end of a turn: decides on quotes once all clouds have answered.
  void Conclude(const TurnView& view, Actions& actions);

 private:
  // A request for capacity under way.
  struct Request {
    enum class Stage { kQuotes, kCountered, kAskedHolders, kDone };
    std::string thread;
    v1::CapacityTerms wanted;
    size_t asked = 0;
    size_t answered = 0;
    Stage stage = Stage::kQuotes;
    std::vector<v1::Message> quotes;
    // The quote we mean to take, while others are asked.
    std::string favourite;
    size_t holders_to_answer = 0;
  };

  void RequestCapacity(const TurnView& view, const Runway& runway, Actions& actions);
  void OfferToMarketplace(const TurnView& view, Actions& actions) const;
  void AnswerMarketplace(const TurnView& view, const v1::Message& offer, Actions& actions);
  void AnswerLicence(const TurnView& view, const v1::Message& offer, Actions& actions) const;
  void Take(size_t chosen, Actions& actions);
  std::optional<size_t> BestQuote(const TurnView& view) const;

  SupplyStyle style_;
  std::optional<Request> request_;
  // Our counter-offers by marketplace thread.
  std::map<std::string, int, std::less<>> marketplace_counters_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_SUPPLY_H_
