#include "broker/evidence/simulated_history.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <memory>
#include <thread>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "broker/inline/inline_run.h"
#include "sim/metrics.h"

namespace tranche {
namespace {

constexpr std::array<absl::string_view, 13> kWanted = {"capacity",
                                                       "capital-expenditure",
                                                       "on-demand-price",
                                                       "operating-cash-flow",
                                                       "power",
                                                       "price-developers",
                                                       "revenue",
                                                       "serving-compute",
                                                       "share-developers",
                                                       "share-enterprises",
                                                       "spend",
                                                       "training-compute",
                                                       "valuation"};

std::string KeyOf(absl::string_view name, absl::string_view subject) {
  return absl::StrCat(name, absl::string_view("\0", 1), subject);
}

absl::Status Play(const v1::Scenario& scenario, uint64_t seed, SimulatedHistory& history) {
  absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(scenario);
  if (!seats.ok()) return seats.status();
  const absl::StatusOr<std::unique_ptr<InlineRun>> run =
      InlineRun::Create(scenario, seed, *std::move(seats), {.keep_records = false});
  if (!run.ok()) return run.status();
  while (!(*run)->over()) {
    const Quarter quarter = (*run)->engine().market().quarter();
    if (absl::Status played = (*run)->PlayQuarter(); !played.ok()) return played;
    VisitMetrics((*run)->engine().market().world(), [&](const MetricValue& metric) {
      if (absl::c_linear_search(kWanted, metric.name)) {
        history.Set(metric.name, metric.subject, quarter, metric.value);
      }
    });
  }
  return absl::OkStatus();
}

}  // namespace

void SimulatedHistory::Set(absl::string_view name, absl::string_view subject, Quarter quarter,
                           double value) {
  std::vector<double>& values = values_[KeyOf(name, subject)];
  values.resize(static_cast<size_t>(quarters_), std::numeric_limits<double>::quiet_NaN());
  values[static_cast<size_t>(quarter - first_)] = value;
}

double SimulatedHistory::Get(absl::string_view name, absl::string_view subject,
                             Quarter quarter) const {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (quarter < first_ || quarter >= end()) return kNone;
  const auto found = values_.find(KeyOf(name, subject));
  return found == values_.end() ? kNone : found->second[static_cast<size_t>(quarter - first_)];
}

absl::StatusOr<std::vector<SimulatedHistory>> SimulateHistories(const v1::Scenario& scenario,
                                                                const HistoryRuns& options) {
  const absl::StatusOr<Quarter> first = Quarter::Parse(scenario.first_quarter());
  if (!first.ok()) return first.status();
  const auto runs = static_cast<size_t>(options.runs);
  std::vector<SimulatedHistory> histories(
      runs, SimulatedHistory(*first, static_cast<int>(scenario.quarters())));
  std::vector<absl::Status> played(runs);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < runs; i = next++) {
      played[i] = Play(scenario, options.first_seed + i, histories[i]);
    }
  };
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  const size_t threads =
      std::min(runs, options.threads > 0 ? static_cast<size_t>(options.threads) : processors);
  std::vector<std::thread> workers;
  for (size_t i = 1; i < threads; ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  for (size_t i = 0; i < runs; ++i) {
    if (played[i].ok()) continue;
    return absl::Status(played[i].code(),
                        absl::StrCat("seed ", options.first_seed + i, ": ", played[i].message()));
  }
  return histories;
}

}  // namespace tranche
