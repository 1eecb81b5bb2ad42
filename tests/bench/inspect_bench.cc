// How fast the inspector answers over a log of a million messages (TRANCHE_BENCH_MESSAGES of them):
// opening it, and every kind of filter, page by page. Times are of single answers, as percentiles:
// what somebody waits for who turns a knob. A filter that says `partial` stopped at its deadline
// and would have gone on.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "broker/log/run_log.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/record.h"
#include "inspector/api/inspection.h"
#include "sim/check.h"
#include "sim/quarter.h"
#include "tranche/v1/log.pb.h"

namespace tranche {
namespace {

constexpr int kQuarters = 40;
constexpr int kRounds = 10;
constexpr int kAgents = 40;

int64_t Messages() {
  const char* given = std::getenv("TRANCHE_BENCH_MESSAGES");
  int64_t messages = 0;
  return given != nullptr && absl::SimpleAtoi(given, &messages) ? messages : 1'000'000;
}

// A log in which senders, kinds and threads are mixed as a large market would mix them: a few
// agents say most, most threads are short, one message in a hundred is refused.
class LargeLog {
 public:
  LargeLog() {
    for (const char* suffix : {"", "-wal", "-shm", "-lock"}) {
      std::filesystem::remove(path_ + suffix);
    }
    auto log = RunLog::Create(path_);
    TRANCHE_CHECK(log.ok(), log.status().ToString());
    Add().mutable_header()->set_scenario_name("synthetic");
    for (int i = 0; i < kAgents; ++i) {
      v1::Seat& seat = *Add().mutable_seat();
      seat.set_ordinal(static_cast<uint32_t>(i));
      seat.set_agent(Agent(i));
    }
    for (int quarter = 0; quarter < kQuarters; ++quarter) {
      AddQuarter();
      std::vector<StoredRecord> stored;
      stored.reserve(records_.size());
      for (const auto& record : records_) {
        stored.push_back({record.get(), CanonicalBytes(*record)});
      }
      TRANCHE_CHECK((*log)->Append(stored).ok(), "append");
      records_.clear();
      quarter_ += 1;
    }
    Add().mutable_run_ended()->set_reason(v1::RunEnded::REASON_COMPLETED);
    records_.back()->set_quarter((quarter_ + -1).index());
    const StoredRecord end = {records_.back().get(), CanonicalBytes(*records_.back())};
    TRANCHE_CHECK((*log)->Append({&end, 1}).ok(), "append");
    TRANCHE_CHECK((*log)->Finish().ok(), "finish");
  }
  ~LargeLog() { std::filesystem::remove(path_); }

  const std::string& path() const { return path_; }

 private:
  static std::string Agent(uint64_t i) { return absl::StrCat("agent-", i % kAgents); }
  // A stream of its own, the same on every host.
  uint64_t Draw() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return state_ >> 33;
  }

  v1::LogRecord& Add() {
    v1::LogRecord& record = *records_.emplace_back(std::make_unique<v1::LogRecord>());
    record.set_position(++position_);
    record.set_quarter(quarter_.index());
    record.set_round(round_);
    return record;
  }

  void AddQuarter() {
    round_ = 0;
    Add().mutable_public_view()->set_quarter(quarter_.index());
    for (int i = 0; i < kAgents; ++i) Add().mutable_agent_view()->set_agent(Agent(i));
    const int64_t messages = Messages() / kQuarters / kRounds;
    for (round_ = 1; round_ <= kRounds; ++round_) {
      for (int64_t i = 0; i < messages; ++i) AddMessage();
    }
    round_ = kRounds;
    for (int i = 0; i < 500; ++i) {
      v1::Metric& metric = *Add().mutable_metric();
      metric.set_name(absl::StrCat("metric-", i / kAgents));
      metric.set_subject(Agent(i));
      metric.set_value(static_cast<double>(Draw() % 1000));
      metric.set_unit("USD");
    }
    Add().mutable_quarter_closed()->set_rounds(kRounds);
    records_.back()->mutable_quarter_closed()->set_digest(std::string(32, 'd'));
  }

  void AddMessage() {
    v1::LogRecord& record = Add();
    v1::Message& message = *record.mutable_message();
    message.set_id(record.position());
    // The square leans to the first agents.
    const uint64_t lean = Draw() % kAgents * (Draw() % kAgents) / kAgents;
    message.set_sender(lean % 10 == 9 ? "market" : Agent(lean));
    message.add_recipients(Agent(Draw()));
    const uint64_t thread = Draw() % 50'000;
    message.set_thread(absl::StrCat(Agent(thread), "/round-", thread));
    if (record.position() > 100 && Draw() % 2 == 0) message.set_in_reply_to(record.position() - 50);
    switch (Draw() % 10) {
      case 0:
        message.mutable_refusal()->set_reason(v1::Refusal::REASON_PRICE);
        break;
      case 1:
        message.mutable_acceptance();
        break;
      case 2:
      case 3:
        message.mutable_counter_offer()->mutable_funding()->set_amount_cents(
            static_cast<int64_t>(Draw()));
        break;
      case 4:
        if (Draw() % 10 == 0) {
          message.mutable_rejected()->set_rule("cash");
          break;
        }
        [[fallthrough]];
      case 5:
        message.mutable_capacity_quote()->mutable_terms()->set_accelerators_h100e(1'000);
        break;
      case 6:
        if (Draw() % 10'000 == 0) {
          message.mutable_decision()->set_reasons("the needle in the haystack");
          break;
        }
        [[fallthrough]];
      default:
        message.mutable_term_sheet()->mutable_terms()->set_amount_cents(
            static_cast<int64_t>(Draw()));
    }
  }

  const std::string path_ =
      std::filesystem::temp_directory_path() / absl::StrCat("tranche-large-", getpid(), ".tranche");
  Quarter quarter_ = Quarter(2026, 1);
  uint32_t round_ = 0;
  uint64_t position_ = 0;
  uint64_t state_ = 1;
  std::vector<std::unique_ptr<v1::LogRecord>> records_;
};

const LargeLog& TheLog() {
  static const LargeLog log;
  return log;
}

// Memory of this process that is in use, in MB.
double ResidentMegabytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t size = 0;
  int64_t resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

void Report(benchmark::State& state, std::vector<double>& milliseconds) {
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto at = [&milliseconds](double part) {
    return milliseconds[static_cast<size_t>(part * static_cast<double>(milliseconds.size() - 1))];
  };
  state.counters["p50_ms"] = at(0.5);
  state.counters["p99_ms"] = at(0.99);
  state.counters["max_ms"] = at(1);
}

void BM_OpenLargeLog(benchmark::State& state) {
  const std::string& path = TheLog().path();
  std::vector<double> times;
  for (auto _ : state) {
    const absl::Time start = absl::Now();
    auto inspection = Inspection::Open(path);
    TRANCHE_CHECK(inspection.ok(), inspection.status().ToString());
    for (const char* request : {"/api/run", "/api/quarters", "/api/metrics", "/api/records"}) {
      TRANCHE_CHECK((*inspection)->Answer(request, "").ok(), request);
    }
    times.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
  }
  Report(state, times);
}
BENCHMARK(BM_OpenLargeLog)->Iterations(20)->UseRealTime()->Unit(benchmark::kMillisecond);

constexpr const char* kFilters[] = {
    "",
    "sender=agent-0",
    "sender=agent-39",
    "recipient=agent-7",
    "kind=decision",
    "kind=term_sheet,counter_offer",
    "quarter=2030Q1..2031Q4",
    "round=7",
    "thread=agent-3/round-3",
    "thread=agent-3",
    "refused=1",
    "talk=1",
    "sender=agent-0&kind=refusal",
    "sender=agent-1&recipient=agent-2&kind=acceptance",
    "sender=agent-0&recipient=agent-1&round=9&quarter=2035Q4",
    "sender=market&kind=run_ended",
    "kind=decision&recipient=agent-5",
    "text=needle",
    "text=needle&kind=decision",
    "text=no such words anywhere",
};

// Pages through what a filter finds, from both ends and from places in between.
void BM_Filter(benchmark::State& state) {
  const std::string filter = kFilters[state.range(0)];
  state.SetLabel(filter);
  auto inspection = Inspection::Open(TheLog().path());
  TRANCHE_CHECK(inspection.ok(), inspection.status().ToString());
  const double before = ResidentMegabytes();
  std::vector<double> times;
  int64_t partial = 0;
  int64_t step = 0;
  for (auto _ : state) {
    const int64_t place = 1 + Messages() * (step % 10) / 10;
    const std::string query = absl::StrCat(filter, filter.empty() ? "" : "&",
                                           step++ % 2 == 0 ? "after=" : "before=", place + 1);
    const absl::Time start = absl::Now();
    auto answer = (*inspection)->Answer("/api/records", query);
    times.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
    TRANCHE_CHECK(answer.ok(), answer.status().ToString());
    partial += absl::StrContains(*answer, "\"complete\":false") ? 1 : 0;
  }
  Report(state, times);
  state.counters["partial"] = static_cast<double>(partial) / static_cast<double>(times.size());
  state.counters["grown_MB"] = ResidentMegabytes() - before;
}
BENCHMARK(BM_Filter)
    ->DenseRange(0, static_cast<int64_t>(std::size(kFilters)) - 1)
    ->Iterations(100)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// A whole search for a text, answer by answer, as the page does it.
void BM_TextToTheEnd(benchmark::State& state) {
  auto inspection = Inspection::Open(TheLog().path());
  TRANCHE_CHECK(inspection.ok(), inspection.status().ToString());
  int64_t answers = 0;
  for (auto _ : state) {
    std::string query = "text=needle";
    while (true) {
      auto answer = (*inspection)->Answer("/api/records/count", query);
      TRANCHE_CHECK(answer.ok(), answer.status().ToString());
      ++answers;
      if (absl::StrContains(*answer, "\"complete\":true")) break;
      const size_t place = answer->find("\"searched_to\":");
      query = absl::StrCat("text=needle&after=", std::atoll(answer->c_str() + place + 14));
    }
  }
  state.counters["answers"] = static_cast<double>(answers);
}
BENCHMARK(BM_TextToTheEnd)->Iterations(1)->UseRealTime()->Unit(benchmark::kSecond);

}  // namespace
}  // namespace tranche
