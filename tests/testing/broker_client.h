#ifndef TRANCHE_TESTS_TESTING_BROKER_CLIENT_H_
#define TRANCHE_TESTS_TESTING_BROKER_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {

// An operator's and observer's view of a broker, for tests.
class BrokerClient {
 public:
  explicit BrokerClient(const std::string& address);

  v1::Broker::Stub& stub() { return *stub_; }

  // Waits until the broker can be reached.
  bool Connect();
  // Waits until the run stands as `condition` says. False if the broker is gone before.
  bool WaitUntil(const std::function<bool(const v1::GetRunResponse&)>& condition);
  // Where the run stands; state unspecified if the broker can't be reached.
  v1::GetRunResponse GetRun();
  // Waits until `quarters` quarters have closed.
  bool WaitForClosedQuarters(int quarters);
  // Holds the run, and waits until it's held. False if the run was over before.
  bool Pause();
  void Resume();
  void Stop(const std::string& reason);
  // The whole log; waits for the run to be over.
  std::vector<v1::LogRecord> WatchToTheEnd();

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Broker::Stub> stub_;
};

}  // namespace tranche

#endif  // TRANCHE_TESTS_TESTING_BROKER_CLIENT_H_
