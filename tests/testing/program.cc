#include "tests/testing/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sim/check.h"

namespace tranche {

std::unique_ptr<Program> Program::Start(std::vector<std::string> arguments, Options options) {
  arguments.insert(arguments.begin(), options.path);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  std::array<int, 2> out = {};
  std::array<int, 2> err = {};
  TRANCHE_CHECK(pipe2(out.data(), O_CLOEXEC) == 0 && pipe2(err.data(), O_CLOEXEC) == 0, "no pipes");
  const pid_t pid = fork();
  TRANCHE_CHECK(pid >= 0, "cannot fork");
  if (pid == 0) {
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
    if (options.in_child) options.in_child();
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  return std::unique_ptr<Program>(new Program(pid, out[0], err[0]));
}

ProgramEnd Program::Run(std::vector<std::string> arguments, Options options) {
  return Start(std::move(arguments), std::move(options))->Wait();
}

Program::Program(pid_t pid, int out, int err)
    : pid_(pid), reader_([this, out, err] { Read(out, err); }), waiter_([this] {
        int status = 0;
        waitpid(pid_, &status, 0);
        const std::lock_guard lock(mutex_);
        code_ = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
        changed_.notify_all();
      }) {}

Program::~Program() {
  Signal(SIGCONT);
  Signal(SIGKILL);
  waiter_.join();
  reader_.join();
}

void Program::Read(int out, int err) {
  std::array<pollfd, 2> streams = {pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  std::array<char, 4096> buffer = {};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    poll(streams.data(), streams.size(), -1);
    for (size_t i = 0; i < streams.size(); ++i) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      const ssize_t size = read(streams[i].fd, buffer.data(), buffer.size());
      if (size <= 0) {
        close(std::exchange(streams[i].fd, -1));
        continue;
      }
      const std::lock_guard lock(mutex_);
      (i == 0 ? out_ : err_).append(buffer.data(), static_cast<size_t>(size));
      changed_.notify_all();
    }
  }
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void Program::Signal(int number) const {
  const std::lock_guard lock(mutex_);
  // Once it has been waited for, the id may be somebody else's.
  if (!code_.has_value()) kill(pid_, number);
}

bool Program::WaitForError(const std::string& text) {
  std::unique_lock lock(mutex_);
  const auto found = [&] { return err_.find(text) != std::string::npos; };
  changed_.wait_for(lock, kTestPatience, [&] { return found() || closed_; });
  return found();
}

bool Program::WaitForOutput(const std::string& text) {
  std::unique_lock lock(mutex_);
  const auto found = [&] { return out_.find(text) != std::string::npos; };
  changed_.wait_for(lock, kTestPatience, [&] { return found() || closed_; });
  return found();
}

bool Program::ended() const {
  const std::lock_guard lock(mutex_);
  return code_.has_value();
}

std::string Program::err() const {
  const std::lock_guard lock(mutex_);
  return err_;
}

std::string Program::out() const {
  const std::lock_guard lock(mutex_);
  return out_;
}

ProgramEnd Program::Wait() {
  std::unique_lock lock(mutex_);
  const auto ended = [this] { return closed_ && code_.has_value(); };
  if (!changed_.wait_for(lock, kTestPatience, ended)) {
    if (!code_.has_value()) kill(pid_, SIGKILL);
    changed_.wait(lock, ended);
  }
  return {*code_, out_, err_};
}

std::vector<pid_t> ChildrenOf(pid_t pid) {
  std::vector<pid_t> children;
  const std::filesystem::path tasks = absl::StrCat("/proc/", pid, "/task");
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    std::ifstream in(task.path() / "children");
    for (pid_t child = 0; in >> child;) children.push_back(child);
  }
  return children;
}

std::vector<std::string> ArgumentsOf(pid_t pid) {
  std::ifstream in(absl::StrCat("/proc/", pid, "/cmdline"), std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  return absl::StrSplit(text, '\0', absl::SkipEmpty());
}

bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TestDirectory::TestDirectory()
    : path_((std::filesystem::temp_directory_path() / "tranche-test-XXXXXX").string()) {
  TRANCHE_CHECK(mkdtemp(path_.data()) != nullptr, "no directory for the test");
}

TestDirectory::~TestDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tranche
