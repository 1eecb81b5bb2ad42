#ifndef TRANCHE_INSPECTOR_API_RECORD_JSON_H_
#define TRANCHE_INSPECTOR_API_RECORD_JSON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/log/json.h"
#include "broker/log/message_fields.h"
#include "broker/log/sqlite.h"
#include "google/protobuf/message.h"
#include "inspector/answers/conversation.h"
#include "inspector/answers/why.h"
#include "tranche/v1/log.pb.h"

// Records, talk and causes in the JSON of API.md.
namespace tranche {

// A string, or null if it is empty.
std::string JsonStringOrNull(absl::string_view text);
// A number, or null if it is 0.
std::string JsonPositionOrNull(uint64_t position);
std::string JsonStrings(const std::vector<std::string>& texts);

// "position" to "text", but for "refused_by".
JsonObject RecordObject(const v1::LogRecord& record);
// "lines" of a record: what MessageLines says beyond the text.
std::string LinesJson(const v1::LogRecord& record);
// [{"path", "label", "value", "raw"}], empty if there is no message.
std::string FieldsJson(const google::protobuf::Message* message);
std::string ChangesJson(const std::vector<FieldChange>& changes);

// A message of a talk: the record, its lines, depth, terms and what they change.
JsonObject TalkMessageObject(const TalkMessage& message);
std::string WhyJson(const Why& why);

// Reads records of a log by position, for their JSON.
class RecordTable {
 public:
  static absl::StatusOr<RecordTable> Open(const SqliteDatabase& database);

  // NotFound if there is none; DataLoss if it isn't as it was written.
  absl::Status Load(uint64_t position);
  // Of the record loaded, until the next Load.
  const v1::LogRecord& record() const { return record_; }
  absl::string_view payload() const { return select_.text(2); }
  std::string RefusedByJson() const;
  // As in /api/records.
  JsonObject Object() const;

 private:
  explicit RecordTable(const SqliteDatabase& database) : database_(&database) {}

  const SqliteDatabase* database_;
  SqliteStatement select_;
  v1::LogRecord record_;
};

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_API_RECORD_JSON_H_
