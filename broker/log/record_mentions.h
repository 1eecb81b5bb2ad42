#ifndef TRANCHE_BROKER_LOG_RECORD_MENTIONS_H_
#define TRANCHE_BROKER_LOG_RECORD_MENTIONS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// Finds a text in records: in the line and the lines that people read of it (record_text.h), and in
// every string it carries. The case of ASCII letters doesn't matter. Keeps its buffer between
// records, so that looking through many costs little.
class RecordMentions {
 public:
  explicit RecordMentions(absl::string_view text);

  // `bytes` is the record's serialisation.
  bool operator()(const v1::LogRecord& record, absl::string_view bytes);

 private:
  bool Holds(absl::string_view text);

  std::string wanted_;  // lower case
  std::string lower_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_RECORD_MENTIONS_H_
