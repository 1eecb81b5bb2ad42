#include "broker/command/isolated_check.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace tranche {
namespace {

using Clock = std::chrono::steady_clock;

// What the child lets its parent see while it is busy.
struct SharedPlace {
  std::atomic<uint64_t> calls{0};
  std::atomic<int32_t> quarter{0};
  std::atomic<uint32_t> round{0};
};

// A result on its way through a pipe: lines of fields.
constexpr char kField = '\x1f';
constexpr char kLine = '\x1e';

std::string Plain(const std::string& text) {
  return absl::StrReplaceAll(text, {{"\x1f", "?"}, {"\x1e", "?"}});
}

std::string Encode(const absl::StatusOr<ConformanceResult>& result) {
  if (!result.ok()) {
    return absl::StrCat("failed", std::string(1, kField), static_cast<int>(result.status().code()),
                        std::string(1, kField), Plain(std::string(result.status().message())));
  }
  std::string text = absl::StrJoin(
      std::vector<std::string>{"done", absl::StrCat(result->turns), absl::StrCat(result->moves)},
      std::string(1, kField));
  for (const ConformanceFinding& finding : result->findings) {
    text.push_back(kLine);
    const std::vector<std::string> fields = {finding.is_error ? "error" : "warning",
                                             Plain(finding.name),
                                             absl::StrCat(finding.place.quarter),
                                             absl::StrCat(finding.place.round),
                                             Plain(finding.move),
                                             Plain(finding.rule),
                                             Plain(finding.what),
                                             Plain(finding.would_be_legal),
                                             absl::StrCat(finding.times)};
    absl::StrAppend(&text, absl::StrJoin(fields, std::string(1, kField)));
  }
  return text;
}

// Internal: the text isn't whole.
absl::StatusOr<ConformanceResult> Decode(const std::string& text, const StrategyPlace& place) {
  const std::vector<std::string> lines = absl::StrSplit(text, kLine);
  const std::vector<std::string> head = absl::StrSplit(lines[0], kField);
  int code = 0;
  if (head[0] == "failed" && head.size() == 3 && absl::SimpleAtoi(head[1], &code)) {
    return absl::Status(static_cast<absl::StatusCode>(code), head[2]);
  }
  ConformanceResult result;
  if (head[0] != "done" || head.size() != 3 || !absl::SimpleAtoi(head[1], &result.turns) ||
      !absl::SimpleAtoi(head[2], &result.moves)) {
    return absl::InternalError("a check has ended without a word");
  }
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(lines[i], kField);
    ConformanceFinding& finding = result.findings.emplace_back();
    finding.place = place;
    if (fields.size() != 9 || !absl::SimpleAtoi(fields[2], &finding.place.quarter) ||
        !absl::SimpleAtoi(fields[3], &finding.place.round) ||
        !absl::SimpleAtoi(fields[8], &finding.times)) {
      return absl::InternalError("a check has ended in the middle of a word");
    }
    finding.is_error = fields[0] == "error";
    finding.name = fields[1];
    finding.move = fields[4];
    finding.rule = fields[5];
    finding.what = fields[6];
    finding.would_be_legal = fields[7];
  }
  return result;
}

[[noreturn]] void RunChild(int pipe, SharedPlace& shared, const v1::Scenario& scenario,
                           const AgentSeat& seat, ConformanceCheck check,
                           ConformanceOptions& options, const IsolationLimits& limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit memory = {limits.memory_bytes, limits.memory_bytes};
  setrlimit(RLIMIT_DATA, &memory);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  options.on_turn = [&shared](const StrategyPlace& place) {
    shared.quarter = place.quarter;
    shared.round = place.round;
    ++shared.calls;
  };
  options.clock = [] {
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
  };
  const std::string text = Encode(CheckConformance(scenario, seat, check, options));
  for (size_t written = 0; written < text.size();) {
    const ssize_t some = write(pipe, text.data() + written, text.size() - written);
    if (some < 0 && errno != EINTR) _exit(1);
    if (some > 0) written += static_cast<size_t>(some);
  }
  _exit(0);
}

// Reads until the child closes its end; false: the strategy doesn't come back.
bool ReadAll(int pipe, const SharedPlace& shared, std::chrono::nanoseconds patience,
             std::string& text) {
  uint64_t seen = 0;
  Clock::time_point since = Clock::now();
  char buffer[1 << 16];
  while (true) {
    if (const uint64_t calls = shared.calls; calls != seen) {
      seen = calls;
      since = Clock::now();
    }
    if (Clock::now() - since > patience) return false;
    pollfd ready = {pipe, POLLIN, 0};
    constexpr int kLookEveryMilliseconds = 50;
    if (poll(&ready, 1, kLookEveryMilliseconds) <= 0) continue;
    const ssize_t some = read(pipe, buffer, sizeof(buffer));
    if (some == 0) return true;
    if (some > 0) text.append(buffer, static_cast<size_t>(some));
  }
}

ConformanceResult Only(ConformanceFinding finding, const SharedPlace& shared) {
  finding.place.quarter = shared.quarter;
  finding.place.round = shared.round;
  ConformanceResult result;
  result.turns = static_cast<int64_t>(shared.calls.load());
  result.findings.push_back(std::move(finding));
  return result;
}

}  // namespace

absl::StatusOr<ConformanceResult> CheckIsolated(const v1::Scenario& scenario, const AgentSeat& seat,
                                                ConformanceCheck check, ConformanceOptions options,
                                                const IsolationLimits& limits) {
  const StrategyPlace place = {scenario.name(), seat.name, 0, 0};
  void* memory =
      mmap(nullptr, sizeof(SharedPlace), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int pipes[2];
  if (memory == MAP_FAILED || pipe(pipes) != 0) {
    return absl::ErrnoToStatus(errno, "cannot make room for a check");
  }
  auto* shared = new (memory) SharedPlace();
  const pid_t child = fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "cannot start a check's process");
  if (child == 0) {
    close(pipes[0]);
    RunChild(pipes[1], *shared, scenario, seat, check, options, limits);
  }
  close(pipes[1]);
  std::string text;
  const bool came_back = ReadAll(pipes[0], *shared, limits.patience, text);
  close(pipes[0]);
  if (!came_back) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  absl::StatusOr<ConformanceResult> result;
  if (!came_back) {
    const double seconds = std::chrono::duration<double>(limits.patience).count();
    result = Only({.name = "never-returns",
                   .place = place,
                   .what = absl::StrFormat("doesn't come back from its turn within %g s", seconds)},
                  *shared);
  } else if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0) {
    const std::string how = WIFSIGNALED(status) ? absl::StrCat("signal ", WTERMSIG(status), ", ",
                                                               strsignal(WTERMSIG(status)))
                                                : absl::StrCat("exit code ", WEXITSTATUS(status));
    result = Only({.name = "crashes",
                   .place = place,
                   .what = absl::StrCat("ends the process that plays it (", how, ")")},
                  *shared);
  } else {
    result = Decode(text, place);
  }
  munmap(memory, sizeof(SharedPlace));
  return result;
}

}  // namespace tranche
