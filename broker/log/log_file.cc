#include "broker/log/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "broker/log/schema.h"
#include "broker/protocol/sha256.h"
#include "tranche/v1/descriptor_set.h"

namespace tranche {
namespace {

constexpr absl::string_view kSqliteMagic("SQLite format 3\0", 16);

absl::Status NotALog(const std::string& path, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": not a Tranche log: ", why));
}

absl::Status SystemError(const std::string& path, int error) {
  const std::string message = absl::StrCat(path, ": ", std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EEXIST:
      return absl::AlreadyExistsError(
          absl::StrCat(path, ": exists already; choose another name, or remove it first"));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message);
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(absl::StrCat(message, "; free some space"));
    default:
      return absl::UnavailableError(message);
  }
}

bool HasWriteAheadLog(const std::string& path) {
  struct stat info = {};
  return stat(absl::StrCat(path, "-wal").c_str(), &info) == 0 && info.st_size > 0;
}

// What the first page says, read through SQLite's own handle: opening the file a second time and
// closing it would drop the locks that another connection of this process holds on it.
struct FileHeader {
  int64_t file_size = 0;
  bool is_sqlite = false;
  int64_t pages_size = 0;  // as the header says
};

absl::StatusOr<FileHeader> ReadHeader(const SqliteDatabase& database) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
          SQLITE_OK ||
      file == nullptr || file->pMethods == nullptr) {
    return database.Error();
  }
  FileHeader header;
  sqlite3_int64 size = 0;
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK) return database.Error();
  header.file_size = size;

  std::array<unsigned char, 100> bytes = {};
  const int read = file->pMethods->xRead(file, bytes.data(), bytes.size(), 0);
  if (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ) return database.Error();
  header.is_sqlite = std::memcmp(bytes.data(), kSqliteMagic.data(), kSqliteMagic.size()) == 0;
  // https://sqlite.org/fileformat2.html#the_database_header
  const int64_t raw_page_size = bytes[16] << 8 | bytes[17];
  const int64_t page_size = raw_page_size == 1 ? 65536 : raw_page_size;
  const int64_t pages = int64_t{bytes[28]} << 24 | bytes[29] << 16 | bytes[30] << 8 | bytes[31];
  header.pages_size = page_size * pages;
  return header;
}

// Tells a log from other files, and a whole file from one that is cut short.
absl::Status CheckHeader(const SqliteDatabase& database) {
  const std::string& path = database.path();
  absl::StatusOr<FileHeader> header = ReadHeader(database);
  if (!header.ok()) return header.status();
  const bool write_ahead = HasWriteAheadLog(path);
  if (!write_ahead) {
    // A page may still be in the write-ahead log; without one, all must be here.
    if (header->file_size == 0) return NotALog(path, "the file is empty");
    if (!header->is_sqlite) return NotALog(path, "the file isn't a SQLite database");
    if (header->pages_size > header->file_size) {
      return absl::DataLossError(absl::StrCat(path, ": the file is truncated: ", header->file_size,
                                              " of ", header->pages_size,
                                              " bytes are there; restore it from a copy"));
    }
  }
  absl::StatusOr<int64_t> application = database.QueryInteger("PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application != kApplicationId) {
    return NotALog(path, "the file is a SQLite database of another program");
  }
  absl::StatusOr<int64_t> version = database.QueryInteger("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version > kSchemaVersion) {
    absl::StatusOr<std::string> creator =
        database.QueryText("SELECT value FROM meta WHERE key = 'created_by'");
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": written by a newer Tranche",
                     creator.ok() && !creator->empty() ? absl::StrCat(" (", *creator, ")") : "",
                     " with log schema ", *version, "; this one reads schemas up to ",
                     kSchemaVersion, ": use the newer one"));
  }
  if (*version < 1) {
    return absl::DataLossError(
        absl::StrCat(path, ": the file is damaged: log schema ", *version, " never was"));
  }
  return absl::OkStatus();
}

// How a connection that writes works: a commit has reached the disk when it returns.
absl::Status PrepareToWrite(const SqliteDatabase& database) {
  return database.Execute(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA cache_size = -65536;"  // KiB
      "PRAGMA wal_autocheckpoint = 2000;");
}

absl::Status FillMeta(const SqliteDatabase& database) {
  absl::StatusOr<SqliteStatement> insert = database.Prepare("INSERT INTO meta VALUES (?1, ?2)");
  if (!insert.ok()) return insert.status();
  absl::Status run = insert->Run("schema_version", kSchemaVersion);
  if (!run.ok()) return run;
  run = insert->Run("created_by", "tranche " TRANCHE_VERSION);
  if (!run.ok()) return run;
  run = insert->Run("descriptor_set", SqlBlob{TrancheDescriptorSet()});
  if (!run.ok()) return run;
  return insert->Run("descriptor_set_sha256", Sha256Hex(TrancheDescriptorSet()));
}

// Makes an empty file a log without records.
absl::StatusOr<SqliteDatabase> OpenAndFill(const std::string& path) {
  absl::StatusOr<SqliteDatabase> database =
      SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadWrite);
  if (!database.ok()) return database.status();
  absl::Status done = PrepareToWrite(*database);
  if (!done.ok()) return done;
  absl::StatusOr<SqliteTransaction> transaction = SqliteTransaction::Begin(*database);
  if (!transaction.ok()) return transaction.status();
  done = database->Execute(absl::StrCat(Schema(), "PRAGMA application_id = ", kApplicationId,
                                        "; PRAGMA user_version = ", kSchemaVersion));
  if (!done.ok()) return done;
  if (done = FillMeta(*database); !done.ok()) return done;
  if (done = transaction->Commit(); !done.ok()) return done;
  return database;
}

}  // namespace

absl::Status MakeEmptyFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return SystemError(path, errno);
  close(descriptor);
  return absl::OkStatus();
}

absl::StatusOr<SqliteDatabase> CreateLogFile(const std::string& path) {
  // SQLite itself would open a file that is there.
  if (absl::Status made = MakeEmptyFile(path); !made.ok()) return made;
  absl::StatusOr<SqliteDatabase> database = OpenAndFill(path);
  if (!database.ok()) {
    for (absl::string_view suffix : {"", "-wal", "-shm", "-journal"}) {
      unlink(absl::StrCat(path, suffix).c_str());
    }
  }
  return database;
}

absl::Status CheckIsFree(const std::string& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0 ? SystemError(path, EEXIST) : absl::OkStatus();
}

absl::Status CheckIsFile(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return SystemError(path, errno);
  if (!S_ISREG(info.st_mode)) {
    return NotALog(path, S_ISDIR(info.st_mode) ? "it's a folder" : "it isn't a plain file");
  }
  return absl::OkStatus();
}

absl::StatusOr<SqliteDatabase> OpenLogFileToWrite(const std::string& path) {
  if (absl::Status is_file = CheckIsFile(path); !is_file.ok()) return is_file;
  absl::StatusOr<SqliteDatabase> database =
      SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadWrite);
  if (!database.ok()) return database.status();
  if (sqlite3_db_readonly(database->handle(), "main") == 1) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": the file can't be written; check its permissions"));
  }
  if (absl::Status checked = CheckHeader(*database); !checked.ok()) return checked;
  if (absl::Status prepared = PrepareToWrite(*database); !prepared.ok()) return prepared;
  absl::StatusOr<std::string> pages = database->QueryText("PRAGMA quick_check(1)");
  if (!pages.ok()) return pages.status();
  if (*pages != "ok") {
    return absl::DataLossError(
        absl::StrCat(path, ": the file is damaged: ", *pages, "; restore it from a copy"));
  }
  return database;
}

absl::StatusOr<SqliteDatabase> OpenLogFileToRead(const std::string& path) {
  if (absl::Status is_file = CheckIsFile(path); !is_file.ok()) return is_file;
  absl::StatusOr<SqliteDatabase> database =
      SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadOnly);
  if (!database.ok()) return database.status();
  absl::Status checked = CheckHeader(*database);
  if (!absl::IsPermissionDenied(checked)) {
    if (!checked.ok()) return checked;
    return database;
  }
  // A file in write-ahead mode needs two more beside it, which can't be made here.
  if (HasWriteAheadLog(path)) {
    return absl::PermissionDeniedError(absl::StrCat(
        path,
        ": its run didn't end in order, and reading it needs a folder that can be written: "
        "copy it, and ",
        path, "-wal with it, to one"));
  }
  database = SqliteDatabase::Open(path, SqliteDatabase::Mode::kImmutable);
  if (!database.ok()) return database.status();
  if (checked = CheckHeader(*database); !checked.ok()) return checked;
  return database;
}

}  // namespace tranche
