#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_SUPPLY_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_SUPPLY_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agents/actions.h"
#include "agents/strategies/runway.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"

// How a lab buys compute.
//
// When the hours it will need a year ahead outgrow what it has reserved, it asks the clouds it may
// buy from. It makes the best quote one counter-offer in which it splits the difference between
// what it pays now and what is quoted, then takes it, and others beside it if it falls short; a
// cloud with a right of first refusal is asked before. Clouds that have let it go short are asked
// last. A lab behind the frontier wants hours to catch up with, and one with more cash than it will
// need turns it into hours to train on, as far as its money goes. Where a reservation ends it uses
// an option to extend it if the price has stayed below what others would ask.
namespace tranche {

struct SupplyStyle {
  // Reserves when next year's need exceeds this part of what is reserved by then.
  double high_utilisation = 0.9;
  // Growth of use a quarter it plans for.
  double expected_growth = 0.15;
  // Length of the reservations it asks for.
  int term_quarters = 12;
  // Hours that it wants beside its need for each factor of ten in effective compute by which the
  // best rival is ahead, as a part of that need.
  double catch_up = 0;
  // Cash that would last for more quarters than this is put into compute; 0: it is kept.
  double idle_quarters = 0;
  // Quarters of cash without which it signs nothing.
  double least_runway_quarters = 2.5;
};

class Supply {
 public:
  explicit Supply(SupplyStyle style) : style_(style) {}

  void OnQuarter(const TurnView& view, const Runway& runway, Actions& actions);
  // Takes note of what the market says of last quarter.
  void OnNews(const TurnView& view, const v1::Message& message, Actions& actions);
  // True if the message was about supply.
  bool OnMail(const v1::Message& message, Actions& actions);
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

  void Renew(const TurnView& view, const Runway& runway, Actions& actions) const;
  // What a quarter's spending could grow by if the cash were to last idle_quarters.
  double AcceleratorsForIdleCash(const TurnView& view, const Runway& runway) const;
  void RequestCapacity(const TurnView& view, const Runway& runway, Actions& actions);
  void Take(const std::vector<size_t>& chosen, Actions& actions);
  // Quotes to take, best first.
  std::vector<size_t> Choice(const TurnView& view) const;

  SupplyStyle style_;
  std::optional<Request> request_;
  // Clouds that have let it go short.
  std::set<std::string, std::less<>> went_short_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_SUPPLY_H_
