#ifndef TRANCHE_TESTS_TESTING_THREAD_AGENT_H_
#define TRANCHE_TESTS_TESTING_THREAD_AGENT_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tranche/v1/broker.grpc.pb.h"

namespace tranche {

// An agent of the scenario's strategy in a thread of the test, so that the test says when it
// answers.
class ThreadAgent {
 public:
  struct Options {
    // Doesn't answer from the n-th quarter of the run on (1 is the first) until released; 0: always
    // answers.
    int hold_at_quarter = 0;
    // Called before the join and before each answer.
    std::function<void()> before = [] {};
  };

  ThreadAgent(const std::string& address, std::string agent, Options options);
  // Hangs up if it still plays.
  ~ThreadAgent();
  ThreadAgent(const ThreadAgent&) = delete;
  ThreadAgent& operator=(const ThreadAgent&) = delete;

  // Answers from now on.
  void Release();
  // Waits for the end of its session.
  grpc::Status Wait();

 private:
  void Play();
  void AwaitRelease(const v1::Turns& turns, int32_t first_quarter);

  const std::string agent_;
  const Options options_;
  std::unique_ptr<v1::Broker::Stub> stub_;
  grpc::ClientContext context_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool released_ = false;
  grpc::Status status_;
  std::thread thread_;
};

}  // namespace tranche

#endif  // TRANCHE_TESTS_TESTING_THREAD_AGENT_H_
