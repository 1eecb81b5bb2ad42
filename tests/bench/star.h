#ifndef TRANCHE_TESTS_BENCH_STAR_H_
#define TRANCHE_TESTS_BENCH_STAR_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

// N client processes around one server in this process: the shape of a run, once as a bare gRPC
// ping-pong and once as the broker with its agents. Both move the same number of bytes a round over
// the same kind of streams.
namespace tranche {

// Bytes of a serialised message, either way.
inline constexpr int kFrameBytes = 256;

// What a round took.
struct RoundCost {
  double seconds = 0;
  // Of the processor, in the server's process and at the tips.
  double cpu_seconds = 0;
};

// A star that plays rounds: in each, every tip gets a message and answers it, and the next begins
// when the last has answered.
class Star {
 public:
  virtual ~Star() = default;
  // Plays on for about `rounds` rounds; returns what one took.
  virtual RoundCost PlayRounds(int rounds) = 0;
  // Mean size of the messages so far, as serialised.
  virtual double MeanFrameBytes() const = 0;
};

// Bare gRPC: the callback API on the server, the synchronous one at the tips, as in Tranche;
// nothing is read in the messages.
std::unique_ptr<Star> MakeBareStar(int tips);
// RunServer, the round protocol, market and log, and agents whose strategy is to keep talking.
std::unique_ptr<Star> MakeBrokerStar(int tips);

// Whether this process was started as the tip of a star; then it is to be played.
bool IsStarTip(int argc, char** argv);
int PlayStarTip(int argc, char** argv);

// The processes at the tips. Killed when destroyed, and when this process ends.
class TipProcesses {
 public:
  // Each gets `kind`, the address and its name as arguments.
  TipProcesses(const std::string& kind, const std::string& address,
               const std::vector<std::string>& names);
  ~TipProcesses();
  TipProcesses(const TipProcesses&) = delete;
  TipProcesses& operator=(const TipProcesses&) = delete;

  // What they and this process have used of the processor so far.
  double CpuSeconds() const;

 private:
  std::vector<pid_t> pids_;
};

int PlayBareTip(const std::string& address);
int PlayBrokerTip(const std::string& address, const std::string& agent);

}  // namespace tranche

#endif  // TRANCHE_TESTS_BENCH_STAR_H_
