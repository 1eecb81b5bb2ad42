#include "sim/capability.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/compute_market.h"
#include "sim/det_math.h"
#include "sim/notices.h"
#include "sim/releases.h"
#include "sim/shared_investors.h"
#include "sim/suggestion.h"

namespace tranche {
namespace {

constexpr double kLn10 = 2.302585092994045684;

TrainingRun* FindRun(Lab& lab, absl::string_view name) {
  for (TrainingRun& run : lab.runs) {
    if (run.name == name) return &run;
  }
  return nullptr;
}

bool Knows(const Lab& lab, ChipMakerId maker) {
  return std::find(lab.makers_known.begin(), lab.makers_known.end(), maker) !=
         lab.makers_known.end();
}

// GPU-hours of the lab's training by maker.
struct HoursByMaker {
  ChipMakerId maker;
  int64_t gpu_hours = 0;
};

void AddHours(std::vector<HoursByMaker>& by_maker, ChipMakerId maker, int64_t gpu_hours) {
  for (HoursByMaker& entry : by_maker) {
    if (entry.maker == maker) {
      entry.gpu_hours += gpu_hours;
      return;
    }
  }
  by_maker.push_back({maker, gpu_hours});
}

// The run that the lab's plan names; begins it if it is new.
TrainingRun& PlannedRun(World& world, Lab& lab) {
  if (TrainingRun* run = FindRun(lab, lab.training_run)) return *run;
  TrainingRun run;
  run.name = lab.training_run;
  run.started = world.quarter;
  lab.runs.push_back(run);
  return lab.runs.back();
}

void TrainOneQuarter(World& world, LabId lab_id, const std::vector<HoursByMaker>& by_maker,
                     MarketOutput& out) {
  Lab& lab = world.labs[lab_id];
  int64_t total = 0;
  for (const HoursByMaker& entry : by_maker) total += entry.gpu_hours;
  if (total == 0 || lab.training_run.empty()) return;

  const double porting_loss = world.scenario.switches().no_porting_loss()
                                  ? 0
                                  : world.scenario.compute().porting_loss_percent() / 100;
  const double flop_per_hour =
      world.scenario.technology().flop_per_gpu_hour() * world.field_efficiency * lab.efficiency;
  TrainingRun& run = PlannedRun(world, lab);
  for (const HoursByMaker& entry : by_maker) {
    const bool known = Knows(lab, entry.maker);
    run.effective_flop +=
        static_cast<double>(entry.gpu_hours) * flop_per_hour * (known ? 1 : 1 - porting_loss);
    if (!known &&
        static_cast<double>(entry.gpu_hours) >= kPortingShare * static_cast<double>(total)) {
      lab.makers_known.push_back(entry.maker);
    }
  }
  run.gpu_hours += total;

  v1::TrainingCompleted* completed =
      Notify(world, out, "", {lab.agent}).mutable_training_completed();
  completed->set_run(run.name);
  completed->set_gpu_hours(total);
  completed->set_capability_millis(static_cast<int32_t>(CapabilityOf(run.effective_flop) * 1000));
}

// Own progress of labs, the lagged leak from the best, and the mean brought back to 1.
void AdvanceLabEfficiency(World& world, double field_growth) {
  const v1::TechnologySpec& technology = world.scenario.technology();
  const double log_growth = DetLog(field_growth);
  const double leak = technology.leak_percent_per_quarter() / 100;

  int active = 0;
  double researchers = 0;
  for (const Lab& lab : world.labs) {
    if (!world.agents[lab.agent].active) continue;
    ++active;
    researchers += static_cast<double>(lab.researchers);
  }
  if (active == 0) return;
  const double mean_researchers = researchers / active;

  // In units of the field a quarter on, what the best lab knew a quarter ago counts for less.
  const double log_known = DetLog(world.known_best_efficiency) - log_growth;
  double best_now = 0;
  double sum_log = 0;
  const double shared_leak = SharedInvestorLeak(world);
  const std::vector<double> learnable = LearnableThroughInvestors(world);
  for (LabId id : world.labs.ids()) {
    Lab& lab = world.labs[id];
    if (!world.agents[lab.agent].active) continue;
    best_now = std::max(best_now, lab.efficiency);
    const double relative =
        mean_researchers > 0 ? static_cast<double>(lab.researchers) / mean_researchers : 1;
    const double staff = DetPow(relative, technology.researcher_elasticity());
    double log_efficiency = DetLog(lab.efficiency) + log_growth * (staff - 1);
    log_efficiency += leak * std::max(0.0, log_known - log_efficiency);
    if (shared_leak > 0) {
      const double log_shared = DetLog(learnable[static_cast<size_t>(id.value())]) - log_growth;
      log_efficiency += shared_leak * std::max(0.0, log_shared - log_efficiency);
    }
    lab.efficiency = DetExp(log_efficiency);
    sum_log += log_efficiency;
  }
  const double mean = DetExp(sum_log / active);
  for (Lab& lab : world.labs) {
    if (world.agents[lab.agent].active) lab.efficiency /= mean;
  }
  world.known_best_efficiency = best_now;
}

Verdict TrainingSwitchedOff() {
  return Refused("switched-off", "the scenario has no training", "play a scenario with training");
}

}  // namespace

double CapabilityOf(double effective_flop) {
  return effective_flop > 1 ? DetLog(effective_flop) / kLn10 : 0;
}

double QuarterlyFactor(double percent_per_year) {
  return DetSqrt(DetSqrt(1 + percent_per_year / 100));
}

double FrontierCapability(const World& world) {
  double frontier = 0;
  for (const Lab& lab : world.labs) {
    if (world.agents[lab.agent].active) frontier = std::max(frontier, lab.capability);
  }
  return frontier;
}

Verdict ApplyTrainingPlan(World& world, AgentId sender, const v1::Message& move) {
  if (world.scenario.switches().no_training()) return TrainingSwitchedOff();
  const v1::TrainingPlan& plan = move.training_plan();
  Lab& lab = world.labs[world.lab_of(sender)];
  if (plan.gpu_hours() < 0 || plan.gpu_hours() > kMostGpuHours) {
    return Refused("hours-range", absl::StrCat("gpu_hours is ", plan.gpu_hours()),
                   absl::StrCat("gpu_hours from 0 to ", kMostGpuHours));
  }
  if (plan.run().empty() || plan.run().size() > 64) {
    return Refused("run-name", "a run has a name of at most 64 characters",
                   "a name of 1 to 64 characters");
  }
  if (FindRun(lab, plan.run()) == nullptr && static_cast<int>(lab.runs.size()) >= kMaxRuns) {
    return Refused("too-many-runs", absl::StrCat(lab.runs.size(), " runs are unreleased"),
                   "a run that exists, or one after a release");
  }
  if (IsUnderAssessment(world, lab, plan.run())) {
    return Refused("assessment",
                   absl::StrCat("run ", plan.run(), " is assessed for its release in ",
                                lab.release_ready.ToString()),
                   "another run");
  }
  lab.training_run = plan.run();
  lab.training_gpu_hours_wanted = plan.gpu_hours();
  return Accepted();
}

Verdict ApplyModelRelease(World& world, AgentId sender, const v1::Message& move) {
  if (world.scenario.switches().no_training()) return TrainingSwitchedOff();
  const v1::ModelRelease& release = move.model_release();
  const LabId id = world.lab_of(sender);
  Lab& lab = world.labs[id];
  const TrainingRun* run = FindRun(lab, release.run());
  if (run == nullptr) {
    std::vector<std::string> names;
    for (const TrainingRun& one : lab.runs) names.push_back(one.name);
    return Refused("unknown-run", absl::StrCat("there is no run named ", release.run()),
                   names.empty() ? "a run that has been trained: there is none yet"
                                 : DidYouMean(release.run(), names));
  }
  if (release.model().empty() || release.model().size() > 64) {
    return Refused("model-name", "a model has a name of at most 64 characters",
                   "a name of 1 to 64 characters");
  }
  const double capability = CapabilityOf(run->effective_flop);
  if (capability <= lab.capability) {
    return Refused("release-no-better",
                   absl::StrCat("the run stands at ", capability, ", the model it replaces at ",
                                lab.capability),
                   "a run whose effective compute exceeds that of the model on the market");
  }
  if (!IsUnderAssessment(world, lab, release.run())) {
    if (Verdict refused = CheckReleaseWindow(world, id, capability)) return refused;
    lab.release_run = release.run();
    lab.release_ready = ReleaseQuarter(world, capability);
    // What is assessed doesn't change any more.
    if (lab.training_run == lab.release_run && lab.release_ready > world.quarter) {
      lab.training_run.clear();
      lab.training_gpu_hours_wanted = 0;
    }
  }
  lab.release_model = release.model();
  return Accepted();
}

void RunTraining(World& world, MarketOutput& out) {
  const bool off = world.scenario.switches().no_training();
  // Lots are grouped by lab.
  std::vector<HoursByMaker> by_maker;
  for (size_t i = 0; i < world.compute_lots.size();) {
    const LabId lab = world.compute_lots[i].lab;
    by_maker.clear();
    for (; i < world.compute_lots.size() && world.compute_lots[i].lab == lab; ++i) {
      const ComputeLot& lot = world.compute_lots[i];
      if (lot.training_gpu_hours > 0) AddHours(by_maker, lot.maker, lot.training_gpu_hours);
    }
    if (!off && world.agents[world.labs[lab].agent].active) {
      TrainOneQuarter(world, lab, by_maker, out);
    }
  }
  for (Lab& lab : world.labs) {
    lab.training_run.clear();
    lab.training_gpu_hours_wanted = 0;
  }
}

void ReleaseModels(World& world, MarketOutput&) {
  for (Lab& lab : world.labs) {
    if (lab.release_run.empty() || lab.release_ready > world.quarter) continue;
    const auto run = std::find_if(lab.runs.begin(), lab.runs.end(), [&lab](const TrainingRun& r) {
      return r.name == lab.release_run;
    });
    if (run != lab.runs.end() && world.agents[lab.agent].active &&
        !world.scenario.switches().no_training()) {
      lab.capability = CapabilityOf(run->effective_flop);
      lab.model = lab.release_model;
      lab.released = world.quarter;
      lab.runs.erase(run);
    }
    lab.release_run.clear();
    lab.release_model.clear();
  }
}

void AdvanceTechnology(World& world) {
  const v1::TechnologySpec& technology = world.scenario.technology();
  const double growth = QuarterlyFactor(technology.algorithmic_progress_percent_per_year());
  world.field_efficiency *= growth;
  AdvanceLabEfficiency(world, growth);
  world.mtok_per_gpu_hour *=
      QuarterlyFactor(world.scenario.compute().serving_efficiency_growth_percent_per_year());

  // Equal steps, so that the last quarter of the run is played at the closing level.
  const int32_t steps = world.end_quarter - world.first_quarter - 1;
  const int32_t done = std::min(world.quarter - world.first_quarter + 1, steps);
  const double part = steps > 0 ? static_cast<double>(done) / steps : 1;
  world.compatibility =
      technology.compatibility_opening() +
      part * (technology.compatibility_closing() - technology.compatibility_opening());
}

}  // namespace tranche
