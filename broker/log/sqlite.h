#ifndef TRANCHE_BROKER_LOG_SQLITE_H_
#define TRANCHE_BROKER_LOG_SQLITE_H_

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// SQLite with owned handles and absl::Status. Only what logs and results of ensembles need of it.
namespace tranche {

// Arguments of a statement beside integers, doubles and text.
struct SqlNull {};
struct SqlBlob {
  absl::string_view bytes;
};

class SqliteStatement {
 public:
  SqliteStatement() = default;

  // Binds `arguments` to ?1, ?2, … and runs a statement that gives no rows. Text and blobs are
  // not copied.
  template <typename... Arguments>
  absl::Status Run(const Arguments&... arguments) {
    Bind(arguments...);
    absl::StatusOr<bool> row = Step();
    Reset();
    return row.status();
  }

  // Binds arguments of a query. What text and blobs point to must stay until the next Bind.
  template <typename... Arguments>
  void Bind(const Arguments&... arguments) {
    Reset();
    int index = 0;
    (BindOne(++index, arguments), ...);
  }
  // Binds the argument ?index.
  void BindOne(int index, SqlNull) { sqlite3_bind_null(get(), index); }
  void BindOne(int index, double value) { sqlite3_bind_double(get(), index, value); }
  template <std::integral Integer>
  void BindOne(int index, Integer value) {
    sqlite3_bind_int64(get(), index, static_cast<sqlite3_int64>(value));
  }
  void BindOne(int index, absl::string_view text) {
    sqlite3_bind_text64(get(), index, text.data() == nullptr ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
  }
  void BindOne(int index, const std::string& text) { BindOne(index, absl::string_view(text)); }
  void BindOne(int index, const char* text) { BindOne(index, absl::string_view(text)); }
  void BindOne(int index, SqlBlob blob) {
    sqlite3_bind_blob64(get(), index, blob.bytes.data() == nullptr ? "" : blob.bytes.data(),
                        blob.bytes.size(), SQLITE_STATIC);
  }

  // Advances to the next row; false: there is none.
  absl::StatusOr<bool> Step();
  void Reset() { sqlite3_reset(get()); }

  // Columns of the row, from 0. Text and blobs are valid until the next Step or Reset.
  int columns() const { return sqlite3_column_count(get()); }
  absl::string_view name(int column) const { return sqlite3_column_name(get(), column); }
  int type(int column) const { return sqlite3_column_type(get(), column); }
  int64_t integer(int column) const { return sqlite3_column_int64(get(), column); }
  double real(int column) const { return sqlite3_column_double(get(), column); }
  absl::string_view text(int column) const;

 private:
  friend class SqliteDatabase;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* get() const { return statement_.get(); }

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

// A connection. Not thread-safe. Errors name the file.
class SqliteDatabase {
 public:
  enum class Mode {
    kReadWrite,
    kReadOnly,
    // Nobody writes the file while it is open, and it has no write-ahead log: it is read without
    // locks, so that its folder need not be writable.
    kImmutable,
    // A private scratch database, gone when closed; `path` only names it in errors.
    kScratch,
  };
  static absl::StatusOr<SqliteDatabase> Open(const std::string& path, Mode mode);

  // Runs statements that give no rows (or whose rows don't matter), separated by semicolons.
  absl::Status Execute(const std::string& sql) const;
  // `sql` is written here, so that it doesn't compile is a damaged schema.
  absl::StatusOr<SqliteStatement> Prepare(absl::string_view sql) const;
  // The first column of the first row.
  absl::StatusOr<int64_t> QueryInteger(absl::string_view sql) const;
  absl::StatusOr<std::string> QueryText(absl::string_view sql) const;
  // Binds `arguments` to ?1, ?2, … and calls `visit` for each row until it returns false.
  template <typename... Arguments>
  absl::Status Query(absl::string_view sql, absl::FunctionRef<bool(const SqliteStatement&)> visit,
                     const Arguments&... arguments) const {
    absl::StatusOr<SqliteStatement> query = Prepare(sql);
    if (!query.ok()) return query.status();
    query->Bind(arguments...);
    while (true) {
      absl::StatusOr<bool> row = query->Step();
      if (!row.ok() || !*row) return row.status();
      if (!visit(*query)) return absl::OkStatus();
    }
  }

  // What the last failed call on this connection means.
  absl::Status Error() const;
  const std::string& path() const { return path_; }
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  SqliteDatabase(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Closer> handle_;
  std::string path_;
};

// A transaction that is rolled back unless it is committed.
class SqliteTransaction {
 public:
  // Takes the write lock at once.
  static absl::StatusOr<SqliteTransaction> Begin(const SqliteDatabase& database);
  SqliteTransaction(SqliteTransaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction();
  // Durable when it returns OK; nothing has happened when it doesn't.
  absl::Status Commit();

 private:
  explicit SqliteTransaction(const SqliteDatabase* database) : database_(database) {}
  const SqliteDatabase* database_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_SQLITE_H_
