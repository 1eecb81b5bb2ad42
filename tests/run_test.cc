// Whole runs of the duopoly by the `tranche` command, with its agents in real processes: whatever
// happens to the processes, the run ends in the same digest; and what goes wrong is said, has an
// exit code, and costs no quarter that has closed.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/command/exit_codes.h"
#include "broker/log/run_log.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/broker_client.h"
#include "tests/testing/program.h"
#include "tests/testing/thread_agent.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kDuopoly = SourcePath("deploy/scenarios/duopoly.textproto");

// What `tranche run --json` says.
struct Outcome {
  explicit Outcome(const ProgramEnd& end) : code(end.code), err(end.err) {
    google::protobuf::Struct object;
    if (!google::protobuf::util::JsonStringToMessage(end.out, &object).ok()) return;
    const auto& fields = object.fields();
    if (fields.contains("digest")) digest = fields.at("digest").string_value();
    if (fields.contains("log")) log = fields.at("log").string_value();
    if (fields.contains("quarters"))
      quarters = static_cast<int>(fields.at("quarters").number_value());
  }

  int code;
  std::string err;
  std::string digest;
  std::string log;
  int quarters = 0;
};

std::vector<std::string> With(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> RunArguments(const std::vector<std::string>& more) {
  return With({"run", kDuopoly, "--json"}, more);
}

// The duopoly played to its end in the test's own directory.
Outcome PlayDuopoly(const TestDirectory& directory, const std::vector<std::string>& more) {
  return Outcome(Program::Run(RunArguments(more), {.directory = directory.path()}));
}

// Of the undisturbed run with the default seed.
const Outcome& Undisturbed() {
  static const Outcome outcome = [] {
    const TestDirectory directory;
    return PlayDuopoly(directory, {"--inline"});
  }();
  return outcome;
}

std::vector<std::string> Agents() {
  const TestDirectory directory;
  std::vector<std::string> names;
  const Outcome outcome =
      Outcome(Program::Run(RunArguments({"--inline", "--log", directory.File("a.tranche")})));
  const auto log = RunLog::OpenToRead(directory.File("a.tranche"));
  EXPECT_TRUE(log.ok()) << log.status() << outcome.err;
  if (!log.ok()) return names;
  EXPECT_TRUE((*log)
                  ->Read(1,
                         [&names](const v1::LogRecord& record) {
                           if (record.has_seat()) names.push_back(record.seat().agent());
                           return record.has_header() || record.has_seat();
                         })
                  .ok());
  return names;
}

int ClosedQuarters(const std::string& path) {
  const auto log = RunLog::OpenToRead(path);
  EXPECT_TRUE(log.ok()) << log.status();
  if (!log.ok()) return -1;
  EXPECT_TRUE((*log)->Verify().ok());
  int closed = 0;
  EXPECT_TRUE((*log)
                  ->Read(1,
                         [&closed](const v1::LogRecord& record) {
                           closed += record.has_quarter_closed();
                           return true;
                         })
                  .ok());
  return closed;
}

TEST(RunTest, TheDuopolyIsPlayedToItsEndInline) {
  EXPECT_EQ(Undisturbed().code, kExitOk) << Undisturbed().err;
  EXPECT_EQ(Undisturbed().digest.size(), 64);
  EXPECT_GT(Undisturbed().quarters, 3);
}

TEST(RunTest, AgentsInProcessesEndInTheSameDigest) {
  const TestDirectory directory;
  const Outcome outcome = PlayDuopoly(directory, {});
  EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
  EXPECT_EQ(outcome.digest, Undisturbed().digest);
}

TEST(RunTest, AgentsThatShareProcessesEndInTheSameDigest) {
  const TestDirectory directory;
  const Outcome outcome = PlayDuopoly(directory, {"--agents-per-process", "3"});
  EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
  EXPECT_EQ(outcome.digest, Undisturbed().digest);
}

TEST(RunTest, AnotherSeedEndsInAnotherDigest) {
  const TestDirectory directory;
  const Outcome outcome = PlayDuopoly(directory, {"--inline", "--seed", "2"});
  EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
  EXPECT_NE(outcome.digest, Undisturbed().digest);
}

TEST(RunTest, ALogIsNeverOverwritten) {
  const TestDirectory directory;
  const Outcome first = PlayDuopoly(directory, {"--inline"});
  const Outcome second = PlayDuopoly(directory, {"--inline"});
  EXPECT_NE(first.log, second.log);
  const Outcome third = PlayDuopoly(directory, {"--inline", "--log", first.log});
  EXPECT_EQ(third.code, kExitUsage);
  EXPECT_THAT(third.err, HasSubstr(first.log));
}

TEST(RunTest, WhatMakesNoSenseIsAUsageError) {
  const std::vector<std::vector<std::string>> senseless = {
      {"run"},
      {"fly"},
      {"run", kDuopoly, "--inline", "--serve", "unix:x/y.sock"},
      {"run", kDuopoly, "--serve", "localhost"},
      {"run", kDuopoly, "--serve", "localhost:0"},
      {"run", kDuopoly, "--deadline", "soon"},
      {"run", kDuopoly, "--at-deadline", "never"},
      {"run", kDuopoly, "--strategy", "nobody=anything"},
      {"run", kDuopoly, "--strategy", "aurora=anything"},
      {"run", "--resume"},
      {"agent", "aurora"},
      {"agent", "--connect", "unix:x/y.sock"},
      {"agent", "aurora", "--connect", "localhost:7410"},
  };
  for (const std::vector<std::string>& arguments : senseless) {
    const TestDirectory directory;
    const ProgramEnd end = Program::Run(arguments, {.directory = directory.path()});
    EXPECT_EQ(end.code, kExitUsage) << absl::StrJoin(arguments, " ") << "\n" << end.err;
    EXPECT_FALSE(end.err.empty()) << absl::StrJoin(arguments, " ");
  }
}

TEST(RunTest, TcpWithoutProtectionHasToBeAskedFor) {
  const TestDirectory directory;
  const ProgramEnd end =
      Program::Run({"run", kDuopoly, "--serve", "localhost:0"}, {.directory = directory.path()});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("--insecure"));
}

TEST(RunTest, AScenarioThatCannotBeReadIsABadScenario) {
  const TestDirectory directory;
  const ProgramEnd end =
      Program::Run({"run", directory.File("none.textproto")}, {.directory = directory.path()});
  EXPECT_EQ(end.code, kExitBadScenario);
  EXPECT_THAT(end.err, HasSubstr("none.textproto"));
}

// --- Agents that somebody else starts ---

// A broker that waits for agents at a socket of the test's.
class ServedRunTest : public ::testing::Test {
 protected:
  ServedRunTest()
      : agents_(Agents()),
        address_(absl::StrCat("unix:", directory_.File("socket/t.sock"))),
        log_(directory_.File("run.tranche")) {}

  void Serve(const std::vector<std::string>& more = {}) {
    broker_ =
        Program::Start(With({"run", kDuopoly, "--json", "--serve", address_, "--log", log_}, more));
    ASSERT_TRUE(broker_->WaitForError("serving")) << broker_->err();
    client_ = std::make_unique<BrokerClient>(address_);
    ASSERT_TRUE(client_->Connect());
  }
  void Resume() {
    broker_ = Program::Start({"run", "--resume", "--json", "--serve", address_, "--log", log_});
    ASSERT_TRUE(broker_->WaitForError("serving")) << broker_->err();
    client_ = std::make_unique<BrokerClient>(address_);
    ASSERT_TRUE(client_->Connect());
  }
  void StartAgent(const std::string& name) {
    processes_[name] = Program::Start({"agent", name, "--connect", address_});
  }
  void StartAgentsBut(const std::string& missing) {
    for (const std::string& agent : agents_) {
      if (agent != missing) StartAgent(agent);
    }
  }
  // All but `missing` have joined.
  bool WaitUntilOnlyAwaited(const std::string& missing) {
    return client_->WaitUntil([&](const v1::GetRunResponse& run) {
      return run.waiting_for_size() == 1 && run.waiting_for(0) == missing;
    });
  }
  bool WaitUntilJoined(const std::string& agent) {
    return client_->WaitUntil([&](const v1::GetRunResponse& run) {
      return !absl::c_linear_search(run.waiting_for(), agent);
    });
  }
  // Starts all agents, and returns when the third quarter is in play and waits for `agent` alone,
  // which is `held_`.
  void HoldInThirdQuarter(const std::string& agent) {
    StartAgentsBut(agent);
    held_ =
        std::make_unique<ThreadAgent>(address_, agent, ThreadAgent::Options{.hold_at_quarter = 3});
    ASSERT_TRUE(client_->WaitUntil([&](const v1::GetRunResponse& run) {
      return run.quarter() == run.first_quarter() + 2 && run.round() > 0 &&
             run.waiting_for_size() == 1 && run.waiting_for(0) == agent;
    }));
  }
  void ExpectUndisturbedEnd() {
    const Outcome outcome(broker_->Wait());
    EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
    EXPECT_EQ(outcome.digest, Undisturbed().digest) << outcome.err;
    for (const auto& [name, process] : processes_) {
      const ProgramEnd end = process->Wait();
      EXPECT_EQ(end.code, kExitOk) << name << ": " << end.err;
    }
  }

  const TestDirectory directory_;
  const std::vector<std::string> agents_;
  const std::string address_;
  const std::string log_;
  std::unique_ptr<Program> broker_;
  std::unique_ptr<BrokerClient> client_;
  std::map<std::string, std::unique_ptr<Program>> processes_;
  std::unique_ptr<ThreadAgent> held_;
};

TEST_F(ServedRunTest, TheSocketIsItsOwnersAlone) {
  Serve();
  const auto mode = [](const std::string& path) {
    return std::filesystem::status(path).permissions();
  };
  EXPECT_EQ(mode(directory_.File("socket")), std::filesystem::perms::owner_all);
  EXPECT_EQ(mode(directory_.File("socket/t.sock")),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(ServedRunTest, AgentsThatStartBeforeTheBrokerWaitForIt) {
  for (const std::string& agent : agents_) StartAgent(agent);
  Serve();
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, TheOrderOfJoiningDoesNotMatter) {
  std::vector<std::string> shuffled = agents_;
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(4));
  Serve();
  for (const std::string& agent : shuffled) {
    StartAgent(agent);
    if (agent == shuffled.back()) break;
    ASSERT_TRUE(WaitUntilJoined(agent));
  }
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, AgentsOverTcpEndInTheSameDigest) {
  broker_ = Program::Start(
      {"run", kDuopoly, "--json", "--serve", "127.0.0.1:0", "--insecure", "--log", log_});
  const std::string announcement = "--connect ";
  ASSERT_TRUE(broker_->WaitForError(" --insecure\n"));
  std::string err = broker_->err();
  err.erase(0, err.find(announcement) + announcement.size());
  const std::string address = err.substr(0, err.find(' '));
  for (const std::string& agent : agents_) {
    processes_[agent] = Program::Start({"agent", agent, "--connect", address, "--insecure"});
  }
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, TheOrderInWhichMovesArriveDoesNotMatter) {
  Serve();
  std::vector<std::unique_ptr<ThreadAgent>> hesitant;
  for (uint32_t i = 0; i < agents_.size(); ++i) {
    ThreadAgent::Options options;
    // The delay is what is tested; nothing waits for it to be long enough.
    options.before = [random = std::mt19937(i)]() mutable {
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
    };
    hesitant.push_back(std::make_unique<ThreadAgent>(address_, agents_[i], std::move(options)));
  }
  ExpectUndisturbedEnd();
  for (const auto& agent : hesitant) EXPECT_TRUE(agent->Wait().ok());
}

TEST_F(ServedRunTest, AnAgentKilledWhileItIsAwaitedCanJoinAgain) {
  const std::string& victim = agents_[2];
  Serve();
  HoldInThirdQuarter(agents_[0]);
  // Stopped it can't answer, so the run comes to wait for it.
  processes_[victim]->Signal(SIGSTOP);
  held_->Release();
  ASSERT_TRUE(WaitUntilOnlyAwaited(victim));
  processes_[victim]->Signal(SIGKILL);
  EXPECT_EQ(processes_[victim]->Wait().code, -SIGKILL);
  StartAgent(victim);
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, AnAgentKilledAfterItsMovesCanJoinAgain) {
  Serve();
  HoldInThirdQuarter(agents_[0]);
  // What it said in this round stands.
  processes_[agents_[2]]->Signal(SIGKILL);
  EXPECT_EQ(processes_[agents_[2]]->Wait().code, -SIGKILL);
  StartAgent(agents_[2]);
  held_->Release();
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, ABrokerKilledInMidQuarterIsResumedAndItsAgentsComeBack) {
  Serve();
  HoldInThirdQuarter(agents_[0]);
  broker_->Signal(SIGKILL);
  ASSERT_EQ(broker_->Wait().code, -SIGKILL);
  EXPECT_EQ(ClosedQuarters(log_), 2);
  held_.reset();
  Resume();
  StartAgent(agents_[0]);
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, ARunIsResumedInlineToo) {
  Serve();
  HoldInThirdQuarter(agents_[0]);
  broker_->Signal(SIGKILL);
  ASSERT_EQ(broker_->Wait().code, -SIGKILL);
  const Outcome outcome(Program::Run({"run", "--resume", "--inline", "--json", "--log", log_}));
  EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
  EXPECT_EQ(outcome.digest, Undisturbed().digest);
}

TEST_F(ServedRunTest, AStoppedRunTellsItsAgentsAndIsResumed) {
  Serve();
  HoldInThirdQuarter(agents_[0]);
  client_->Stop("a test");
  held_.reset();
  const Outcome stopped(broker_->Wait());
  EXPECT_EQ(stopped.code, kExitStopped) << stopped.err;
  EXPECT_THAT(stopped.err, HasSubstr("--resume"));
  EXPECT_EQ(stopped.quarters, 2);
  for (auto& [name, process] : processes_) EXPECT_EQ(process->Wait().code, kExitStopped) << name;
  EXPECT_EQ(ClosedQuarters(log_), 2);
  Resume();
  StartAgentsBut("");
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, AnInterruptedRunKeepsItsQuartersAndIsResumed) {
  Serve();
  HoldInThirdQuarter(agents_[0]);
  broker_->Signal(SIGINT);
  held_.reset();
  const Outcome stopped(broker_->Wait());
  EXPECT_EQ(stopped.code, kExitStopped) << stopped.err;
  EXPECT_THAT(stopped.err, AllOf(HasSubstr("SIGINT"), HasSubstr("--resume --log " + log_)));
  EXPECT_EQ(stopped.quarters, 2);
  EXPECT_EQ(ClosedQuarters(log_), 2);
  Resume();
  StartAgentsBut("");
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, APausedRunIsHeldUntilItIsResumed) {
  Serve();
  HoldInThirdQuarter(agents_[0]);
  v1::PauseResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(client_->stub().Pause(&context, {}, &response).ok());
  held_->Release();
  ASSERT_TRUE(client_->Pause());
  EXPECT_EQ(client_->GetRun().state(), v1::GetRunResponse::STATE_PAUSED);
  client_->Resume();
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, WatchShowsTheWholeLog) {
  Serve();
  StartAgentsBut("");
  const std::vector<v1::LogRecord> watched = client_->WatchToTheEnd();
  ExpectUndisturbedEnd();
  const auto log = RunLog::OpenToRead(log_);
  ASSERT_TRUE(log.ok()) << log.status();
  size_t next = 0;
  EXPECT_TRUE((*log)
                  ->Read(1,
                         [&](const v1::LogRecord& record) {
                           EXPECT_LT(next, watched.size());
                           if (next >= watched.size()) return false;
                           EXPECT_EQ(record.SerializeAsString(), watched[next].SerializeAsString());
                           ++next;
                           return true;
                         })
                  .ok());
  EXPECT_EQ(next, watched.size());
  EXPECT_TRUE(!watched.empty() && watched.back().has_run_ended());
}

// --- Who is turned away ---

TEST_F(ServedRunTest, AnUnknownAgentIsToldWhoThereIs) {
  Serve();
  const ProgramEnd end = Program::Run({"agent", "nobody", "--connect", address_});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, AllOf(HasSubstr("nobody"), HasSubstr(absl::StrJoin(agents_, ", "))));
}

TEST_F(ServedRunTest, AnotherStrategyThanTheRunsIsRefused) {
  Serve();
  const ProgramEnd end = Program::Run(
      {"agent", agents_[0], "--connect", address_, "--strategy", absl::StrCat(agents_[0], "=x")});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("strategy"));
}

TEST_F(ServedRunTest, ASecondPlayerOfALiveAgentIsTurnedAwayAndDisturbsNobody) {
  Serve();
  StartAgent(agents_[0]);
  ASSERT_TRUE(WaitUntilJoined(agents_[0]));
  const ProgramEnd end = Program::Run({"agent", agents_[0], "--connect", address_});
  EXPECT_EQ(end.code, kExitRunFailed);
  EXPECT_THAT(end.err, HasSubstr("live session"));
  StartAgentsBut(agents_[0]);
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, AnAgentWithoutBrokerGivesUp) {
  const ProgramEnd end =
      Program::Run({"agent", agents_[0], "--connect", address_, "--patience", "0.2"});
  EXPECT_EQ(end.code, kExitRunFailed);
  EXPECT_THAT(end.err, HasSubstr("no broker answered"));
}

TEST_F(ServedRunTest, TwoBrokersCannotServeAtOneSocket) {
  Serve();
  const ProgramEnd end = Program::Run(
      {"run", kDuopoly, "--serve", address_, "--log", directory_.File("other.tranche")});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("another broker"));
}

// --- Agents that are late ---

// Joins, and never says anything again.
class SilentAgent {
 public:
  SilentAgent(BrokerClient& client, const std::string& agent)
      : stream_(client.stub().Session(&context_)) {
    v1::ToBroker out;
    out.mutable_join()->set_protocol("tranche.v1");
    out.mutable_join()->add_agents()->set_agent(agent);
    stream_->Write(out);
    v1::ToAgent in;
    EXPECT_TRUE(stream_->Read(&in) && in.has_welcome());
  }
  ~SilentAgent() { Leave(); }
  void Leave() {
    if (left_) return;
    left_ = true;
    context_.TryCancel();
    for (v1::ToAgent in; stream_->Read(&in);) continue;
    stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ToBroker, v1::ToAgent>> stream_;
  bool left_ = false;
};

TEST_F(ServedRunTest, AnAgentThatNeverAnswersIsWaitedForAndNamed) {
  Serve({"--deadline", "100ms", "--at-deadline", "wait"});
  SilentAgent silent(*client_, agents_[1]);
  StartAgentsBut(agents_[1]);
  EXPECT_TRUE(broker_->WaitForError(absl::StrCat(agents_[1], " late")));
  // Whoever else takes its seat plays as if nothing had been.
  silent.Leave();
  StartAgent(agents_[1]);
  ExpectUndisturbedEnd();
}

TEST_F(ServedRunTest, AnAgentThatNeverAnswersIsSkippedAndTheLogSaysSo) {
  Serve({"--deadline", "5ms", "--at-deadline", "skip"});
  const SilentAgent silent(*client_, agents_[1]);
  StartAgentsBut(agents_[1]);
  const std::vector<v1::LogRecord> log = client_->WatchToTheEnd();
  const Outcome outcome(broker_->Wait());
  EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
  EXPECT_EQ(outcome.quarters, Undisturbed().quarters);
  const auto passed = absl::c_count_if(
      log, [&](const v1::LogRecord& record) { return record.pass().agent() == agents_[1]; });
  EXPECT_GE(passed, outcome.quarters);
}

TEST_F(ServedRunTest, AnAgentThatNeverAnswersStopsTheRunIfThatIsAskedFor) {
  Serve({"--deadline", "100ms", "--at-deadline", "stop"});
  const SilentAgent silent(*client_, agents_[1]);
  StartAgentsBut(agents_[1]);
  const Outcome outcome(broker_->Wait());
  EXPECT_EQ(outcome.code, kExitStopped);
  EXPECT_THAT(outcome.err, HasSubstr(agents_[1]));
  EXPECT_EQ(outcome.quarters, 0);
}

// --- Agents that Tranche starts ---

// A run whose agents Tranche itself has started; the socket is theirs. It lasts long enough for a
// test to have a hand in it.
class LocalRunTest : public ::testing::Test {
 protected:
  LocalRunTest()
      : scenario_(directory_.File("long-duopoly.textproto")), log_(directory_.File("run.tranche")) {
    std::ofstream(scenario_) << "extends: \""
                             << std::filesystem::relative(kDuopoly, directory_.path()).string()
                             << "\"\nname: \"long-duopoly\"\nquarters: " << kQuarters << "\n";
  }

  static constexpr int kQuarters = 60;

  // Of the undisturbed run.
  const std::string& LongDigest() const {
    static const std::string digest = Outcome(Program::Run({"run", scenario_, "--inline", "--json"},
                                                           {.directory = directory_.path()}))
                                          .digest;
    return digest;
  }
  void Start(const std::vector<std::string>& arguments) {
    broker_ = Program::Start(With({"run", "--json", "--log", log_}, arguments));
    ASSERT_TRUE(Eventually([this] { return broker_->ended() || !AgentPids().empty(); }));
    ASSERT_FALSE(broker_->ended()) << broker_->err();
    client_ = std::make_unique<BrokerClient>(SocketOf(AgentPids()[0]));
    ASSERT_TRUE(client_->Connect());
  }
  // Processes of agents that have got as far as being one.
  std::vector<pid_t> AgentPids() const {
    std::vector<pid_t> pids = ChildrenOf(broker_->pid());
    std::erase_if(pids, [](pid_t pid) { return SocketOf(pid).empty(); });
    return pids;
  }
  static std::string SocketOf(pid_t pid) {
    const std::vector<std::string> arguments = ArgumentsOf(pid);
    const auto flag = absl::c_find(arguments, "--connect");
    return flag == arguments.end() ? "" : *std::next(flag);
  }
  void ExpectUndisturbedEnd() {
    const Outcome outcome(broker_->Wait());
    EXPECT_EQ(outcome.code, kExitOk) << outcome.err;
    EXPECT_EQ(outcome.digest, LongDigest()) << outcome.err;
    EXPECT_EQ(ClosedQuarters(log_), kQuarters);
  }

  const TestDirectory directory_;
  const std::string scenario_;
  const std::string log_;
  std::unique_ptr<Program> broker_;
  std::unique_ptr<BrokerClient> client_;
};

TEST_F(LocalRunTest, AnAgentThatDiesIsStartedAgain) {
  Start({scenario_});
  ASSERT_TRUE(client_->WaitForClosedQuarters(2));
  ASSERT_TRUE(client_->Pause()) << "the run was over too soon";
  kill(AgentPids()[0], SIGKILL);
  EXPECT_TRUE(broker_->WaitForError("killed by signal 9"));
  client_->Resume();
  ExpectUndisturbedEnd();
}

TEST_F(LocalRunTest, AgentsThatDieAtAnyMomentDoNotChangeTheRun) {
  Start({scenario_});
  for (int quarter = 1; quarter <= 4; ++quarter) {
    ASSERT_TRUE(client_->WaitForClosedQuarters(quarter));
    const std::vector<pid_t> agents = AgentPids();
    ASSERT_FALSE(agents.empty()) << "the run was over too soon";
    kill(agents[static_cast<size_t>(quarter) % agents.size()], SIGKILL);
  }
  ExpectUndisturbedEnd();
}

TEST_F(LocalRunTest, ABrokerThatIsKilledTakesItsAgentsAlong) {
  Start({scenario_});
  ASSERT_TRUE(client_->WaitForClosedQuarters(2));
  const std::vector<pid_t> agents = AgentPids();
  broker_->Signal(SIGKILL);
  ASSERT_EQ(broker_->Wait().code, -SIGKILL) << "the run was over too soon";
  EXPECT_TRUE(Eventually([&agents] {
    return absl::c_all_of(agents, [](pid_t pid) { return SocketOf(pid).empty(); });
  }));
}

TEST_F(LocalRunTest, ABrokerKilledAgainAndAgainIsResumedToTheSameEnd) {
  Start({scenario_});
  for (const int quarters : {1, 5, 10}) {
    ASSERT_TRUE(client_->WaitForClosedQuarters(quarters));
    broker_->Signal(SIGKILL);
    ASSERT_EQ(broker_->Wait().code, -SIGKILL) << "the run was over too soon";
    EXPECT_GE(ClosedQuarters(log_), quarters);
    Start({"--resume"});
  }
  ExpectUndisturbedEnd();
}

TEST_F(LocalRunTest, AnInterruptedRunStopsItsAgentsAndIsResumed) {
  Start({scenario_});
  ASSERT_TRUE(client_->WaitForClosedQuarters(2));
  const std::vector<pid_t> agents = AgentPids();
  broker_->Signal(SIGTERM);
  const Outcome stopped(broker_->Wait());
  ASSERT_EQ(stopped.code, kExitStopped) << stopped.err;
  EXPECT_THAT(stopped.err, AllOf(HasSubstr("SIGTERM"), HasSubstr("--resume --log " + log_)));
  EXPECT_EQ(ClosedQuarters(log_), stopped.quarters);
  EXPECT_TRUE(absl::c_all_of(agents, [](pid_t pid) { return SocketOf(pid).empty(); }));
  Start({"--resume"});
  ExpectUndisturbedEnd();
}

TEST_F(LocalRunTest, ACompletedRunHasNothingToResume) {
  ASSERT_EQ(Program::Run({"run", scenario_, "--inline", "--log", log_}).code, kExitOk);
  const Outcome again(Program::Run({"run", "--resume", "--json", "--log", log_}));
  EXPECT_EQ(again.code, kExitOk) << again.err;
  EXPECT_EQ(again.digest, LongDigest());
}

TEST_F(LocalRunTest, AnotherRunsLogIsNotGoneOnWith) {
  Start({scenario_});
  ASSERT_TRUE(client_->WaitForClosedQuarters(1));
  broker_->Signal(SIGKILL);
  ASSERT_EQ(broker_->Wait().code, -SIGKILL) << "the run was over too soon";
  const ProgramEnd seed = Program::Run({"run", "--resume", "--seed", "5", "--log", log_});
  EXPECT_EQ(seed.code, kExitUsage);
  EXPECT_THAT(seed.err, HasSubstr("seed 1"));
  const ProgramEnd scenario = Program::Run({"run", kDuopoly, "--resume", "--log", log_});
  EXPECT_EQ(scenario.code, kExitUsage);
  EXPECT_THAT(scenario.err, HasSubstr("long-duopoly"));
}

TEST_F(LocalRunTest, ALogIsWrittenByOneRunAtATime) {
  Start({scenario_});
  ASSERT_TRUE(client_->WaitForClosedQuarters(1));
  ASSERT_TRUE(client_->Pause()) << "the run was over too soon";
  EXPECT_EQ(Program::Run({"run", "--resume", "--log", log_}).code, kExitBadLog);
  client_->Resume();
  ExpectUndisturbedEnd();
}

TEST_F(LocalRunTest, AFullDiskEndsTheRunAndKeepsItsQuarters) {
  // Quarters are written until the file may not grow any more.
  constexpr rlim_t kMostBytes = 600 << 10;
  Program::Options options;
  options.in_child = [] {
    const rlimit limit = {kMostBytes, kMostBytes};
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  const Outcome failed(Program::Run({"run", scenario_, "--json", "--log", log_}, options));
  ASSERT_EQ(failed.code, kExitIo) << failed.err;
  EXPECT_THAT(failed.err, HasSubstr(log_));
  EXPECT_GT(failed.quarters, 0);
  EXPECT_EQ(ClosedQuarters(log_), failed.quarters);
  Start({"--resume"});
  ExpectUndisturbedEnd();
}

}  // namespace
}  // namespace tranche
