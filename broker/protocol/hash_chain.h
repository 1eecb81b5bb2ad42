#ifndef TRANCHE_BROKER_PROTOCOL_HASH_CHAIN_H_
#define TRANCHE_BROKER_PROTOCOL_HASH_CHAIN_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/protocol/sha256.h"
#include "google/protobuf/message_lite.h"
#include "tranche/v1/log.pb.h"

// The hash chain of a log.
//
//   log         := quarter* run_ended?
//   quarter     := record* quarter_closed
//   digest(0)   := ""                                    before the first quarter
//   digest(q)   := SHA256( digest(q-1) chunk* )          over the records of the q-th quarter
//   chunk       := length bytes                          of one record
//   length      := number of bytes, 64 bits little-endian
//   bytes       := the record's deterministic serialisation as a LogRecord, position and all
//
// The last chunk is the QuarterClosed record itself, serialised with an empty `digest`; the digest
// is then written into it. The records of the first quarter begin with the RunHeader and the seats,
// so every digest commits to scenario, seed and strategies.
//
// The digest of the last quarter is the run's. A RunEnded record follows the QuarterClosed of the
// last quarter that the header announces, in the same transaction, and outside the chain: all that
// it could say is fixed by what the chain holds. A stopped run has none, so that it can go on.
namespace tranche {

// In lower-case hexadecimal.
std::string HexDigest(absl::string_view digest);
// Deterministic serialisation: what is stored, compared and hashed.
std::string CanonicalBytes(const google::protobuf::MessageLite& message);

// Computes digests while a log is written.
class HashChain {
 public:
  // The next record's canonical bytes.
  void Add(absl::string_view bytes);
  // Adds the quarter's last record, fills its digest in and returns its bytes as stored. What is
  // added next belongs to the next quarter.
  std::string CloseQuarter(v1::LogRecord* quarter_closed);
  // Of the last closed quarter, 32 bytes; empty before the first.
  const std::string& digest() const { return digest_; }

 private:
  Sha256 hash_;
  std::string digest_;
};

// Checks a log's records one by one, in order: positions without gaps, the chain, and the grammar
// above. Every error is DataLoss and names position and quarter.
class ChainVerifier {
 public:
  // `record` and its canonical bytes, if the caller has them at hand.
  absl::Status Add(const v1::LogRecord& record);
  absl::Status Add(const v1::LogRecord& record, absl::string_view bytes);
  // The log ends here: an error if a quarter is left open.
  absl::Status Finish() const;

  // Of the last closed quarter, 32 bytes; empty before the first.
  const std::string& digest() const { return chain_.digest(); }

 private:
  HashChain chain_;
  uint64_t last_position_ = 0;
  // Position of the first record of the quarter that isn't closed yet; 0: none is open.
  uint64_t open_since_ = 0;
  int32_t end_quarter_ = 0;
  int32_t closed_quarter_ = 0;
  bool ended_ = false;
};

// A whole log.
absl::Status VerifyChain(absl::Span<const v1::LogRecord* const> records);

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_HASH_CHAIN_H_
