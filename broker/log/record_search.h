#ifndef TRANCHE_BROKER_LOG_RECORD_SEARCH_H_
#define TRANCHE_BROKER_LOG_RECORD_SEARCH_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "broker/log/record_mentions.h"
#include "broker/log/run_log.h"
#include "broker/log/sqlite.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

enum class SearchDirection { kForward, kBackward };

// Members of a set of positions, in the order of a direction. A *rank* is a position, or backwards
// its negative, so that ranks always rise.
class PositionCursor {
 public:
  static constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();
  virtual ~PositionCursor() = default;
  // The first member that isn't below `rank`; kEnd if there is none. `rank` never falls.
  virtual absl::StatusOr<int64_t> Seek(int64_t rank) = 0;
};

// Records that a filter wants, one by one, in order.
//
// Each condition of the filter is a sorted list of positions that an index of the log holds; they
// are read side by side, each skipping to where the others are. So a search takes time by what it
// passes in the shortest lists rather than by the size of the log, and its memory doesn't grow.
// Only text is looked for record by record. A deadline bounds both.
class RecordSearch {
 public:
  // From `from` on, in the direction; 0: from the end that the direction starts at.
  static absl::StatusOr<RecordSearch> Prepare(const SqliteDatabase& database,
                                              const RecordFilter& filter,
                                              SearchDirection direction = SearchDirection::kForward,
                                              uint64_t from = 0);

  enum class Outcome { kFound, kEnd, kTimeUp };
  // The next one. After kTimeUp the search goes on where it was with the next call.
  absl::StatusOr<Outcome> Next(absl::Time deadline = absl::InfiniteFuture());

  // Of the record found.
  uint64_t position() const { return static_cast<uint64_t>(rank_ < 0 ? -rank_ : rank_); }
  // The record found, valid until Next. DataLoss if it isn't as it was written.
  absl::StatusOr<const v1::LogRecord*> Record();
  // Its serialisation, once Record has returned it.
  absl::string_view bytes() const;

  // The last position, in the direction, up to which nothing has been left out.
  uint64_t searched_to() const;

 private:
  RecordSearch() = default;

  // Moves to the first rank from `rank_` on that is in every list.
  absl::StatusOr<Outcome> Align(absl::Time deadline);
  // What no list says.
  absl::StatusOr<bool> Fits();
  absl::Status Load();

  const SqliteDatabase* database_ = nullptr;
  SearchDirection direction_ = SearchDirection::kForward;
  std::vector<std::unique_ptr<PositionCursor>> lists_;
  std::optional<RecordMentions> mentions_;
  // A thread with more below it than lists are worth; else empty.
  std::string thread_;
  SqliteStatement select_thread_;
  SqliteStatement select_;
  v1::LogRecord record_;
  int64_t loaded_ = 0;
  int64_t rank_ = 0;
  bool fresh_ = true;  // `rank_` has not been looked at
  bool ended_ = false;
  uint64_t last_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_RECORD_SEARCH_H_
