#ifndef TRANCHE_BROKER_COMMAND_PERSON_H_
#define TRANCHE_BROKER_COMMAND_PERSON_H_

#include <cstdint>
#include <istream>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agents/strategy.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/messages.pb.h"

// A person at a terminal who plays one agent (docs/play.md).
namespace tranche {

// Of a seat that a person plays, in the log: no strategy of that name is registered.
inline constexpr absl::string_view kPersonStrategy = "external:person";

class Person {
 public:
  // Reads commands from `in`, a line each, and says what there is to say on `out`. `prompt`:
  // whether somebody looks on who has to be told that it's their turn.
  Person(std::string agent, v1::Role role, std::istream& in, std::ostream& out, bool prompt);

  // What the person did before, from the log of a run that goes on: made again without asking, in
  // the turns it was made in.
  void Remember(absl::Span<const v1::LogRecord> records);
  // Asks in every turn. The strategy must not outlive the person.
  std::unique_ptr<Strategy> MakeStrategy();
  // The person wants to stop once the quarter in play has closed.
  bool wants_to_stop() const { return quits_; }

 private:
  class Turns;

  void OnTurn(const TurnView& view, Actions& actions);
  void OpenTurn(const TurnView& view);
  // One line; true ends the turn.
  bool Obey(const std::string& line, const TurnView& view);
  void Hear(const v1::Message& message);

  void ShowHelp(const std::string& about) const;
  void ShowOwn(const TurnView& view, const std::string& path) const;
  void ShowMarket(const TurnView& view, const std::string& path) const;
  void ShowInbox(bool all) const;
  void ShowMessage(const std::string& number) const;
  void ShowThread(const std::string& thread) const;
  void ShowMoves() const;
  void MakeMove(const std::string& line, const TurnView& view);
  void SayWhere(const std::string& line, size_t column, const std::string& message) const;
  std::string LineOf(const v1::Message& message) const;

  const std::string agent_;
  const v1::Role role_;
  std::istream& in_;
  std::ostream& out_;
  const bool prompt_;

  // By quarter and round: what was done before.
  std::map<std::pair<int32_t, uint32_t>, std::vector<v1::Message>> remembered_;
  std::set<int32_t> remembered_quarters_;

  std::map<uint64_t, v1::Message> heard_;  // by id
  std::vector<uint64_t> inbox_;            // of this turn
  std::vector<v1::Message> moves_;         // of this turn, not sent yet
  int32_t passes_quarter_ = -1;            // the person has done enough in it
  int32_t seen_quarter_ = -1;
  bool quits_ = false;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_PERSON_H_
