#ifndef TRANCHE_TESTS_SIMULATION_CLUSTER_H_
#define TRANCHE_TESTS_SIMULATION_CLUSTER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agents/agent_host.h"
#include "broker/protocol/round_protocol.h"
#include "broker/protocol/testing/noise.h"
#include "sim/philox.h"
#include "sim/seat.h"
#include "tranche/v1/broker.pb.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/scenario.pb.h"

// A whole cluster in one thread: a broker with its disk, agent processes and the network between
// them, under a virtual clock. One seed decides every delay and every fault, so a failure is a seed
// that anyone can run again.
namespace tranche {

// What goes wrong, and how often it did.
enum class Fault {
  kConnectionCut,       // what is in flight is lost; both ends notice later, each in its own time
  kAgentKilled,         // a process dies with all it knew, and is started again
  kAgentsRegrouped,     // two processes die; others take over their agents
  kGarbageFromAgent,    // a process sends moves that aren't
  kGarbageFromOutside,  // somebody else connects and says anything
  kBrokerKilled,        // with all it knew; what it was committing is durable or not
  kCommitFailed,        // disk full: the run ends, and is resumed once there is room
  kPaused,              // an operator holds the run for a while
  kStopped,             // an operator stops the run, and resumes it from its log
};
inline constexpr int kFaults = 9;
absl::string_view FaultName(Fault fault);

struct ClusterOptions {
  v1::Scenario scenario;
  uint64_t run_seed = 1;
  std::vector<AgentSeat> seats;  // resolved
  AtDeadline at_deadline = AtDeadline::kWait;
  // Of delays and faults.
  uint64_t fault_seed = 1;
  // Faults strike at random times until so many have; then the run is left in peace.
  int faults = 20;
};

struct ClusterResult {
  // What the disk holds at the end: records as stored.
  std::vector<std::string> log;
  // In hexadecimal, as the agents were told.
  std::string digest;
  std::map<Fault, int> faults;
  int64_t events = 0;
};

class Cluster {
 public:
  explicit Cluster(ClusterOptions options);

  // Runs until every agent has been told that the run is over. Errors: what the cluster shouldn't
  // have come to, a run that doesn't end (DeadlineExceeded) included.
  absl::StatusOr<ClusterResult> Run();

 private:
  // A time of the virtual clock, in microseconds.
  using Time = int64_t;

  struct Event {
    Time at = 0;
    uint64_t sequence = 0;
    std::function<void()> action;
    // Earliest first.
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : sequence > other.sequence;
    }
  };

  // A process that hosts agents.
  struct Process {
    std::vector<std::string> agents;
    // The session it speaks on; 0: none.
    SessionId session = 0;
    std::unique_ptr<AgentHost> host;
    // What it was asked last, for saying it wrong.
    std::optional<v1::Turns> asked;
    // Has been told that the run is over.
    bool done = false;
    // Another process has taken over its agents.
    bool gone = false;
  };

  // A stream between a process and the broker. Either direction is in order.
  struct Stream {
    int process = -1;  // -1: somebody from outside
    bool cut = false;
    // The broker has ended it, and listens no more.
    bool ended = false;
    Time last_to_broker = 0;
    Time last_to_process = 0;
  };

  // --- Time and chance ---
  void After(Time delay, std::function<void()> action);
  Time Delay(Time mean);
  size_t Pick(size_t n) { return random_.UniformInt(n); }
  void Fail(absl::Status status);

  // --- Broker ---
  void StartBroker();
  void KillBroker();
  void ToProtocol(std::function<Effects(RoundProtocol&)> event);
  void CarryOut(Effects effects);
  void Commit(const std::vector<StoredRecord>& records);
  void MakeDurable();

  // --- Network ---
  void SendToBroker(SessionId session, const v1::ToBroker& message);
  void SendToProcess(SessionId session, const v1::ToAgent& message);
  void SendEnd(SessionId session, const absl::Status& status);
  void Cut(SessionId session);
  void DropStream(SessionId session);

  // --- Processes ---
  void Connect(int process);
  void ConnectLater(int process);
  void OnMessage(int process, const v1::ToAgent& message);
  void OnEnd(int process, const absl::Status& status);
  void KillProcess(int process);
  int AddProcess(std::vector<std::string> agents);
  // A random process that takes part; -1 if there is none.
  int PickProcess();

  // --- Faults ---
  void ScheduleFault();
  void Strike(Fault fault);
  void Regroup();
  void SpeakFromOutside();
  bool Over() const;

  const ClusterOptions options_;
  RandomStream random_;
  Noise noise_;
  Time now_ = 0;
  uint64_t sequence_ = 0;
  std::priority_queue<Event> events_;
  absl::Status failure_;
  ClusterResult result_;
  // Some runs have their troubles at once, others all along.
  const Time time_between_faults_;
  int faults_left_;

  // The broker; null while it's down. Events of an earlier life mean nothing to the next.
  std::unique_ptr<RoundProtocol> protocol_;
  int broker_life_ = 0;
  bool next_commit_fails_ = false;
  std::optional<std::vector<std::string>> committing_;
  std::vector<std::string> disk_;

  SessionId next_session_ = 1;
  std::map<SessionId, Stream> streams_;
  std::deque<Process> processes_;
};

}  // namespace tranche

#endif  // TRANCHE_TESTS_SIMULATION_CLUSTER_H_
