#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/process/role_process.h"
#include "agents/strategy.h"
#include "broker/inline/inline_run.h"
#include "broker/log/run_log.h"
#include "broker/protocol/round_protocol.h"
#include "broker/server/address.h"
#include "broker/server/live_run.h"
#include "broker/server/run_server.h"
#include "sim/check.h"
#include "tests/bench/star.h"
#include "tests/bench/talkers.h"

namespace tranche {
namespace {

// The most that a scenario may have; what is measured in one go is less.
constexpr int kRoundsPerQuarter = 1000;

class BrokerStar final : public Star {
 public:
  explicit BrokerStar(int tips) : work_(io_.get_executor()) {
    auto directory = SocketDirectory::Create();
    TRANCHE_CHECK(directory.ok(), directory.status().ToString());
    directory_ = *std::move(directory);
    const Address address = directory_->address();

    const v1::Scenario scenario = TalkersScenario(tips, kRoundsPerQuarter);
    auto seats = ResolveSeats(scenario);
    TRANCHE_CHECK(seats.ok(), seats.status().ToString());
    std::vector<std::string> names;
    for (const AgentSeat& seat : *seats) names.push_back(seat.name);

    auto log = RunLog::Create(absl::StrCat(address.path, ".tranche"));
    TRANCHE_CHECK(log.ok(), log.status().ToString());
    log_ = *std::move(log);
    auto protocol = RoundProtocol::Start(scenario, 1, *std::move(seats), {.run = "star"});
    TRANCHE_CHECK(protocol.ok(), protocol.status().ToString());
    LiveRun::Options options;
    options.deadline = std::chrono::seconds(30);
    run_ = LiveRun::Create(io_, *std::move(protocol), *log_, std::move(options));
    auto server = RunServer::Start(run_, {.address = address});
    TRANCHE_CHECK(server.ok(), server.status().ToString());
    server_ = *std::move(server);
    io_thread_ = std::thread([this] { io_.run(); });
    processes_ = std::make_unique<TipProcesses>("broker", address.ToString(), names);
  }
  ~BrokerStar() override {
    processes_.reset();
    server_.reset();
    io_.stop();
    io_thread_.join();
  }

  RoundCost PlayRounds(int rounds) override {
    const auto wanted = static_cast<uint32_t>(rounds);
    TRANCHE_CHECK(wanted < kRoundsPerQuarter, "a measurement lies within one quarter");
    run_->Resume();
    // From a round that has just begun, with enough of the quarter ahead of it.
    v1::GetRunResponse begun = NextRound();
    while (begun.round() == 0 || begun.round() + wanted >= kRoundsPerQuarter) begun = NextRound();
    const double cpu_before = processes_->CpuSeconds();
    const auto start = std::chrono::steady_clock::now();
    v1::GetRunResponse now = begun;
    while (now.round() < begun.round() + wanted) {
      usleep(500);
      now = run_->Describe();
      TRANCHE_CHECK(now.quarter() == begun.quarter(), "the quarter ended in the measurement");
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    const double cpu = processes_->CpuSeconds() - cpu_before;
    run_->Pause();
    while (run_->Describe().waiting_for_size() > 0) usleep(100);
    const double played = now.round() - begun.round();
    return {time.count() / played, cpu / played};
  }
  double MeanFrameBytes() const override { return TalkersFrameBytes(); }

 private:
  v1::GetRunResponse NextRound() {
    const v1::GetRunResponse before = run_->Describe();
    v1::GetRunResponse now = before;
    while (now.round() == before.round()) {
      usleep(100);
      now = run_->Describe();
    }
    return now;
  }

  std::unique_ptr<SocketDirectory> directory_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::unique_ptr<RunLog> log_;
  std::shared_ptr<LiveRun> run_;
  std::unique_ptr<RunServer> server_;
  std::thread io_thread_;
  std::unique_ptr<TipProcesses> processes_;
};

}  // namespace

std::unique_ptr<Star> MakeBrokerStar(int tips) { return std::make_unique<BrokerStar>(tips); }

int PlayBrokerTip(const std::string& address, const std::string& agent) {
  RoleProcessOptions options;
  options.address = address;
  options.agents.emplace_back().set_agent(agent);
  return PlayRole(options).ok() ? 0 : 1;
}

}  // namespace tranche
