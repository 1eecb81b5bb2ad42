#ifndef TRANCHE_BROKER_ARENA_PAYOFF_H_
#define TRANCHE_BROKER_ARENA_PAYOFF_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/ensemble/outcome_table.h"
#include "tranche/v1/types.pb.h"

namespace tranche {

// What a seat gets out of a run, from its metrics (docs/metrics.md):
//
//   payoff := [ "- " ] metric { ( " + " | " - " ) metric }
//   metric := name [ ":" subject ]        without a subject: the seat's own
//
// as in "net-income", "holdings-at-mark - holdings-at-cost", "- hhi:models". Names hold dashes, so
// spaces stand around the signs.
class Payoff {
 public:
  // InvalidArgument: says where it breaks the grammar.
  static absl::StatusOr<Payoff> Parse(absl::string_view text);

  // Whether there may be such metrics, of seats of that role where no subject is given. NotFound:
  // says which there can't be.
  absl::Status Check(v1::Role role) const;
  // By seed, of the runs at `point`; NaN where a run lacks one of the figures. NotFound: no run of
  // the table has one of the metrics; says which there are of that subject.
  absl::StatusOr<std::vector<double>> Of(const OutcomeTable& table, size_t point,
                                         absl::string_view seat) const;
  // The unit of its first metric, as the table has it; empty if the table has none.
  std::string Unit(const OutcomeTable& table, absl::string_view seat) const;
  // The names of its metrics, for a plan that is to keep no others.
  std::vector<std::string> MetricPatterns() const;
  const std::string& text() const { return text_; }

 private:
  struct Term {
    double sign = 1;
    std::string name;
    std::string subject;  // empty: the seat
  };
  std::string text_;
  std::vector<Term> terms_;
};

// What each role is after, where nothing else is said, and when it is taken: profit for labs and
// clouds, the gain on shares for investors, competition among labs for regulators.
struct DefaultPayoff {
  absl::string_view payoff;
  absl::string_view at;  // as Moment::Parse reads it
};
DefaultPayoff DefaultPayoffOf(v1::Role role);

}  // namespace tranche

#endif  // TRANCHE_BROKER_ARENA_PAYOFF_H_
