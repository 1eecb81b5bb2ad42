#include "broker/protocol/round_engine.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/sha256.h"
#include "sim/check.h"
#include "sim/scenario.h"
#include "sim/storable.h"

namespace tranche {
namespace {

constexpr absl::string_view kMarket = "market";

// Where a quarter's messages and views live when no records are kept. All of them end together, so
// that nothing is freed one by one, and the next quarter gets the same memory.
class QuarterArena {
 public:
  QuarterArena() { Open(); }

  google::protobuf::Arena* get() { return &*arena_; }
  void Recycle() {
    const size_t used = arena_->Reset();
    if (used <= block_size_) return;
    arena_.reset();
    block_size_ = 2 * used;
    block_ = std::make_unique_for_overwrite<char[]>(block_size_);
    Open();
  }

 private:
  void Open() {
    google::protobuf::ArenaOptions options;
    options.initial_block = block_.get();
    options.initial_block_size = block_size_;
    arena_.emplace(options);
  }

  // None until the first quarter has shown what is needed.
  std::unique_ptr<char[]> block_;
  size_t block_size_ = 0;
  std::optional<google::protobuf::Arena> arena_;
};

// What a quarter's messages, views and records are held in. Messages outlive their quarter: those
// of its end are read in the next one's first round, and with keep_turns all are kept.
struct QuarterStore {
  // Records of what agents are told: views and messages.
  std::deque<v1::LogRecord> told;
  // All other records.
  std::deque<v1::LogRecord> booked;
  // Without records.
  QuarterArena arena;

  void Recycle() {
    told.clear();
    booked.clear();
    arena.Recycle();
  }
};

// Messages on their way to each agent.
class Mail {
 public:
  explicit Mail(size_t agents) : of_(agents) {}

  void Deliver(AgentId agent, const v1::Message* message) {
    std::vector<const v1::Message*>& mine = of_[Index(agent)];
    if (mine.empty()) agents_.push_back(agent);
    // A recipient that is named twice reads the message once.
    if (mine.empty() || mine.back() != message) mine.push_back(message);
  }
  const std::vector<const v1::Message*>& of(AgentId agent) const { return of_[Index(agent)]; }
  // Who has mail, by ordinal.
  const std::vector<AgentId>& Agents() {
    std::sort(agents_.begin(), agents_.end());
    return agents_;
  }
  void Clear() {
    for (AgentId agent : agents_) of_[Index(agent)].clear();
    agents_.clear();
  }

 private:
  static size_t Index(AgentId agent) { return static_cast<size_t>(agent.value()); }

  std::vector<std::vector<const v1::Message*>> of_;
  std::vector<AgentId> agents_;
};

// Where an agent stands in the round in play.
enum class Turn : uint8_t { kNotAsked, kWaiting, kMoved, kPassed };

absl::Status CheckSeats(absl::Span<const AgentSeat> played, absl::Span<const AgentSeat> market) {
  if (played.size() != market.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the scenario has ", market.size(), " agents, and seats are given for ", played.size()));
  }
  for (size_t i = 0; i < played.size(); ++i) {
    if (played[i].name != market[i].name || played[i].role != market[i].role) {
      return absl::InvalidArgumentError(absl::StrCat(
          "seat ", i, " is ", market[i].name, "'s in the scenario, not ", played[i].name, "'s"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

using MessageList = google::protobuf::RepeatedPtrField<v1::Message>;

struct RoundEngine::State final : public MarketOutput {
  State(std::unique_ptr<Market> market_in, std::vector<AgentSeat> seats_in, Options options_in)
      : options(std::move(options_in)),
        seats(std::move(seats_in)),
        market(std::move(market_in)),
        views(seats.size()),
        turn(seats.size(), Turn::kNotAsked),
        moves(seats.size()),
        recorded_moves(options.keep_records ? seats.size() : 0),
        inbox(seats.size()),
        outbox(seats.size()) {}

  static size_t Index(AgentId agent) { return static_cast<size_t>(agent.value()); }

  // --- What is written down ---

  v1::LogRecord* AddTo(std::deque<v1::LogRecord>& records) {
    v1::LogRecord* record = &records.emplace_back();
    record->set_position(++last_position);
    record->set_quarter(quarter.index());
    record->set_round(round);
    order.push_back(record);
    return record;
  }

  v1::Message* NewMessage() {
    if (options.keep_records) return AddTo(store->told)->mutable_message();
    ++last_position;
    return NewInArena<v1::Message>();
  }

  template <typename T>
  T* NewInArena() {
    return google::protobuf::Arena::CreateMessage<T>(store->arena.get());
  }

  void Stamp(v1::Message* message, uint64_t id, absl::string_view sender) const {
    message->set_id(id);
    message->set_quarter(quarter.index());
    message->set_round(round);
    message->set_sender(sender.data(), sender.size());
  }

  v1::Message* AddMessage() override {
    v1::Message* message = NewMessage();
    said.push_back({message, last_position});
    return message;
  }

  v1::LogRecord* AddRecord() override {
    return options.keep_records ? AddTo(store->booked) : nullptr;
  }
  bool keeps_records() const override { return options.keep_records; }
  bool reads_metrics() const override { return options.on_metric != nullptr; }
  void ReadMetric(const MetricValue& metric) override { options.on_metric(quarter, metric); }

  // After each call of the market: what it has said is complete, and goes on its way.
  void SendWhatMarketSaid() {
    for (const Said& one : said) {
      Stamp(one.message, one.id, kMarket);
      Send(*one.message);
    }
    said.clear();
  }

  void Send(const v1::Message& message) {
    for (const std::string& name : message.recipients()) {
      const AgentId agent = market->FindAgent(name);
      TRANCHE_CHECK(agent.valid(), absl::StrCat("a message to ", name, ", who doesn't exist"));
      if (market->IsActive(agent)) outbox.Deliver(agent, &message);
    }
  }

  // --- Rounds ---

  void OpenRound() {
    ++round;
    market->OpenRound(round);
    inbox.Clear();
    std::swap(inbox, outbox);
    asked.clear();
    if (round == 1) {
      for (int32_t i = 0; i < static_cast<int32_t>(seats.size()); ++i) Ask(AgentId(i));
    } else {
      for (AgentId agent : inbox.Agents()) Ask(agent);
    }
    waiting = static_cast<int32_t>(asked.size());
    if (options.keep_turns) KeepRound();
  }

  void Ask(AgentId agent) {
    if (!market->IsActive(agent)) return;
    asked.push_back(agent);
    turn[Index(agent)] = Turn::kWaiting;
  }

  void Answer(AgentId agent, Turn answer) {
    TRANCHE_CHECK(turn[Index(agent)] == Turn::kWaiting,
                  absl::StrCat(seats[Index(agent)].name, " isn't asked, or has moved already"));
    turn[Index(agent)] = answer;
    --waiting;
  }

  void KeepRound() {
    AskedRound& kept = turns.back().rounds.emplace_back();
    kept.round = round;
    kept.turns.reserve(asked.size());
    for (AgentId agent : asked) kept.turns.push_back({agent, inbox.of(agent)});
  }

  void RecordPass(AgentId agent) {
    if (!options.keep_records) return;
    AddTo(store->booked)->mutable_pass()->set_agent(seats[Index(agent)].name);
  }

  // A list where moves are kept until they are applied. Without records it is where they stay.
  MessageList* ListOf(AgentId agent) {
    return options.keep_records ? &recorded_moves[Index(agent)] : NewInArena<MessageList>();
  }

  void ApplyMoves(AgentId agent) {
    MessageList& mine = *moves[Index(agent)];
    const int count = std::min(mine.size(), options.max_moves_per_round);
    for (int i = 0; i < count; ++i) {
      const v1::Message* move = RecordMove(agent, mine[i]);
      if (market->Submit(agent, *move, *this)) Send(*move);
      SendWhatMarketSaid();
    }
    if (mine.size() > count) {
      const v1::Message* move = RecordMove(agent, mine[count]);
      RejectTooMany(*move);
      SendWhatMarketSaid();
    }
    if (options.keep_records) mine.Clear();
  }

  // Takes `move` in.
  const v1::Message* RecordMove(AgentId agent, v1::Message& move) {
    v1::Message* recorded = &move;
    if (options.keep_records) {
      recorded = NewMessage();
      recorded->Swap(&move);
      MakeStorable(*recorded);
    } else {
      ++last_position;
    }
    Stamp(recorded, last_position, seats[Index(agent)].name);
    return recorded;
  }

  void RejectTooMany(const v1::Message& move) {
    v1::Message* answer = AddMessage();
    answer->add_recipients(move.sender());
    answer->set_thread(move.thread());
    answer->set_in_reply_to(move.id());
    v1::Rejected* rejected = answer->mutable_rejected();
    rejected->set_rule("moves-per-round");
    rejected->set_explanation(absl::StrCat("An agent makes at most ", options.max_moves_per_round,
                                           " moves in a round; this one and those after it "
                                           "were dropped."));
    rejected->set_would_be_legal("The same move in a later round.");
  }

  // --- Quarters ---

  void WriteHeader() {
    v1::RunHeader* header = AddTo(store->booked)->mutable_header();
    header->set_scenario_digest(scenario_digest);
    header->set_scenario_name(scenario_name);
    header->set_scenario(scenario_bytes);
    header->set_seed(seed);
    header->set_protocol(kProtocolVersion.data(), kProtocolVersion.size());
    header->set_first_quarter(market->first_quarter().index());
    header->set_end_quarter(market->end_quarter().index());
    for (size_t i = 0; i < seats.size(); ++i) {
      v1::Seat* seat = AddTo(store->booked)->mutable_seat();
      seat->set_ordinal(static_cast<uint32_t>(i));
      seat->set_agent(seats[i].name);
      seat->set_role(seats[i].role);
      seat->set_strategy(seats[i].strategy);
      seat->mutable_parameters()->Add(seats[i].parameters.begin(), seats[i].parameters.end());
    }
  }

  void TakeViews() {
    public_view = &market->public_view();
    if (options.keep_records) {
      v1::PublicView* recorded = AddTo(store->told)->mutable_public_view();
      *recorded = *public_view;
      public_view = recorded;
    }
    for (int32_t i = 0; i < static_cast<int32_t>(seats.size()); ++i) {
      const AgentId agent(i);
      if (!market->IsActive(agent)) {
        views[Index(agent)] = nullptr;
        continue;
      }
      v1::AgentView* view = options.keep_records ? AddTo(store->told)->mutable_agent_view()
                                                 : NewInArena<v1::AgentView>();
      market->BuildAgentView(agent, view);
      views[Index(agent)] = view;
    }
  }

  // Closes the quarter in the log, and after the last one the run.
  void StoreRecords() {
    v1::QuarterClosed* closed = AddTo(store->booked)->mutable_quarter_closed();
    closed->set_rounds(round);
    closed->set_round_limit_reached(round_limit_reached);
    stored.reserve(order.size() + 1);
    for (v1::LogRecord* record : order) {
      if (record->has_quarter_closed()) {
        stored.push_back({record, chain.CloseQuarter(record)});
      } else {
        stored.push_back({record, CanonicalBytes(*record)});
        chain.Add(stored.back().bytes);
      }
    }
    if (!market->over()) return;
    v1::LogRecord* ended = AddTo(store->booked);
    ended->mutable_run_ended()->set_reason(v1::RunEnded::REASON_COMPLETED);
    stored.push_back({ended, CanonicalBytes(*ended)});
  }

  // Makes room for the quarter's records, messages and views.
  void TurnStores() {
    stored.clear();
    order.clear();
    if (!stores.empty()) stores.back()->booked.clear();
    if (options.keep_turns || stores.size() < 2) {
      stores.push_back(std::make_unique<QuarterStore>());
    } else {
      std::swap(stores[0], stores[1]);
      stores.back()->Recycle();
    }
    store = stores.back().get();
  }

  const Options options;
  const std::vector<AgentSeat> seats;
  std::string scenario_name;
  std::string scenario_bytes;
  std::string scenario_digest;
  uint64_t seed = 0;

  std::unique_ptr<Market> market;
  Quarter quarter;
  uint32_t round = 0;
  bool round_limit_reached = false;

  // The quarter's own last, before it the one before's or, with keep_turns, all.
  std::vector<std::unique_ptr<QuarterStore>> stores;
  QuarterStore* store = nullptr;
  std::vector<v1::LogRecord*> order;  // the quarter's records
  std::vector<StoredRecord> stored;
  uint64_t last_position = 0;
  HashChain chain;

  // What the market has said in the call in progress.
  struct Said {
    v1::Message* message;
    uint64_t id;
  };
  std::vector<Said> said;

  const v1::PublicView* public_view = nullptr;
  std::vector<const v1::AgentView*> views;
  std::vector<AgentId> asked;
  std::vector<Turn> turn;
  int32_t waiting = 0;
  std::vector<MessageList*> moves;  // of those who have moved in this round
  std::vector<MessageList> recorded_moves;
  MessageList spare_moves;
  Mail inbox;   // of the round in play
  Mail outbox;  // of the next
  std::vector<AskedQuarter> turns;
};

absl::StatusOr<std::unique_ptr<RoundEngine>> RoundEngine::Create(const v1::Scenario& scenario,
                                                                 uint64_t seed,
                                                                 std::vector<AgentSeat> strategies,
                                                                 Options options) {
  absl::StatusOr<std::unique_ptr<Market>> market = Market::Create(scenario, seed);
  if (!market.ok()) return market.status();
  return CreateOver(*std::move(market), scenario, seed, std::move(strategies), std::move(options));
}

absl::StatusOr<std::unique_ptr<RoundEngine>> RoundEngine::Create(const OpenedScenario& scenario,
                                                                 uint64_t seed,
                                                                 std::vector<AgentSeat> strategies,
                                                                 Options options) {
  return CreateOver(Market::Create(scenario, seed), scenario.scenario(), seed,
                    std::move(strategies), std::move(options));
}

absl::StatusOr<std::unique_ptr<RoundEngine>> RoundEngine::CreateOver(
    std::unique_ptr<Market> market, const v1::Scenario& scenario, uint64_t seed,
    std::vector<AgentSeat> strategies, Options options) {
  TRANCHE_CHECK(options.keep_records || !options.keep_turns, "keep_turns needs keep_records");
  if (absl::Status fit = CheckSeats(strategies, market->seats()); !fit.ok()) return fit;

  auto state =
      std::make_unique<State>(std::move(market), std::move(strategies), std::move(options));
  state->scenario_name = scenario.name();
  if (state->options.keep_records) {
    state->scenario_bytes = CanonicalScenarioBytes(scenario);
    state->scenario_digest = Sha256Hex(state->scenario_bytes);
  }
  state->seed = seed;
  state->quarter = state->market->quarter();
  return std::unique_ptr<RoundEngine>(new RoundEngine(std::move(state)));
}

RoundEngine::RoundEngine(std::unique_ptr<State> state) : state_(std::move(state)) {}
RoundEngine::~RoundEngine() = default;

const Market& RoundEngine::market() const { return *state_->market; }
absl::Span<const AgentSeat> RoundEngine::seats() const { return state_->seats; }
const std::string& RoundEngine::scenario_name() const { return state_->scenario_name; }
const std::string& RoundEngine::scenario_digest() const { return state_->scenario_digest; }
uint64_t RoundEngine::seed() const { return state_->seed; }
Quarter RoundEngine::quarter() const { return state_->quarter; }
uint32_t RoundEngine::round() const { return state_->round; }
bool RoundEngine::over() const { return state_->market->over(); }

void RoundEngine::OpenQuarter() {
  State& state = *state_;
  TRANCHE_CHECK(!over(), "all quarters have been played");
  TRANCHE_CHECK(state.asked.empty(), "the quarter before isn't closed");
  state.TurnStores();
  state.quarter = state.market->quarter();
  state.round = 0;
  state.round_limit_reached = false;
  if (state.options.keep_records && state.last_position == 0) state.WriteHeader();

  state.market->OpenQuarter(state);
  state.SendWhatMarketSaid();
  state.TakeViews();
  if (state.options.keep_turns) {
    state.turns.push_back({state.quarter, state.public_view, state.views, {}});
  }
  state.OpenRound();
}

absl::Span<const AgentId> RoundEngine::asked() const { return state_->asked; }

const v1::AgentView* RoundEngine::view(AgentId agent) const {
  return state_->views[State::Index(agent)];
}

const v1::PublicView& RoundEngine::public_view() const { return *state_->public_view; }

absl::Span<const v1::Message* const> RoundEngine::inbox(AgentId agent) const {
  return state_->inbox.of(agent);
}

google::protobuf::RepeatedPtrField<v1::Message>* RoundEngine::NewMoves() {
  return state_->options.keep_records ? &state_->spare_moves : state_->NewInArena<MessageList>();
}

void RoundEngine::SetMoves(AgentId agent, google::protobuf::RepeatedPtrField<v1::Message>* moves) {
  state_->Answer(agent, Turn::kMoved);
  MessageList* mine = state_->ListOf(agent);
  mine->Swap(moves);
  state_->moves[State::Index(agent)] = mine;
}

void RoundEngine::SetPass(AgentId agent) { state_->Answer(agent, Turn::kPassed); }

bool RoundEngine::waiting() const { return state_->waiting > 0; }

bool RoundEngine::waiting_for(AgentId agent) const {
  return state_->turn[State::Index(agent)] == Turn::kWaiting;
}

std::vector<AgentId> RoundEngine::waiting_for() const {
  std::vector<AgentId> agents;
  for (AgentId agent : state_->asked) {
    if (waiting_for(agent)) agents.push_back(agent);
  }
  return agents;
}

bool RoundEngine::FinishRound() {
  State& state = *state_;
  TRANCHE_CHECK(!waiting(), "somebody hasn't moved yet");
  for (AgentId agent : state.asked) {
    Turn& turn = state.turn[State::Index(agent)];
    if (turn == Turn::kPassed) state.RecordPass(agent);
    if (turn == Turn::kMoved) state.ApplyMoves(agent);
    turn = Turn::kNotAsked;
  }
  state.asked.clear();
  if (state.outbox.Agents().empty()) return false;
  if (state.round >= state.market->round_limit()) {
    state.round_limit_reached = true;
    return false;
  }
  state.OpenRound();
  return true;
}

absl::Status RoundEngine::CloseQuarter() {
  State& state = *state_;
  TRANCHE_CHECK(state.asked.empty(), "the round in play isn't finished");
  if (absl::Status closed = state.market->CloseQuarter(state); !closed.ok()) return closed;
  state.SendWhatMarketSaid();
  if (state.options.keep_records) state.StoreRecords();
  return absl::OkStatus();
}

absl::Span<const StoredRecord> RoundEngine::records() const { return state_->stored; }
absl::Span<const AskedQuarter> RoundEngine::turns() const { return state_->turns; }
const std::string& RoundEngine::digest() const { return state_->chain.digest(); }
uint64_t RoundEngine::last_position() const { return state_->last_position; }

}  // namespace tranche
