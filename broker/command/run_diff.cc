#include "broker/command/run_diff.h"

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/log/figures.h"
#include "broker/log/record_text.h"
#include "broker/protocol/hash_chain.h"
#include "google/protobuf/util/message_differencer.h"

namespace tranche {
namespace {

// Pulls a log's records one by one, a batch in memory at a time.
class RecordCursor {
 public:
  explicit RecordCursor(const RunLog& log) : log_(log) {}

  // The next record, valid until the next call but one; null at the end.
  absl::StatusOr<const v1::LogRecord*> Next() {
    if (!batch_.empty()) batch_.pop_front();
    if (batch_.empty() && !at_end_) {
      constexpr size_t kBatch = 1024;
      absl::Status read = log_.Read(next_, [this](const v1::LogRecord& record) {
        batch_.push_back(record);
        return batch_.size() < kBatch;
      });
      if (!read.ok()) return read;
      at_end_ = batch_.size() < kBatch;
      next_ += batch_.size();
    }
    return batch_.empty() ? nullptr : &batch_.front();
  }

 private:
  const RunLog& log_;
  uint64_t next_ = 1;
  bool at_end_ = false;
  std::deque<v1::LogRecord> batch_;
};

// A cursor that gathers what a run is as it goes.
class RunReader {
 public:
  explicit RunReader(const RunLog& log) : cursor_(log) { facts_.path = log.path(); }

  // Header and seats; stands at the first record after them.
  absl::Status ReadOpening() {
    absl::Status moved = Advance();
    while (moved.ok() && record_ != nullptr && (record_->has_header() || record_->has_seat())) {
      if (record_->has_header()) facts_.header = record_->header();
      if (record_->has_seat()) seats_.push_back(record_->seat());
      moved = Advance();
    }
    return moved;
  }
  absl::Status Advance() {
    absl::StatusOr<const v1::LogRecord*> next = cursor_.Next();
    if (!next.ok()) return next.status();
    record_ = *next;
    if (record_ == nullptr) return absl::OkStatus();
    ++facts_.records;
    if (record_->has_quarter_closed()) {
      ++facts_.quarters_closed;
      facts_.digest = record_->quarter_closed().digest();
    }
    return absl::OkStatus();
  }
  absl::Status ReadToTheEnd() {
    absl::Status moved;
    while (moved.ok() && record_ != nullptr) moved = Advance();
    return moved;
  }

  // Null at the end.
  const v1::LogRecord* record() const { return record_; }
  const RunFacts& facts() const { return facts_; }
  const std::vector<v1::Seat>& seats() const { return seats_; }

 private:
  RecordCursor cursor_;
  const v1::LogRecord* record_ = nullptr;
  RunFacts facts_;
  std::vector<v1::Seat> seats_;
};

std::string SeatText(const v1::Seat& seat) {
  v1::LogRecord record;
  *record.mutable_seat() = seat;
  return RecordText(record);
}

std::vector<std::string> DifferingInputs(const RunReader& a, const RunReader& b) {
  std::vector<std::string> inputs;
  const v1::RunHeader& header_a = a.facts().header;
  const v1::RunHeader& header_b = b.facts().header;
  if (header_a.scenario_digest() != header_b.scenario_digest()) {
    inputs.push_back(absl::StrCat(
        "scenario: ", header_a.scenario_name(), " (", header_a.scenario_digest().substr(0, 12),
        "), ", header_b.scenario_name(), " (", header_b.scenario_digest().substr(0, 12), ")"));
  }
  if (header_a.seed() != header_b.seed()) {
    inputs.push_back(absl::StrCat("seed: ", header_a.seed(), ", ", header_b.seed()));
  }
  std::map<std::string, std::pair<std::string, std::string>> seats;
  for (const v1::Seat& seat : a.seats()) seats[seat.agent()].first = SeatText(seat);
  for (const v1::Seat& seat : b.seats()) seats[seat.agent()].second = SeatText(seat);
  for (const auto& [agent, texts] : seats) {
    if (texts.first == texts.second) continue;
    const auto or_nobody = [&agent = agent](const std::string& text) {
      return text.empty() ? absl::StrCat("no ", agent) : text;
    };
    inputs.push_back(absl::StrCat(or_nobody(texts.first), "; ", or_nobody(texts.second)));
  }
  return inputs;
}

bool Same(const v1::LogRecord* a, const v1::LogRecord* b) {
  return a != nullptr && b != nullptr && CanonicalBytes(*a) == CanonicalBytes(*b);
}

std::vector<std::string> DifferingFields(const v1::LogRecord& a, const v1::LogRecord& b) {
  if (a.record_case() != b.record_case()) return {};
  if (a.message().body_case() != b.message().body_case()) return {};
  std::string report;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  differencer.Compare(a, b);
  return absl::StrSplit(report, '\n', absl::SkipEmpty());
}

using MetricKey = std::tuple<int32_t, std::string, std::string>;  // quarter, name, subject
using Metrics = std::map<MetricKey, std::pair<double, std::string>>;

absl::StatusOr<Metrics> ReadMetrics(const RunLog& log, int32_t from_quarter) {
  Metrics metrics;
  RecordFilter filter = {.first_quarter = Quarter::FromIndex(from_quarter), .kinds = {"metric"}};
  absl::Status read = log.Select(filter, [&metrics](const v1::LogRecord& record) {
    const v1::Metric& metric = record.metric();
    metrics[{record.quarter(), metric.name(), metric.subject()}] = {metric.value(), metric.unit()};
    return true;
  });
  if (!read.ok()) return read;
  return metrics;
}

double RelativeGap(double a, double b) {
  const double larger = std::max(std::abs(a), std::abs(b));
  return larger > 0 ? std::abs(a - b) / larger : 0;
}

std::vector<MetricGap> WidestGaps(const Metrics& a, const Metrics& b, size_t top) {
  std::map<int32_t, std::vector<MetricGap>> by_quarter;
  for (const auto& [key, value] : a) {
    const auto other = b.find(key);
    if (other == b.end() || other->second.first == value.first) continue;
    const auto& [quarter, name, subject] = key;
    by_quarter[quarter].push_back({quarter, name, subject, value.second, value.first,
                                   other->second.first,
                                   RelativeGap(value.first, other->second.first)});
  }
  std::vector<MetricGap> widest;
  for (auto& [quarter, gaps] : by_quarter) {
    absl::c_stable_sort(
        gaps, [](const MetricGap& x, const MetricGap& y) { return x.relative > y.relative; });
    if (gaps.size() > top) gaps.resize(top);
    widest.insert(widest.end(), gaps.begin(), gaps.end());
  }
  return widest;
}

}  // namespace

absl::StatusOr<RunDiff> CompareRuns(const RunLog& a, const RunLog& b, size_t top) {
  RunReader reader_a(a);
  RunReader reader_b(b);
  if (absl::Status read = reader_a.ReadOpening(); !read.ok()) return read;
  if (absl::Status read = reader_b.ReadOpening(); !read.ok()) return read;
  RunDiff diff;
  diff.inputs = DifferingInputs(reader_a, reader_b);
  while (Same(reader_a.record(), reader_b.record())) {
    if (absl::Status read = reader_a.Advance(); !read.ok()) return read;
    if (absl::Status read = reader_b.Advance(); !read.ok()) return read;
  }
  if (reader_a.record() != nullptr || reader_b.record() != nullptr) {
    Parting& parting = diff.parting.emplace();
    if (reader_a.record() != nullptr) parting.a = *reader_a.record();
    if (reader_b.record() != nullptr) parting.b = *reader_b.record();
    if (parting.a && parting.b) parting.fields = DifferingFields(*parting.a, *parting.b);
    const int32_t quarter = parting.a ? parting.a->quarter() : parting.b->quarter();
    absl::StatusOr<Metrics> metrics_a = ReadMetrics(a, quarter);
    if (!metrics_a.ok()) return metrics_a.status();
    absl::StatusOr<Metrics> metrics_b = ReadMetrics(b, quarter);
    if (!metrics_b.ok()) return metrics_b.status();
    diff.gaps = WidestGaps(*metrics_a, *metrics_b, top);
  }
  if (absl::Status read = reader_a.ReadToTheEnd(); !read.ok()) return read;
  if (absl::Status read = reader_b.ReadToTheEnd(); !read.ok()) return read;
  diff.a = reader_a.facts();
  diff.b = reader_b.facts();
  return diff;
}

}  // namespace tranche
