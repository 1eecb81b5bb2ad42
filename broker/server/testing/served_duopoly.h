#ifndef TRANCHE_BROKER_SERVER_TESTING_SERVED_DUOPOLY_H_
#define TRANCHE_BROKER_SERVER_TESTING_SERVED_DUOPOLY_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/log/run_log.h"
#include "broker/protocol/round_protocol.h"
#include "broker/server/live_run.h"
#include "broker/server/run_server.h"
#include "sim/seat.h"
#include "sim/testing/small_market.h"

namespace tranche {

// A run of the duopoly, "a-run", served within the test: at a Unix socket unless `configure` says
// otherwise.
class ServedDuopoly {
 public:
  explicit ServedDuopoly(const std::function<void(RunServer::Options&)>& configure,
                         LiveRun::Options live = {})
      : work_(io_.get_executor()) {
    directory_ = (std::filesystem::temp_directory_path() / "run-server-XXXXXX").string();
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    const v1::Scenario scenario = DuopolyScenario();
    seats_ = SeatsOf(scenario);
    auto log = RunLog::Create(absl::StrCat(directory_, "/run.tranche"));
    EXPECT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
    auto protocol = RoundProtocol::Start(scenario, 1, seats_, {.run = "a-run"});
    EXPECT_TRUE(protocol.ok()) << protocol.status();
    run_ = LiveRun::Create(io_, *std::move(protocol), *log_, std::move(live));
    RunServer::Options options = {.address = socket()};
    configure(options);
    auto server = RunServer::Start(run_, std::move(options));
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    io_thread_ = std::thread([this] { io_.run(); });
  }
  ~ServedDuopoly() {
    server_.reset();
    work_.reset();
    io_.stop();
    io_thread_.join();
    std::filesystem::remove_all(directory_);
  }
  ServedDuopoly(const ServedDuopoly&) = delete;
  ServedDuopoly& operator=(const ServedDuopoly&) = delete;

  Address socket() const {
    return {.path = absl::StrCat(directory_, "/t.sock"), .host = "", .port = 0};
  }
  // By ordinal.
  const std::vector<AgentSeat>& seats() const { return seats_; }
  const std::shared_ptr<LiveRun>& run() const { return run_; }
  const RunServer& server() const { return *server_; }

 private:
  static std::vector<AgentSeat> SeatsOf(const v1::Scenario& scenario) {
    std::vector<AgentSeat> seats;
    for (const v1::AgentSpec& agent : scenario.agents()) {
      seats.push_back({agent.name(), agent.role(), "a-strategy", {}});
    }
    std::sort(seats.begin(), seats.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return seats;
  }

  std::string directory_;
  std::vector<AgentSeat> seats_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::unique_ptr<RunLog> log_;
  std::shared_ptr<LiveRun> run_;
  std::unique_ptr<RunServer> server_;
  std::thread io_thread_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_TESTING_SERVED_DUOPOLY_H_
