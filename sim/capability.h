#ifndef TRANCHE_SIM_CAPABILITY_H_
#define TRANCHE_SIM_CAPABILITY_H_

#include "sim/ids.h"
#include "sim/market.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/messages.pb.h"

// Training, releases, and the technology they stand on.
//
// A training run accumulates effective compute over the quarters it runs:
//
//   effective FLOP = GPU-hours x FLOP per GPU-hour x field efficiency x lab efficiency
//                    x (1 - porting loss)
//
// Effective compute as physical compute times algorithmic efficiency: Hernandez and Brown (2020),
// "Measuring the Algorithmic Efficiency of Neural Networks"; for language models Ho et al. (2024),
// "Algorithmic Progress in Language Models", from whom the scenarios take the yearly rate.
// Capability is log10 of effective FLOP: benchmark scores and loss move with its logarithm (Kaplan
// et al. 2020; Owen 2024, "How predictable is language model benchmark performance?").
//
// The efficiency of a lab is relative to the field. With own progress g a quarter, R senior
// researchers against the labs' mean and elasticity eta,
//
//   ln e' = ln e + g ((R / mean R)^eta - 1) + leak * max(0, ln e_best - ln e)
//
// where e_best is what the best lab knew a quarter ago (the lag of publications and departures);
// the labs' geometric mean is then brought back to 1, so that the field moves at the scenario's
// rate. The research production function is that of Jones (1995), "R&D-Based Models of Economic
// Growth", with constant returns to the stock of ideas; the leak is the catch-up term of Griffith,
// Redding and Van Reenen (2004), "Mapping the Two Faces of R&D".
namespace tranche {

// At most this many unreleased runs a lab.
inline constexpr int kMaxRuns = 8;
// A maker's accelerators are known to a lab after a quarter in which at least this part of its
// training ran on them.
inline constexpr double kPortingShare = 0.1;

// Names the run the lab trains this quarter, and the most GPU-hours it may use; replaces an earlier
// plan of the quarter. Zero hours stop training.
Verdict ApplyTrainingPlan(World& world, AgentId sender, const v1::Message& move);

// Puts a run on the market at the close. The run must be better than the model it replaces.
Verdict ApplyModelRelease(World& world, AgentId sender, const v1::Message& move);

// Adds the quarter's training hours (world.compute_lots) to the labs' runs and tells each lab what
// its run has come to.
void RunTraining(World& world, MarketOutput& out);

// Releases of this quarter: capability, model, quarter of release; the run is used up.
void ReleaseModels(World& world, MarketOutput& out);

// The end of a quarter of progress: field and labs' algorithmic efficiency, serving efficiency,
// compatibility.
void AdvanceTechnology(World& world);

// log10 of effective FLOP; 0 for a run that hasn't begun.
double CapabilityOf(double effective_flop);

// Best capability on the market among active labs; 0 if there is none.
double FrontierCapability(const World& world);

// A yearly rate's factor over one quarter: (1 + percent / 100)^(1/4).
double QuarterlyFactor(double percent_per_year);

}  // namespace tranche

#endif  // TRANCHE_SIM_CAPABILITY_H_
