#include "broker/ensemble/stored_results.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

absl::Status Damaged(const SqliteDatabase& database, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(database.path(), ": ", what, "; restore it from a copy"));
}

// Rows of a table that belong to one run after the other.
class RowsByRun {
 public:
  static absl::StatusOr<RowsByRun> Prepare(const SqliteDatabase& database, absl::string_view sql) {
    absl::StatusOr<SqliteStatement> query = database.Prepare(sql);
    if (!query.ok()) return query.status();
    RowsByRun rows;
    rows.query_ = *std::move(query);
    if (absl::Status first = rows.Advance(); !first.ok()) return first;
    return rows;
  }

  // Calls `take` with each row of `run`; its first column is the run.
  template <typename Take>
  absl::Status TakeRun(int64_t run, const Take& take) {
    while (there_ && query_.integer(0) < run) {
      if (absl::Status next = Advance(); !next.ok()) return next;
    }
    while (there_ && query_.integer(0) == run) {
      take(query_);
      if (absl::Status next = Advance(); !next.ok()) return next;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Advance() {
    const absl::StatusOr<bool> row = query_.Step();
    if (!row.ok()) return row.status();
    there_ = *row;
    return absl::OkStatus();
  }

  SqliteStatement query_;
  bool there_ = false;
};

DealOutcome ReadDeal(const SqliteStatement& row) {
  DealOutcome deal;
  deal.deal = std::string(row.text(1));
  deal.kind = std::string(row.text(2));
  deal.lab = std::string(row.text(3));
  deal.investor = std::string(row.text(4));
  deal.signed_quarter = std::string(row.text(5));
  deal.closed_quarter = std::string(row.text(6));
  deal.state = std::string(row.text(7));
  deal.outcome = std::string(row.text(8));
  deal.amount_cents = row.integer(9);
  deal.drawn_cents = row.integer(10);
  deal.reviews = row.integer(11);
  return deal;
}

}  // namespace

absl::StatusOr<StoredResults> StoredResults::Open(const std::string& path) {
  absl::StatusOr<SqliteDatabase> database = OpenResults(path);
  if (!database.ok()) return database.status();
  StoredResults results(*std::move(database));
  absl::Status read = results.ReadPlan();
  if (read.ok()) read = results.ReadPoints();
  if (!read.ok()) return read;
  return results;
}

absl::Status StoredResults::ReadPlan() {
  absl::StatusOr<std::vector<int64_t>> seeds = SeedsOf(database_);
  if (!seeds.ok()) return seeds.status();
  seeds_ = *std::move(seeds);
  // The metrics' columns are the quarters.
  absl::StatusOr<SqliteStatement> metrics = database_.Prepare("SELECT * FROM metrics LIMIT 0");
  if (!metrics.ok()) return metrics.status();
  quarters_ = metrics->columns() - 2;
  if (quarters_ < 1) return Damaged(database_, "its metrics have no quarters");
  const absl::StatusOr<Quarter> first = Quarter::Parse(metrics->name(2));
  if (!first.ok()) return Damaged(database_, "its metrics have no quarters");
  first_ = *first;
  return absl::OkStatus();
}

absl::Status StoredResults::ReadPoints() {
  absl::StatusOr<SqliteStatement> query = database_.Prepare(
      "SELECT points.point, scenarios.name, path, value FROM points JOIN scenarios USING "
      "(scenario) "
      "LEFT JOIN point_values ON point_values.point = points.point LEFT JOIN dimensions USING "
      "(dimension) ORDER BY points.point, dimension");
  if (!query.ok()) return query.status();
  for (;;) {
    const absl::StatusOr<bool> row = query->Step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    const auto point = static_cast<size_t>(query->integer(0));
    const bool is_new = point == points_.size();
    if (is_new) points_.emplace_back(query->text(1));
    if (query->type(2) == SQLITE_NULL) continue;
    absl::StrAppend(&points_.back(), is_new ? " with " : ", ", query->text(2), "=", query->text(3));
  }
}

absl::Status StoredResults::VisitRuns(
    absl::FunctionRef<absl::Status(int64_t, const RunOutcome&, const std::vector<MetricKey>&)>
        visit) const {
  const absl::StatusOr<std::vector<MetricKey>> keys = MetricNamesOf(database_);
  if (!keys.ok()) return keys.status();
  absl::StatusOr<SqliteStatement> runs =
      database_.Prepare("SELECT run, rounds, error FROM runs ORDER BY run");
  if (!runs.ok()) return runs.status();
  absl::StatusOr<RowsByRun> metrics =
      RowsByRun::Prepare(database_, "SELECT * FROM metrics ORDER BY run, metric");
  if (!metrics.ok()) return metrics.status();
  absl::StatusOr<RowsByRun> deals =
      RowsByRun::Prepare(database_, "SELECT * FROM deals ORDER BY run, deal");
  if (!deals.ok()) return deals.status();
  const auto quarters = static_cast<size_t>(quarters_);
  for (;;) {
    const absl::StatusOr<bool> row = runs->Step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    const int64_t run = runs->integer(0);
    RunOutcome outcome;
    outcome.rounds = runs->integer(1);
    outcome.error = std::string(runs->text(2));
    outcome.quarters = quarters_;
    outcome.values.assign(keys->size() * quarters, std::numeric_limits<double>::quiet_NaN());
    absl::Status read = metrics->TakeRun(run, [&](const SqliteStatement& figures) {
      const size_t at = static_cast<size_t>(figures.integer(1)) * quarters;
      if (at >= outcome.values.size()) return;
      for (int quarter = 0; quarter < quarters_; ++quarter) {
        if (figures.type(2 + quarter) == SQLITE_NULL) continue;
        outcome.values[at + static_cast<size_t>(quarter)] = figures.real(2 + quarter);
      }
    });
    if (!read.ok()) return read;
    read = deals->TakeRun(
        run, [&](const SqliteStatement& deal) { outcome.deals.push_back(ReadDeal(deal)); });
    if (!read.ok()) return read;
    if (absl::Status visited = visit(run, outcome, *keys); !visited.ok()) return visited;
  }
}

absl::StatusOr<std::vector<OutcomeTable>> StoredResults::Tables(
    absl::Span<const Moment> moments) const {
  std::vector<OutcomeTable> tables;
  for (const Moment& moment : moments) {
    tables.emplace_back(points_.size(), seeds_.size(), first_, moment);
  }
  const auto runs = static_cast<int64_t>(points_.size() * seeds_.size());
  const absl::Status read = VisitRuns([&](int64_t run, const RunOutcome& outcome,
                                          const std::vector<MetricKey>& keys) -> absl::Status {
    if (run < 0 || run >= runs) return Damaged(database_, "it has runs that its plan hasn't");
    for (OutcomeTable& table : tables) {
      table.Add(static_cast<size_t>(run) / seeds_.size(), static_cast<size_t>(run) % seeds_.size(),
                outcome, keys);
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  for (OutcomeTable& table : tables) table.Complete();
  return tables;
}

}  // namespace tranche
