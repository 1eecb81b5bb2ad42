#include "broker/server/agent_processes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/process/args.hpp>
#include <boost/process/async.hpp>
#include <boost/process/async_pipe.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>
#include <cstdio>
#include <istream>
#include <system_error>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

namespace process = boost::process;

// How a process ended, from what waitpid says.
std::string Describe(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    return absl::StrCat("was killed by signal ", WTERMSIG(wait_status), " (",
                        strsignal(WTERMSIG(wait_status)), ")");
  }
  return absl::StrCat("exited with code ", WEXITSTATUS(wait_status));
}

// Passes the lines that come out of a pipe on to stderr. Keeps itself alive until the pipe ends.
class LinePrefixer : public std::enable_shared_from_this<LinePrefixer> {
 public:
  LinePrefixer(boost::asio::io_context& io, std::string prefix)
      : pipe_(io), prefix_(std::move(prefix)) {
    // The other processes must not inherit it, or it would stay open until the last of them ends.
    fcntl(pipe_.native_source(), F_SETFD, FD_CLOEXEC);
    fcntl(pipe_.native_sink(), F_SETFD, FD_CLOEXEC);
  }

  process::async_pipe& pipe() { return pipe_; }

  void Read() {
    boost::asio::async_read_until(
        pipe_, buffer_, '\n',
        [self = shared_from_this()](const boost::system::error_code& error, size_t /*size*/) {
          self->PassOn(/*at_end=*/bool{error});
          if (!error) self->Read();
        });
  }

 private:
  void PassOn(bool at_end) {
    std::istream in(&buffer_);
    std::string line;
    while (buffer_.size() > 0) {
      // A line that isn't complete yet stays, but for the last.
      const auto data = buffer_.data();
      const bool complete =
          std::find(boost::asio::buffers_begin(data), boost::asio::buffers_end(data), '\n') !=
          boost::asio::buffers_end(data);
      if (!complete && !at_end) return;
      std::getline(in, line);
      std::fprintf(stderr, "%s%s\n", prefix_.c_str(), line.c_str());
    }
  }

  process::async_pipe pipe_;
  const std::string prefix_;
  boost::asio::streambuf buffer_{64 << 10};
};

}  // namespace

class AgentProcesses::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& io, Options options)
      : io_(io), options_(std::move(options)), kill_timer_(io) {
    for (size_t i = 0; i < options_.processes.size(); ++i) {
      slots_.push_back(std::make_unique<Slot>(io));
    }
  }

  absl::Status StartAll() {
    for (size_t i = 0; i < slots_.size(); ++i) {
      const absl::Status started = Launch(i);
      if (!started.ok()) return started;
    }
    return absl::OkStatus();
  }

  void Stop(std::chrono::milliseconds grace, std::function<void()> ended) {
    stopping_ = true;
    ended_ = std::move(ended);
    for (auto& slot : slots_) slot->restart_timer.cancel();
    kill_timer_.expires_after(grace);
    kill_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error) self->KillAll();
    });
    boost::asio::post(io_, [self = shared_from_this()] { self->ReportEndIfReached(); });
  }

  void Abandon() {
    stopping_ = true;
    abandoned_ = true;
    kill_timer_.cancel();
    for (auto& slot : slots_) slot->restart_timer.cancel();
    KillAll();
  }

  std::vector<int> pids() const {
    std::vector<int> pids;
    for (const auto& slot : slots_) pids.push_back(slot->running ? slot->child.id() : 0);
    return pids;
  }

 private:
  struct Slot {
    explicit Slot(boost::asio::io_context& io) : restart_timer(io) {}
    process::child child;
    bool running = false;
    int restarts = 0;
    boost::asio::steady_timer restart_timer;
  };

  absl::Status Launch(size_t index) {
    const Process& what = options_.processes[index];
    Slot& slot = *slots_[index];
    auto lines = std::make_shared<LinePrefixer>(
        io_, options_.name_lines ? absl::StrCat("[", what.name, "] ") : "");
    const std::string& program = what.program.empty() ? options_.program : what.program;
    const pid_t parent = getpid();
    std::error_code error;
    slot.child = process::child(
        process::exe = program, process::args = what.arguments,
        process::std_in<process::null, (process::std_out & process::std_err)> lines->pipe(), error,
        io_,
        process::extend::on_exec_setup =
            [parent, memory = options_.most_memory_bytes](auto& /*executor*/) {
              // Dies with us, even if we are killed; and a Ctrl-C in our terminal is ours alone.
              prctl(PR_SET_PDEATHSIG, SIGKILL);
              if (getppid() != parent) _exit(0);
              setpgid(0, 0);
              if (memory == 0) return;
              const rlimit limit = {memory, memory};
              setrlimit(RLIMIT_DATA, &limit);
            },
        process::on_exit = [self = shared_from_this(), index](
                               int /*exit_code*/, const std::error_code&) { self->OnExit(index); });
    if (error) {
      return absl::UnavailableError(absl::StrCat("cannot start the process of ", what.name, " (",
                                                 program, "): ", error.message()));
    }
    slot.running = true;
    lines->Read();
    return absl::OkStatus();
  }

  void OnExit(size_t index) {
    Slot& slot = *slots_[index];
    slot.running = false;
    if (abandoned_) return;
    const int wait_status = slot.child.native_exit_code();
    const bool ended_well = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
    if (!stopping_ && !ended_well) Restart(index, wait_status);
    ReportEndIfReached();
  }

  void Restart(size_t index, int wait_status) {
    Slot& slot = *slots_[index];
    const std::string& name = options_.processes[index].name;
    const std::string end = Describe(wait_status);
    if (WIFEXITED(wait_status) &&
        absl::c_linear_search(options_.final_exit_codes, WEXITSTATUS(wait_status))) {
      GiveUp(index, absl::FailedPreconditionError(absl::StrCat("the process of ", name, " ", end)));
      return;
    }
    if (slot.restarts == options_.max_restarts) {
      GiveUp(index, absl::UnavailableError(absl::StrCat("the process of ", name, " ", end,
                                                        " after ", slot.restarts, " restarts")));
      return;
    }
    const auto delay = options_.restart_delay * (1 << slot.restarts);
    ++slot.restarts;
    spdlog::warn("the process of {} {}; starting it again ({} of {})", name, end, slot.restarts,
                 options_.max_restarts);
    slot.restart_timer.expires_after(delay);
    slot.restart_timer.async_wait(
        [self = shared_from_this(), index](const boost::system::error_code& error) {
          if (error || self->stopping_) return;
          const absl::Status started = self->Launch(index);
          if (!started.ok()) self->GiveUp(index, started);
        });
  }

  void GiveUp(size_t index, const absl::Status& why) {
    if (options_.on_failure) options_.on_failure(index, why);
  }

  void KillAll() {
    for (auto& slot : slots_) {
      // With what it has started: each leads a process group.
      if (slot->running) kill(-slot->child.id(), SIGKILL);
    }
  }

  void ReportEndIfReached() {
    if (!stopping_ || !ended_) return;
    if (absl::c_any_of(slots_, [](const auto& slot) { return slot->running; })) return;
    kill_timer_.cancel();
    std::exchange(ended_, nullptr)();
  }

  boost::asio::io_context& io_;
  const Options options_;
  std::vector<std::unique_ptr<Slot>> slots_;
  boost::asio::steady_timer kill_timer_;
  bool stopping_ = false;
  bool abandoned_ = false;
  std::function<void()> ended_;
};

absl::StatusOr<std::unique_ptr<AgentProcesses>> AgentProcesses::Start(boost::asio::io_context& io,
                                                                      Options options) {
  auto impl = std::make_shared<Impl>(io, std::move(options));
  std::unique_ptr<AgentProcesses> processes(new AgentProcesses(impl));
  const absl::Status started = impl->StartAll();
  if (!started.ok()) return started;
  return processes;
}

AgentProcesses::~AgentProcesses() { impl_->Abandon(); }

void AgentProcesses::Stop(std::chrono::milliseconds grace, std::function<void()> ended) {
  impl_->Stop(grace, std::move(ended));
}

std::vector<int> AgentProcesses::pids() const { return impl_->pids(); }

}  // namespace tranche
