#include "broker/log/record_reader.h"

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/log/crc32.h"

namespace tranche {
namespace {

absl::Status Damaged(const SqliteDatabase& database, uint64_t position, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(database.path(), ": record ", position, " ", what,
                                          ": the file is damaged or has been edited; restore it "
                                          "from a copy"));
}

// Parses the row at hand: position, crc32, payload.
absl::Status ParseRow(const SqliteDatabase& database, const SqliteStatement& query,
                      v1::LogRecord* record) {
  const uint64_t position = static_cast<uint64_t>(query.integer(0));
  const absl::string_view payload = query.text(2);
  if (Crc32(payload) != static_cast<uint64_t>(query.integer(1))) {
    return Damaged(database, position, "doesn't match its checksum");
  }
  if (!record->ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return Damaged(database, position, "can't be decoded");
  }
  if (record->position() != position) {
    return Damaged(database, position, absl::StrCat("says it is record ", record->position()));
  }
  return absl::OkStatus();
}

// An error of the walk, with the place it happened at.
absl::Status After(const absl::Status& error, uint64_t last) {
  if (!absl::IsDataLoss(error)) return error;
  return absl::DataLossError(absl::StrCat(error.message(), "; after record ", last));
}

// A condition with the values of its placeholders ?.
struct Condition {
  std::string sql;
  std::vector<std::string> values;
};

std::vector<Condition> Conditions(const RecordFilter& filter) {
  std::vector<Condition> conditions;
  if (filter.from > 1) {
    conditions.push_back({absl::StrCat("position >= ", filter.from), {}});
  }
  if (filter.first_quarter.has_value()) {
    conditions.push_back({absl::StrCat("quarter_index >= ", filter.first_quarter->index()), {}});
  }
  if (filter.last_quarter.has_value()) {
    conditions.push_back({absl::StrCat("quarter_index <= ", filter.last_quarter->index()), {}});
  }
  if (filter.round.has_value()) {
    conditions.push_back({absl::StrCat("round = ", *filter.round), {}});
  }
  if (!filter.sender.empty()) conditions.push_back({"sender = ?", {filter.sender}});
  if (!filter.recipient.empty()) {
    // A view is its agent's alone, and no delivery; nor is a move that was refused, which its
    // recipients never got.
    conditions.push_back(
        {"(position IN (SELECT position FROM deliveries WHERE recipient = ?) OR "
         "(kind = 'agent_view' AND recipients = ?))",
         {filter.recipient, filter.recipient}});
  }
  if (!filter.thread.empty()) {
    // '0' follows '/': all that begins with `<thread>/`.
    conditions.push_back(
        {"(thread = ? OR (thread >= ? AND thread < ?))",
         {filter.thread, absl::StrCat(filter.thread, "/"), absl::StrCat(filter.thread, "0")}});
  }
  if (!filter.kinds.empty()) {
    std::vector<std::string> places(filter.kinds.size(), "?");
    conditions.push_back(
        {absl::StrCat("kind IN (", absl::StrJoin(places, ", "), ")"), filter.kinds});
  }
  return conditions;
}

}  // namespace

absl::Status ReadRecords(const SqliteDatabase& database, uint64_t from, RecordVisitor visit) {
  absl::StatusOr<SqliteStatement> query = database.Prepare(
      "SELECT position, crc32, payload FROM records WHERE position >= ?1 ORDER BY position");
  if (!query.ok()) return After(query.status(), from == 0 ? 0 : from - 1);
  // The end of the records and the end of the last closed quarter stand in two trees of the file: a
  // tail lost in one shows in the other. Looked up first, as a run may append meanwhile.
  const absl::StatusOr<int64_t> closed =
      database.QueryInteger("SELECT coalesce(max(last_position), 0) FROM quarters");
  uint64_t next = from == 0 ? 1 : from;
  query->Bind(next);
  v1::LogRecord record;
  while (true) {
    absl::StatusOr<bool> row = query->Step();
    if (!row.ok()) return After(row.status(), next - 1);
    if (!*row) break;
    if (static_cast<uint64_t>(query->integer(0)) != next) {
      return Damaged(database, next, "is missing");
    }
    if (absl::Status parsed = ParseRow(database, *query, &record); !parsed.ok()) return parsed;
    ++next;
    if (!visit(record, query->text(2))) return absl::OkStatus();
  }
  if (!closed.ok()) return After(closed.status(), next - 1);
  if (static_cast<uint64_t>(*closed) >= next) return Damaged(database, next, "is missing");
  return absl::OkStatus();
}

absl::Status SelectRecords(const SqliteDatabase& database, const RecordFilter& filter,
                           RecordVisitor visit) {
  std::string sql = "SELECT position, crc32, payload FROM records";
  std::vector<std::string> values;
  absl::string_view word = " WHERE ";
  for (Condition& condition : Conditions(filter)) {
    absl::StrAppend(&sql, word, condition.sql);
    word = " AND ";
    for (std::string& value : condition.values) values.push_back(std::move(value));
  }
  absl::StrAppend(&sql, " ORDER BY position");
  absl::StatusOr<SqliteStatement> query = database.Prepare(sql);
  if (!query.ok()) return query.status();
  for (size_t i = 0; i < values.size(); ++i) query->BindOne(static_cast<int>(i) + 1, values[i]);

  v1::LogRecord record;
  while (true) {
    absl::StatusOr<bool> row = query->Step();
    if (!row.ok() || !*row) return row.status();
    if (absl::Status parsed = ParseRow(database, *query, &record); !parsed.ok()) return parsed;
    if (!visit(record, query->text(2))) return absl::OkStatus();
  }
}

}  // namespace tranche
