#include "broker/conformance/conformance.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "broker/conformance/any_message.h"
#include "broker/conformance/findings.h"
#include "broker/conformance/stubborn.h"
#include "broker/inline/inline_run.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/record.h"
#include "google/protobuf/descriptor.h"
#include "sim/philox.h"
#include "sim/quarter.h"
#include "sim/storable.h"
#include "tranche/v1/log.pb.h"

namespace tranche {
namespace {

using MessageList = google::protobuf::RepeatedPtrField<v1::Message>;

// Rules that a move breaks by itself, whatever the others have done meanwhile.
bool IsOwnFault(absl::string_view rule) {
  for (absl::string_view fault : {"body", "size", "flood", "moves-per-round", "authority"}) {
    if (rule == fault) return true;
  }
  return false;
}

std::string KindOf(const v1::Message& message) {
  const google::protobuf::OneofDescriptor* body =
      v1::Message::GetDescriptor()->FindOneofByName("body");
  const google::protobuf::FieldDescriptor* field =
      message.GetReflection()->GetOneofFieldDescriptor(message, body);
  return field == nullptr ? "" : field->name();
}

// A turn as a strategy was given it.
struct SeenTurn {
  v1::PublicView market;
  v1::AgentView own;
  std::vector<v1::Message> inbox;
  int32_t quarter = 0;
  uint32_t round = 0;
};

// Looks on while a strategy plays.
class Observer {
 public:
  Observer(std::string scenario, std::string agent, const ConformanceOptions& options)
      : scenario_(std::move(scenario)), agent_(std::move(agent)), options_(options) {}

  FindingList& findings() { return findings_; }
  int64_t turns() const { return turns_; }
  int64_t moves() const { return moves_; }
  // The strategy was lost, and can't be asked any more.
  bool lost() const { return lost_; }
  // Some of the turns played, spread over the run.
  const std::vector<SeenTurn>& seen() const { return seen_; }

  StrategyPlace Place(int32_t quarter, uint32_t round) const {
    return {scenario_, agent_, quarter, round};
  }

  void Add(ConformanceFinding finding) { findings_.Add(std::move(finding)); }

  // Plays the turn and returns the moves; those of a strategy that throws are none. What it throws
  // goes on where the turn was asked for.
  MessageList Play(Strategy& strategy, const TurnView& view, const RandomStream& random) {
    const StrategyPlace place = Place(view.quarter, view.round);
    if (options_.on_turn) options_.on_turn(place);
    Remember(view);
    ++turns_;
    MessageList moves;
    Actions actions(agent_, random, &moves);
    const double start = options_.clock ? options_.clock() : 0;
    try {
      strategy.OnTurn(view, actions);
    } catch (const StrategyLost& lost) {
      AddLost(place, lost, "");
      throw;
    } catch (const std::exception& error) {
      AddThrow(place, error.what());
      throw;
    } catch (...) {
      AddThrow(place, "an exception of a type of its own");
      throw;
    }
    const double seconds = options_.clock ? options_.clock() - start : 0;
    if (seconds > options_.deadline_seconds) {
      Add({.name = "late",
           .place = place,
           .what = absl::StrFormat("takes longer than %g s for a turn, here %.1f s",
                                   options_.deadline_seconds, seconds)});
    }
    moves_ += moves.size();
    for (const v1::Message& move : moves) CheckText(place, move);
    return moves;
  }

  // Plays a turn of which nothing is wanted but whether the strategy is lost in it.
  void PlayAgain(Strategy& strategy, const TurnView& view, Actions& actions,
                 absl::string_view when) {
    try {
      strategy.OnTurn(view, actions);
    } catch (const StrategyLost& lost) {
      AddLost(Place(view.quarter, view.round), lost, when);
      throw;
    }
  }

 private:
  void AddLost(StrategyPlace place, const StrategyLost& lost, absl::string_view when) {
    if (std::exchange(lost_, true)) return;
    if (!lost.has_played()) place = Place(0, 0);
    Add({.name = lost.finding(), .place = place, .what = absl::StrCat(when, lost.what())});
  }

  void AddThrow(const StrategyPlace& place, absl::string_view what) {
    Add({.name = "throws",
         .place = place,
         .what = absl::StrCat("throws: ", StorableText(what, kMostFailureBytes))});
  }

  void CheckText(const StrategyPlace& place, const v1::Message& move) {
    v1::Message storable = move;
    if (!MakeStorable(storable)) return;
    Add({.name = "text",
         .place = place,
         .move = KindOf(move),
         .what = "writes text that isn't UTF-8, or longer than any message",
         .would_be_legal = "UTF-8, all of the message in 16 KiB"});
  }

  void Remember(const TurnView& view) {
    constexpr size_t kMostSeen = 12;
    if (seen_.size() >= kMostSeen || turns_ % 3 != 0) return;
    SeenTurn& seen = seen_.emplace_back();
    seen.market = view.market;
    seen.own = view.own;
    for (const v1::Message* message : view.inbox) seen.inbox.push_back(*message);
    seen.quarter = view.quarter;
    seen.round = view.round;
  }

  const std::string scenario_;
  const std::string agent_;
  const ConformanceOptions& options_;
  FindingList findings_;
  std::vector<SeenTurn> seen_;
  int64_t turns_ = 0;
  int64_t moves_ = 0;
  bool lost_ = false;
};

// The strategy with the observer before it.
class Observed : public Strategy {
 public:
  Observed(std::unique_ptr<Strategy> strategy, Observer& observer)
      : strategy_(std::move(strategy)), observer_(observer) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    MessageList moves = observer_.Play(*strategy_, view, actions.random());
    for (v1::Message& move : moves) actions.Tell().Swap(&move);
  }

 private:
  std::unique_ptr<Strategy> strategy_;
  Observer& observer_;
};

// The strategy in a run that was played before: what it does wrong is known.
class PlayedAgain : public Strategy {
 public:
  PlayedAgain(std::unique_ptr<Strategy> strategy, Observer& observer, absl::string_view when)
      : strategy_(std::move(strategy)), observer_(observer), when_(when) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    observer_.PlayAgain(*strategy_, view, actions, when_);
  }

 private:
  std::unique_ptr<Strategy> strategy_;
  Observer& observer_;
  const std::string when_;
};

class Conformance {
 public:
  Conformance(const v1::Scenario& scenario, const AgentSeat& seat,
              const ConformanceOptions& options)
      : scenario_(scenario),
        seat_(seat),
        options_(options),
        observer_(scenario.name(), seat.name, options) {}

  absl::StatusOr<ConformanceResult> Check(ConformanceCheck check) {
    if (absl::Status ready = TakeSeat(); !ready.ok()) return ready;
    absl::Status checked;
    switch (check) {
      case ConformanceCheck::kPlay:
        checked = CheckPlay();
        break;
      case ConformanceCheck::kStubborn:
        checked = CheckStubborn();
        break;
      case ConformanceCheck::kFuzz:
        checked = CheckFuzz();
        break;
    }
    if (!checked.ok()) return checked;
    ConformanceResult result;
    result.turns = observer_.turns();
    result.moves = observer_.moves();
    result.lost = observer_.lost();
    result.findings = observer_.findings().Take();
    return result;
  }

 private:
  absl::Status TakeSeat() {
    absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(scenario_);
    if (!seats.ok()) return seats.status();
    const auto mine = absl::c_find_if(*seats, [&](const auto& s) { return s.name == seat_.name; });
    if (mine == seats->end()) {
      return absl::NotFoundError(
          absl::StrCat("there is no agent \"", seat_.name, "\" in ", scenario_.name()));
    }
    seat_.role = mine->role;
    if (!options_.make_strategy) {
      absl::StatusOr<AgentSeat> resolved = ResolveSeat(seat_);
      if (!resolved.ok()) return resolved.status();
      seat_ = *std::move(resolved);
    }
    *mine = seat_;
    seats_ = *std::move(seats);
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<Strategy>> Make() const {
    return options_.make_strategy ? options_.make_strategy(seat_) : tranche::MakeStrategy(seat_);
  }

  // Null, and a finding, if it can't be made.
  std::unique_ptr<Strategy> MakeOrSay() {
    absl::StatusOr<std::unique_ptr<Strategy>> strategy = Make();
    if (strategy.ok()) return *std::move(strategy);
    AddUnmakeable(strategy.status());
    return nullptr;
  }

  void AddUnmakeable(const absl::Status& why) {
    observer_.Add(
        {.name = "throws", .place = observer_.Place(0, 0), .what = std::string(why.message())});
  }

  // A run with `strategy` in its seat. `others` makes the other strategies; null: the scenario's.
  absl::StatusOr<std::unique_ptr<InlineRun>> MakeRun(
      std::unique_ptr<Strategy> strategy,
      const std::function<std::unique_ptr<Strategy>(const AgentSeat&)>& others,
      std::function<absl::Status(absl::Span<const StoredRecord>)> on_quarter) {
    InlineOptions options;
    options.make_strategy =
        [this, &strategy,
         others](const AgentSeat& seat) -> absl::StatusOr<std::unique_ptr<Strategy>> {
      if (seat.name == seat_.name) return std::move(strategy);
      return others ? others(seat) : tranche::MakeStrategy(seat);
    };
    options.on_quarter = std::move(on_quarter);
    return InlineRun::Create(scenario_, options_.seed, seats_, std::move(options));
  }

  // Plays until the run is over, `quarters` have been played, or the strategy is lost.
  absl::Status PlayQuarters(InlineRun& run, int quarters = std::numeric_limits<int>::max()) {
    for (int i = 0; i < quarters && !run.over() && !observer_.lost(); ++i) {
      if (absl::Status played = run.PlayQuarter(); !played.ok()) {
        return played;  // broken books: the market's fault
      }
    }
    return absl::OkStatus();
  }

  // --- A whole run, and once more ---

  absl::Status CheckPlay() {
    std::unique_ptr<Strategy> first = MakeOrSay();
    if (first == nullptr) return absl::OkStatus();
    std::vector<v1::LogRecord> records;
    absl::StatusOr<std::unique_ptr<InlineRun>> run =
        MakeRun(std::make_unique<Observed>(std::move(first), observer_), nullptr,
                [&records](absl::Span<const StoredRecord> stored) {
                  for (const StoredRecord& one : stored) records.push_back(*one.record);
                  return absl::OkStatus();
                });
    if (!run.ok()) return run.status();
    if (absl::Status played = PlayQuarters(**run); !played.ok()) return played;
    if (!observer_.lost() && options_.elsewhere.has_value()) {
      const std::string digest = HexDigest((*run)->engine().digest());
      for (ConformanceFinding& finding : options_.elsewhere->end_run(digest)) {
        finding.place = observer_.Place(0, 0);
        observer_.Add(std::move(finding));
      }
    }
    AddRefusals(records);
    return observer_.lost() ? absl::OkStatus() : CheckAgain(records);
  }

  void AddRefusals(const std::vector<v1::LogRecord>& records) {
    std::map<uint64_t, const v1::LogRecord*> mine;
    int64_t refused = 0;
    for (const v1::LogRecord& record : records) {
      const v1::Message& message = record.message();
      if (message.sender() == seat_.name) mine[message.id()] = &record;
      if (!message.has_rejected() || message.sender() != "market") continue;
      const auto move = mine.find(message.in_reply_to());
      if (move == mine.end()) continue;
      ++refused;
      const v1::Rejected& rejected = message.rejected();
      const std::string kind = KindOf(move->second->message());
      observer_.Add({.is_error = IsOwnFault(rejected.rule()),
                     .name = "refused",
                     .place = observer_.Place(record.quarter(), record.round()),
                     .move = kind,
                     .rule = rejected.rule(),
                     .what = rejected.explanation(),
                     .would_be_legal = rejected.would_be_legal()});
    }
    constexpr int64_t kFew = 10;
    if (refused > kFew && 2 * refused > static_cast<int64_t>(mine.size())) {
      observer_.Add({.name = "mostly-refused",
                     .place = observer_.Place(0, 0),
                     .what = absl::StrCat("the market refuses ", refused, " of its ", mine.size(),
                                          " moves")});
    }
    if (mine.empty() && !observer_.lost()) {
      observer_.Add({.is_error = false,
                     .name = "silent",
                     .place = observer_.Place(0, 0),
                     .what = "makes no move in the whole run"});
    }
  }

  // Where a run differs from what it was the first time.
  struct Difference {
    int32_t quarter = 0;
    std::string what;
  };

  // What recovery and every published digest stand on.
  absl::Status CheckAgain(const std::vector<v1::LogRecord>& records) {
    std::optional<Difference> after_cut;
    if (options_.elsewhere.has_value()) {
      // If it comes to the same with a cut in the middle, it does so without.
      const int64_t middle = (observer_.turns() + 1) / 2;
      absl::StatusOr<std::optional<Difference>> cut =
          PlayAgain(options_.elsewhere->make_cut(seat_, middle), records,
                    "when its connection is cut in the middle of a run: ");
      if (!cut.ok()) return cut.status();
      if (!cut->has_value() || observer_.lost()) return absl::OkStatus();
      after_cut = *std::move(cut);
    }
    const absl::StatusOr<std::optional<Difference>> again =
        PlayAgain(Make(), records, "when the same run is played again: ");
    if (!again.ok()) return again.status();
    if (observer_.lost()) return absl::OkStatus();
    if (again->has_value()) {
      observer_.Add({.name = "not-the-same-again",
                     .place = observer_.Place((*again)->quarter, 0),
                     .what = absl::StrCat("does otherwise when the same run is played again: ",
                                          (*again)->what)});
    } else if (after_cut.has_value()) {
      observer_.Add({.name = "not-brought-up-to-date",
                     .place = observer_.Place(after_cut->quarter, 0),
                     .what = absl::StrCat("does otherwise once its connection has been cut in the "
                                          "middle of the run, which it is told again: ",
                                          after_cut->what),
                     .would_be_legal = "to begin anew when it joins again, and to play the turns "
                                       "marked as replay as it has played them"});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<Difference>> PlayAgain(
      absl::StatusOr<std::unique_ptr<Strategy>> strategy, const std::vector<v1::LogRecord>& records,
      absl::string_view when) {
    if (!strategy.ok()) {
      AddUnmakeable(strategy.status());
      return std::nullopt;
    }
    absl::StatusOr<std::unique_ptr<InlineRun>> run = MakeRun(
        std::make_unique<PlayedAgain>(*std::move(strategy), observer_, when), nullptr, nullptr);
    if (!run.ok()) return run.status();
    std::vector<const v1::LogRecord*> pointers;
    pointers.reserve(records.size());
    for (const v1::LogRecord& record : records) pointers.push_back(&record);
    const absl::Status same = (*run)->Retrace(pointers);
    if (same.ok()) return std::nullopt;
    return Difference{(*run)->engine().quarter().index(),
                      std::string(absl::StripTrailingAsciiWhitespace(same.message()))};
  }

  // --- Among agents who agree to nothing ---

  absl::Status CheckStubborn() {
    std::unique_ptr<Strategy> strategy = MakeOrSay();
    if (strategy == nullptr) return absl::OkStatus();
    const auto stubborn = [this](const AgentSeat& seat) {
      return MakeStubborn(seat.name, seat.role, seat_.name);
    };
    absl::StatusOr<std::unique_ptr<InlineRun>> run =
        MakeRun(std::make_unique<Observed>(std::move(strategy), observer_), stubborn,
                [this](absl::Span<const StoredRecord> stored) {
                  AddEndless(stored);
                  return absl::OkStatus();
                });
    if (!run.ok()) return run.status();
    constexpr int kQuarters = 3;
    return PlayQuarters(**run, kQuarters);
  }

  void AddEndless(absl::Span<const StoredRecord> stored) {
    const v1::LogRecord* limit = nullptr;
    for (const StoredRecord& one : stored) {
      if (one.record->quarter_closed().round_limit_reached()) limit = one.record;
    }
    if (limit == nullptr) return;
    const v1::Message* last = nullptr;
    for (const StoredRecord& one : stored) {
      if (one.record->message().sender() == seat_.name) last = &one.record->message();
    }
    if (last == nullptr || last->round() + 1 < limit->round()) return;  // others' talk
    observer_.Add({.name = "never-ends",
                   .place = observer_.Place(limit->quarter(), limit->round()),
                   .move = KindOf(*last),
                   .what = absl::StrCat("still negotiates in the last round, of ", limit->round(),
                                        ", with somebody who agrees to nothing",
                                        last->thread().empty() ? "" : ", in ", last->thread()),
                   .would_be_legal = "a refusal, or no answer, after some rounds"});
  }

  // --- Views and mail of any content ---

  absl::Status CheckFuzz() {
    absl::StatusOr<std::vector<SeenTurn>> seen = SeeSome();
    if (!seen.ok()) return seen.status();
    if (seen->empty() || observer_.lost()) return absl::OkStatus();
    constexpr int kTurnsEach = 6;
    if (options_.elsewhere.has_value()) {
      PlayAnyElsewhere(*seen, kTurnsEach);
      return absl::OkStatus();
    }
    PlayEmpty(seen->front());
    for (int i = 0; i * kTurnsEach < options_.fuzzed_turns; ++i) {
      PlayAny((*seen)[static_cast<size_t>(i) % seen->size()], static_cast<uint64_t>(i) + 1,
              kTurnsEach);
    }
    return absl::OkStatus();
  }

  // Turns that make sense, to begin with: of the strategy itself, or of its role's default if it
  // is dear to make.
  absl::StatusOr<std::vector<SeenTurn>> SeeSome() {
    Observer other(scenario_.name(), seat_.name, no_options_);
    Observer& observer = options_.elsewhere.has_value() ? other : observer_;
    std::unique_ptr<Strategy> strategy;
    if (options_.elsewhere.has_value()) {
      absl::StatusOr<std::unique_ptr<Strategy>> usual =
          tranche::MakeStrategy({seat_.name, seat_.role, "", {}});
      if (!usual.ok()) return usual.status();
      strategy = *std::move(usual);
    } else {
      strategy = MakeOrSay();
      if (strategy == nullptr) return std::vector<SeenTurn>();
    }
    absl::StatusOr<std::unique_ptr<InlineRun>> run =
        MakeRun(std::make_unique<Observed>(std::move(strategy), observer), nullptr, nullptr);
    if (!run.ok()) return run.status();
    constexpr int kQuarters = 3;
    if (absl::Status played = PlayQuarters(**run, kQuarters); !played.ok()) return played;
    return observer.seen();
  }

  RandomStream Random(absl::string_view name, uint64_t number, const SeenTurn& turn) const {
    return RandomStream(number, StreamKey(name), Quarter::FromIndex(turn.quarter),
                        Round(static_cast<int32_t>(turn.round)));
  }

  // Moves of one turn in bytes; nullopt: it threw.
  std::optional<std::vector<std::string>> PlayOne(Strategy& strategy, const SeenTurn& turn,
                                                  uint64_t number) {
    std::vector<const v1::Message*> inbox;
    for (const v1::Message& message : turn.inbox) inbox.push_back(&message);
    try {
      std::vector<std::string> moves;
      for (const v1::Message& move :
           observer_.Play(strategy, {turn.market, turn.own, inbox, turn.quarter, turn.round},
                          Random(seat_.name, number, turn))) {
        v1::Message storable = move;
        MakeStorable(storable);
        moves.push_back(storable.SerializePartialAsString());
        CheckMove(turn, move);
      }
      constexpr size_t kMostMoves = 256;
      if (moves.size() > kMostMoves) {
        observer_.Add({.name = "flood",
                       .place = observer_.Place(turn.quarter, turn.round),
                       .rule = "moves-per-round",
                       .what =
                           "makes more moves than a round has room for, on a view or mail of any "
                           "content",
                       .would_be_legal = "at most 256"});
      }
      return moves;
    } catch (...) {
      return std::nullopt;  // the observer has seen it
    }
  }

  // What is wrong with a move whatever it answers.
  void CheckMove(const SeenTurn& turn, const v1::Message& move) {
    const auto wrong = [&](absl::string_view rule, absl::string_view what,
                           absl::string_view legal) {
      observer_.Add({.name = "malformed",
                     .place = observer_.Place(turn.quarter, turn.round),
                     .move = KindOf(move),
                     .rule = std::string(rule),
                     .what = absl::StrCat(what, ", on a view or mail of any content"),
                     .would_be_legal = std::string(legal)});
    };
    if (move.body_case() == v1::Message::BODY_NOT_SET) {
      wrong("body", "sends a message that says nothing", "a message that says something");
    }
    if (absl::c_linear_search(move.recipients(), seat_.name)) {
      wrong("recipients", "writes to itself", "another agent in the market");
    }
    constexpr size_t kMostBytes = 16 * 1024;
    if (move.ByteSizeLong() > kMostBytes) {
      wrong("size", "sends a message of more than 16 KiB", "at most 16 KiB");
    }
  }

  static SeenTurn Empty(int32_t quarter) {
    SeenTurn empty;
    empty.quarter = quarter;
    return empty;
  }
  static constexpr uint32_t kEmptyRounds = 3;

  void PlayEmpty(const SeenTurn& like) {
    std::unique_ptr<Strategy> strategy = MakeOrSay();
    if (strategy == nullptr) return;
    SeenTurn empty = Empty(like.quarter);
    for (empty.round = 1; empty.round <= kEmptyRounds; ++empty.round) PlayOne(*strategy, empty, 1);
  }

  enum class Both { kSame, kFailed, kNoUse };

  // The same turn to two of a kind: they must do the same. NoUse: they don't, or one is lost.
  // `threads` are those of the moves.
  Both PlayBoth(Strategy& one, Strategy& two, const SeenTurn& turn, uint64_t number,
                std::vector<std::string>& threads) {
    const auto moves = PlayOne(one, turn, number);
    if (observer_.lost()) return Both::kNoUse;
    const auto again = PlayOne(two, turn, number);
    if (observer_.lost()) return Both::kNoUse;
    if (moves != again) {
      observer_.Add({.name = "not-the-same-again",
                     .place = observer_.Place(turn.quarter, turn.round),
                     .what = "two of the same strategy do otherwise with the same views and mail"});
      return Both::kNoUse;
    }
    if (!moves.has_value()) return Both::kFailed;
    threads.clear();
    for (const std::string& bytes : *moves) {
      v1::Message move;
      if (move.ParseFromString(bytes)) threads.push_back(move.thread());
    }
    return Both::kSame;
  }

  AnyMessage AnyLike(const SeenTurn& like, uint64_t number) const {
    std::vector<std::string> names;
    for (const v1::AgentProfile& agent : like.market.agents()) names.push_back(agent.name());
    return AnyMessage(Random("any", number, like), names, like.quarter);
  }

  // Half of the time the view makes sense and only the mail doesn't.
  void FillViews(AnyMessage& any, uint64_t number, SeenTurn& turn) const {
    if (number % 2 == 0) {
      any.Fill(turn.market);
      any.Fill(turn.own);
    }
    turn.market.set_quarter(turn.quarter);
    turn.own.set_agent(seat_.name);
  }

  void FillMail(AnyMessage& any, uint64_t first_id, const std::vector<std::string>& threads,
                SeenTurn& turn) const {
    turn.inbox.clear();
    constexpr uint64_t kMail = 12;
    for (uint64_t n = 0; n < kMail; ++n) {
      turn.inbox.push_back(any.Mail(seat_.name, first_id + n));
      // Some of it belongs to what the strategy has begun.
      if (!threads.empty() && any.random().Bernoulli(0.5)) {
        turn.inbox.back().set_thread(threads[any.random().UniformInt(threads.size())]);
      }
    }
  }

  void PlayAny(const SeenTurn& like, uint64_t number, int turns) {
    std::unique_ptr<Strategy> one = MakeOrSay();
    std::unique_ptr<Strategy> two = MakeOrSay();
    if (one == nullptr || two == nullptr) return;
    AnyMessage any = AnyLike(like, number);
    SeenTurn turn = like;
    std::vector<std::string> threads;
    for (int i = 0; i < turns; ++i) {
      if (i % 2 == 0) {
        turn = like;
        FillViews(any, number, turn);
        turn.round = 1;
      } else {
        ++turn.round;
      }
      FillMail(any, 100 * number + 1, threads, turn);
      if (PlayBoth(*one, *two, turn, number, threads) != Both::kSame) return;
    }
  }

  // As PlayEmpty and PlayAny, for one pair that goes through all of it as through one long run: a
  // quarter is opened once, and they follow each other.
  void PlayAnyElsewhere(const std::vector<SeenTurn>& seen, int rounds) {
    std::unique_ptr<Strategy> one = MakeOrSay();
    std::unique_ptr<Strategy> two = MakeOrSay();
    if (one == nullptr || two == nullptr) return;
    std::vector<std::string> threads;
    SeenTurn empty = Empty(seen.front().quarter);
    for (empty.round = 1; empty.round <= kEmptyRounds; ++empty.round) {
      if (PlayBoth(*one, *two, empty, 0, threads) == Both::kNoUse) return;
    }
    for (int i = 0; i * rounds < options_.fuzzed_turns; ++i) {
      const uint64_t number = static_cast<uint64_t>(i) + 1;
      SeenTurn turn = seen[static_cast<size_t>(i) % seen.size()];
      turn.quarter = empty.quarter + 1 + i;
      AnyMessage any = AnyLike(turn, number);
      FillViews(any, number, turn);
      for (turn.round = 1; turn.round <= static_cast<uint32_t>(rounds); ++turn.round) {
        FillMail(any, 100 * number + uint64_t{12} * turn.round, threads, turn);
        if (PlayBoth(*one, *two, turn, number, threads) == Both::kNoUse) return;
      }
    }
  }

  const v1::Scenario& scenario_;
  AgentSeat seat_;
  const ConformanceOptions& options_;
  const ConformanceOptions no_options_ = {};
  Observer observer_;
  std::vector<AgentSeat> seats_;
};

}  // namespace

absl::string_view NameOf(ConformanceCheck check) {
  switch (check) {
    case ConformanceCheck::kPlay:
      return "play";
    case ConformanceCheck::kStubborn:
      return "stubborn";
    case ConformanceCheck::kFuzz:
      return "fuzz";
  }
  return "";
}

absl::StatusOr<ConformanceResult> CheckConformance(const v1::Scenario& scenario,
                                                   const AgentSeat& seat, ConformanceCheck check,
                                                   const ConformanceOptions& options) {
  return Conformance(scenario, seat, options).Check(check);
}

}  // namespace tranche
