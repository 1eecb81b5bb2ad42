#include "broker/command/log_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "broker/log/sample_run_testing.h"

namespace tranche {
namespace {

TEST(LogExportTest, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ(CsvField("plain text"), "plain text");
  EXPECT_EQ(CsvField("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvField("he said \"no\""), "\"he said \"\"no\"\"\"");
  EXPECT_EQ(CsvField("two\nlines"), "\"two\nlines\"");
}

TEST(LogExportTest, ARecordIsOneLineOfCsv) {
  const SampleRun run;
  std::ostringstream out;
  WriteRecordCsvHeader(out);
  WriteRecordCsv(*run.records()[run.Find(v1::Message::kAcceptance) - 1].record, out);
  WriteRecordCsv(*run.records()[0].record, out);
  EXPECT_EQ(out.str(),
            "position,quarter,round,kind,sender,recipients,thread,in_reply_to,text\n"
            "11,2026Q1,2,acceptance,openai,amazon,openai/round-2026Q1,10,accepts\n"
            "1,2026Q1,0,header,,,,,\"scenario sample, seed 7, 2026Q1 to 2026Q3\"\n");
}

TEST(LogExportTest, ARowKeepsItsTypes) {
  const std::vector<std::string> columns = {"a", "b", "c", "d", "e"};
  std::vector<TableCell> row(5);
  row[1].type = TableCell::Type::kInteger;
  row[1].integer = -7;
  row[2].type = TableCell::Type::kReal;
  row[2].real = 0.25;
  row[3].type = TableCell::Type::kText;
  row[3].bytes = "x,y";
  row[4].type = TableCell::Type::kBlob;
  row[4].bytes = absl::string_view("\0\xff", 2);
  std::ostringstream csv;
  WriteTableCsvHeader(columns, csv);
  WriteTableCsv(row, csv);
  EXPECT_EQ(csv.str(), "a,b,c,d,e\n,-7,0.25,\"x,y\",AP8=\n");
  std::ostringstream json;
  WriteTableJson(columns, row, json);
  EXPECT_EQ(json.str(), "{\"a\":null,\"b\":-7,\"c\":0.25,\"d\":\"x,y\",\"e\":\"AP8=\"}\n");
}

}  // namespace
}  // namespace tranche
