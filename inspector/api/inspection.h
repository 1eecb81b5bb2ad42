#ifndef TRANCHE_INSPECTOR_API_INSPECTION_H_
#define TRANCHE_INSPECTOR_API_INSPECTION_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/log/sqlite.h"
#include "inspector/api/served_log.h"

namespace tranche {

// The interface of API.md over one log, or two that are compared; all but its HTTP. Thread-safe.
class Inspection {
 public:
  // `other` may be empty. Errors are those of run_log.h.
  static absl::StatusOr<std::unique_ptr<Inspection>> Open(const std::string& path,
                                                          const std::string& other = "");

  // The JSON that answers `path` with the percent-encoded `query`. InvalidArgument: a parameter is
  // wrong. NotFound: there is no such path, or the log holds no such thing. DataLoss: the log is
  // damaged, or can't be opened any more.
  absl::StatusOr<std::string> Answer(absl::string_view path, absl::string_view query) const;
  // What tells this answer from those of other logs and versions, once both runs are over; until
  // then answers change, and this is empty.
  absl::StatusOr<std::string> Version() const;

  const ServedLog& log() const { return *a_; }

 private:
  Inspection() = default;

  absl::StatusOr<std::string> DiffAnswer(absl::string_view query) const;

  std::unique_ptr<ServedLog> a_;
  std::unique_ptr<ServedLog> b_;  // null: none
  // Comparing reads both logs from end to end; the last comparison is kept.
  mutable std::mutex mutex_;
  mutable std::string compared_;  // what it is of
  mutable std::string diff_;
};

// A quarter as in /api/quarters: closed after position `after`, in order, an object each.
absl::StatusOr<std::vector<std::pair<uint64_t, std::string>>> QuartersClosedAfter(
    const SqliteDatabase& database, uint64_t after);
// As in the event "run" of /api/events.
std::string RunStateJson(const RunState& state);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_API_INSPECTION_H_
