#include "broker/log/sqlite.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace tranche {
namespace {

// A writer commits in well under this, so whoever waits longer waits for a stuck one.
constexpr int kBusyTimeoutMs = 10'000;

// Whether a failed read or write failed for want of space. SQLite keeps the cause by file, and
// takes only ENOSPC itself for a full disk.
bool OutOfSpace(sqlite3* handle) {
  const auto is_space = [](int error) {
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
  };
  if (is_space(sqlite3_system_errno(handle))) return true;
  for (int which : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(handle, "main", which, &file) != SQLITE_OK) continue;
    if (file == nullptr || file->pMethods == nullptr) continue;
    int error = 0;
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    if (is_space(error)) return true;
  }
  return false;
}

absl::Status ErrorOf(sqlite3* handle, absl::string_view path) {
  const int code = sqlite3_extended_errcode(handle);
  const auto say = [&](absl::string_view what) {
    return absl::StrCat(path, ": ", what, " (SQLite: ", sqlite3_errmsg(handle),
                        code == (code & 0xff) ? "" : absl::StrCat(", code ", code), ")");
  };
  switch (code & 0xff) {
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(
          say("the disk is full; free some space. What was committed before is kept"));
    case SQLITE_IOERR:
      if (code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS) {
        return absl::DataLossError(say("the file is damaged or truncated"));
      }
      if (OutOfSpace(handle)) {
        return absl::ResourceExhaustedError(
            say("no more may be written (disk, quota or size limit); free some space. What was "
                "committed before is kept"));
      }
      return absl::UnavailableError(say("reading or writing failed; check the disk"));
    case SQLITE_CORRUPT:
      return absl::DataLossError(say("the file is damaged"));
    case SQLITE_NOTADB:
      return absl::InvalidArgumentError(say("not a Tranche log"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return absl::FailedPreconditionError(
          say("another program keeps the file locked; close it and try again"));
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return absl::PermissionDeniedError(
          say("the file and its folder can't be opened so; check their permissions"));
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
      return absl::DataLossError(say("the file's tables aren't as Tranche writes them"));
    default:
      return absl::InternalError(say("SQLite failed"));
  }
}

// `path` as a URI that SQLite reads as this very file name.
std::string FileUri(absl::string_view path) {
  return absl::StrCat(
      "file:", absl::StrReplaceAll(path, {{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}}),
      "?immutable=1");
}

}  // namespace

absl::StatusOr<bool> SqliteStatement::Step() {
  switch (sqlite3_step(get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default: {
      sqlite3* handle = sqlite3_db_handle(get());
      const char* path = sqlite3_db_filename(handle, "main");
      return ErrorOf(handle, path == nullptr ? "" : path);
    }
  }
}

absl::string_view SqliteStatement::text(int column) const {
  const void* bytes = sqlite3_column_blob(get(), column);
  const int size = sqlite3_column_bytes(get(), column);
  return bytes == nullptr ? absl::string_view()
                          : absl::string_view(static_cast<const char*>(bytes), size);
}

absl::StatusOr<SqliteDatabase> SqliteDatabase::Open(const std::string& path, Mode mode) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  std::string name = path;
  switch (mode) {
    case Mode::kReadWrite:
      flags |= SQLITE_OPEN_READWRITE;
      break;
    case Mode::kReadOnly:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case Mode::kImmutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
      name = FileUri(path);
      break;
    case Mode::kScratch:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      name.clear();
      break;
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  SqliteDatabase database(handle, path);
  if (code != SQLITE_OK) return database.Error();
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  return database;
}

absl::Status SqliteDatabase::Execute(const std::string& sql) const {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return Error();
  return absl::OkStatus();
}

absl::StatusOr<SqliteStatement> SqliteDatabase::Prepare(absl::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return Error();
  }
  return SqliteStatement(statement);
}

absl::StatusOr<int64_t> SqliteDatabase::QueryInteger(absl::string_view sql) const {
  absl::StatusOr<SqliteStatement> query = Prepare(sql);
  if (!query.ok()) return query.status();
  absl::StatusOr<bool> row = query->Step();
  if (!row.ok()) return row.status();
  return *row ? query->integer(0) : 0;
}

absl::StatusOr<std::string> SqliteDatabase::QueryText(absl::string_view sql) const {
  absl::StatusOr<SqliteStatement> query = Prepare(sql);
  if (!query.ok()) return query.status();
  absl::StatusOr<bool> row = query->Step();
  if (!row.ok()) return row.status();
  return *row ? std::string(query->text(0)) : std::string();
}

absl::Status SqliteDatabase::Error() const { return ErrorOf(handle(), path_); }

absl::StatusOr<SqliteTransaction> SqliteTransaction::Begin(const SqliteDatabase& database) {
  if (absl::Status begun = database.Execute("BEGIN IMMEDIATE"); !begun.ok()) return begun;
  return SqliteTransaction(&database);
}

SqliteTransaction::~SqliteTransaction() {
  // Some errors have rolled back already; then there is nothing to do and this fails.
  if (database_ != nullptr) database_->Execute("ROLLBACK").IgnoreError();
}

absl::Status SqliteTransaction::Commit() {
  if (absl::Status committed = database_->Execute("COMMIT"); !committed.ok()) return committed;
  database_ = nullptr;
  return absl::OkStatus();
}

}  // namespace tranche
