#ifndef TRANCHE_BROKER_LOG_LOG_DESCRIPTORS_H_
#define TRANCHE_BROKER_LOG_LOG_DESCRIPTORS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/log/sqlite.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"

namespace tranche {

// Decodes a log's payloads by the descriptors that the log itself holds, so that a log of an older
// or newer wire contract shows all its fields under the names its writer knew. Thread-safe.
class LogDescriptors {
 public:
  // DataLoss if the log holds none that fit together.
  static absl::StatusOr<std::unique_ptr<LogDescriptors>> Read(const SqliteDatabase& database);

  // A record in proto3's JSON, on one line, as RecordJson (record_text.h) writes it. DataLoss if
  // `payload` is no record.
  absl::StatusOr<std::string> RecordJson(absl::string_view payload) const;

 private:
  LogDescriptors() = default;

  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
  const google::protobuf::Message* prototype_ = nullptr;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_LOG_DESCRIPTORS_H_
