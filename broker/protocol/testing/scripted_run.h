#ifndef TRANCHE_BROKER_PROTOCOL_TESTING_SCRIPTED_RUN_H_
#define TRANCHE_BROKER_PROTOCOL_TESTING_SCRIPTED_RUN_H_

#include <algorithm>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/protocol/round_engine.h"
#include "sim/check.h"
#include "sim/philox.h"
#include "sim/seat.h"
#include "sim/testing/small_market.h"
#include "tranche/v1/messages.pb.h"

// Runs of the duopoly whose agents follow a test's script, for tests of the protocol.
namespace tranche {

using MoveList = google::protobuf::RepeatedPtrField<v1::Message>;

// The scenario's seats, played by strategy "scripted" with a parameter.
inline std::vector<AgentSeat> ScriptedSeats(const v1::Scenario& scenario) {
  std::vector<AgentSeat> seats;
  for (const v1::AgentSpec& agent : scenario.agents()) {
    v1::Parameter patience;
    patience.set_name("patience");
    patience.set_value(2);
    seats.push_back({agent.name(), agent.role(), "scripted", {patience}});
  }
  std::sort(seats.begin(), seats.end(),
            [](const AgentSeat& a, const AgentSeat& b) { return a.name < b.name; });
  return seats;
}

inline std::unique_ptr<RoundEngine> DuopolyEngine(RoundEngine::Options options = {},
                                                  uint64_t seed = 1) {
  const v1::Scenario scenario = DuopolyScenario();
  auto engine = RoundEngine::Create(scenario, seed, ScriptedSeats(scenario), options);
  TRANCHE_CHECK(engine.ok(), engine.status().ToString());
  return *std::move(engine);
}

// A move that the market always accepts.
inline v1::Message NoteTo(std::initializer_list<absl::string_view> recipients,
                          absl::string_view text) {
  v1::Message note;
  for (absl::string_view recipient : recipients) note.add_recipients(std::string(recipient));
  note.mutable_note()->set_text(std::string(text));
  return note;
}

// A move that the market always refuses: only it says so.
inline v1::Message ForgedRuling(absl::string_view recipient) {
  v1::Message forged;
  forged.add_recipients(std::string(recipient));
  forged.mutable_court_ruling();
  return forged;
}

// The notes in an inbox, as "sender: text".
inline std::vector<std::string> Notes(absl::Span<const v1::Message* const> inbox) {
  std::vector<std::string> notes;
  for (const v1::Message* message : inbox) {
    if (message->has_note())
      notes.push_back(absl::StrCat(message->sender(), ": ", message->note().text()));
  }
  return notes;
}

// Talks at random for some rounds of each quarter: to nobody, somebody or several, and now and then
// what isn't allowed. A function of its arguments and of what it has read.
inline MoveList Chatter(absl::Span<const AgentSeat> seats, AgentId agent, Quarter quarter,
                        uint32_t round, absl::Span<const v1::Message* const> inbox) {
  const std::string& name = seats[static_cast<size_t>(agent.value())].name;
  RandomStream random(9, StreamKey(name), quarter, Round(static_cast<int32_t>(round)));
  MoveList moves;
  if (round > 4) return moves;
  std::string read = absl::StrCat("read ", inbox.size());
  for (const v1::Message* message : inbox) absl::StrAppend(&read, " ", message->id());
  const uint64_t count = random.UniformInt(3);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string& to = seats[random.UniformInt(seats.size())].name;
    if (to == name) continue;
    *moves.Add() = random.Bernoulli(0.2) ? ForgedRuling(to) : NoteTo({to}, read);
  }
  return moves;
}

// Records of a run, as a log would give them back.
class RecordedRun {
 public:
  void Add(absl::Span<const StoredRecord> records) {
    for (const StoredRecord& stored : records) {
      TRANCHE_CHECK(records_.emplace_back().ParseFromString(stored.bytes),
                    "a record doesn't parse");
    }
  }
  std::vector<const v1::LogRecord*> Pointers() const {
    std::vector<const v1::LogRecord*> pointers;
    for (const v1::LogRecord& record : records_) pointers.push_back(&record);
    return pointers;
  }
  std::deque<v1::LogRecord>& records() { return records_; }

 private:
  std::deque<v1::LogRecord> records_;
};

// Plays the rounds of one quarter with `script(agent) -> MoveList`, and closes it.
template <typename Script>
void PlayQuarter(RoundEngine& engine, Script script) {
  engine.OpenQuarter();
  do {
    for (AgentId agent : engine.asked()) {
      MoveList moves = script(agent);
      engine.SetMoves(agent, &moves);
    }
  } while (engine.FinishRound());
  const absl::Status closed = engine.CloseQuarter();
  TRANCHE_CHECK(closed.ok(), closed.ToString());
}

// A whole run of chatter.
inline RecordedRun PlayChatter(RoundEngine& engine) {
  RecordedRun run;
  while (!engine.over()) {
    PlayQuarter(engine, [&engine](AgentId agent) {
      return Chatter(engine.seats(), agent, engine.quarter(), engine.round(), engine.inbox(agent));
    });
    run.Add(engine.records());
  }
  return run;
}

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_TESTING_SCRIPTED_RUN_H_
