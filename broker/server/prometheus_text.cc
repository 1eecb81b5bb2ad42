#include "broker/server/prometheus_text.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace tranche {
namespace {

std::string Quoted(absl::string_view value) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}), "\"");
}

// Writes families of samples one after the other.
class Exposition {
 public:
  void Counter(absl::string_view name, absl::string_view help, double value) {
    One(name, "counter", help, value);
  }
  void Gauge(absl::string_view name, absl::string_view help, double value) {
    One(name, "gauge", help, value);
  }
  void Family(absl::string_view name, absl::string_view type, absl::string_view help) {
    absl::StrAppend(&text_, "# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n");
  }
  void Sample(absl::string_view name, absl::string_view labels, double value) {
    absl::StrAppend(&text_, name, labels, " ", Number(value), "\n");
  }
  std::string text() && { return std::move(text_); }

  static std::string Number(double value) {
    char digits[32];
    std::snprintf(digits, sizeof(digits), "%.17g", value);
    double shorter = 0;
    for (int precision = 1; precision < 17; ++precision) {
      char fewer[32];
      std::snprintf(fewer, sizeof(fewer), "%.*g", precision, value);
      if (absl::SimpleAtod(fewer, &shorter) && shorter == value) return fewer;
    }
    return digits;
  }

 private:
  void One(absl::string_view name, absl::string_view type, absl::string_view help, double value) {
    Family(name, type, help);
    Sample(name, "", value);
  }
  std::string text_;
};

void AddRun(const v1::GetRunResponse& run, Exposition& out) {
  out.Family("tranche_run_info", "gauge", "What is played; always 1.");
  out.Sample("tranche_run_info",
             absl::StrCat("{run=", Quoted(run.run()), ",scenario=", Quoted(run.scenario()),
                          ",seed=\"", run.seed(), "\"}"),
             1);
  out.Family("tranche_run_state", "gauge", "1 for the state that the run is in.");
  const std::vector<std::pair<v1::GetRunResponse::State, absl::string_view>> states = {
      {v1::GetRunResponse::STATE_GATHERING, "gathering"},
      {v1::GetRunResponse::STATE_RUNNING, "running"},
      {v1::GetRunResponse::STATE_PAUSED, "paused"},
      {v1::GetRunResponse::STATE_OVER, "over"}};
  for (const auto& [state, name] : states) {
    out.Sample("tranche_run_state", absl::StrCat("{state=\"", name, "\"}"), run.state() == state);
  }
  out.Gauge("tranche_quarters_closed", "Quarters whose books are closed and in the log.",
            run.quarter() - run.first_quarter());
  out.Gauge("tranche_quarters_planned", "Quarters of the whole run.",
            run.end_quarter() - run.first_quarter());
  out.Gauge("tranche_round", "Round in play; 0 before a quarter's first.", run.round());
  out.Gauge("tranche_awaited_agents", "Agents that have not joined or not answered yet.",
            run.waiting_for_size());
  out.Gauge("tranche_log_position", "Of the last record in the log.",
            static_cast<double>(run.last_position()));
}

void AddQuarters(const QuarterDurations& quarters, Exposition& out) {
  out.Family("tranche_quarter_duration_seconds", "histogram",
             "From a quarter's first round to its place in the log.");
  uint64_t cumulative = 0;
  for (size_t i = 0; i < QuarterDurations::kBounds.size(); ++i) {
    cumulative += quarters.within[i];
    out.Sample("tranche_quarter_duration_seconds_bucket",
               absl::StrCat("{le=\"", Exposition::Number(QuarterDurations::kBounds[i]), "\"}"),
               static_cast<double>(cumulative));
  }
  out.Sample("tranche_quarter_duration_seconds_bucket", "{le=\"+Inf\"}",
             static_cast<double>(quarters.count));
  out.Sample("tranche_quarter_duration_seconds_sum", "", quarters.sum_seconds);
  out.Sample("tranche_quarter_duration_seconds_count", "", static_cast<double>(quarters.count));
}

void AddCounters(const RunCounters& counters, Exposition& out) {
  out.Gauge("tranche_connected_agents", "Agents with a live session.",
            static_cast<double>(counters.connected_agents));
  out.Counter("tranche_rounds_total", "Rounds begun.", static_cast<double>(counters.rounds));
  out.Counter("tranche_messages_total", "Messages from agents, refused ones included.",
              static_cast<double>(counters.messages));
  out.Counter("tranche_late_turns_total", "Turns that passed their deadline without an answer.",
              static_cast<double>(counters.late_turns));
  out.Counter("tranche_joins_total", "Agents that joined, again or for the first time.",
              static_cast<double>(counters.joins));
  out.Counter("tranche_lost_sessions_total", "Sessions of joined agents that broke.",
              static_cast<double>(counters.lost_sessions));
  AddQuarters(counters.quarters, out);
}

void AddProcess(const ProcessStats& process, Exposition& out) {
  out.Counter("process_cpu_seconds_total", "User and system CPU time.", process.cpu_seconds);
  out.Gauge("process_start_time_seconds", "Start, in seconds since the epoch.",
            process.start_time_seconds);
  out.Gauge("process_resident_memory_bytes", "Resident memory.",
            static_cast<double>(process.resident_bytes));
  out.Gauge("process_virtual_memory_bytes", "Virtual memory.",
            static_cast<double>(process.virtual_bytes));
  out.Gauge("process_open_fds", "Open file descriptors.", static_cast<double>(process.open_files));
  out.Gauge("process_max_fds", "Most file descriptors that may be open.",
            static_cast<double>(process.most_open_files));
}

std::string ReadProc(const char* path) {
  std::ifstream in(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Seconds since the epoch at which the machine was started.
double BootTime() {
  for (absl::string_view line : absl::StrSplit(ReadProc("/proc/stat"), '\n')) {
    double time = 0;
    if (absl::ConsumePrefix(&line, "btime ") && absl::SimpleAtod(line, &time)) return time;
  }
  return 0;
}

}  // namespace

ProcessStats ReadProcessStats() {
  ProcessStats stats;
  // The fields behind the program's name, which may hold anything; see proc(5) for their numbers.
  const std::string text = ReadProc("/proc/self/stat");
  const std::vector<std::string> fields = absl::StrSplit(text.substr(text.rfind(')') + 1), ' ');
  const auto field = [&fields](size_t number) {
    double value = 0;
    return number - 2 < fields.size() && absl::SimpleAtod(fields[number - 2], &value) ? value : 0;
  };
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  stats.cpu_seconds = (field(14) + field(15)) / ticks;
  stats.start_time_seconds = BootTime() + field(22) / ticks;
  stats.virtual_bytes = static_cast<int64_t>(field(23));
  stats.resident_bytes = static_cast<int64_t>(field(24)) * sysconf(_SC_PAGESIZE);
  std::error_code error;
  stats.open_files = std::distance(std::filesystem::directory_iterator("/proc/self/fd", error),
                                   std::filesystem::directory_iterator());
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    stats.most_open_files = static_cast<int64_t>(limit.rlim_cur);
  }
  return stats;
}

std::string PrometheusText(const v1::GetRunResponse& run, const RunCounters& counters,
                           const ProcessStats& process) {
  Exposition out;
  AddRun(run, out);
  AddCounters(counters, out);
  AddProcess(process, out);
  return std::move(out).text();
}

}  // namespace tranche
