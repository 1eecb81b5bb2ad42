#ifndef TRANCHE_BROKER_LOG_RECORD_TEXT_H_
#define TRANCHE_BROKER_LOG_RECORD_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/messages.pb.h"

// Records for people to read.
namespace tranche {

// What a message says, in one line: "offers $50.0B at $830B pre-money in preferred equity, 3
// tranches, board seat".
std::string MessageText(const v1::Message& message);
// The same of any record.
std::string RecordText(const v1::LogRecord& record);

// What a message says in full: terms a line each, reasons and explanations. Empty if MessageText
// says it all.
std::vector<std::string> MessageLines(const v1::Message& message);

// "amazon → openai", "market → aws, openai", "openai" (to the market alone); empty for a record
// that nobody sent.
std::string PartiesText(const v1::LogRecord& record);

// A record in one line: position, quarter, round, who to whom, kind, text.
std::string RecordLine(const v1::LogRecord& record);

// A record in proto3's JSON, on one line, with fields named as in the contract. 64-bit integers are
// strings, bytes base64, as that mapping has it.
std::string RecordJson(const v1::LogRecord& record);
// The inverse. InvalidArgument says what is wrong.
absl::Status ParseRecordJson(absl::string_view json, v1::LogRecord* record);

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_RECORD_TEXT_H_
