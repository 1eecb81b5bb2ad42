#include "broker/log/record_search.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "broker/log/record_reader.h"

namespace tranche {
namespace {

using Cursor = std::unique_ptr<PositionCursor>;
using Cursors = std::vector<Cursor>;

constexpr uint64_t kNoPosition = 0;

// `first` to `last`, all of them.
class RangeCursor final : public PositionCursor {
 public:
  RangeCursor(SearchDirection direction, uint64_t first, uint64_t last)
      : first_(direction == SearchDirection::kForward ? static_cast<int64_t>(first)
                                                      : -static_cast<int64_t>(last)),
        last_(direction == SearchDirection::kForward ? static_cast<int64_t>(last)
                                                     : -static_cast<int64_t>(first)) {}

  absl::StatusOr<int64_t> Seek(int64_t rank) override {
    const int64_t found = std::max(rank, first_);
    return found > last_ ? kEnd : found;
  }

 private:
  int64_t first_;
  int64_t last_;
};

// The positions of one key of an index.
class IndexCursor final : public PositionCursor {
 public:
  // `condition` compares columns of `table` with ?1, ?2, …, one for each of `key`.
  static absl::StatusOr<Cursor> Open(const SqliteDatabase& database, SearchDirection direction,
                                     absl::string_view table, absl::string_view condition,
                                     std::vector<std::string> key) {
    auto cursor = std::make_unique<IndexCursor>();
    const bool forward = direction == SearchDirection::kForward;
    cursor->sign_ = forward ? 1 : -1;
    cursor->key_ = std::move(key);
    absl::StatusOr<SqliteStatement> query = database.Prepare(
        absl::StrCat("SELECT position FROM ", table, " WHERE ", condition, " AND position ",
                     forward ? ">= ?" : "<= ?", cursor->key_.size() + 1, " ORDER BY position",
                     forward ? "" : " DESC"));
    if (!query.ok()) return query.status();
    cursor->query_ = *std::move(query);
    return cursor;
  }

  absl::StatusOr<int64_t> Seek(int64_t rank) override {
    // The next few are cheaper to walk to than to look up.
    constexpr int kSteps = 4;
    for (int step = 0; step < kSteps && open_ && rank_ < rank; ++step) {
      if (absl::Status stepped = Step(); !stepped.ok()) return stepped;
    }
    if (rank_ >= rank) return rank_;
    query_.Reset();
    int index = 0;
    for (const std::string& value : key_) query_.BindOne(++index, value);
    query_.BindOne(++index, rank * sign_);
    if (absl::Status stepped = Step(); !stepped.ok()) return stepped;
    return rank_;
  }

 private:
  absl::Status Step() {
    absl::StatusOr<bool> row = query_.Step();
    if (!row.ok()) return row.status();
    open_ = *row;
    rank_ = *row ? query_.integer(0) * sign_ : kEnd;
    return absl::OkStatus();
  }

  SqliteStatement query_;
  std::vector<std::string> key_;
  int64_t sign_ = 1;
  bool open_ = false;
  int64_t rank_ = std::numeric_limits<int64_t>::min();
};

// What is in any of several lists.
class UnionCursor final : public PositionCursor {
 public:
  static Cursor Of(Cursors cursors) {
    if (cursors.size() == 1) return std::move(cursors.front());
    return std::make_unique<UnionCursor>(std::move(cursors));
  }

  explicit UnionCursor(Cursors cursors) : cursors_(std::move(cursors)) {
    heap_.reserve(cursors_.size());
    for (const Cursor& cursor : cursors_) {
      heap_.push_back({std::numeric_limits<int64_t>::min(), cursor.get()});
    }
  }

  absl::StatusOr<int64_t> Seek(int64_t rank) override {
    while (!heap_.empty() && heap_.front().rank < rank) {
      absl::c_pop_heap(heap_, Later);
      absl::StatusOr<int64_t> found = heap_.back().cursor->Seek(rank);
      if (!found.ok()) return found.status();
      heap_.back().rank = *found;
      absl::c_push_heap(heap_, Later);
    }
    return heap_.empty() ? kEnd : heap_.front().rank;
  }

 private:
  struct Place {
    int64_t rank;
    PositionCursor* cursor;
  };
  static bool Later(const Place& a, const Place& b) { return a.rank > b.rank; }

  Cursors cursors_;
  std::vector<Place> heap_;  // the lowest rank in front
};

// Makes the lists of a filter's conditions.
class ListMaker {
 public:
  ListMaker(const SqliteDatabase& database, SearchDirection direction, Cursors& lists)
      : database_(database), direction_(direction), lists_(lists) {}

  absl::Status AddQuarters(const RecordFilter& filter) {
    const int32_t first = filter.first_quarter.has_value() ? filter.first_quarter->index() : 0;
    const int32_t last = filter.last_quarter.has_value() ? filter.last_quarter->index()
                                                         : std::numeric_limits<int32_t>::max();
    if (!filter.round.has_value()) return AddSpan(first, last);
    std::vector<int64_t> quarters;
    absl::Status read = database_.Query(
        "SELECT quarter_index FROM quarters WHERE quarter_index BETWEEN ?1 AND ?2",
        [&quarters](const SqliteStatement& row) {
          quarters.push_back(row.integer(0));
          return true;
        },
        first, last);
    if (!read.ok()) return read;
    Cursors cursors;
    for (const int64_t quarter : quarters) {
      absl::Status added =
          Open(cursors, "records",
               absl::StrCat("quarter_index = ", quarter, " AND round = ", *filter.round), {});
      if (!added.ok()) return added;
    }
    return Add(std::move(cursors));
  }

  absl::Status AddKinds(const RecordFilter& filter) {
    Cursors cursors;
    for (const std::string& kind : filter.kinds) {
      // What was sent has an index of its own by sender and kind.
      absl::Status added =
          filter.sender.empty()
              ? Open(cursors, "records", "kind = ?1", {kind})
              : Open(cursors, "records", "sender = ?1 AND kind = ?2", {filter.sender, kind});
      if (!added.ok()) return added;
    }
    return Add(std::move(cursors));
  }

  absl::Status AddSender(const std::string& sender) {
    std::vector<std::string> kinds;
    std::string kind;
    while (true) {
      // One lookup for each kind there is, rather than a walk over all that was sent.
      bool found = false;
      absl::Status read = database_.Query(
          "SELECT kind FROM records WHERE sender = ?1 AND kind > ?2 ORDER BY kind LIMIT 1",
          [&](const SqliteStatement& row) {
            kind = std::string(row.text(0));
            found = true;
            return false;
          },
          sender, kind);
      if (!read.ok()) return read;
      if (!found) break;
      kinds.push_back(kind);
    }
    RecordFilter sent;
    sent.sender = sender;
    sent.kinds = std::move(kinds);
    return AddKinds(sent);
  }

  absl::Status AddRecipient(const std::string& recipient) {
    Cursors cursors;
    absl::Status added = Open(cursors, "deliveries", "recipient = ?1", {recipient});
    // A view is its agent's alone, and no delivery; nor is a move that was refused, which its
    // recipients never got.
    if (added.ok()) {
      added = Open(cursors, "records", "kind = 'agent_view' AND recipients = ?1", {recipient});
    }
    return added.ok() ? Add(std::move(cursors)) : added;
  }

  // False, and nothing done: too many threads lie below this one.
  absl::StatusOr<bool> AddThread(const std::string& thread) {
    constexpr size_t kMostThreads = 256;
    std::vector<std::string> threads = {thread};
    // '0' follows '/': all that begins with `<thread>/`.
    const std::string end = absl::StrCat(thread, "0");
    std::string last = absl::StrCat(thread, "/");
    while (true) {
      bool found = false;
      absl::Status read = database_.Query(
          "SELECT thread FROM records WHERE thread > ?1 AND thread < ?2 ORDER BY thread LIMIT 1",
          [&](const SqliteStatement& row) {
            last = std::string(row.text(0));
            found = true;
            return false;
          },
          last, end);
      if (!read.ok()) return read;
      if (!found) break;
      threads.push_back(last);
      if (threads.size() > kMostThreads) return false;
    }
    Cursors cursors;
    for (std::string& name : threads) {
      absl::Status added = Open(cursors, "records", "thread = ?1", {std::move(name)});
      if (!added.ok()) return added;
    }
    absl::Status added = Add(std::move(cursors));
    if (!added.ok()) return added;
    return true;
  }

  absl::Status AddRefusals() {
    std::vector<std::string> rules;
    absl::Status read =
        database_.Query("SELECT DISTINCT refused_by FROM records WHERE refused_by IS NOT NULL",
                        [&rules](const SqliteStatement& row) {
                          rules.emplace_back(row.text(0));
                          return true;
                        });
    Cursors cursors;
    for (std::string& rule : rules) {
      if (!read.ok()) return read;
      read = Open(cursors, "records", "refused_by = ?1", {std::move(rule)});
    }
    return read.ok() ? Add(std::move(cursors)) : read;
  }

 private:
  absl::Status Open(Cursors& cursors, absl::string_view table, absl::string_view condition,
                    std::vector<std::string> key) {
    absl::StatusOr<Cursor> cursor =
        IndexCursor::Open(database_, direction_, table, condition, std::move(key));
    if (!cursor.ok()) return cursor.status();
    cursors.push_back(*std::move(cursor));
    return absl::OkStatus();
  }

  absl::Status Add(Cursors cursors) {
    lists_.push_back(UnionCursor::Of(std::move(cursors)));
    return absl::OkStatus();
  }

  // A quarter's records lie together; what follows the last closed one belongs to it.
  absl::Status AddSpan(int32_t first, int32_t last) {
    uint64_t first_position = kNoPosition;
    uint64_t end_position = std::numeric_limits<int64_t>::max();
    absl::Status read = database_.Query(
        "SELECT (SELECT min(first_position) FROM quarters WHERE quarter_index BETWEEN ?1 AND ?2), "
        "(SELECT min(first_position) FROM quarters WHERE quarter_index > ?2)",
        [&](const SqliteStatement& row) {
          first_position = static_cast<uint64_t>(row.integer(0));
          if (row.type(1) != SQLITE_NULL) end_position = static_cast<uint64_t>(row.integer(1));
          return false;
        },
        first, last);
    if (!read.ok()) return read;
    if (first_position == kNoPosition) return Add({});
    lists_.push_back(std::make_unique<RangeCursor>(direction_, first_position, end_position - 1));
    return absl::OkStatus();
  }

  const SqliteDatabase& database_;
  SearchDirection direction_;
  Cursors& lists_;
};

}  // namespace

absl::StatusOr<RecordSearch> RecordSearch::Prepare(const SqliteDatabase& database,
                                                   const RecordFilter& filter,
                                                   SearchDirection direction, uint64_t from) {
  RecordSearch search;
  search.database_ = &database;
  search.direction_ = direction;
  absl::StatusOr<int64_t> last =
      database.QueryInteger("SELECT coalesce(max(position), 0) FROM records");
  if (!last.ok()) return last.status();
  search.last_ = static_cast<uint64_t>(*last);
  const uint64_t start = from != kNoPosition                      ? from
                         : direction == SearchDirection::kForward ? 1
                                                                  : search.last_;
  const int64_t sign = direction == SearchDirection::kForward ? 1 : -1;
  search.rank_ = sign * static_cast<int64_t>(
                            std::min<uint64_t>(start, std::numeric_limits<int64_t>::max() - 1));
  search.lists_.push_back(
      std::make_unique<RangeCursor>(direction, std::max<uint64_t>(filter.from, 1), search.last_));

  ListMaker maker(database, direction, search.lists_);
  absl::Status made;
  if (filter.first_quarter.has_value() || filter.last_quarter.has_value() ||
      filter.round.has_value()) {
    made = maker.AddQuarters(filter);
  }
  if (made.ok() && !filter.kinds.empty()) made = maker.AddKinds(filter);
  if (made.ok() && !filter.sender.empty() && filter.kinds.empty()) {
    made = maker.AddSender(filter.sender);
  }
  if (made.ok() && !filter.recipient.empty()) made = maker.AddRecipient(filter.recipient);
  if (made.ok() && filter.refused) made = maker.AddRefusals();
  if (!made.ok()) return made;
  if (!filter.thread.empty()) {
    absl::StatusOr<bool> added = maker.AddThread(filter.thread);
    if (!added.ok()) return added.status();
    if (!*added) search.thread_ = filter.thread;
  }
  if (!filter.text.empty()) search.mentions_.emplace(filter.text);

  absl::StatusOr<SqliteStatement> select =
      database.Prepare("SELECT position, crc32, payload FROM records WHERE position = ?1");
  if (!select.ok()) return select.status();
  search.select_ = *std::move(select);
  select = database.Prepare("SELECT thread FROM records WHERE position = ?1");
  if (!select.ok()) return select.status();
  search.select_thread_ = *std::move(select);
  return search;
}

absl::StatusOr<RecordSearch::Outcome> RecordSearch::Next(absl::Time deadline) {
  if (ended_) return Outcome::kEnd;
  if (!fresh_) ++rank_;
  fresh_ = true;
  while (true) {
    absl::StatusOr<Outcome> aligned = Align(deadline);
    if (!aligned.ok()) return aligned.status();
    if (*aligned == Outcome::kEnd) ended_ = true;
    if (*aligned != Outcome::kFound) return *aligned;
    absl::StatusOr<bool> fits = Fits();
    if (!fits.ok()) return fits.status();
    if (*fits) {
      fresh_ = false;
      return Outcome::kFound;
    }
    ++rank_;
    if (absl::Now() > deadline) return Outcome::kTimeUp;
  }
}

absl::StatusOr<RecordSearch::Outcome> RecordSearch::Align(absl::Time deadline) {
  constexpr int kRoundsBetweenLooks = 64;  // at the clock
  for (int round = 1;; ++round) {
    bool aligned = true;
    for (const std::unique_ptr<PositionCursor>& list : lists_) {
      absl::StatusOr<int64_t> rank = list->Seek(rank_);
      if (!rank.ok()) return rank.status();
      if (*rank == PositionCursor::kEnd) return Outcome::kEnd;
      aligned = aligned && *rank == rank_;
      rank_ = *rank;
    }
    if (aligned) return Outcome::kFound;
    if (round % kRoundsBetweenLooks == 0 && absl::Now() > deadline) return Outcome::kTimeUp;
  }
}

absl::StatusOr<bool> RecordSearch::Fits() {
  if (!thread_.empty()) {
    select_thread_.Bind(position());
    absl::StatusOr<bool> row = select_thread_.Step();
    if (!row.ok()) return row.status();
    const absl::string_view thread = *row ? select_thread_.text(0) : "";
    if (thread != thread_ && !absl::StartsWith(thread, absl::StrCat(thread_, "/"))) return false;
  }
  if (!mentions_.has_value()) return true;
  if (absl::Status loaded = Load(); !loaded.ok()) return loaded;
  return (*mentions_)(record_, bytes());
}

absl::Status RecordSearch::Load() {
  select_.Bind(position());
  absl::StatusOr<bool> row = select_.Step();
  if (!row.ok()) return row.status();
  if (!*row) return RecordIsMissing(*database_, position());
  loaded_ = rank_;
  return ParseRecordRow(*database_, select_, &record_);
}

absl::StatusOr<const v1::LogRecord*> RecordSearch::Record() {
  if (loaded_ != rank_) {
    if (absl::Status loaded = Load(); !loaded.ok()) return loaded;
  }
  return &record_;
}

absl::string_view RecordSearch::bytes() const { return select_.text(2); }

uint64_t RecordSearch::searched_to() const {
  if (direction_ == SearchDirection::kForward) {
    if (ended_) return last_;
    return fresh_ ? position() - 1 : position();
  }
  if (ended_) return 1;
  return fresh_ ? position() + 1 : position();
}

}  // namespace tranche
