#ifndef TRANCHE_AGENTS_ACTIONS_H_
#define TRANCHE_AGENTS_ACTIONS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/philox.h"
#include "tranche/v1/messages.pb.h"

namespace tranche {

// The most moves of a turn that are made. One beyond tells the market, which rejects it (rule
// "moves-per-round"); what a strategy writes after that is dropped unread.
inline constexpr int kMostMovesPerTurn = 256;

// What an agent may do in a turn: write messages, in order. Nothing is checked here; the market
// checks every move and answers one that can't be made with a Rejected message.
class Actions {
 public:
  // `moves` receives the messages. `random` is this agent's stream of this quarter and round.
  Actions(absl::string_view agent, RandomStream random,
          google::protobuf::RepeatedPtrField<v1::Message>* moves);

  // A new message to `recipients` (none: the market alone), in `thread`. The caller fills the
  // body. Valid until the turn ends.
  v1::Message& Send(absl::Span<const absl::string_view> recipients, absl::string_view thread);
  // To one recipient.
  v1::Message& Send(absl::string_view recipient, absl::string_view thread);
  // To the market alone, in no thread.
  v1::Message& Tell();
  // In reply to `message`, to its sender, in its thread.
  v1::Message& Reply(const v1::Message& message);

  // Answers in one line each. A proposal is any message that carries terms.
  void Accept(const v1::Message& proposal, absl::string_view note = "");
  void Refuse(const v1::Message& proposal, v1::Refusal::Reason reason, absl::string_view note = "");

  // A thread's name that this agent may open: `<agent>/<topic>`.
  std::string Thread(absl::string_view topic) const;

  RandomStream& random() { return random_; }

 private:
  std::string agent_;
  RandomStream random_;
  google::protobuf::RepeatedPtrField<v1::Message>* moves_;
  v1::Message dropped_;  // where moves beyond the last are written
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_ACTIONS_H_
