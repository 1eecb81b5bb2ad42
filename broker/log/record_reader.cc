#include "broker/log/record_reader.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "broker/log/crc32.h"
#include "broker/log/record_search.h"

namespace tranche {
namespace {

absl::Status Damaged(const SqliteDatabase& database, uint64_t position, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(database.path(), ": record ", position, " ", what,
                                          ": the file is damaged or has been edited; restore it "
                                          "from a copy"));
}

// An error of the walk, with the place it happened at.
absl::Status After(const absl::Status& error, uint64_t last) {
  if (!absl::IsDataLoss(error)) return error;
  return absl::DataLossError(absl::StrCat(error.message(), "; after record ", last));
}

}  // namespace

absl::Status ParseRecordRow(const SqliteDatabase& database, const SqliteStatement& query,
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

absl::Status RecordIsMissing(const SqliteDatabase& database, uint64_t position) {
  return Damaged(database, position, "is missing");
}

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
      return RecordIsMissing(database, next);
    }
    if (absl::Status parsed = ParseRecordRow(database, *query, &record); !parsed.ok())
      return parsed;
    ++next;
    if (!visit(record, query->text(2))) return absl::OkStatus();
  }
  if (!closed.ok()) return After(closed.status(), next - 1);
  if (static_cast<uint64_t>(*closed) >= next) return RecordIsMissing(database, next);
  return absl::OkStatus();
}

absl::Status SelectRecords(const SqliteDatabase& database, const RecordFilter& filter,
                           RecordVisitor visit) {
  absl::StatusOr<RecordSearch> search = RecordSearch::Prepare(database, filter);
  if (!search.ok()) return search.status();
  while (true) {
    absl::StatusOr<RecordSearch::Outcome> found = search->Next();
    if (!found.ok()) return found.status();
    if (*found != RecordSearch::Outcome::kFound) return absl::OkStatus();
    absl::StatusOr<const v1::LogRecord*> record = search->Record();
    if (!record.ok()) return record.status();
    if (!visit(**record, search->bytes())) return absl::OkStatus();
  }
}

}  // namespace tranche
