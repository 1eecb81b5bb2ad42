#ifndef TRANCHE_INSPECTOR_ANSWERS_WHY_H_
#define TRANCHE_INSPECTOR_ANSWERS_WHY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/log/sqlite.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// A message on the way from an outcome back to where it began.
struct WhyStep {
  v1::LogRecord record;
  // The step that this one explains, and how; 0 for the outcome.
  uint64_t explains = 0;
  std::string because;
  // How many steps it is away from the outcome.
  int depth = 0;
};

struct Why {
  // The deal, contract or thread in question.
  std::string subject;
  // How far it came, in a word or two: "closed", "ended: prohibited", "refused".
  std::string outcome;
  // The same in a sentence.
  std::string summary;
  // The outcome first; then each step after the one it explains.
  std::vector<WhyStep> steps;
};

// Walks back from what became of a deal (or contract, or thread, or from the message "#123")
// through rulings, filings, signatures and replies to the first ask. Causes are what the rules of
// the market tie together (a closing needs its clearances, a ruling answers a filing, an acceptance
// its proposal), not guesses at intentions. NotFound if the log holds no such thing.
absl::StatusOr<Why> ExplainOutcome(const SqliteDatabase& database, absl::string_view name);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_ANSWERS_WHY_H_
