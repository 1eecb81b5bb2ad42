#ifndef TRANCHE_BROKER_PROTOCOL_RECORD_H_
#define TRANCHE_BROKER_PROTOCOL_RECORD_H_

#include <cstdint>
#include <string>

#include "tranche/v1/log.pb.h"

namespace tranche {

// A record as it goes to the log and into the hash chain: the message and its canonical bytes
// (deterministic serialisation of the whole LogRecord).
struct StoredRecord {
  const v1::LogRecord* record = nullptr;
  std::string bytes;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_RECORD_H_
