#include "broker/log/log_descriptors.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/util/json_util.h"

namespace tranche {

absl::StatusOr<std::unique_ptr<LogDescriptors>> LogDescriptors::Read(
    const SqliteDatabase& database) {
  const auto damaged = [&database] {
    return absl::DataLossError(
        absl::StrCat(database.path(),
                     ": descriptor_set in table meta is missing or damaged; restore the file "
                     "from a copy"));
  };
  absl::StatusOr<std::string> bytes =
      database.QueryText("SELECT value FROM meta WHERE key = 'descriptor_set'");
  if (!bytes.ok()) return bytes.status();
  google::protobuf::FileDescriptorSet files;
  if (bytes->empty() || !files.ParseFromString(*bytes)) return damaged();

  std::unique_ptr<LogDescriptors> descriptors(new LogDescriptors);
  for (const google::protobuf::FileDescriptorProto& file : files.file()) {
    if (descriptors->pool_.BuildFile(file) == nullptr) return damaged();
  }
  const google::protobuf::Descriptor* record =
      descriptors->pool_.FindMessageTypeByName("tranche.v1.LogRecord");
  if (record == nullptr) return damaged();
  descriptors->prototype_ = descriptors->factory_.GetPrototype(record);
  return descriptors;
}

absl::StatusOr<std::string> LogDescriptors::RecordJson(absl::string_view payload) const {
  std::unique_ptr<google::protobuf::Message> record(prototype_->New());
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!record->ParseFromArray(payload.data(), static_cast<int>(payload.size())) ||
      !google::protobuf::util::MessageToJsonString(*record, &json, options).ok()) {
    return absl::DataLossError("the record can't be decoded; restore the file from a copy");
  }
  return json;
}

}  // namespace tranche
