#ifndef TRANCHE_TESTS_TESTING_PROGRAM_H_
#define TRANCHE_TESTS_TESTING_PROGRAM_H_

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/testing/built_files.h"

namespace tranche {

// Longest wait of a test for anything: more than the slowest machine needs, less than for ever.
inline constexpr std::chrono::seconds kTestPatience{120};

// How a program ended.
struct ProgramEnd {
  // Exit code; minus the signal's number if one killed it.
  int code = 0;
  std::string out;
  std::string err;
};

// A program that a test runs: by default `tranche`. Killed when destroyed.
class Program {
 public:
  struct Options {
    // Working directory; empty: the test's.
    std::string directory = {};
    std::string path = ProgramPath();
    // Called in the child before the program is: async-signal-safe calls only.
    std::function<void()> in_child = {};
  };

  static std::unique_ptr<Program> Start(std::vector<std::string> arguments, Options options);
  static std::unique_ptr<Program> Start(std::vector<std::string> arguments) {
    return Start(std::move(arguments), Options());
  }
  // Starts, and waits for the end.
  static ProgramEnd Run(std::vector<std::string> arguments, Options options);
  static ProgramEnd Run(std::vector<std::string> arguments) {
    return Run(std::move(arguments), Options());
  }
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int number) const;
  // Waits until what it has written to stderr holds `text`. False if it ends before, or the
  // patience does.
  bool WaitForError(const std::string& text);
  // The same of stdout.
  bool WaitForOutput(const std::string& text);
  bool ended() const;
  // What it has written to stderr so far.
  std::string err() const;
  // The same of stdout.
  std::string out() const;
  // Waits for its end; after the patience's it's killed, which is then its end.
  ProgramEnd Wait();

 private:
  Program(pid_t pid, int out, int err);
  void Read(int out, int err);

  const pid_t pid_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string out_;
  std::string err_;
  bool closed_ = false;  // both streams
  std::optional<int> code_;
  std::thread reader_;
  std::thread waiter_;
};

// Process ids of the children of `pid`.
std::vector<pid_t> ChildrenOf(pid_t pid);
// Its arguments, the program's name first; empty if it is no more.
std::vector<std::string> ArgumentsOf(pid_t pid);

// Waits until `condition` holds; false if it doesn't within kTestPatience. For what nobody
// announces; where there is something to wait for, wait for it.
bool Eventually(const std::function<bool()>& condition);

// A directory of the test's own, removed with all in it.
class TestDirectory {
 public:
  TestDirectory();
  ~TestDirectory();
  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace tranche

#endif  // TRANCHE_TESTS_TESTING_PROGRAM_H_
