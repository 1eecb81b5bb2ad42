#include "broker/server/agent_processes.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

using ::testing::Each;
using ::testing::Gt;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{60};

// Shell scripts stand in for agents.
class AgentProcessesTest : public ::testing::Test {
 protected:
  AgentProcessesTest() {
    directory_ = absl::StrCat(::testing::TempDir(), "/processes-XXXXXX");
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    options_.program = "/bin/sh";
    options_.restart_delay = std::chrono::milliseconds(1);
    options_.on_failure = [this](size_t /*process*/, const absl::Status& why) {
      failure_ = why;
      io_.stop();
    };
  }
  ~AgentProcessesTest() override { std::filesystem::remove_all(directory_); }

  void AddScript(const std::string& name, const std::string& script) {
    options_.processes.push_back({name, {"-c", script}});
  }
  std::string File(const std::string& name) const { return absl::StrCat(directory_, "/", name); }
  static std::string ReadFile(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string directory_;
  boost::asio::io_context io_;
  AgentProcesses::Options options_;
  absl::Status failure_;
};

TEST_F(AgentProcessesTest, AProcessThatDiesIsStartedAgainUpToTheLimit) {
  AddScript("aws", absl::StrCat("echo started >> ", File("starts"), "; kill -9 $$"));
  options_.max_restarts = 2;
  const auto processes = AgentProcesses::Start(io_, options_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  io_.run_for(kPatience);
  EXPECT_EQ(ReadFile(File("starts")), "started\nstarted\nstarted\n");
  EXPECT_THAT(std::string(failure_.message()), HasSubstr("aws was killed by signal 9"));
  EXPECT_THAT(std::string(failure_.message()), HasSubstr("after 2 restarts"));
}

TEST_F(AgentProcessesTest, AProcessThatIsRefusedIsNotStartedAgain) {
  AddScript("aws", absl::StrCat("echo started >> ", File("starts"), "; exit 2"));
  options_.final_exit_codes = {2};
  const auto processes = AgentProcesses::Start(io_, options_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  io_.run_for(kPatience);
  EXPECT_EQ(ReadFile(File("starts")), "started\n");
  EXPECT_THAT(std::string(failure_.message()), HasSubstr("aws exited with code 2"));
}

TEST_F(AgentProcessesTest, StopWaitsForThoseThatEndByThemselves) {
  ASSERT_EQ(mkfifo(File("end").c_str(), 0600), 0);
  AddScript("aws", absl::StrCat("read line < ", File("end")));
  const auto processes = AgentProcesses::Start(io_, options_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  EXPECT_THAT((*processes)->pids(), Each(Gt(0)));
  bool ended = false;
  (*processes)->Stop(kPatience, [&] {
    ended = true;
    io_.stop();
  });
  std::ofstream(File("end")) << "end\n";
  io_.run_for(kPatience);
  EXPECT_TRUE(ended);
  EXPECT_THAT((*processes)->pids(), Each(0));
  EXPECT_TRUE(failure_.ok()) << failure_;
}

TEST_F(AgentProcessesTest, StopKillsThoseThatDoNotEnd) {
  AddScript("aws", "trap '' TERM; exec sleep 1000");
  const auto processes = AgentProcesses::Start(io_, options_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  bool ended = false;
  (*processes)->Stop(std::chrono::milliseconds(1), [&] {
    ended = true;
    io_.stop();
  });
  io_.run_for(kPatience);
  EXPECT_TRUE(ended);
}

TEST_F(AgentProcessesTest, WhatAProcessHasStartedIsKilledWithIt) {
  // Both hold the writing end of this pipe; it reads as closed when neither lives any more.
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  AddScript("aws", "sleep 1000 & echo > " + File("started") + "; wait");
  options_.processes[0].program = "/bin/bash";
  options_.program = "/nonexistent/tranche";
  ASSERT_EQ(mkfifo(File("started").c_str(), 0600), 0);
  const auto processes = AgentProcesses::Start(io_, options_);
  ASSERT_TRUE(processes.ok()) << processes.status();
  close(pipe_ends[1]);
  EXPECT_EQ(ReadFile(File("started")), "\n");
  (*processes)->Stop(std::chrono::milliseconds(1), [this] { io_.stop(); });
  io_.run_for(kPatience);
  char byte = 0;
  EXPECT_EQ(read(pipe_ends[0], &byte, 1), 0);
  close(pipe_ends[0]);
}

TEST_F(AgentProcessesTest, AProgramThatIsNotThereIsAnError) {
  options_.program = "/nonexistent/tranche";
  AddScript("aws", "true");
  const auto processes = AgentProcesses::Start(io_, options_);
  EXPECT_EQ(processes.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(processes.status().message()), HasSubstr("/nonexistent/tranche"));
}

TEST_F(AgentProcessesTest, ProcessesDieWithTheirParentEvenIfItIsKilled) {
  // The processes hold the writing end of this pipe; it reads as closed when none lives any more.
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  AddScript("aws", "echo ready >&2; exec sleep 1000");
  const pid_t parent = fork();
  if (parent == 0) {
    boost::asio::io_context io;
    auto processes = AgentProcesses::Start(io, options_);
    if (!processes.ok() || write(pipe_ends[1], "x", 1) != 1) _exit(1);
    io.run();
    _exit(0);
  }
  close(pipe_ends[1]);
  char byte = 0;
  ASSERT_EQ(read(pipe_ends[0], &byte, 1), 1) << "the processes have not been started";
  kill(parent, SIGKILL);
  EXPECT_EQ(read(pipe_ends[0], &byte, 1), 0);
  close(pipe_ends[0]);
  waitpid(parent, nullptr, 0);
}

}  // namespace
}  // namespace tranche
