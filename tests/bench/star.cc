#include "tests/bench/star.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <string>

#include "sim/check.h"

namespace tranche {
namespace {

constexpr char kTipFlag[] = "--star-tip";

double SecondsOn(clockid_t clock) {
  timespec time = {};
  TRANCHE_CHECK(clock_gettime(clock, &time) == 0, "no such clock");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

bool IsStarTip(int argc, char** argv) { return argc == 5 && std::string(argv[1]) == kTipFlag; }

int PlayStarTip(int /*argc*/, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::string kind = argv[2];
  return kind == "bare" ? PlayBareTip(argv[3]) : PlayBrokerTip(argv[3], argv[4]);
}

TipProcesses::TipProcesses(const std::string& kind, const std::string& address,
                           const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const pid_t pid = fork();
    TRANCHE_CHECK(pid >= 0, "cannot fork");
    if (pid == 0) {
      execl("/proc/self/exe", "tranche_bench", kTipFlag, kind.c_str(), address.c_str(),
            name.c_str(), nullptr);
      _exit(127);
    }
    pids_.push_back(pid);
  }
}

double TipProcesses::CpuSeconds() const {
  double seconds = SecondsOn(CLOCK_PROCESS_CPUTIME_ID);
  for (const pid_t pid : pids_) {
    clockid_t clock = 0;
    TRANCHE_CHECK(clock_getcpuclockid(pid, &clock) == 0, "a tip is gone");
    seconds += SecondsOn(clock);
  }
  return seconds;
}

TipProcesses::~TipProcesses() {
  for (const pid_t pid : pids_) kill(pid, SIGKILL);
  for (const pid_t pid : pids_) waitpid(pid, nullptr, 0);
}

}  // namespace tranche
