#include "inspector/api/inspection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/log/log_file.h"
#include "broker/log/sample_run_testing.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "inspector/api/report_data.h"

namespace tranche {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Struct Parse(const std::string& json) {
  Struct object;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &object).ok()) << json;
  return object;
}
const Value& In(const Struct& object, const std::string& name) {
  static const Value kMissing;
  const auto found = object.fields().find(name);
  EXPECT_TRUE(found != object.fields().end()) << "no " << name;
  return found == object.fields().end() ? kMissing : found->second;
}
const ListValue& List(const Struct& object, const std::string& name) {
  return In(object, name).list_value();
}
double Number(const Value& value, const std::string& name) {
  return In(value.struct_value(), name).number_value();
}
std::string Text(const Value& value, const std::string& name) {
  return In(value.struct_value(), name).string_value();
}
std::string Positions(const Struct& object, const std::string& list) {
  std::vector<std::string> positions;
  for (const Value& value : List(object, list).values()) {
    positions.push_back(absl::StrCat(Number(value, "position")));
  }
  return absl::StrJoin(positions, " ");
}

class InspectionTest : public ::testing::Test {
 protected:
  InspectionTest() {
    WriteSampleLog(path_, run_);
    inspection_ = *Inspection::Open(path_);
    database_ = std::make_unique<SqliteDatabase>(*OpenLogFileToRead(path_));
  }

  Struct Ask(const std::string& path, const std::string& query = "") {
    absl::StatusOr<std::string> answer = inspection_->Answer(path, query);
    EXPECT_TRUE(answer.ok()) << path << "?" << query << ": " << answer.status();
    return answer.ok() ? Parse(*answer) : Struct();
  }
  // The first column of a query by another way, "1 2 3".
  std::string Sql(const std::string& query) {
    std::vector<std::string> values;
    EXPECT_EQ(database_->Query(query,
                               [&values](const SqliteStatement& row) {
                                 values.emplace_back(row.text(0));
                                 return true;
                               }),
              absl::OkStatus());
    return absl::StrJoin(values, " ");
  }

  TestFolder folder_;
  const std::string path_ = folder_.File("run.tranche");
  const SampleRun run_;
  std::unique_ptr<Inspection> inspection_;
  std::unique_ptr<SqliteDatabase> database_;
};

TEST_F(InspectionTest, RunSaysWhatTheLogIsOf) {
  const Struct run = Ask("/api/run");
  EXPECT_EQ(In(run, "state").string_value(), "completed");
  EXPECT_EQ(Text(In(run, "scenario"), "name"), "sample");
  EXPECT_EQ(In(run, "seed").string_value(), "7");
  EXPECT_EQ(In(run, "last_position").number_value(), run_.records().size());
  EXPECT_EQ(In(run, "digest").string_value(),
            Sql("SELECT digest FROM quarters ORDER BY quarter DESC LIMIT 1"));
  EXPECT_EQ(absl::StrCat(Number(In(run, "counts"), "deals")), Sql("SELECT count(*) FROM deals"));
  EXPECT_FALSE(In(run, "compare").bool_value());
}

TEST_F(InspectionTest, RecordsAreThoseThatSqlFinds) {
  EXPECT_EQ(Positions(Ask("/api/records", "sender=aws&limit=500"), "records"),
            Sql("SELECT position FROM records WHERE sender = 'aws' ORDER BY position"));
  EXPECT_EQ(Positions(Ask("/api/records", "refused=1"), "records"),
            Sql("SELECT position FROM records WHERE refused_by IS NOT NULL ORDER BY position"));
  EXPECT_EQ(Positions(Ask("/api/records", "kind=metric,decision&quarter=2026Q2..2026Q3&limit=500"),
                      "records"),
            Sql("SELECT position FROM records WHERE kind IN ('metric', 'decision') AND quarter "
                "BETWEEN '2026Q2' AND '2026Q3' ORDER BY position"));
  EXPECT_EQ(Positions(Ask("/api/records", "recipient=ftc"), "records"),
            Sql("SELECT position FROM deliveries WHERE recipient = 'ftc' ORDER BY position"));
  EXPECT_EQ(Positions(Ask("/api/records", "talk=1&limit=500"), "records"),
            Sql("SELECT position FROM records WHERE kind NOT IN ('public_view', 'agent_view', "
                "'ledger_entry', 'metric', 'relation', 'cap_table_entry', 'statements') "
                "ORDER BY position"));
}

TEST_F(InspectionTest, PagesJoinWithoutGapOrOverlap) {
  const std::string all =
      Sql("SELECT position FROM records WHERE sender = 'market' ORDER BY position");
  std::vector<std::string> forward;
  std::string query = "sender=market&limit=5";
  while (true) {
    const Struct page = Ask("/api/records", query);
    EXPECT_TRUE(In(page, "complete").bool_value());
    if (List(page, "records").values_size() > 0) forward.push_back(Positions(page, "records"));
    if (In(page, "end").bool_value()) break;
    query = absl::StrCat("sender=market&limit=5&after=", In(page, "searched_to").number_value());
  }
  EXPECT_EQ(absl::StrJoin(forward, " "), all);

  std::vector<std::string> backward;
  uint64_t before = run_.records().size() + 1;
  while (true) {
    const Struct page = Ask("/api/records", absl::StrCat("sender=market&limit=4&before=", before));
    if (List(page, "records").values_size() > 0) {
      backward.insert(backward.begin(), Positions(page, "records"));
    }
    if (In(page, "end").bool_value()) break;
    before = static_cast<uint64_t>(In(page, "searched_to").number_value());
  }
  EXPECT_EQ(absl::StrJoin(backward, " "), all);
}

TEST_F(InspectionTest, CountsTellWhereEveryPageBegins) {
  const Struct count = Ask("/api/records/count", "kind=metric&every=25");
  EXPECT_EQ(absl::StrCat(In(count, "count").number_value()),
            Sql("SELECT count(*) FROM records WHERE kind = 'metric'"));
  EXPECT_TRUE(In(count, "complete").bool_value());
  std::vector<std::string> marks;
  for (const Value& mark : List(count, "marks").values()) {
    marks.push_back(absl::StrCat(mark.number_value()));
  }
  EXPECT_EQ(absl::StrJoin(marks, " "),
            Sql("SELECT position FROM (SELECT position, row_number() OVER (ORDER BY position) - 1 "
                "AS place FROM records WHERE kind = 'metric') WHERE place % 25 = 0"));
}

TEST_F(InspectionTest, ARecordIsDecodedInFull) {
  const uint64_t position = run_.Find(v1::Message::kTermSheet);
  const Struct record = Ask("/api/record", absl::StrCat("position=", position));
  const Struct& terms =
      In(In(In(In(record, "payload").struct_value(), "message").struct_value(), "term_sheet")
             .struct_value(),
         "terms")
          .struct_value();
  EXPECT_EQ(In(terms, "amount_cents").string_value(), "5000000000000");
  EXPECT_EQ(In(record, "previous").number_value(), static_cast<double>(position - 1));
  EXPECT_EQ(List(record, "answers").values(0).number_value(), static_cast<double>(position + 1));
  EXPECT_THAT(Text(List(record, "fields").values(1), "value"), HasSubstr("$50.0B"));
  EXPECT_GT(List(record, "lines").values_size(), 2);
}

TEST_F(InspectionTest, MetricsOverTheQuarters) {
  const Struct series = Ask("/api/metrics/series", "name=metric-2&subject=openai");
  EXPECT_EQ(List(series, "quarters").values_size(), run_.quarters());
  const Value& one = List(series, "series").values(0);
  const ListValue& points = List(one.struct_value(), "points");
  ASSERT_EQ(points.values_size(), run_.quarters());
  EXPECT_DOUBLE_EQ(points.values(1).list_value().values(1).number_value(), 2 / 7.0);
  EXPECT_EQ(absl::StrCat(points.values(1).list_value().values(2).number_value()),
            Sql("SELECT position FROM metrics WHERE name = 'metric-2' AND quarter = '2026Q2'"));
  const Struct metrics = Ask("/api/metrics");
  EXPECT_EQ(absl::StrCat(List(metrics, "metrics").values_size()),
            Sql("SELECT count(DISTINCT name) FROM metrics"));
  EXPECT_TRUE(In(Ask("/api/metrics/series", "name=metric-2&name=metric-4&limit=1"), "truncated")
                  .bool_value());
}

TEST_F(InspectionTest, ADealShowsItsVersionsReviewsAndShares) {
  const std::string id = SampleRun::deal(Quarter(2026, 2));
  const Struct deal = Ask("/api/deal", absl::StrCat("id=", id));
  EXPECT_EQ(Text(In(deal, "deal"), "amount_cents"), "5000000000000");
  EXPECT_EQ(In(deal, "thread").string_value(), "openai/round-2026Q2");
  ASSERT_EQ(List(deal, "versions").values_size(), 2);
  EXPECT_EQ(Text(List(deal, "versions").values(0), "kind"), "term_sheet");
  EXPECT_EQ(Text(List(deal, "versions").values(1), "kind"), "deal_signed");
  const Value& review = List(deal, "reviews").values(0);
  EXPECT_EQ(Text(review, "outcome"), "clear-with-conditions");
  EXPECT_EQ(Positions(review.struct_value(), "steps"),
            Sql("SELECT position FROM records WHERE quarter = '2026Q2' AND kind IN "
                "('filing_required', 'merger_notification', 'decision') ORDER BY position"));
  const Struct& caps = In(deal, "cap_table").struct_value();
  EXPECT_EQ(Text(In(caps, "before"), "quarter"), "2026Q1");
  EXPECT_EQ(Text(In(caps, "after"), "quarter"), "2026Q2");
  EXPECT_EQ(Positions(deal, "ledger"),
            Sql(absl::StrCat("SELECT position FROM ledger WHERE thread = '", id, "'")));
  EXPECT_EQ(Text(In(deal, "why"), "outcome"), "closed");
}

TEST_F(InspectionTest, WhyLeadsFromTheClosingToTheAsk) {
  const Struct why = Ask("/api/why", absl::StrCat("id=", SampleRun::deal(Quarter(2026, 1))));
  std::vector<std::string> kinds;
  for (const Value& step : List(why, "steps").values()) {
    kinds.push_back(Text(step, "kind"));
    const double explains = Number(step, "explains");
    EXPECT_TRUE(explains == 0 || explains > Number(step, "position")) << "causes come before";
  }
  EXPECT_THAT(kinds, ElementsAre("closing", "decision", "merger_notification", "filing_required",
                                 "deal_signed", "acceptance", "term_sheet", "funding_ask"));
  EXPECT_THAT(In(why, "summary").string_value(), StartsWith("amazon in openai: closed"));
}

TEST_F(InspectionTest, ATurnIsWhatTheAgentSawAndDid) {
  const Struct second = Ask("/api/turn", "agent=amazon&quarter=2026Q2&round=2");
  EXPECT_EQ(Positions(second, "inbox"),
            Sql("SELECT position FROM deliveries JOIN records USING (position) WHERE recipient = "
                "'amazon' AND quarter = '2026Q2' AND round = 1 ORDER BY position"));
  EXPECT_EQ(Positions(second, "moves"),
            Sql("SELECT position FROM records WHERE sender = 'amazon' AND quarter = '2026Q2' AND "
                "round = 2 ORDER BY position"));
  EXPECT_EQ(absl::StrCat(In(second, "view").number_value()),
            Sql("SELECT position FROM records WHERE kind = 'agent_view' AND recipients = 'amazon' "
                "AND quarter = '2026Q2'"));
  EXPECT_EQ(Text(In(In(second, "view_payload").struct_value(), "agent_view"), "agent"), "amazon");
  // What came at the end of the quarter before is read in the first round.
  const Struct first = Ask("/api/turn", "agent=amazon&quarter=2026Q2&round=1");
  EXPECT_EQ(Positions(first, "inbox"),
            Sql("SELECT position FROM deliveries JOIN records USING (position) WHERE recipient = "
                "'amazon' AND quarter = '2026Q1' AND round = 3 ORDER BY position"));
  EXPECT_THAT(Positions(first, "inbox"), Not(IsEmpty()));
}

TEST_F(InspectionTest, AgentsBooksRelationsAndContracts) {
  const Struct agents = Ask("/api/agents", "limit=3");
  EXPECT_EQ(In(agents, "next").string_value(), "ftc");
  EXPECT_EQ(Number(In(List(agents, "agents").values(0).struct_value(), "parameters"),
                   "patience_quarters"),
            0.1);
  EXPECT_EQ(List(Ask("/api/agents", "after=ftc"), "agents").values_size(), 1);
  const Struct agent = Ask("/api/agent", "name=aws");
  EXPECT_EQ(Text(List(agent, "refusals").values(0), "rule"), "authority");
  EXPECT_EQ(Number(List(agent, "refusals").values(0), "count"), 3);
  EXPECT_EQ(Number(In(agent, "agent"), "position"), 3);
  const Struct books = Ask("/api/statements", "entity=openai");
  EXPECT_EQ(Text(List(books, "lines").values(0), "account"), "revenue");
  EXPECT_EQ(List(List(books, "lines").values(0).struct_value(), "cells")
                .values(2)
                .list_value()
                .values(1)
                .string_value(),
            "-500");
  EXPECT_EQ(Positions(Ask("/api/ledger", "entity=openai&account=equity"), "entries"),
            Sql("SELECT position FROM ledger ORDER BY position"));
  const Struct relations = Ask("/api/relations");
  const Value& last = List(relations, "quarters").values(0);
  EXPECT_EQ(Text(last, "quarter"), "2026Q3");
  EXPECT_EQ(Text(List(last.struct_value(), "edges").values(0), "text"), "3.49% of the shares");
  EXPECT_EQ(Text(List(Ask("/api/contracts"), "contracts").values(0), "price_micros_per_gpu_hour"),
            "2100000");
}

TEST_F(InspectionTest, ThreadsAreListedByName) {
  const Struct all = Ask("/api/threads");
  std::vector<std::string> names;
  for (const Value& thread : List(all, "threads").values()) {
    names.push_back(Text(thread, "thread"));
  }
  EXPECT_EQ(absl::StrJoin(names, " "),
            Sql("SELECT DISTINCT thread FROM records WHERE thread IS NOT NULL AND sender IS NOT "
                "NULL ORDER BY thread"));
  EXPECT_TRUE(List(all, "threads").values(2).struct_value().fields().at("deal").bool_value() ||
              In(List(all, "threads").values(4).struct_value(), "deal").bool_value());
  EXPECT_EQ(List(Ask("/api/threads", "text=CAPACITY"), "threads").values_size(), 3);
  const Struct thread = Ask("/api/thread", "id=openai%2Fround-2026Q1");
  EXPECT_EQ(List(thread, "messages").values_size(), 9);
  EXPECT_EQ(List(thread, "deals").values(0).string_value(), "openai/round-2026Q1/amazon");
}

TEST_F(InspectionTest, TwoLogsAreCompared) {
  const std::string other = folder_.File("other.tranche");
  WriteSampleLog(other, SampleRun(3, 8));
  inspection_ = *Inspection::Open(path_, other);
  EXPECT_EQ(In(Ask("/api/run", "log=b"), "seed").string_value(), "8");
  const Struct diff = Ask("/api/diff", "top=2");
  EXPECT_FALSE(In(diff, "same").bool_value());
  EXPECT_EQ(List(diff, "inputs").values(0).string_value(), "seed: 7, 8");
  EXPECT_EQ(Text(In(diff, "b"), "seed"), "8");
}

TEST_F(InspectionTest, WhatIsNoLogIsSaid) {
  const auto error = [this](const std::string& name, const std::string& content) {
    const std::string file = folder_.File(name);
    std::ofstream(file, std::ios::binary) << content;
    return std::string(Inspection::Open(file).status().message());
  };
  EXPECT_THAT(error("empty", ""), HasSubstr("the file is empty"));
  EXPECT_THAT(error("text", "not a log\n"), HasSubstr("isn't a SQLite database"));
  std::ifstream in(path_, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  EXPECT_THAT(error("cut", bytes.substr(0, bytes.size() / 2)), HasSubstr("truncated"));
  EXPECT_THAT(std::string(Inspection::Open(folder_.File("absent")).status().message()),
              HasSubstr("No such file"));
}

// A byte of a record changed on disk is named where it is read, and the rest is still served.
TEST_F(InspectionTest, ADamagedRecordIsNamed) {
  const std::string damaged = folder_.File("damaged.tranche");
  {
    std::ifstream in(path_, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    const size_t place = bytes.find("compute, and people");
    ASSERT_NE(place, std::string::npos);
    bytes[place] = 'C';
    std::ofstream(damaged, std::ios::binary) << bytes;
  }
  inspection_ = *Inspection::Open(damaged);
  const absl::Status read = inspection_->Answer("/api/records", "kind=funding_ask").status();
  EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(read.message()), HasSubstr("doesn't match its checksum"));
  EXPECT_TRUE(inspection_->Answer("/api/quarters", "").ok());
}

TEST_F(InspectionTest, AReportAnswersWhatItsPageMayAsk) {
  absl::StatusOr<std::string> data = ReportData(*inspection_, 10'000'000);
  ASSERT_TRUE(data.ok()) << data.status();
  const Struct report = Parse(*data);
  const Struct& responses = In(report, "responses").struct_value();
  for (const char* key :
       {"/api/run", "/api/metrics/series?name=metric-2", "/api/relations?quarter=2026Q3",
        "/api/deal?id=openai%2Fround-2026Q1%2Famazon", "/api/agent?name=ftc",
        "/api/statements?entity=openai", "/api/thread?id=openai%2Fround-2026Q2"}) {
    EXPECT_TRUE(responses.fields().contains(key)) << key;
  }
  EXPECT_THAT(List(report, "left_out").values(), IsEmpty());
  const Struct small = Parse(*ReportData(*inspection_, 20'000));
  EXPECT_THAT(List(small, "left_out").values(), Not(IsEmpty()));
}

TEST(JsonForHtmlTest, NothingInItEndsTheElement) {
  const std::string json = "{\"a\":\"</script><!--&\xe2\x80\xa8\xe2\x80\xa9\"}";
  const std::string safe = JsonForHtml(json);
  EXPECT_EQ(safe, "{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\\u2029\"}");
  EXPECT_EQ(In(Parse(safe), "a").string_value(), In(Parse(json), "a").string_value());
}

}  // namespace
}  // namespace tranche
