#include "broker/log/record_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "broker/log/log_file.h"
#include "broker/log/record_kind.h"
#include "broker/log/record_text.h"
#include "broker/log/sample_run_testing.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RecordSearchTest : public ::testing::Test {
 protected:
  std::vector<uint64_t> Found(const RecordFilter& filter,
                              SearchDirection direction = SearchDirection::kForward,
                              uint64_t from = 0) {
    absl::StatusOr<RecordSearch> search = RecordSearch::Prepare(database_, filter, direction, from);
    EXPECT_TRUE(search.ok()) << search.status();
    std::vector<uint64_t> positions;
    while (*search->Next() == RecordSearch::Outcome::kFound) {
      positions.push_back(search->position());
      EXPECT_EQ((*search->Record())->position(), search->position());
    }
    return positions;
  }

  // The same the slow way: every record, looked at one by one.
  std::vector<uint64_t> Wanted(const RecordFilter& filter) {
    std::vector<uint64_t> positions;
    for (const StoredRecord& stored : run_.records()) {
      if (Fits(*stored.record, filter)) positions.push_back(stored.record->position());
    }
    return positions;
  }
  bool Fits(const v1::LogRecord& record, const RecordFilter& filter) {
    const v1::Message& message = record.message();
    const bool refused = message.has_price_list() && message.sender() == "aws";
    const std::string thread =
        record.has_ledger_entry() ? record.ledger_entry().thread() : message.thread();
    const bool reached =
        (!refused && absl::c_linear_search(message.recipients(), filter.recipient)) ||
        record.agent_view().agent() == filter.recipient;
    return record.position() >= filter.from &&
           (!filter.first_quarter || record.quarter() >= filter.first_quarter->index()) &&
           (!filter.last_quarter || record.quarter() <= filter.last_quarter->index()) &&
           (!filter.round || record.round() == *filter.round) &&
           (filter.sender.empty() || message.sender() == filter.sender) &&
           (filter.recipient.empty() || reached) &&
           (filter.thread.empty() || thread == filter.thread ||
            absl::StartsWith(thread, filter.thread + "/")) &&
           (filter.kinds.empty() || absl::c_linear_search(filter.kinds, RecordKind(record))) &&
           (!filter.refused || refused);
  }

  TestFolder folder_;
  const SampleRun run_{6};
  SqliteDatabase database_ = *[this] {
    WriteSampleLog(folder_.File("run.tranche"), run_);
    return OpenLogFileToRead(folder_.File("run.tranche"));
  }();
};

// Every pair of conditions, in both directions, against a walk over all records.
TEST_F(RecordSearchTest, FindsWhatAWalkFinds) {
  std::vector<RecordFilter> conditions(14);
  conditions[1].from = 40;
  conditions[2].first_quarter = Quarter(2026, 2);
  conditions[3].last_quarter = Quarter(2026, 3);
  conditions[4].round = 3;
  conditions[5].sender = "market";
  conditions[6].sender = "aws";
  conditions[7].recipient = "openai";
  conditions[8].thread = "openai/round-2026Q2";
  conditions[9].kinds = {"term_sheet", "acceptance", "metric"};
  conditions[10].kinds = {"price_list"};
  conditions[11].refused = true;
  conditions[12].round = 0;
  conditions[13].sender = "nobody";
  int found = 0;
  for (const RecordFilter& a : conditions) {
    for (const RecordFilter& b : conditions) {
      RecordFilter both = a;
      both.from = std::max(a.from, b.from);
      if (b.first_quarter) both.first_quarter = b.first_quarter;
      if (b.last_quarter) both.last_quarter = b.last_quarter;
      if (b.round) both.round = b.round;
      if (!b.sender.empty()) both.sender = b.sender;
      if (!b.recipient.empty()) both.recipient = b.recipient;
      if (!b.thread.empty()) both.thread = b.thread;
      if (!b.kinds.empty()) both.kinds = b.kinds;
      both.refused |= b.refused;
      std::vector<uint64_t> wanted = Wanted(both);
      found += static_cast<int>(wanted.size());
      EXPECT_EQ(Found(both), wanted);
      std::reverse(wanted.begin(), wanted.end());
      EXPECT_EQ(Found(both, SearchDirection::kBackward), wanted);
    }
  }
  EXPECT_GT(found, 1000) << "the conditions do find something";
}

TEST_F(RecordSearchTest, BeginsWhereItIsTold) {
  RecordFilter offers;
  offers.kinds = {"term_sheet"};
  const std::vector<uint64_t> all = Found(offers);
  ASSERT_THAT(all, SizeIs(6));
  EXPECT_THAT(Found(offers, SearchDirection::kForward, all[4]), ElementsAre(all[4], all[5]));
  EXPECT_THAT(Found(offers, SearchDirection::kForward, all[4] + 1), ElementsAre(all[5]));
  EXPECT_THAT(Found(offers, SearchDirection::kBackward, all[1]), ElementsAre(all[1], all[0]));
  EXPECT_THAT(Found(offers, SearchDirection::kForward, 1'000'000), IsEmpty());
}

TEST_F(RecordSearchTest, TextIsFoundInWhatPeopleReadAndInWhatIsCarried) {
  const auto count = [this](const std::string& text) {
    RecordFilter filter;
    filter.text = text;
    return Found(filter).size();
  };
  EXPECT_EQ(count("compute, AND people"), 6u) << "an ask's words, in any case";
  EXPECT_EQ(count("$830B pre-money (primary)"), 6u) << "figures as people write them";
  EXPECT_EQ(count("tranche 2: $20.0B from"), 12u) << "terms in full: offered and signed";
  EXPECT_EQ(count("northern-virginia"), 12u);
  EXPECT_EQ(count("no such thing"), 0u);
  // What stands in the bytes of numbers and keys is no text: every record's begin so.
  EXPECT_EQ(count("\x08"), 0u);
}

TEST_F(RecordSearchTest, StopsWhenTimeIsUpAndGoesOn) {
  RecordFilter filter;
  filter.text = "no such thing";
  absl::StatusOr<RecordSearch> search = RecordSearch::Prepare(database_, filter);
  ASSERT_TRUE(search.ok());
  uint64_t looks = 0;
  uint64_t searched_to = 0;
  while (*search->Next(absl::InfinitePast()) == RecordSearch::Outcome::kTimeUp) {
    ++looks;
    EXPECT_GT(search->searched_to(), searched_to) << "each look gets further";
    searched_to = search->searched_to();
  }
  EXPECT_EQ(looks, run_.records().size());
  EXPECT_EQ(search->searched_to(), run_.records().size());
}

TEST_F(RecordSearchTest, AThreadOfManyThreadsIsSearchedToo) {
  // More threads below one than lists are made for.
  constexpr int kThreads = 300;
  std::vector<v1::LogRecord> records;
  for (int i = 0; i < kThreads; ++i) {
    v1::LogRecord& record = records.emplace_back();
    record.set_position(records.size());
    record.set_quarter(Quarter(2026, 1).index());
    record.mutable_message()->set_sender(i % 2 == 0 ? "amazon" : "openai");
    record.mutable_message()->set_thread(absl::StrCat("amazon/deals/", i));
    record.mutable_message()->mutable_note()->set_text("hello");
  }
  records.back().mutable_message()->set_thread("amazon/deals0");  // beside, not below
  std::vector<StoredRecord> stored;
  for (const v1::LogRecord& record : records) stored.push_back({&record, CanonicalBytes(record)});
  const std::string path = folder_.File("threads.tranche");
  {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_EQ((*log)->Append(stored), absl::OkStatus());
    ASSERT_EQ((*log)->Finish(), absl::OkStatus());
  }
  database_ = *OpenLogFileToRead(path);
  RecordFilter filter;
  filter.thread = "amazon/deals";
  EXPECT_THAT(Found(filter), SizeIs(kThreads - 1));
  filter.sender = "openai";
  EXPECT_THAT(Found(filter), SizeIs(kThreads / 2 - 1));
}

// What the indexes are for: no step of a search walks over a table.
TEST_F(RecordSearchTest, SearchesUseIndexes) {
  for (const char* query :
       {"SELECT position FROM records WHERE kind = ?1 AND position >= ?2 ORDER BY position",
        "SELECT position FROM records WHERE sender = ?1 AND kind = ?2 AND position <= ?3 "
        "ORDER BY position DESC",
        "SELECT position FROM records WHERE thread = ?1 AND position >= ?2 ORDER BY position",
        "SELECT position FROM records WHERE refused_by = ?1 AND position >= ?2 ORDER BY position",
        "SELECT position FROM records WHERE quarter_index = 8104 AND round = 2 AND position >= ?1 "
        "ORDER BY position",
        "SELECT position FROM records WHERE kind = 'agent_view' AND recipients = ?1 AND "
        "position >= ?2 ORDER BY position",
        "SELECT position FROM deliveries WHERE recipient = ?1 AND position >= ?2 "
        "ORDER BY position"}) {
    std::string plan;
    ASSERT_EQ(database_.Query(absl::StrCat("EXPLAIN QUERY PLAN ", query),
                              [&plan](const SqliteStatement& row) {
                                absl::StrAppend(&plan, row.text(3), "\n");
                                return true;
                              }),
              absl::OkStatus());
    EXPECT_TRUE(absl::StrContains(plan, "COVERING INDEX") ||
                absl::StrContains(plan, "INDEX records_by_viewer (recipients=? AND rowid>?)") ||
                absl::StrContains(plan, "PRIMARY KEY (recipient=? AND position>?)"))
        << query << "\n"
        << plan;
    EXPECT_FALSE(absl::StrContains(plan, "SCAN") || absl::StrContains(plan, "TEMP B-TREE"))
        << query << "\n"
        << plan;
  }
}

}  // namespace
}  // namespace tranche
