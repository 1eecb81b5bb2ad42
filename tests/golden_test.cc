// What a whole run says, held against a committed transcript, so that a change of behaviour is a
// diff that a reviewer can read. TRANCHE_RENEW_GOLDEN=1 (see script/renew-golden) writes it anew.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/inline/inline_run.h"
#include "broker/log/record_text.h"
#include "sim/quarter.h"
#include "sim/testing/small_market.h"
#include "sim/testing/source_tree.h"

namespace tranche {
namespace {

// Every message of the run, a line each, and the quarters' digests.
std::string Transcript(const v1::Scenario& scenario, uint64_t seed) {
  std::string text;
  InlineOptions options;
  options.on_quarter = [&text](absl::Span<const StoredRecord> records) {
    for (const StoredRecord& record : records) {
      if (record.record->has_message() || record.record->has_quarter_closed()) {
        absl::StrAppend(&text, RecordLine(*record.record), "\n");
      }
    }
    return absl::OkStatus();
  };
  auto run = InlineRun::Create(scenario, seed, *ResolveSeats(scenario), options);
  EXPECT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE((*run)->Play().ok());
  return text;
}

TEST(GoldenTest, TheDuopolysTranscriptIsAsCommitted) {
  const std::string path = "tests/golden/duopoly-1.txt";
  const std::string transcript = Transcript(DuopolyScenario(), 1);
  if (std::getenv("TRANCHE_RENEW_GOLDEN") != nullptr) {
    std::ofstream(SourcePath(path)) << transcript;
    return;
  }
  const std::string committed = ReadSourceFile(path);
  const std::vector<std::string> is = absl::StrSplit(transcript, '\n');
  const std::vector<std::string> was = absl::StrSplit(committed, '\n');
  for (size_t i = 0; i < std::min(is.size(), was.size()); ++i) {
    ASSERT_EQ(is[i], was[i]) << path << ":" << i + 1;
  }
  EXPECT_EQ(is.size(), was.size());
}

TEST(GoldenTest, AnotherSeedIsAnotherRun) {
  EXPECT_NE(Transcript(DuopolyScenario(), 1), Transcript(DuopolyScenario(), 2));
}

}  // namespace
}  // namespace tranche
