#ifndef TRANCHE_BROKER_PROTOCOL_HASH_CHAIN_H_
#define TRANCHE_BROKER_PROTOCOL_HASH_CHAIN_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/sha256.h"

namespace tranche {

// The chain that makes a run's digest:
//
//   digest(quarter) := SHA-256( digest(quarter before) record* )
//   record          := length bytes
//   length          := size of `bytes`, 8 bytes, little-endian
//   bytes           := canonical LogRecord, as StoredRecord holds it
//
// over the records after the quarter before's QuarterClosed (from the log's first on, for the
// first quarter, whose digest before is the empty string) up to and without the quarter's own
// QuarterClosed, which carries the digest. RunEnded, after the last QuarterClosed, is not chained.
class HashChain {
 public:
  // Adds the next record of the quarter.
  void Add(absl::string_view bytes) {
    std::string length(8, '\0');
    for (size_t i = 0; i < length.size(); ++i) {
      length[i] = static_cast<char>(uint64_t{bytes.size()} >> (8 * i) & 0xff);
    }
    hash_.Update(length);
    hash_.Update(bytes);
  }

  // Ends the quarter: its digest, 32 bytes. What is added next belongs to the next quarter.
  const std::string& CloseQuarter() {
    digest_ = hash_.Finish();
    hash_.Update(digest_);
    return digest_;
  }

  // Of the last quarter closed; empty before the first.
  const std::string& digest() const { return digest_; }

 private:
  Sha256 hash_;
  std::string digest_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_HASH_CHAIN_H_
