#include "broker/log/verify.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "broker/log/record_reader.h"
#include "broker/log/record_writer.h"
#include "broker/log/schema.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/record.h"
#include "broker/protocol/sha256.h"
#include "tranche/v1/log.pb.h"

namespace tranche {
namespace {

absl::Status Damaged(const SqliteDatabase& database, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(database.path(), ": ", what));
}

// Records of one quarter, kept until it's complete.
class QuarterBuffer {
 public:
  void Add(const v1::LogRecord& record, absl::string_view bytes) {
    records_.push_back(std::make_unique<v1::LogRecord>(record));
    stored_.push_back({records_.back().get(), std::string(bytes)});
  }
  absl::Status Flush(RecordWriter& writer) {
    absl::Status inserted = writer.Insert(stored_);
    records_.clear();
    stored_.clear();
    return inserted;
  }

 private:
  std::vector<std::unique_ptr<v1::LogRecord>> records_;
  std::vector<StoredRecord> stored_;
};

// Walks the chain and derives all tables anew into `scratch`.
absl::Status WalkRecords(const SqliteDatabase& database, const SqliteDatabase& scratch) {
  absl::StatusOr<RecordWriter> writer = RecordWriter::Prepare(scratch);
  if (!writer.ok()) return writer.status();
  ChainVerifier chain;
  QuarterBuffer quarter;
  absl::Status wrong;
  absl::Status read =
      ReadRecords(database, 1, [&](const v1::LogRecord& record, absl::string_view bytes) {
        if (wrong = chain.Add(record, bytes); !wrong.ok()) {
          wrong = Damaged(database, wrong.message());
          return false;
        }
        quarter.Add(record, bytes);
        if (record.has_quarter_closed()) wrong = quarter.Flush(*writer);
        return wrong.ok();
      });
  if (!wrong.ok()) return wrong;
  if (!read.ok()) return read;
  if (absl::Status finished = chain.Finish(); !finished.ok()) {
    return Damaged(database, finished.message());
  }
  return quarter.Flush(*writer);
}

bool SameCell(const SqliteStatement& a, const SqliteStatement& b, int column) {
  if (a.type(column) != b.type(column)) return false;
  switch (a.type(column)) {
    case SQLITE_NULL:
      return true;
    case SQLITE_INTEGER:
      return a.integer(column) == b.integer(column);
    case SQLITE_FLOAT:
      return a.real(column) == b.real(column);
    default:
      return a.text(column) == b.text(column);
  }
}

// The row at hand, for people: its first columns name it.
std::string RowName(const SqliteStatement& row) {
  std::string name;
  for (int column = 0; column < row.columns() && column < 3; ++column) {
    absl::StrAppend(&name, column == 0 ? "" : ", ", row.name(column), " ", row.text(column));
  }
  return name;
}

absl::Status CompareTable(const SqliteDatabase& database, const SqliteDatabase& scratch,
                          absl::string_view table, absl::string_view query) {
  absl::StatusOr<SqliteStatement> stored = database.Prepare(query);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<SqliteStatement> derived = scratch.Prepare(query);
  if (!derived.ok()) return derived.status();
  if (stored->columns() != derived->columns()) {
    return Damaged(database, absl::StrCat("table ", table, " isn't as Tranche makes it"));
  }
  while (true) {
    absl::StatusOr<bool> stored_row = stored->Step();
    if (!stored_row.ok()) return stored_row.status();
    absl::StatusOr<bool> derived_row = derived->Step();
    if (!derived_row.ok()) return derived_row.status();
    if (!*stored_row && !*derived_row) return absl::OkStatus();
    if (*stored_row != *derived_row) {
      return Damaged(database, absl::StrCat("table ", table, *stored_row ? " has" : " lacks",
                                            " the row ", RowName(*stored_row ? *stored : *derived),
                                            *stored_row ? ", which no record says"
                                                        : ", which the records say"));
    }
    for (int column = 0; column < stored->columns(); ++column) {
      if (SameCell(*stored, *derived, column)) continue;
      return Damaged(database,
                     absl::StrCat("table ", table, " differs from the records in ",
                                  stored->name(column), " of the row ", RowName(*derived)));
    }
  }
}

absl::Status CheckDescriptors(const SqliteDatabase& database) {
  absl::StatusOr<std::string> descriptors =
      database.QueryText("SELECT value FROM meta WHERE key = 'descriptor_set'");
  if (!descriptors.ok()) return descriptors.status();
  absl::StatusOr<std::string> digest =
      database.QueryText("SELECT value FROM meta WHERE key = 'descriptor_set_sha256'");
  if (!digest.ok()) return digest.status();
  if (Sha256Hex(*descriptors) == *digest) return absl::OkStatus();
  return Damaged(database, "descriptor_set in table meta has been altered");
}

absl::Status VerifySnapshot(const SqliteDatabase& database) {
  absl::StatusOr<SqliteDatabase> scratch = SqliteDatabase::Open(
      absl::StrCat(database.path(), " (scratch)"), SqliteDatabase::Mode::kScratch);
  if (!scratch.ok()) return scratch.status();
  absl::Status done = scratch->Execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
  if (!done.ok()) return done;
  if (done = scratch->Execute(absl::StrCat("BEGIN;", Schema())); !done.ok()) return done;
  if (done = WalkRecords(database, *scratch); !done.ok()) return done;

  // Of the records themselves payload and checksum have been seen.
  done = CompareTable(database, *scratch, "records",
                      "SELECT position, quarter, quarter_index, round, kind, sender, recipients, "
                      "thread, in_reply_to, refused_by FROM records ORDER BY position");
  if (!done.ok()) return done;
  for (const DerivedTable& table : DerivedTables()) {
    done = CompareTable(database, *scratch, table.name,
                        absl::StrCat("SELECT * FROM ", table.name, " ORDER BY ", table.order));
    if (!done.ok()) return done;
  }
  if (done = CheckDescriptors(database); !done.ok()) return done;
  absl::StatusOr<std::string> pages = database.QueryText("PRAGMA integrity_check(1)");
  if (!pages.ok()) return pages.status();
  if (*pages != "ok") return Damaged(database, absl::StrCat("the file is damaged: ", *pages));
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifyLog(const SqliteDatabase& database) {
  // One snapshot throughout, while a run may be writing.
  if (absl::Status begun = database.Execute("BEGIN"); !begun.ok()) return begun;
  absl::Cleanup end = [&database] { database.Execute("END").IgnoreError(); };
  return VerifySnapshot(database);
}

}  // namespace tranche
