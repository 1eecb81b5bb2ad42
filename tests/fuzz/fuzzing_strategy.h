#ifndef TRANCHE_TESTS_FUZZ_FUZZING_STRATEGY_H_
#define TRANCHE_TESTS_FUZZ_FUZZING_STRATEGY_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "agents/strategy.h"
#include "sim/philox.h"
#include "tranche/v1/messages.pb.h"

namespace tranche {

// Plays as a built-in strategy does and, among its moves, makes random ones: any message of the
// contract with any content, often aimed at what is on the table (threads, proposals, names it has
// seen), so that it gets deep into the rules. Draws from the agent's own stream: a failure is a
// seed.
class FuzzingStrategy : public Strategy {
 public:
  // `random_moves` in each turn; `inner` may be null.
  FuzzingStrategy(std::unique_ptr<Strategy> inner, int random_moves)
      : inner_(std::move(inner)), random_moves_(random_moves) {}

  void OnTurn(const TurnView& view, Actions& actions) override;

 private:
  void Learn(const TurnView& view);
  void FillRandomly(google::protobuf::Message& message, RandomStream& random, int depth);
  std::string RandomText(RandomStream& random);
  int64_t RandomInteger(RandomStream& random);
  v1::Message RandomMove(RandomStream& random);

  std::unique_ptr<Strategy> inner_;
  int random_moves_;
  int32_t quarter_ = 0;
  std::string own_name_;
  // Agents there are, and all it has heard of.
  std::vector<std::string> agents_;
  std::vector<std::string> words_;
  std::deque<v1::Message> heard_;
};

}  // namespace tranche

#endif  // TRANCHE_TESTS_FUZZ_FUZZING_STRATEGY_H_
