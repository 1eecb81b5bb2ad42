// What an operator has: metrics, logs for collectors, `tranche ps`, `stop` and `health`.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/command/exit_codes.h"
#include "broker/server/prometheus_text.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/broker_client.h"
#include "tests/testing/program.h"
#include "tests/testing/prometheus_lint.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kDuopoly = SourcePath("deploy/scenarios/duopoly.textproto");

// --- The text of metrics ---

v1::GetRunResponse ARun() {
  v1::GetRunResponse run;
  run.set_run("a \"run\"\\with\nall of it");
  run.set_scenario("duopoly");
  run.set_state(v1::GetRunResponse::STATE_PAUSED);
  run.set_first_quarter(100);
  run.set_quarter(103);
  run.set_end_quarter(112);
  return run;
}

TEST(MetricsTest, ThePageHoldsToTheFormat) {
  RunCounters counters;
  counters.messages = uint64_t{1} << 50;
  for (const double seconds : {0.005, 0.02, 0.5, 2000.0}) {
    counters.quarters.Add(std::chrono::duration<double>(seconds));
  }
  const MetricsPage page = LintMetrics(PrometheusText(ARun(), counters, ReadProcessStats()));
  EXPECT_THAT(page.complaints, IsEmpty());
  EXPECT_EQ(page.samples.at("tranche_quarters_closed"), 3);
  EXPECT_EQ(page.samples.at("tranche_run_state{state=\"paused\"}"), 1);
  EXPECT_EQ(page.samples.at("tranche_run_state{state=\"over\"}"), 0);
  EXPECT_EQ(page.samples.at("tranche_messages_total"), double(uint64_t{1} << 50));
  EXPECT_EQ(page.samples.at("tranche_quarter_duration_seconds_bucket{le=\"0.03\"}"), 2);
  EXPECT_EQ(page.samples.at("tranche_quarter_duration_seconds_count"), 4);
}

TEST(MetricsTest, TheProcessMeasuresItself) {
  const ProcessStats stats = ReadProcessStats();
  EXPECT_GT(stats.resident_bytes, 1 << 20);
  EXPECT_GT(stats.virtual_bytes, stats.resident_bytes);
  EXPECT_GE(stats.open_files, 3);
  EXPECT_GT(stats.most_open_files, stats.open_files);
  // After 2020, and not in the future by more than a day.
  EXPECT_GT(stats.start_time_seconds, 1.577e9);
  EXPECT_LT(stats.start_time_seconds, static_cast<double>(time(nullptr)) + 86400);
}

TEST(MetricsTest, TheLinterComplains) {
  for (const char* wrong : {
           "a 1\n",
           "# HELP a What.\n# TYPE a gauge\na 1",
           "# HELP a What.\n# TYPE a counter\na 1\n",
           "# HELP a What.\n# TYPE a gauge\nb 1\n",
           "# HELP a What.\n# TYPE a gauge\na one\n",
           "# HELP a What.\n# TYPE a gauge\na{b=c} 1\n",
           "# HELP a What.\n# TYPE a gauge\na 1\na 2\n",
           "# HELP a What.\n# TYPE a gauge\n",
           "# HELP a What.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
       }) {
    EXPECT_THAT(LintMetrics(wrong).complaints, Not(IsEmpty())) << wrong;
  }
}

// --- Runs that go on ---

class OperationTest : public ::testing::Test {
 protected:
  OperationTest() { setenv("XDG_RUNTIME_DIR", directory_.path().c_str(), /*replace=*/1); }
  ~OperationTest() override { unsetenv("XDG_RUNTIME_DIR"); }

  // A run that waits for agents that nobody starts.
  void Serve(const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {
        "run",     kDuopoly,
        "--serve", absl::StrCat("unix:", directory_.File("s"), "/", name),
        "--log",   directory_.File(name + ".tranche")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    run_ = Program::Start(arguments);
    ASSERT_TRUE(run_->WaitForError("tranche agent NAME")) << run_->err();
  }
  static ProgramEnd Ps() { return Program::Run({"ps", "--json"}); }

  const TestDirectory directory_;
  std::unique_ptr<Program> run_;
};

TEST_F(OperationTest, PsListsARunAndStopEndsIt) {
  EXPECT_EQ(Ps().out, "[]\n");
  Serve("a-run");
  const ProgramEnd listed = Ps();
  EXPECT_EQ(listed.code, kExitOk) << listed.err;
  EXPECT_THAT(listed.out, AllOf(HasSubstr("\"run\":\"a-run\""), HasSubstr("gathering agents"),
                                HasSubstr(absl::StrCat("\"pid\":", run_->pid()))));
  const ProgramEnd stopped = Program::Run({"stop", "a-run"});
  EXPECT_EQ(stopped.code, kExitOk) << stopped.err;
  EXPECT_EQ(run_->Wait().code, kExitStopped);
  EXPECT_EQ(Ps().out, "[]\n");
}

TEST_F(OperationTest, WhatARunThatWasKilledLeavesIsCleared) {
  Serve("a-run");
  run_->Signal(SIGKILL);
  run_->Wait();
  EXPECT_EQ(Ps().out, "[]\n");
  const ProgramEnd stopped = Program::Run({"stop", "a-run"});
  EXPECT_EQ(stopped.code, kExitUsage);
  EXPECT_THAT(stopped.err, HasSubstr("tranche ps"));
}

TEST_F(OperationTest, HealthSaysWhetherABrokerServes) {
  Serve("a-run");
  const std::string address = absl::StrCat("unix:", directory_.File("s/a-run"));
  EXPECT_EQ(Program::Run({"health", "--connect", address}).code, kExitOk);
  EXPECT_EQ(Program::Run({"stop", "--connect", address}).code, kExitOk);
  run_->Wait();
  const ProgramEnd gone = Program::Run({"health", "--connect", address});
  EXPECT_EQ(gone.code, kExitRunFailed);
  EXPECT_THAT(gone.err, HasSubstr("no broker answers"));
}

TEST_F(OperationTest, EveryLineOfAJsonLogIsAnObject) {
  const ProgramEnd end = Program::Run(
      {"--log-format", "json", "run", kDuopoly, "--json", "--log", directory_.File("run.tranche")});
  EXPECT_EQ(end.code, kExitOk);
  std::vector<std::string> lines = absl::StrSplit(end.err, '\n', absl::SkipEmpty());
  EXPECT_GE(lines.size(), 3);
  for (const std::string& line : lines) {
    google::protobuf::Struct object;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &object).ok()) << line;
    for (const char* field : {"time", "level", "component", "pid", "message"}) {
      EXPECT_TRUE(object.fields().contains(field)) << line;
    }
  }
  EXPECT_THAT(end.err, HasSubstr("closed (1 of"));
}

// What is said at `port` of this machine to `request`.
std::string Ask(int port, const std::string& request) {
  const int raw = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(raw, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  send(raw, request.data(), request.size(), MSG_NOSIGNAL);
  std::string answer;
  char buffer[4096];
  for (ssize_t size = 0; (size = recv(raw, buffer, sizeof(buffer), 0)) > 0;) {
    answer.append(buffer, static_cast<size_t>(size));
  }
  close(raw);
  return answer;
}

TEST_F(OperationTest, MetricsAreServedAndHoldToTheFormat) {
  Serve("a-run", {"--metrics", "0"});
  std::smatch match;
  const std::string said = run_->err();
  ASSERT_TRUE(std::regex_search(said, match, std::regex("http://127.0.0.1:([0-9]+)/metrics")));
  const int port = std::stoi(match[1]);
  const std::string page =
      Ask(port, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(page, AllOf(HasSubstr("HTTP/1.1 200 OK\r\n"),
                          HasSubstr("Content-Type: text/plain; version=0.0.4")));
  const MetricsPage metrics = LintMetrics(page.substr(page.find("\r\n\r\n") + 4));
  EXPECT_THAT(metrics.complaints, IsEmpty());
  EXPECT_EQ(metrics.samples.at("tranche_run_state{state=\"gathering\"}"), 1);
  EXPECT_EQ(metrics.samples.at("tranche_connected_agents"), 0);

  EXPECT_THAT(Ask(port, "GET / HTTP/1.0\r\n\r\n"), HasSubstr("404"));
  EXPECT_THAT(Ask(port, "POST /metrics HTTP/1.0\r\nContent-Length: 0\r\n\r\n"), HasSubstr("405"));
  EXPECT_THAT(Ask(port, "nonsense\r\n\r\n"), Not(HasSubstr("200")));
}

}  // namespace
}  // namespace tranche
