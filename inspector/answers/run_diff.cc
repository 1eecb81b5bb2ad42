#include "inspector/answers/run_diff.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/log/figures.h"
#include "broker/log/record_reader.h"
#include "broker/log/record_text.h"
#include "broker/protocol/hash_chain.h"
#include "google/protobuf/util/message_differencer.h"

namespace tranche {
namespace {

// Pulls a log's records one by one, as bytes: what is the same needs no decoding.
class RecordCursor {
 public:
  static absl::StatusOr<RecordCursor> Open(const SqliteDatabase& database) {
    RecordCursor cursor(database);
    absl::StatusOr<SqliteStatement> query =
        database.Prepare("SELECT position, crc32, payload FROM records ORDER BY position");
    if (!query.ok()) return query.status();
    cursor.query_ = *std::move(query);
    return cursor;
  }

  absl::Status Advance() {
    absl::StatusOr<bool> row = query_.Step();
    if (!row.ok()) return row.status();
    at_end_ = !*row;
    return absl::OkStatus();
  }
  bool at_end() const { return at_end_; }
  // Of the record at hand.
  absl::string_view bytes() const { return query_.text(2); }
  absl::StatusOr<v1::LogRecord> Record() const {
    v1::LogRecord record;
    absl::Status parsed = ParseRecordRow(*database_, query_, &record);
    if (!parsed.ok()) return parsed;
    return record;
  }

 private:
  explicit RecordCursor(const SqliteDatabase& database) : database_(&database) {}

  const SqliteDatabase* database_;
  SqliteStatement query_;
  bool at_end_ = false;
};

// A run's opening, and a cursor at the first record after it.
struct OpenedRun {
  RecordCursor cursor;
  RunFacts facts;
  std::vector<v1::Seat> seats;
};

absl::Status ReadFacts(const SqliteDatabase& database, RunFacts& facts) {
  facts.path = database.path();
  return database.Query(
      "SELECT (SELECT coalesce(max(position), 0) FROM records), count(*), "
      "(SELECT digest FROM quarters ORDER BY quarter_index DESC LIMIT 1) FROM quarters",
      [&facts](const SqliteStatement& row) {
        facts.records = static_cast<uint64_t>(row.integer(0));
        facts.quarters_closed = static_cast<int32_t>(row.integer(1));
        facts.digest = absl::HexStringToBytes(row.text(2));
        return false;
      });
}

absl::StatusOr<OpenedRun> OpenRun(const SqliteDatabase& database) {
  absl::StatusOr<RecordCursor> cursor = RecordCursor::Open(database);
  if (!cursor.ok()) return cursor.status();
  OpenedRun run = {*std::move(cursor), {}, {}};
  if (absl::Status read = ReadFacts(database, run.facts); !read.ok()) return read;
  while (true) {
    if (absl::Status moved = run.cursor.Advance(); !moved.ok()) return moved;
    if (run.cursor.at_end()) return run;
    absl::StatusOr<v1::LogRecord> record = run.cursor.Record();
    if (!record.ok()) return record.status();
    if (record->has_header()) {
      run.facts.header = record->header();
    } else if (record->has_seat()) {
      run.seats.push_back(record->seat());
    } else {
      return run;
    }
  }
}

std::string SeatText(const v1::Seat& seat) {
  v1::LogRecord record;
  *record.mutable_seat() = seat;
  return RecordText(record);
}

std::vector<std::string> DifferingInputs(const OpenedRun& a, const OpenedRun& b) {
  std::vector<std::string> inputs;
  const v1::RunHeader& header_a = a.facts.header;
  const v1::RunHeader& header_b = b.facts.header;
  if (header_a.scenario_digest() != header_b.scenario_digest()) {
    inputs.push_back(absl::StrCat(
        "scenario: ", header_a.scenario_name(), " (", header_a.scenario_digest().substr(0, 12),
        "), ", header_b.scenario_name(), " (", header_b.scenario_digest().substr(0, 12), ")"));
  }
  if (header_a.seed() != header_b.seed()) {
    inputs.push_back(absl::StrCat("seed: ", header_a.seed(), ", ", header_b.seed()));
  }
  std::map<std::string, std::pair<std::string, std::string>> seats;
  for (const v1::Seat& seat : a.seats) seats[seat.agent()].first = SeatText(seat);
  for (const v1::Seat& seat : b.seats) seats[seat.agent()].second = SeatText(seat);
  for (const auto& [agent, texts] : seats) {
    if (texts.first == texts.second) continue;
    const auto or_nobody = [&agent = agent](const std::string& text) {
      return text.empty() ? absl::StrCat("no ", agent) : text;
    };
    inputs.push_back(absl::StrCat(or_nobody(texts.first), "; ", or_nobody(texts.second)));
  }
  return inputs;
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
struct Measured {
  uint64_t position = 0;
  double value = 0;
  std::string unit;
};
using Metrics = std::map<MetricKey, Measured>;

absl::StatusOr<Metrics> ReadMetrics(const SqliteDatabase& database, int32_t from_quarter) {
  Metrics metrics;
  absl::Status read = database.Query(
      "SELECT m.position, q.quarter_index, m.name, m.subject, m.value, m.unit FROM metrics m "
      "JOIN quarters q ON q.quarter = m.quarter WHERE m.quarter >= ?1",
      [&metrics](const SqliteStatement& row) {
        metrics[{static_cast<int32_t>(row.integer(1)), std::string(row.text(2)),
                 std::string(row.text(3))}] = {static_cast<uint64_t>(row.integer(0)), row.real(4),
                                               std::string(row.text(5))};
        return true;
      },
      QuarterText(from_quarter));
  if (!read.ok()) return read;
  return metrics;
}

double RelativeGap(double a, double b) {
  const double larger = std::max(std::abs(a), std::abs(b));
  return larger > 0 ? std::abs(a - b) / larger : 0;
}

std::vector<MetricGap> WidestGaps(const Metrics& a, const Metrics& b, size_t top) {
  std::map<int32_t, std::vector<MetricGap>> by_quarter;
  for (const auto& [key, ours] : a) {
    const auto other = b.find(key);
    if (other == b.end() || other->second.value == ours.value) continue;
    const Measured& theirs = other->second;
    const auto& [quarter, name, subject] = key;
    by_quarter[quarter].push_back({quarter, name, subject, ours.unit, ours.value, theirs.value,
                                   ours.position, theirs.position,
                                   RelativeGap(ours.value, theirs.value)});
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

// The first records from here on that aren't the same.
absl::Status FindParting(RecordCursor& a, RecordCursor& b, std::optional<Parting>& parting) {
  while (!a.at_end() && !b.at_end() && a.bytes() == b.bytes()) {
    if (absl::Status moved = a.Advance(); !moved.ok()) return moved;
    if (absl::Status moved = b.Advance(); !moved.ok()) return moved;
  }
  if (a.at_end() && b.at_end()) return absl::OkStatus();
  parting.emplace();
  for (auto [cursor, record] : {std::pair(&a, &parting->a), std::pair(&b, &parting->b)}) {
    if (cursor->at_end()) continue;
    absl::StatusOr<v1::LogRecord> read = cursor->Record();
    if (!read.ok()) return read.status();
    *record = *std::move(read);
  }
  if (parting->a && parting->b) parting->fields = DifferingFields(*parting->a, *parting->b);
  return absl::OkStatus();
}

// The next message, from the record at hand on; none at the end.
absl::StatusOr<std::optional<v1::LogRecord>> NextMessage(RecordCursor& cursor) {
  while (!cursor.at_end()) {
    absl::StatusOr<v1::LogRecord> record = cursor.Record();
    if (!record.ok()) return record.status();
    if (absl::Status moved = cursor.Advance(); !moved.ok()) return moved;
    if (record->has_message()) return *std::move(record);
  }
  return std::nullopt;
}

// Without what only says where in its log it stands.
v1::LogRecord Unplaced(v1::LogRecord record) {
  record.clear_position();
  record.mutable_message()->clear_id();
  record.mutable_message()->clear_in_reply_to();
  return record;
}

// The first messages from here on that don't say the same.
absl::Status FindMessage(RecordCursor& a, RecordCursor& b, std::optional<Parting>& message) {
  while (true) {
    absl::StatusOr<std::optional<v1::LogRecord>> next_a = NextMessage(a);
    if (!next_a.ok()) return next_a.status();
    absl::StatusOr<std::optional<v1::LogRecord>> next_b = NextMessage(b);
    if (!next_b.ok()) return next_b.status();
    if (!next_a->has_value() && !next_b->has_value()) return absl::OkStatus();
    if (next_a->has_value() && next_b->has_value()) {
      const v1::LogRecord plain_a = Unplaced(**next_a);
      const v1::LogRecord plain_b = Unplaced(**next_b);
      if (CanonicalBytes(plain_a) == CanonicalBytes(plain_b)) continue;
      message.emplace().fields = DifferingFields(plain_a, plain_b);
    } else {
      message.emplace();
    }
    message->a = *std::move(*next_a);
    message->b = *std::move(*next_b);
    return absl::OkStatus();
  }
}

}  // namespace

absl::StatusOr<RunDiff> CompareRuns(const SqliteDatabase& a, const SqliteDatabase& b, size_t top) {
  absl::StatusOr<OpenedRun> run_a = OpenRun(a);
  if (!run_a.ok()) return run_a.status();
  absl::StatusOr<OpenedRun> run_b = OpenRun(b);
  if (!run_b.ok()) return run_b.status();
  RunDiff diff;
  diff.inputs = DifferingInputs(*run_a, *run_b);
  diff.a = run_a->facts;
  diff.b = run_b->facts;
  absl::Status found = FindParting(run_a->cursor, run_b->cursor, diff.parting);
  if (!found.ok()) return found;
  if (!diff.parting.has_value()) return diff;
  found = FindMessage(run_a->cursor, run_b->cursor, diff.message);
  if (!found.ok()) return found;
  const Parting& parting = *diff.parting;
  const int32_t quarter = parting.a ? parting.a->quarter() : parting.b->quarter();
  absl::StatusOr<Metrics> metrics_a = ReadMetrics(a, quarter);
  if (!metrics_a.ok()) return metrics_a.status();
  absl::StatusOr<Metrics> metrics_b = ReadMetrics(b, quarter);
  if (!metrics_b.ok()) return metrics_b.status();
  diff.gaps = WidestGaps(*metrics_a, *metrics_b, top);
  return diff;
}

}  // namespace tranche
