// /api/records, /api/records/count and /api/record.

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "broker/log/crc32.h"
#include "broker/log/json.h"
#include "broker/log/record_kind.h"
#include "broker/log/record_search.h"
#include "google/protobuf/descriptor.h"
#include "inspector/api/answers.h"
#include "inspector/api/record_json.h"
#include "inspector/api/row_json.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// How long a search may take before it answers with what it has. Leaves room for reading what it
// has found within 50 ms.
constexpr absl::Duration kSearchTime = absl::Milliseconds(30);

std::vector<std::string> TalkKinds() {
  std::vector<std::string> kinds;
  for (const absl::string_view kind : RecordKinds()) {
    if (!IsBookkeeping(kind)) kinds.emplace_back(kind);
  }
  return kinds;
}

RecordFilter ReadFilter(Parameters& parameters) {
  RecordFilter filter;
  const QuarterSpan span = ReadQuarters(parameters);
  if (absl::StatusOr<Quarter> first = Quarter::Parse(span.first); first.ok()) {
    filter.first_quarter = *first;
  }
  if (absl::StatusOr<Quarter> last = Quarter::Parse(span.last); last.ok()) {
    filter.last_quarter = *last;
  }
  const int64_t round = parameters.Number("round", -1, 0, std::numeric_limits<uint32_t>::max());
  if (round >= 0) filter.round = static_cast<uint32_t>(round);
  filter.sender = parameters.Text("sender");
  filter.recipient = parameters.Text("recipient");
  filter.thread = parameters.Text("thread");
  filter.text = parameters.Text("text");
  filter.refused = parameters.Flag("refused");
  const bool talk = parameters.Flag("talk");
  if (const std::string kinds = parameters.Text("kind"); !kinds.empty()) {
    filter.kinds = absl::StrSplit(kinds, ',', absl::SkipEmpty());
  } else if (talk && filter.sender.empty()) {  // whoever sends, talks
    filter.kinds = TalkKinds();
  }
  const std::vector<absl::string_view> known = RecordKinds();
  for (const std::string& kind : filter.kinds) {
    if (!absl::c_linear_search(known, kind)) {
      parameters.Fail(absl::StrCat("there is no kind \"", kind, "\""));
    }
  }
  return filter;
}

// The message of whatever the record is: the body of a message, or a view, an entry, a metric.
const google::protobuf::Message* BodyOf(const google::protobuf::Message& message,
                                        const std::string& oneof) {
  const google::protobuf::OneofDescriptor* choices =
      message.GetDescriptor()->FindOneofByName(oneof);
  const google::protobuf::FieldDescriptor* field =
      message.GetReflection()->GetOneofFieldDescriptor(message, choices);
  return field == nullptr ? nullptr : &message.GetReflection()->GetMessage(message, field);
}

const google::protobuf::Message* BodyOf(const v1::LogRecord& record) {
  return record.has_message() ? BodyOf(record.message(), "body") : BodyOf(record, "record");
}

// The deal that a thread is or lies below; empty if there is none.
absl::StatusOr<std::string> DealOf(const SqliteDatabase& database, absl::string_view thread) {
  std::string deal;
  for (size_t end = thread.size(); end != absl::string_view::npos && end > 0 && deal.empty();
       end = thread.substr(0, end).rfind('/')) {
    absl::Status read = database.Query(
        "SELECT deal FROM deals WHERE deal = ?1",
        [&deal](const SqliteStatement& row) {
          deal = std::string(row.text(0));
          return false;
        },
        thread.substr(0, end));
    if (!read.ok()) return read;
  }
  return deal;
}

}  // namespace

absl::StatusOr<std::string> RecordsAnswer(const LogAtHand& log, Parameters& parameters) {
  const absl::Time deadline = absl::Now() + kSearchTime;
  const RecordFilter filter = ReadFilter(parameters);
  const uint64_t after = parameters.Position("after");
  const uint64_t before = parameters.Position("before");
  const int64_t limit = parameters.Number("limit", 100, 1, 500);
  if (after != 0 && before != 0) parameters.Fail("either \"after\" or \"before\", not both");
  if (absl::Status status = parameters.status(); !status.ok()) return status;

  const bool backward = before != 0;
  if (before == 1) {
    return JsonObject()
        .Add("records", "[]")
        .Add("complete", JsonBool(true))
        .Add("searched_to", "1")
        .Add("end", JsonBool(true))
        .json();
  }
  absl::StatusOr<RecordSearch> search =
      backward ? RecordSearch::Prepare(log.database, filter, SearchDirection::kBackward, before - 1)
               : RecordSearch::Prepare(log.database, filter, SearchDirection::kForward, after + 1);
  if (!search.ok()) return search.status();
  absl::StatusOr<RecordTable> table = RecordTable::Open(log.database);
  if (!table.ok()) return table.status();

  std::vector<std::string> records;
  RecordSearch::Outcome outcome = RecordSearch::Outcome::kFound;
  while (static_cast<int64_t>(records.size()) < limit) {
    absl::StatusOr<RecordSearch::Outcome> next = search->Next(deadline);
    if (!next.ok()) return next.status();
    outcome = *next;
    if (outcome != RecordSearch::Outcome::kFound) break;
    if (absl::Status loaded = table->Load(search->position()); !loaded.ok()) return loaded;
    records.push_back(table->Object().json());
  }
  if (backward) absl::c_reverse(records);
  return JsonObject()
      .Add("records", JsonArray(records))
      .Add("complete", JsonBool(outcome != RecordSearch::Outcome::kTimeUp))
      .Add("searched_to", absl::StrCat(search->searched_to()))
      .Add("end", JsonBool(outcome == RecordSearch::Outcome::kEnd))
      .json();
}

absl::StatusOr<std::string> RecordCountAnswer(const LogAtHand& log, Parameters& parameters) {
  const absl::Time deadline = absl::Now() + kSearchTime;
  const RecordFilter filter = ReadFilter(parameters);
  const uint64_t after = parameters.Position("after");
  const int64_t every = parameters.Number("every", 0, 1, 500);
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<RecordSearch> search =
      RecordSearch::Prepare(log.database, filter, SearchDirection::kForward, after + 1);
  if (!search.ok()) return search.status();
  int64_t count = 0;
  std::vector<std::string> marks;
  absl::StatusOr<RecordSearch::Outcome> outcome;
  constexpr int64_t kBetweenLooks = 512;  // at the clock; a search that never fails never looks
  while (true) {
    outcome = search->Next(deadline);
    if (!outcome.ok()) return outcome.status();
    if (*outcome != RecordSearch::Outcome::kFound) break;
    if (every != 0 && count % every == 0) marks.push_back(absl::StrCat(search->position()));
    if (++count % kBetweenLooks == 0 && absl::Now() > deadline) {
      outcome = RecordSearch::Outcome::kTimeUp;
      break;
    }
  }
  JsonObject answer;
  answer.Add("count", absl::StrCat(count))
      .Add("complete", JsonBool(*outcome == RecordSearch::Outcome::kEnd))
      .Add("searched_to", absl::StrCat(search->searched_to()));
  if (every != 0) answer.Add("marks", JsonArray(marks));
  return answer.json();
}

absl::StatusOr<std::string> RecordAnswer(const LogAtHand& log, Parameters& parameters) {
  const uint64_t position = parameters.Position("position");
  if (position == 0) parameters.Fail("\"position\" is needed");
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<RecordTable> table = RecordTable::Open(log.database);
  if (!table.ok()) return table.status();
  if (absl::Status loaded = table->Load(position); !loaded.ok()) return loaded;
  absl::StatusOr<std::string> payload = log.descriptors.RecordJson(table->payload());
  if (!payload.ok()) return payload.status();
  absl::StatusOr<std::string> answers = ColumnJson(
      log.database,
      "SELECT position FROM records WHERE in_reply_to = ?1 ORDER BY position LIMIT 100", position);
  if (!answers.ok()) return answers.status();
  absl::StatusOr<std::string> deal = DealOf(log.database, table->record().message().thread());
  if (!deal.ok()) return deal.status();
  absl::StatusOr<int64_t> last = log.database.QueryInteger("SELECT max(position) FROM records");
  if (!last.ok()) return last.status();
  return table->Object()
      .Add("lines", LinesJson(table->record()))
      .Add("payload", *payload)
      .Add("crc32", absl::StrCat(Crc32(table->payload())))
      .Add("size_bytes", absl::StrCat(table->payload().size()))
      .Add("fields", FieldsJson(BodyOf(table->record())))
      .Add("answers", *answers)
      .Add("previous", JsonPositionOrNull(position - 1))
      .Add("next", JsonPositionOrNull(position < static_cast<uint64_t>(*last) ? position + 1 : 0))
      .Add("deal", JsonStringOrNull(*deal))
      .json();
}

}  // namespace tranche
