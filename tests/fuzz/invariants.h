#ifndef TRANCHE_TESTS_FUZZ_INVARIANTS_H_
#define TRANCHE_TESTS_FUZZ_INVARIANTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "broker/protocol/record.h"
#include "sim/world.h"

// What holds in every market at every quarter's close, whatever the agents say.
namespace tranche {

// Shares sum to one, nobody sells or uses more than it has, cap tables add up, and a deal that was
// prohibited or voted down has drawn nothing. (That books balance the market checks itself: it
// refuses to close a quarter in which they don't.)
void ExpectInvariants(const World& world);

// Watches the records of a run for messages about deals that are over: from the quarter after a
// deal ended without closing nothing is paid, closed or signed under its name, and what its parties
// and reviewers still say about it is refused.
class EndedDeals {
 public:
  void Expect(absl::Span<const StoredRecord> records);
  size_t size() const { return ended_.size(); }

 private:
  std::map<std::string, int32_t> ended_;  // quarter of the end, by name
};

}  // namespace tranche

#endif  // TRANCHE_TESTS_FUZZ_INVARIANTS_H_
