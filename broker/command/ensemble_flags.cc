#include "broker/command/ensemble_flags.h"

#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <numeric>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "broker/command/deadline_flag.h"
#include "broker/command/log_errors.h"
#include "broker/command/logging.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/stop_signals.h"
#include "broker/command/text_file.h"
#include "broker/ensemble/stored_results.h"
#include "broker/log/figures.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

// "1,234,567".
std::string Grouped(int64_t count) {
  std::string digits = absl::StrCat(count);
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string TimeLeft(double seconds) {
  const auto whole = static_cast<int64_t>(seconds + 0.5);
  if (whole < 60) return absl::StrCat(whole, " s left");
  if (whole < 3600) return absl::StrCat(whole / 60, " min ", whole % 60, " s left");
  return absl::StrCat(whole / 3600, " h ", whole % 3600 / 60, " min left");
}

// Adds the dimensions that each flag stands for.
template <typename Parse>
absl::Status AddDimensions(const std::vector<std::string>& flags, Parse parse,
                           std::vector<Dimension>& dimensions) {
  for (const std::string& flag : flags) {
    absl::StatusOr<Dimension> dimension = parse(flag);
    if (!dimension.ok()) return dimension.status();
    dimensions.push_back(*std::move(dimension));
  }
  return absl::OkStatus();
}

}  // namespace

void AddRunFlags(CLI::App& command, EnsembleFlags& flags, const std::string& default_seeds) {
  flags.command = command.get_name();
  flags.seeds = default_seeds;
  command.add_option("--seeds", flags.seeds, "Seeds, the same for all settings: 1..100 or 1,5,9")
      ->capture_default_str();
  command.add_option("--quarters", flags.quarters, "Play only so many quarters")
      ->check(CLI::Range(1, 400));
  command.add_option("--jobs,-j", flags.jobs, "Threads that play [all cores]")
      ->check(CLI::Range(1, 4096));
  AddDeadlineFlag(command, flags.deadline,
                  "Ends the ensemble when a strategy takes longer for a turn; none: never");
  AddPluginFlag(command);
  command.add_flag("--quiet,-q", flags.quiet, "No progress and no summary");
}

void AddDesignFlags(CLI::App& command, EnsembleFlags& flags) {
  command
      .add_option("--set", flags.set,
                  "PATH=VALUE,VALUE: each value of the scenario in turn, as in "
                  "technology.compatibility_closing=0.6,1")
      ->allow_extra_args(false);
  command
      .add_option("--strategy", flags.strategies,
                  "AGENT=STRATEGY,STRATEGY: each in turn; see tranche agent --list")
      ->allow_extra_args(false);
  command
      .add_option("--latin", flags.latin,
                  "PATH=LOW..HIGH: values from a Latin hypercube over all that are given so")
      ->allow_extra_args(false);
  command.add_option("--samples", flags.samples, "Size of the Latin hypercube")
      ->check(CLI::Range(1, 10'000'000));
  command.add_option("--design-seed", flags.design_seed, "Draws another Latin hypercube")
      ->capture_default_str();
}

std::optional<CommandError> RequestFrom(const EnsembleFlags& flags, PlanRequest& request) {
  for (const std::string& file : flags.scenarios) {
    absl::StatusOr<v1::Scenario> scenario = LoadScenario(file, ReadTextFile);
    if (!scenario.ok()) return CommandError{scenario.status(), kExitBadScenario};
    request.scenarios.push_back(*std::move(scenario));
  }
  absl::StatusOr<std::vector<int64_t>> seeds = ParseSeeds(flags.seeds);
  if (!seeds.ok()) return CommandError{seeds.status(), kExitUsage};
  request.seeds = *std::move(seeds);
  absl::Status added = AddDimensions(flags.strategies, ParseStrategies, request.dimensions);
  if (added.ok()) added = AddDimensions(flags.set, ParseLevels, request.dimensions);
  if (added.ok()) added = AddDimensions(flags.latin, ParseRange, request.dimensions);
  if (!added.ok()) return CommandError{added, kExitUsage};
  request.samples = flags.samples;
  request.design_seed = flags.design_seed;
  request.quarters = flags.quarters;
  return std::nullopt;
}

std::string DescribeEnsembleProgress(int64_t played, int64_t of, double seconds) {
  std::string text = absl::StrFormat("%s of %s runs (%d%%)", Grouped(played), Grouped(of),
                                     of == 0 ? 100 : played * 100 / of);
  if (played == 0 || seconds <= 0) return text;
  const double rate = static_cast<double>(played) / seconds;
  absl::StrAppendFormat(&text, ", %.1f a second, %s", rate,
                        TimeLeft(static_cast<double>(of - played) / rate));
  return text;
}

EnsembleOptions OptionsFrom(const EnsemblePlan& plan, const EnsembleFlags& flags) {
  EnsembleOptions options = {.jobs = flags.jobs, .deadline = flags.deadline};
  if (flags.deadline.count() == 0) return options;
  options.on_late = [&plan, &flags](int64_t run, const OpenTurn& turn) {
    if (isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r\033[K");
    const EnsemblePoint& point = plan.points[plan.PointOf(run)];
    ReportError(flags.command,
                absl::DeadlineExceededError(absl::StrCat(
                    "in ", plan.scenarios[static_cast<size_t>(point.scenario)].name(),
                    " with seed ", plan.SeedOf(run), ", ", DescribeLate(turn, flags.deadline),
                    ". It can't be stopped, so the program ends; runs that are finished stay in a "
                    "results file. --deadline gives it more time")));
    std::_Exit(kExitRunFailed);
  };
  return options;
}

absl::Status PlayWithProgress(const EnsemblePlan& plan, absl::Span<const int64_t> runs,
                              EnsembleOptions options, bool quiet, const OnOutcome& on_outcome) {
  using Clock = std::chrono::steady_clock;
  const bool shown = !quiet && isatty(STDERR_FILENO) == 1;
  const Clock::time_point begun = Clock::now();
  std::atomic<bool> stop = false;
  std::atomic<int64_t> played = 0;
  options.stop = &stop;

  boost::asio::io_context io;
  const StopSignals signals(io, [&stop](const char*) { stop = true; });
  boost::asio::steady_timer timer(io);
  const std::function<void()> show = [&] {
    const std::chrono::duration<double> passed = Clock::now() - begun;
    std::fprintf(
        stderr, "\r\033[K%s%s",
        DescribeEnsembleProgress(played, static_cast<int64_t>(runs.size()), passed.count()).c_str(),
        stop ? "; stopping" : "");
    timer.expires_after(std::chrono::milliseconds(200));
    timer.async_wait([&](const boost::system::error_code& error) {
      if (!error) show();
    });
  };
  if (shown) boost::asio::post(io, show);

  // Signals and the line are this thread's, runs the others'.
  absl::Status status;
  std::thread player([&] {
    status = PlayEnsemble(
        plan, runs, options,
        [&](int64_t run, const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
          ++played;
          return on_outcome(run, outcome, keys);
        });
    boost::asio::post(io, [&io] { io.stop(); });
  });
  auto open = boost::asio::make_work_guard(io);
  io.run();
  player.join();
  if (shown) std::fprintf(stderr, "\r\033[K");
  return status;
}

absl::Status PlayIntoFile(const EnsemblePlan& plan, const std::string& path, Shard shard,
                          const EnsembleOptions& options, bool quiet) {
  absl::StatusOr<std::unique_ptr<ResultsFile>> file = ResultsFile::Open(path, plan, shard);
  if (!file.ok()) return file.status();
  if ((*file)->found() > 0 && !quiet) {
    std::fprintf(stderr, "%s holds %s of it already\n", path.c_str(),
                 Plural((*file)->found(), "run").c_str());
  }
  const absl::Status played = PlayWithProgress(
      plan, (*file)->pending(), options, quiet,
      [&](int64_t run, const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
        return (*file)->Append(run, outcome, keys);
      });
  const absl::Status finished = (*file)->Finish();
  const absl::Status& status = played.ok() ? finished : played;
  if (!status.ok()) {
    std::fprintf(stderr, "Finished runs are in %s; the same command goes on with it.\n",
                 path.c_str());
  }
  return status;
}

absl::StatusOr<std::vector<OutcomeTable>> PlayIntoTables(const EnsemblePlan& plan,
                                                         const std::string& path,
                                                         absl::Span<const Moment> moments,
                                                         const EnsembleFlags& flags) {
  if (!path.empty()) {
    absl::Status played = PlayIntoFile(plan, path, {}, OptionsFrom(plan, flags), flags.quiet);
    if (!played.ok()) return played;
    const absl::StatusOr<StoredResults> results = StoredResults::Open(path);
    if (!results.ok()) return results.status();
    return results->Tables(moments);
  }
  std::vector<OutcomeTable> tables;
  for (const Moment& moment : moments) {
    tables.emplace_back(plan.points.size(), plan.seeds.size(), plan.first_quarter(), moment);
  }
  std::vector<int64_t> runs(static_cast<size_t>(plan.runs()));
  std::iota(runs.begin(), runs.end(), int64_t{0});
  absl::Status played = PlayWithProgress(
      plan, runs, OptionsFrom(plan, flags), flags.quiet,
      [&](int64_t run, const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
        for (OutcomeTable& table : tables) {
          table.Add(plan.PointOf(run), static_cast<size_t>(run) % plan.seeds.size(), outcome, keys);
        }
        return absl::OkStatus();
      });
  if (!played.ok()) return played;
  for (OutcomeTable& table : tables) table.Complete();
  return tables;
}

ExitCode ExitCodeOfEnsembleError(const absl::Status& status) {
  return absl::IsAborted(status) ? kExitStopped : ExitCodeOfLogError(status);
}

}  // namespace tranche
