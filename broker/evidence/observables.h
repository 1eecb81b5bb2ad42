#ifndef TRANCHE_BROKER_EVIDENCE_OBSERVABLES_H_
#define TRANCHE_BROKER_EVIDENCE_OBSERVABLES_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "broker/evidence/facts.h"
#include "sim/quarter.h"

// What a row of the facts is called in the simulation: the one table of both, and what it computes.
namespace tranche {

// A metric of docs/metrics.md in a quarter of a run; NaN where there is no such figure.
using MetricOfRun =
    absl::FunctionRef<double(absl::string_view name, absl::string_view subject, Quarter quarter)>;

// How a fact is computed from metrics. Q is the quarter that the fact's day lies in.
enum class Measure {
  // Not at all: `why_not` says why.
  kNone,
  // The last valuation at the end of Q, USD_bn.
  kValuation,
  // Four times the revenue of Q, USD_bn.
  kRunRate,
  // Revenue of the four quarters to Q, USD_bn.
  kRevenueOfYear,
  // Revenue of Q, USD_bn.
  kRevenueOfQuarter,
  // Revenue of Q over that of the same quarter a year before, less one, percent.
  kRevenueGrowth,
  // Cash used in operations in the four quarters to Q, USD_bn.
  kBurnOfYear,
  // Capital expenditure of the four quarters to Q, or of Q, with what the group spends outside the
  // model, USD_bn.
  kCapexOfYear,
  kCapexOfQuarter,
  // Power of the accelerators that the lab's use in Q comes to, at the clouds' mean, with cooling,
  // GW.
  kComputePower,
  // The lab's part of what developers and enterprises spend in Q, percent.
  kApiShare,
  // Four times what developers and enterprises spend in Q, USD_bn.
  kApiSpend,
  // The lab's list price to developers in Q, USD_per_Mtok.
  kListPrice,
  // An hour on demand in Q, weighted by hours sold, USD_per_GPU_hour.
  kHourlyPrice,
};

struct Observable {
  // As in the facts; an entity that ends in '*' stands for all that begin so.
  absl::string_view entity;
  absl::string_view quantity;
  Measure measure = Measure::kNone;
  // The agent that it is of.
  absl::string_view subject = "";
  // Rows of one series continue each other: what naive extrapolation extrapolates.
  absl::string_view series = "";
  // Why it isn't simulated, or what to know where it is.
  absl::string_view note = "";
  // A single row of the entity's quantity; empty: all there are.
  absl::string_view as_of = "";
  // Capital expenditure a year outside the model, USD_bn.
  double outside_usd_bn = 0;
};

// All; of those that fit a row, the first counts.
absl::Span<const Observable> Observables();

// Null: the table doesn't know the row.
const Observable* FindObservable(const Fact& fact);

// What of the run there must be to compute it: quarters before and including Q.
int QuartersNeeded(Measure measure);

// What the run comes to, in the fact's unit. NaN where the run lacks a figure for it. `pue` is the
// scenario's power usage effectiveness.
double Simulated(const Observable& observable, const Fact& fact, double pue, MetricOfRun metric);

// A level that can be compared along a series: flows at a yearly rate, in the middle of their time.
struct Level {
  absl::CivilDay day;
  double value = 0;
};
Level LevelOf(const Observable& observable, const Fact& fact);
// The fact's value at a level of its series: the inverse.
double FromLevel(const Observable& observable, double level);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_OBSERVABLES_H_
