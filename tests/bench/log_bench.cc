// How fast a run's records reach the log, beside what SQLite does with the same bytes in one bare
// table: the difference is what the tables, their indexes and the checksums cost.

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/log/run_log.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/record.h"
#include "sim/check.h"
#include "sim/quarter.h"
#include "tranche/v1/log.pb.h"

namespace tranche {
namespace {

constexpr int kMessages = 2'000;
constexpr int kBooks = 6'000;  // metrics and ledger entries
constexpr int kViews = 20;     // of some kilobytes each

// Quarters in the proportions of a run of some twenty agents.
class Quarters {
 public:
  // The next quarter's records, valid until the next call.
  absl::Span<const StoredRecord> Next() {
    records_.clear();
    stored_.clear();
    const std::string thread = absl::StrCat("openai/round-", quarter_.ToString());
    for (int i = 0; i < kViews; ++i) {
      v1::AgentView& view = *Add().mutable_agent_view();
      view.set_agent(absl::StrCat("agent-", i));
      for (int deal = 0; deal < 40; ++deal) {
        view.add_deals()->set_deal(absl::StrCat(thread, "/investor-", deal));
      }
    }
    for (int i = 0; i < kMessages; ++i) {
      v1::LogRecord& record = Add();
      record.set_round(static_cast<uint32_t>(1 + i / 200));
      v1::Message& message = *record.mutable_message();
      message.set_id(record.position());
      message.set_sender(absl::StrCat("agent-", i % 20));
      message.add_recipients(absl::StrCat("agent-", i * 7 % 20));
      message.set_thread(absl::StrCat(thread, "/", i % 30));
      message.set_in_reply_to(record.position() - 1);
      message.mutable_term_sheet()->mutable_terms()->set_amount_cents(int64_t{i} * 1'000'000'00);
    }
    for (int i = 0; i < kBooks / 2; ++i) {
      v1::Metric& metric = *Add().mutable_metric();
      metric.set_name(absl::StrCat("metric-", i % 100));
      metric.set_subject(absl::StrCat("agent-", i / 100));
      metric.set_value(i * 0.1);
      v1::LedgerEntry& entry = *Add().mutable_ledger_entry();
      entry.set_kind("compute");
      entry.set_debit_entity(absl::StrCat("agent-", i % 20));
      entry.set_debit_account("cost-of-revenue");
      entry.set_credit_entity(absl::StrCat("agent-", i % 7));
      entry.set_credit_account("revenue");
      entry.set_amount_cents(i);
    }
    Add().mutable_quarter_closed()->set_digest(std::string(32, 'd'));
    for (const auto& record : records_) stored_.push_back({record.get(), CanonicalBytes(*record)});
    quarter_ += 1;
    return stored_;
  }

 private:
  v1::LogRecord& Add() {
    v1::LogRecord& record = *records_.emplace_back(std::make_unique<v1::LogRecord>());
    record.set_position(++position_);
    record.set_quarter(quarter_.index());
    return record;
  }

  Quarter quarter_ = Quarter(2026, 1);
  uint64_t position_ = 0;
  std::vector<std::unique_ptr<v1::LogRecord>> records_;
  std::vector<StoredRecord> stored_;
};

std::string BenchFile() {
  const std::string path = std::filesystem::temp_directory_path() / "tranche-log-bench.tranche";
  for (const char* suffix : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(path + suffix);
  return path;
}

// Files grow in the runs that are measured; so many quarters are the flagship's four times over.
constexpr int kQuarters = 48;

void BM_AppendRecords(benchmark::State& state) {
  const std::string path = BenchFile();
  Quarters quarters;
  auto log = RunLog::Create(path);
  TRANCHE_CHECK(log.ok(), log.status().ToString());
  int64_t records = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const absl::Span<const StoredRecord> quarter = quarters.Next();
    state.ResumeTiming();
    const absl::Status appended = (*log)->Append(quarter);
    TRANCHE_CHECK(appended.ok(), appended.ToString());
    records += static_cast<int64_t>(quarter.size());
  }
  state.SetItemsProcessed(records);
  log->reset();
  std::filesystem::remove(path);
}
BENCHMARK(BM_AppendRecords)->Iterations(kQuarters)->UseRealTime()->Unit(benchmark::kMillisecond);

// The same bytes into records(position, payload), in transactions of a quarter as durable as ours.
void BM_BareSqliteInsert(benchmark::State& state) {
  const std::string path = BenchFile();
  Quarters quarters;
  sqlite3* database = nullptr;
  const auto check = [&database](int code) {
    TRANCHE_CHECK(code == SQLITE_OK || code == SQLITE_DONE, sqlite3_errmsg(database));
  };
  check(sqlite3_open(path.c_str(), &database));
  const auto execute = [&](const char* sql) {
    check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr));
  };
  execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;"
      "PRAGMA cache_size = -65536;"
      "CREATE TABLE records (position INTEGER PRIMARY KEY, payload BLOB NOT NULL)");
  sqlite3_stmt* insert = nullptr;
  check(sqlite3_prepare_v2(database, "INSERT INTO records VALUES (?1, ?2)", -1, &insert, nullptr));
  int64_t records = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const absl::Span<const StoredRecord> quarter = quarters.Next();
    state.ResumeTiming();
    execute("BEGIN IMMEDIATE");
    for (const StoredRecord& stored : quarter) {
      check(sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(stored.record->position())));
      check(
          sqlite3_bind_blob64(insert, 2, stored.bytes.data(), stored.bytes.size(), SQLITE_STATIC));
      check(sqlite3_step(insert));
      check(sqlite3_reset(insert));
    }
    execute("COMMIT");
    records += static_cast<int64_t>(quarter.size());
  }
  state.SetItemsProcessed(records);
  sqlite3_finalize(insert);
  sqlite3_close(database);
  std::filesystem::remove(path);
}
BENCHMARK(BM_BareSqliteInsert)->Iterations(kQuarters)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_ReadRecords(benchmark::State& state) {
  const std::string path = BenchFile();
  {
    Quarters quarters;
    auto log = RunLog::Create(path);
    TRANCHE_CHECK(log.ok(), log.status().ToString());
    for (int i = 0; i < 12; ++i) {
      TRANCHE_CHECK((*log)->Append(quarters.Next()).ok(), "append");
    }
    TRANCHE_CHECK((*log)->Finish().ok(), "finish");
  }
  auto log = RunLog::OpenToRead(path);
  TRANCHE_CHECK(log.ok(), log.status().ToString());
  int64_t records = 0;
  for (auto _ : state) {
    const absl::Status read = (*log)->Read(1, [&records](const v1::LogRecord& record) {
      benchmark::DoNotOptimize(record.position());
      ++records;
      return true;
    });
    TRANCHE_CHECK(read.ok(), read.ToString());
  }
  state.SetItemsProcessed(records);
  std::filesystem::remove(path);
}
BENCHMARK(BM_ReadRecords)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tranche
