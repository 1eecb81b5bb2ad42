#include "broker/command/watched_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "sim/storable.h"

namespace tranche {
namespace {

constexpr size_t kMostKept = 16 << 10;
constexpr size_t kMostLines = 6;
constexpr size_t kMostOfLine = 400;

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void Become(char* const* arguments, int output, int input, uint64_t memory_bytes,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  // A Ctrl-C in our terminal is ours alone.
  setpgid(0, 0);
  const rlimit memory = {memory_bytes, memory_bytes};
  setrlimit(RLIMIT_DATA, &memory);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  // What others have open isn't this one's.
  close_range(STDERR_FILENO + 1, ~0U, 0);
  execv(arguments[0], arguments);
  constexpr int kCannotExecute = 126;
  _exit(kCannotExecute);
}

}  // namespace

absl::StatusOr<std::unique_ptr<WatchedProgram>> WatchedProgram::Start(
    std::vector<std::string> arguments, uint64_t memory_bytes) {
  std::vector<char*> raw;
  raw.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);
  int output[2];
  if (pipe2(output, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "cannot make a pipe");
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) Become(raw.data(), output[1], input, memory_bytes, parent);
  const int error = errno;
  close(input);
  close(output[1]);
  if (child < 0) {
    close(output[0]);
    return absl::ErrnoToStatus(error, absl::StrCat("cannot start ", arguments[0]));
  }
  // As the child does: whoever is first.
  setpgid(child, child);
  return std::unique_ptr<WatchedProgram>(new WatchedProgram(child, output[0]));
}

WatchedProgram::WatchedProgram(pid_t pid, int output)
    : pid_(pid), output_(output), reader_([this] { ReadOutput(); }) {}

WatchedProgram::~WatchedProgram() {
  Kill();
  closing_ = true;
  reader_.join();
  close(output_);
}

void WatchedProgram::ReadOutput() {
  char buffer[4096];
  while (!closing_) {
    pollfd ready = {output_, POLLIN, 0};
    constexpr int kLookEveryMilliseconds = 50;
    if (poll(&ready, 1, kLookEveryMilliseconds) <= 0) continue;
    const ssize_t some = read(output_, buffer, sizeof(buffer));
    const absl::MutexLock lock(&mutex_);
    if (some > 0) {
      written_.append(buffer, static_cast<size_t>(some));
      if (written_.size() > 2 * kMostKept) written_.erase(0, written_.size() - kMostKept);
    } else if (some == 0 || errno != EINTR) {
      all_read_ = true;
      return;
    }
  }
}

std::optional<std::string> WatchedProgram::end() {
  if (!end_.has_value()) {
    // It isn't reaped before its group is killed: until then the group's id is nobody else's.
    siginfo_t info = {};
    if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid != pid_) {
      return std::nullopt;
    }
    const bool exited = info.si_code == CLD_EXITED;
    ended_well_ = exited && info.si_status == 0;
    end_ = exited ? absl::StrCat("exited with code ", info.si_status)
                  : absl::StrCat("was killed by signal ", info.si_status, " (",
                                 strsignal(info.si_status), ")");
  }
  return end_;
}

bool WatchedProgram::AwaitEnd(std::chrono::nanoseconds patience) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point until = Clock::now() + patience;
  constexpr std::chrono::milliseconds kLookEvery{5};
  while (!end().has_value()) {
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(kLookEvery);
  }
  return true;
}

void WatchedProgram::Kill() {
  if (reaped_) return;
  kill(-pid_, SIGKILL);
  AwaitEnd(std::chrono::hours(1));
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
}

std::string WatchedProgram::LastLines() const {
  absl::MutexLock lock(&mutex_);
  if (end_.has_value()) {
    // What it wrote before its end is in the pipe, but maybe not yet here.
    mutex_.AwaitWithTimeout(absl::Condition(&all_read_), absl::Seconds(1));
  }
  std::vector<absl::string_view> lines =
      absl::StrSplit(absl::StripTrailingAsciiWhitespace(written_), '\n', absl::SkipWhitespace());
  if (lines.size() > kMostLines) {
    lines.erase(lines.begin(), lines.end() - static_cast<ptrdiff_t>(kMostLines));
  }
  return absl::StrJoin(lines, "\n", [](std::string* out, absl::string_view line) {
    absl::StrAppend(out, StorableText(absl::StripTrailingAsciiWhitespace(line), kMostOfLine));
  });
}

}  // namespace tranche
