#include "inspector/api/record_json.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "broker/log/figures.h"
#include "broker/log/record_kind.h"
#include "broker/log/record_reader.h"
#include "broker/log/record_text.h"

namespace tranche {
namespace {

constexpr int kRefusedByColumn = 3;

std::string ThreadOf(const v1::LogRecord& record) {
  if (record.has_ledger_entry()) return record.ledger_entry().thread();
  if (record.has_relation()) return record.relation().thread();
  return record.message().thread();
}

std::vector<std::string> RecipientsOf(const v1::LogRecord& record) {
  if (record.has_agent_view()) return {record.agent_view().agent()};
  return {record.message().recipients().begin(), record.message().recipients().end()};
}

}  // namespace

std::string JsonStringOrNull(absl::string_view text) {
  return text.empty() ? "null" : JsonString(text);
}

std::string JsonPositionOrNull(uint64_t position) {
  return position == 0 ? "null" : absl::StrCat(position);
}

std::string JsonStrings(const std::vector<std::string>& texts) {
  std::vector<std::string> values;
  values.reserve(texts.size());
  for (const std::string& text : texts) values.push_back(JsonString(text));
  return JsonArray(values);
}

JsonObject RecordObject(const v1::LogRecord& record) {
  const v1::Message& message = record.message();
  return JsonObject()
      .Add("position", absl::StrCat(record.position()))
      .Add("quarter", JsonString(QuarterText(record.quarter())))
      .Add("round", absl::StrCat(record.round()))
      .Add("kind", JsonString(RecordKind(record)))
      .Add("sender", JsonStringOrNull(record.has_pass() ? record.pass().agent() : message.sender()))
      .Add("recipients", JsonStrings(RecipientsOf(record)))
      .Add("thread", JsonStringOrNull(ThreadOf(record)))
      .Add("in_reply_to", JsonPositionOrNull(message.in_reply_to()))
      .Add("text", JsonString(RecordText(record)));
}

std::string LinesJson(const v1::LogRecord& record) {
  return JsonStrings(MessageLines(record.message()));
}

std::string FieldsJson(const google::protobuf::Message* message) {
  std::vector<std::string> fields;
  if (message != nullptr) {
    for (const MessageField& field : MessageFields(*message)) {
      fields.push_back(JsonObject()
                           .Add("path", JsonString(field.path))
                           .Add("label", JsonString(field.label))
                           .Add("value", JsonString(field.value))
                           .Add("raw", JsonString(field.raw))
                           .json());
    }
  }
  return JsonArray(fields);
}

std::string ChangesJson(const std::vector<FieldChange>& changes) {
  std::vector<std::string> values;
  values.reserve(changes.size());
  for (const FieldChange& change : changes) {
    values.push_back(JsonObject()
                         .Add("path", JsonString(change.path))
                         .Add("label", JsonString(change.label))
                         .Add("before", JsonStringOrNull(change.before))
                         .Add("after", JsonStringOrNull(change.after))
                         .json());
  }
  return JsonArray(values);
}

JsonObject TalkMessageObject(const TalkMessage& message) {
  return RecordObject(message.record)
      .Add("lines", LinesJson(message.record))
      .Add("depth", absl::StrCat(message.depth))
      .Add("terms", FieldsJson(TermsOf(message.record.message())))
      .Add("changed_from", JsonPositionOrNull(message.changed_from))
      .Add("changes", ChangesJson(message.changes));
}

std::string WhyJson(const Why& why) {
  std::vector<std::string> steps;
  steps.reserve(why.steps.size());
  for (const WhyStep& step : why.steps) {
    steps.push_back(RecordObject(step.record)
                        .Add("lines", LinesJson(step.record))
                        .Add("depth", absl::StrCat(step.depth))
                        .Add("explains", JsonPositionOrNull(step.explains))
                        .Add("because", JsonString(step.because))
                        .json());
  }
  return JsonObject()
      .Add("subject", JsonString(why.subject))
      .Add("outcome", JsonString(why.outcome))
      .Add("summary", JsonString(why.summary))
      .Add("steps", JsonArray(steps))
      .json();
}

absl::StatusOr<RecordTable> RecordTable::Open(const SqliteDatabase& database) {
  RecordTable table(database);
  absl::StatusOr<SqliteStatement> select = database.Prepare(
      "SELECT position, crc32, payload, refused_by FROM records WHERE position = ?1");
  if (!select.ok()) return select.status();
  table.select_ = *std::move(select);
  return table;
}

absl::Status RecordTable::Load(uint64_t position) {
  select_.Bind(position);
  absl::StatusOr<bool> row = select_.Step();
  if (!row.ok()) return row.status();
  if (!*row) return absl::NotFoundError(absl::StrCat("there is no record ", position));
  return ParseRecordRow(*database_, select_, &record_);
}

std::string RecordTable::RefusedByJson() const {
  return JsonStringOrNull(select_.text(kRefusedByColumn));
}

JsonObject RecordTable::Object() const {
  return RecordObject(record_).Add("refused_by", RefusedByJson());
}

}  // namespace tranche
