#include "broker/ensemble/results_file.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "broker/ensemble/results_schema.h"
#include "broker/log/log_file.h"
#include "broker/protocol/sha256.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

constexpr absl::string_view kMagic("SQLite format 3\0", 16);

absl::Status NotResults(const std::string& path, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": no results of an ensemble: ", why, "; name another file"));
}

// What the first page says, before SQLite opens the file: so that a file of another kind is left
// alone.
absl::Status CheckHeader(const std::string& path) {
  if (absl::Status is_file = CheckIsFile(path); !is_file.ok()) return is_file;
  std::array<char, 100> header = {};
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    return absl::PermissionDeniedError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  file.read(header.data(), header.size());
  if (file.gcount() == 0) return NotResults(path, "the file is empty");
  if (std::memcmp(header.data(), kMagic.data(), kMagic.size()) != 0) {
    return NotResults(path, "the file isn't a SQLite database");
  }
  return absl::OkStatus();
}

absl::Status CheckIdentity(const SqliteDatabase& database) {
  const absl::StatusOr<int64_t> application = database.QueryInteger("PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application != kResultsApplicationId) {
    return NotResults(database.path(), "the file is a SQLite database of another kind");
  }
  const absl::StatusOr<int64_t> version = database.QueryInteger("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version > kResultsSchemaVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        database.path(), ": written by a newer Tranche with ensemble schema ", *version,
        "; this one reads schemas up to ", kResultsSchemaVersion, ": use the newer one"));
  }
  return absl::OkStatus();
}

// Text of a meta entry; empty if there is none.
absl::StatusOr<std::string> Meta(const SqliteDatabase& database, absl::string_view key) {
  absl::StatusOr<SqliteStatement> query = database.Prepare("SELECT value FROM meta WHERE key = ?1");
  if (!query.ok()) return query.status();
  query->Bind(key);
  const absl::StatusOr<bool> row = query->Step();
  if (!row.ok()) return row.status();
  return *row ? std::string(query->text(0)) : std::string();
}

std::string ShardText(Shard shard) {
  return shard.count == 1 ? "" : absl::StrCat(shard.number, "/", shard.count);
}

// A statement with as many arguments.
std::string InsertSql(absl::string_view table, int arguments) {
  std::string sql = absl::StrCat("INSERT INTO ", table, " VALUES (?1");
  for (int i = 2; i <= arguments; ++i) absl::StrAppend(&sql, ", ?", i);
  return sql + ")";
}

class Writer {
 public:
  explicit Writer(const SqliteDatabase& database) : database_(database) {}

  // Runs one statement with these arguments.
  template <typename... Arguments>
  absl::Status Insert(absl::string_view table, const Arguments&... arguments) {
    absl::StatusOr<SqliteStatement> insert =
        database_.Prepare(InsertSql(table, sizeof...(Arguments)));
    if (!insert.ok()) return insert.status();
    return insert->Run(arguments...);
  }

 private:
  const SqliteDatabase& database_;
};

absl::Status WriteMeta(const SqliteDatabase& database, absl::string_view plan_text,
                       const std::string& shard) {
  Writer writer(database);
  const std::pair<absl::string_view, std::string> entries[] = {
      {"created_by", "tranche " TRANCHE_VERSION},
      {"plan", std::string(plan_text)},
      {"plan_sha256", Sha256Hex(plan_text)},
      {"shard", shard},
  };
  for (const auto& [key, value] : entries) {
    if (value.empty()) continue;
    if (absl::Status done = writer.Insert("meta", key, value); !done.ok()) return done;
  }
  return writer.Insert("meta", "schema_version", kResultsSchemaVersion);
}

absl::Status WritePlan(const SqliteDatabase& database, const EnsemblePlan& plan) {
  Writer writer(database);
  for (size_t i = 0; i < plan.scenarios.size(); ++i) {
    const std::string canonical = CanonicalScenarioBytes(plan.scenarios[i]);
    absl::Status done = writer.Insert("scenarios", i, plan.scenarios[i].name(),
                                      Sha256Hex(canonical), SqlBlob{canonical});
    if (!done.ok()) return done;
  }
  for (size_t i = 0; i < plan.dimensions.size(); ++i) {
    absl::Status done = writer.Insert("dimensions", i, plan.dimensions[i].path);
    if (!done.ok()) return done;
  }
  absl::StatusOr<SqliteStatement> point = database.Prepare(InsertSql("points", 2));
  if (!point.ok()) return point.status();
  absl::StatusOr<SqliteStatement> value = database.Prepare(InsertSql("point_values", 3));
  if (!value.ok()) return value.status();
  for (size_t i = 0; i < plan.points.size(); ++i) {
    absl::Status done = point->Run(i, plan.points[i].scenario);
    if (!done.ok()) return done;
    for (size_t d = 0; d < plan.dimensions.size(); ++d) {
      done = value->Run(i, d, plan.points[i].values[d]);
      if (!done.ok()) return done;
    }
  }
  return absl::OkStatus();
}

std::string Pragmas() {
  return absl::StrCat("PRAGMA application_id = ", kResultsApplicationId,
                      "; PRAGMA user_version = ", kResultsSchemaVersion, ";");
}

void RemoveFile(const std::string& path) {
  for (absl::string_view suffix : {"", "-wal", "-shm", "-journal"}) {
    unlink(absl::StrCat(path, suffix).c_str());
  }
}

// An empty file becomes the results of no run yet.
absl::StatusOr<SqliteDatabase> Fill(const std::string& path, const EnsemblePlan& plan,
                                    Shard shard) {
  absl::StatusOr<SqliteDatabase> database =
      SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadWrite);
  if (!database.ok()) return database;
  absl::StatusOr<SqliteTransaction> transaction = SqliteTransaction::Begin(*database);
  if (!transaction.ok()) return transaction.status();
  absl::Status done = database->Execute(
      absl::StrCat(ResultsSchema(plan.first_quarter(), plan.quarters()), Pragmas()));
  if (done.ok()) done = WriteMeta(*database, PlanText(plan), ShardText(shard));
  if (done.ok()) done = WritePlan(*database, plan);
  if (done.ok()) done = transaction->Commit();
  if (!done.ok()) return done;
  return database;
}

// An existing file, if it holds a part of this plan.
absl::StatusOr<SqliteDatabase> OpenSame(const std::string& path, const EnsemblePlan& plan,
                                        Shard shard) {
  if (absl::Status header = CheckHeader(path); !header.ok()) return header;
  absl::StatusOr<SqliteDatabase> database =
      SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadWrite);
  if (!database.ok()) return database;
  if (sqlite3_db_readonly(database->handle(), "main") == 1) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": the file can't be written; check its permissions"));
  }
  if (absl::Status known = CheckIdentity(*database); !known.ok()) return known;
  const absl::StatusOr<std::string> there = Meta(*database, "plan");
  if (!there.ok()) return there.status();
  const std::string wanted = PlanText(plan);
  if (*there != wanted) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": holds another ensemble (", DescribePlanDifference(*there, wanted),
                     "); name another file, or ask for the same runs to go on with it"));
  }
  const absl::StatusOr<std::string> shard_there = Meta(*database, "shard");
  if (!shard_there.ok()) return shard_there.status();
  if (*shard_there != ShardText(shard)) {
    const auto say = [](const std::string& text) {
      return text.empty() ? std::string("the whole ensemble") : absl::StrCat("shard ", text);
    };
    return absl::FailedPreconditionError(absl::StrCat(path, ": holds ", say(*shard_there), ", not ",
                                                      say(ShardText(shard)),
                                                      "; name another file"));
  }
  return database;
}

// Reads one file of a merge.
struct Source {
  SqliteDatabase database;
  std::map<int64_t, int64_t> metrics;  // number there: number in the output
};

// Numbers all sources' metrics anew, by name and subject, and writes their names.
absl::Status NumberMetrics(std::vector<Source>& sources, const SqliteDatabase& output) {
  std::map<MetricKey, int64_t> numbers;
  for (const Source& source : sources) {
    const absl::StatusOr<std::vector<MetricKey>> keys = MetricNamesOf(source.database);
    if (!keys.ok()) return keys.status();
    for (const MetricKey& key : *keys) numbers.emplace(key, 0);
  }
  absl::StatusOr<SqliteStatement> insert = output.Prepare(InsertSql("metric_names", 4));
  if (!insert.ok()) return insert.status();
  int64_t next = 0;
  for (auto& [key, number] : numbers) {
    number = next++;
    absl::Status done = insert->Run(number, key.name, key.subject, key.unit);
    if (!done.ok()) return done;
  }
  for (Source& source : sources) {
    const absl::StatusOr<std::vector<MetricKey>> keys = MetricNamesOf(source.database);
    if (!keys.ok()) return keys.status();
    for (size_t i = 0; i < keys->size(); ++i) {
      source.metrics[static_cast<int64_t>(i)] = numbers[(*keys)[i]];
    }
  }
  return absl::OkStatus();
}

// Copies every row of a query whose rows are what `insert` takes.
absl::Status CopyRow(const SqliteStatement& from, SqliteStatement& insert) {
  insert.Reset();
  for (int column = 0; column < from.columns(); ++column) {
    switch (from.type(column)) {
      case SQLITE_INTEGER:
        insert.BindOne(column + 1, from.integer(column));
        break;
      case SQLITE_FLOAT:
        insert.BindOne(column + 1, from.real(column));
        break;
      case SQLITE_NULL:
        insert.BindOne(column + 1, SqlNull());
        break;
      case SQLITE_BLOB:
        insert.BindOne(column + 1, SqlBlob{from.text(column)});
        break;
      default:
        insert.BindOne(column + 1, from.text(column));
    }
  }
  const absl::StatusOr<bool> done = insert.Step();
  insert.Reset();
  return done.status();
}

absl::Status CopyTable(const SqliteDatabase& from, const SqliteDatabase& to,
                       absl::string_view table, absl::string_view order) {
  absl::StatusOr<SqliteStatement> rows =
      from.Prepare(absl::StrCat("SELECT * FROM ", table, " ORDER BY ", order));
  if (!rows.ok()) return rows.status();
  absl::StatusOr<SqliteStatement> insert = to.Prepare(InsertSql(table, rows->columns()));
  if (!insert.ok()) return insert.status();
  for (;;) {
    const absl::StatusOr<bool> row = rows->Step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    if (absl::Status copied = CopyRow(*rows, *insert); !copied.ok()) return copied;
  }
}

// Copies runs with their metrics and deals out of one source.
class RunCopier {
 public:
  static absl::StatusOr<RunCopier> Prepare(const Source& source, const SqliteDatabase& output) {
    RunCopier copier;
    copier.metric_numbers_ = &source.metrics;
    const SqliteDatabase& from = source.database;
    const std::pair<SqliteStatement*, std::pair<const SqliteDatabase*, std::string>> all[] = {
        {&copier.run_, {&from, "SELECT * FROM runs WHERE run = ?1"}},
        {&copier.metrics_, {&from, "SELECT * FROM metrics WHERE run = ?1 ORDER BY metric"}},
        {&copier.deals_, {&from, "SELECT * FROM deals WHERE run = ?1 ORDER BY deal"}},
    };
    for (const auto& [statement, sql] : all) {
      absl::StatusOr<SqliteStatement> prepared = sql.first->Prepare(sql.second);
      if (!prepared.ok()) return prepared.status();
      *statement = *std::move(prepared);
    }
    const std::pair<SqliteStatement*, std::string> inserts[] = {
        {&copier.insert_run_, InsertSql("runs", copier.run_.columns())},
        {&copier.insert_metric_, InsertSql("metrics", copier.metrics_.columns())},
        {&copier.insert_deal_, InsertSql("deals", copier.deals_.columns())},
    };
    for (const auto& [statement, sql] : inserts) {
      absl::StatusOr<SqliteStatement> prepared = output.Prepare(sql);
      if (!prepared.ok()) return prepared.status();
      *statement = *std::move(prepared);
    }
    return copier;
  }

  absl::Status Copy(int64_t run) {
    absl::Status done = CopyAll(run_, insert_run_, run);
    if (done.ok()) done = CopyMetrics(run);
    if (done.ok()) done = CopyAll(deals_, insert_deal_, run);
    return done;
  }

 private:
  static absl::Status CopyAll(SqliteStatement& query, SqliteStatement& insert, int64_t run) {
    query.Bind(run);
    for (;;) {
      const absl::StatusOr<bool> row = query.Step();
      if (!row.ok()) return row.status();
      if (!*row) return absl::OkStatus();
      if (absl::Status copied = CopyRow(query, insert); !copied.ok()) return copied;
    }
  }

  // Rows go in by their new numbers, so that the file's pages fill in order.
  absl::Status CopyMetrics(int64_t run) {
    std::map<int64_t, std::vector<double>> rows;
    metrics_.Bind(run);
    for (;;) {
      const absl::StatusOr<bool> row = metrics_.Step();
      if (!row.ok()) return row.status();
      if (!*row) break;
      std::vector<double>& values = rows[metric_numbers_->at(metrics_.integer(1))];
      for (int column = 2; column < metrics_.columns(); ++column) {
        values.push_back(metrics_.type(column) == SQLITE_NULL
                             ? std::numeric_limits<double>::quiet_NaN()
                             : metrics_.real(column));
      }
    }
    for (const auto& [metric, values] : rows) {
      insert_metric_.Bind(run, metric);
      int column = 2;
      for (const double value : values) insert_metric_.BindOne(++column, value);
      const absl::StatusOr<bool> done = insert_metric_.Step();
      if (!done.ok()) return done.status();
    }
    insert_metric_.Reset();
    return absl::OkStatus();
  }

  const std::map<int64_t, int64_t>* metric_numbers_ = nullptr;
  SqliteStatement run_, metrics_, deals_;
  SqliteStatement insert_run_, insert_metric_, insert_deal_;
};

// Which source each run is copied from.
absl::StatusOr<std::map<int64_t, size_t>> AssignRuns(const std::vector<Source>& sources) {
  std::map<int64_t, size_t> from;
  std::map<int64_t, std::string> digests;
  for (size_t i = 0; i < sources.size(); ++i) {
    absl::StatusOr<SqliteStatement> query =
        sources[i].database.Prepare("SELECT run, digest FROM runs ORDER BY run");
    if (!query.ok()) return query.status();
    for (;;) {
      const absl::StatusOr<bool> row = query->Step();
      if (!row.ok()) return row.status();
      if (!*row) break;
      const int64_t run = query->integer(0);
      const auto [known, is_new] = digests.emplace(run, query->text(1));
      if (!is_new && known->second != query->text(1)) {
        return absl::DataLossError(absl::StrCat(
            "run ", run, " differs between ", sources[from[run]].database.path(), " and ",
            sources[i].database.path(), "; they were played by different versions of Tranche"));
      }
      if (is_new) from[run] = i;
    }
  }
  return from;
}

// The sources' runs in canonical order into an empty file.
absl::StatusOr<int64_t> WriteCanonical(std::vector<Source>& sources, const std::string& path,
                                       const std::string& shard) {
  const absl::StatusOr<std::map<int64_t, size_t>> runs = AssignRuns(sources);
  if (!runs.ok()) return runs.status();
  absl::StatusOr<SqliteDatabase> output =
      SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadWrite);
  if (!output.ok()) return output.status();
  const SqliteDatabase& first = sources[0].database;
  const absl::StatusOr<std::string> schema = first.QueryText(
      "SELECT group_concat(sql, ';') || ';' FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT "
      "NULL ORDER BY rowid)");
  if (!schema.ok()) return schema.status();
  const absl::StatusOr<std::string> plan = Meta(first, "plan");
  if (!plan.ok()) return plan.status();

  absl::StatusOr<SqliteTransaction> transaction = SqliteTransaction::Begin(*output);
  if (!transaction.ok()) return transaction.status();
  absl::Status done = output->Execute(absl::StrCat(*schema, Pragmas()));
  if (done.ok()) done = WriteMeta(*output, *plan, shard);
  if (done.ok()) done = CopyTable(first, *output, "scenarios", "scenario");
  if (done.ok()) done = CopyTable(first, *output, "dimensions", "dimension");
  if (done.ok()) done = CopyTable(first, *output, "points", "point");
  if (done.ok()) done = CopyTable(first, *output, "point_values", "point, dimension");
  if (done.ok()) done = NumberMetrics(sources, *output);
  if (!done.ok()) return done;
  std::vector<RunCopier> copiers;
  for (const Source& source : sources) {
    absl::StatusOr<RunCopier> copier = RunCopier::Prepare(source, *output);
    if (!copier.ok()) return copier.status();
    copiers.push_back(*std::move(copier));
  }
  for (const auto& [run, source] : *runs) {
    if (done = copiers[source].Copy(run); !done.ok()) return done;
  }
  copiers.clear();
  if (done = transaction->Commit(); !done.ok()) return done;
  return static_cast<int64_t>(runs->size());
}

}  // namespace

absl::StatusOr<std::unique_ptr<ResultsFile>> ResultsFile::Open(const std::string& path,
                                                               const EnsemblePlan& plan,
                                                               Shard shard) {
  absl::StatusOr<WriterLock> lock = WriterLock::Take(path);
  if (!lock.ok()) return lock.status();
  const absl::Status made = MakeEmptyFile(path);
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  absl::StatusOr<SqliteDatabase> database =
      made.ok() ? Fill(path, plan, shard) : OpenSame(path, plan, shard);
  if (!database.ok()) {
    if (made.ok()) RemoveFile(path);
    return database.status();
  }
  std::unique_ptr<ResultsFile> file(
      new ResultsFile(path, plan, *std::move(lock), *std::move(database)));
  if (absl::Status prepared = file->Prepare(shard); !prepared.ok()) return prepared;
  return file;
}

absl::Status ResultsFile::Prepare(Shard shard) {
  absl::StatusOr<SqliteStatement> query = database_->Prepare("SELECT run FROM runs ORDER BY run");
  if (!query.ok()) return query.status();
  std::vector<bool> there(static_cast<size_t>(plan_.runs()));
  for (;;) {
    const absl::StatusOr<bool> row = query->Step();
    if (!row.ok()) return row.status();
    if (!*row) break;
    if (query->integer(0) < plan_.runs()) there[static_cast<size_t>(query->integer(0))] = true;
    ++found_;
  }
  for (int64_t run = 0; run < plan_.runs(); ++run) {
    if (shard.Has(run) && !there[static_cast<size_t>(run)]) pending_.push_back(run);
  }
  // Nothing to add: the file stays as it is.
  if (pending_.empty()) return absl::OkStatus();

  const absl::StatusOr<std::vector<MetricKey>> keys = MetricNamesOf(*database_);
  if (!keys.ok()) return keys.status();
  for (const MetricKey& key : *keys) {
    metric_numbers_.emplace(absl::StrCat(key.name, ":", key.subject), metric_numbers_.size());
  }
  // A commit survives the process. That the last ones may be lost with the machine's power is as if
  // their runs had been in flight.
  absl::Status done = database_->Execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;");
  if (!done.ok()) return done;
  const std::pair<SqliteStatement*, std::string> all[] = {
      {&sql_.run, InsertSql("runs", 6)},
      {&sql_.metric_name, InsertSql("metric_names", 4)},
      {&sql_.metric, InsertSql("metrics", 2 + plan_.quarters())},
      {&sql_.deal, InsertSql("deals", 12)},
  };
  for (const auto& [statement, sql] : all) {
    absl::StatusOr<SqliteStatement> prepared = database_->Prepare(sql);
    if (!prepared.ok()) return prepared.status();
    *statement = *std::move(prepared);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ResultsFile::MetricNumber(const MetricKey& key) {
  const auto [entry, is_new] = metric_numbers_.try_emplace(
      absl::StrCat(key.name, ":", key.subject), static_cast<int64_t>(metric_numbers_.size()));
  if (is_new) {
    absl::Status done = sql_.metric_name.Run(entry->second, key.name, key.subject, key.unit);
    if (!done.ok()) return done;
  }
  return entry->second;
}

absl::Status ResultsFile::Append(int64_t run, const RunOutcome& outcome,
                                 absl::Span<const MetricKey> keys) {
  absl::StatusOr<SqliteTransaction> transaction = SqliteTransaction::Begin(*database_);
  if (!transaction.ok()) return transaction.status();
  sql_.run.Bind(run, plan_.PointOf(run), plan_.SeedOf(run), outcome.rounds, SqlNull(),
                absl::string_view());
  const std::string digest = OutcomeDigest(outcome, {keys.begin(), keys.end()});
  if (!outcome.error.empty()) sql_.run.BindOne(5, outcome.error);
  sql_.run.BindOne(6, digest);
  if (const auto row = sql_.run.Step(); !row.ok()) return row.status();
  sql_.run.Reset();

  const size_t metrics =
      outcome.quarters == 0 ? 0 : outcome.values.size() / static_cast<size_t>(outcome.quarters);
  for (size_t metric = 0; metric < metrics; ++metric) {
    bool any = false;
    for (int quarter = 0; quarter < outcome.quarters; ++quarter) {
      const double value = outcome.Value(metric, quarter);
      any |= value == value;
    }
    if (!any) continue;
    const absl::StatusOr<int64_t> number = MetricNumber(keys[metric]);
    if (!number.ok()) return number.status();
    sql_.metric.Bind(run, *number);
    for (int quarter = 0; quarter < outcome.quarters; ++quarter) {
      sql_.metric.BindOne(3 + quarter, outcome.Value(metric, quarter));  // NaN binds NULL
    }
    if (const auto row = sql_.metric.Step(); !row.ok()) return row.status();
  }
  sql_.metric.Reset();

  for (const DealOutcome& deal : outcome.deals) {
    sql_.deal.Bind(run, deal.deal, deal.kind, deal.lab, deal.investor, deal.signed_quarter,
                   SqlNull(), deal.state, SqlNull(), deal.amount_cents, deal.drawn_cents,
                   deal.reviews);
    if (!deal.closed_quarter.empty()) sql_.deal.BindOne(7, deal.closed_quarter);
    if (!deal.outcome.empty()) sql_.deal.BindOne(9, deal.outcome);
    if (const auto row = sql_.deal.Step(); !row.ok()) return row.status();
  }
  sql_.deal.Reset();
  ++added_;
  return transaction->Commit();
}

absl::Status ResultsFile::Finish() {
  const bool complete = added_ == static_cast<int64_t>(pending_.size());
  if (added_ == 0 && pending_.empty()) return absl::OkStatus();
  sql_ = {};
  if (!complete) {
    // Folds the write-ahead log in.
    return database_->Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  const absl::StatusOr<std::string> shard = Meta(*database_, "shard");
  if (!shard.ok()) return shard.status();
  const std::string ordered = absl::StrCat(path_, "-ordered");
  RemoveFile(ordered);  // of one who was killed here
  if (absl::Status made = MakeEmptyFile(ordered); !made.ok()) return made;
  std::vector<Source> sources;
  sources.push_back({std::move(*database_), {}});
  database_.reset();
  const absl::StatusOr<int64_t> written = WriteCanonical(sources, ordered, *shard);
  sources.clear();  // the last connection folds the write-ahead log in and removes it
  if (!written.ok()) {
    RemoveFile(ordered);
    return written.status();
  }
  if (std::rename(ordered.c_str(), path_.c_str()) != 0) {
    return absl::UnavailableError(
        absl::StrCat(path_, ": can't be replaced by its ordered form: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> SeedsOf(const SqliteDatabase& results) {
  const absl::StatusOr<std::string> plan = Meta(results, "plan");
  if (!plan.ok()) return plan.status();
  const std::string label = "\nseeds ";
  const size_t at = plan->find(label);
  if (at == std::string::npos) {
    return absl::DataLossError(absl::StrCat(results.path(), ": its plan is damaged"));
  }
  const size_t begin = at + label.size();
  return ParseSeeds(plan->substr(begin, plan->find('\n', begin) - begin));
}

absl::StatusOr<std::vector<MetricKey>> MetricNamesOf(const SqliteDatabase& database) {
  absl::StatusOr<SqliteStatement> query =
      database.Prepare("SELECT name, subject, unit FROM metric_names ORDER BY metric");
  if (!query.ok()) return query.status();
  std::vector<MetricKey> keys;
  for (;;) {
    const absl::StatusOr<bool> row = query->Step();
    if (!row.ok()) return row.status();
    if (!*row) return keys;
    keys.push_back(
        {std::string(query->text(0)), std::string(query->text(1)), std::string(query->text(2))});
  }
}

bool IsResultsFile(const std::string& path) {
  std::array<char, 100> header = {};
  std::ifstream file(path, std::ios::binary);
  file.read(header.data(), header.size());
  return file.gcount() == static_cast<std::streamsize>(header.size()) &&
         std::memcmp(header.data(), kMagic.data(), kMagic.size()) == 0;
}

absl::StatusOr<SqliteDatabase> OpenResults(const std::string& path) {
  if (absl::Status header = CheckHeader(path); !header.ok()) return header;
  absl::StatusOr<SqliteDatabase> database =
      SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadOnly);
  if (!database.ok()) return database;
  if (absl::Status known = CheckIdentity(*database); !known.ok()) return known;
  return database;
}

absl::StatusOr<MergeReport> MergeResults(absl::Span<const std::string> inputs,
                                         const std::string& output) {
  std::vector<Source> sources;
  std::string plan;
  for (const std::string& input : inputs) {
    absl::StatusOr<SqliteDatabase> database = OpenResults(input);
    if (!database.ok()) return database.status();
    const absl::StatusOr<std::string> its_plan = Meta(*database, "plan");
    if (!its_plan.ok()) return its_plan.status();
    if (sources.empty()) plan = *its_plan;
    if (*its_plan != plan) {
      return absl::FailedPreconditionError(
          absl::StrCat(input, ": holds another ensemble than ", inputs[0], " (",
                       DescribePlanDifference(*its_plan, plan), "); merge parts of one only"));
    }
    sources.push_back({*std::move(database), {}});
  }
  MergeReport report;
  const absl::StatusOr<std::vector<int64_t>> seeds = SeedsOf(sources[0].database);
  if (!seeds.ok()) return seeds.status();
  const absl::StatusOr<int64_t> points =
      sources[0].database.QueryInteger("SELECT count(*) FROM points");
  if (!points.ok()) return points.status();
  report.of = *points * static_cast<int64_t>(seeds->size());
  if (absl::Status made = MakeEmptyFile(output); !made.ok()) return made;
  const absl::StatusOr<int64_t> runs = WriteCanonical(sources, output, "");
  if (!runs.ok()) {
    RemoveFile(output);
    return runs.status();
  }
  report.runs = *runs;
  return report;
}

}  // namespace tranche
