// `tranche inspect` and `tranche report` as a user types them, on a run of the duopoly.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/command/exit_codes.h"
#include "broker/log/log_file.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "inspector/server/bundle.h"
#include "inspector/server/http_client_testing.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/duopoly_runs.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class InspectTest : public DuopolyRunsTest {
 protected:
  // The port of an inspector that has printed its address.
  static uint16_t PortOf(Program& inspector) {
    EXPECT_TRUE(inspector.WaitForOutput("/\n")) << inspector.err();
    const std::vector<std::string> parts = absl::StrSplit(inspector.out(), ':');
    int port = 0;
    EXPECT_THAT(inspector.out(), MatchesRegex("http://127\\.0\\.0\\.1:[0-9]+/\n"));
    EXPECT_TRUE(absl::SimpleAtoi(parts.back().substr(0, parts.back().find('/')), &port));
    return static_cast<uint16_t>(port);
  }
};

TEST_F(InspectTest, ServesTheRunUntilItIsStopped) {
  std::unique_ptr<Program> inspector = Program::Start({"inspect", Log("1"), "--compare", Log("2")});
  HttpClient client(PortOf(*inspector));
  const HttpAnswer run = client.Get("/api/run");
  EXPECT_EQ(run.Json().fields().at("scenario").struct_value().fields().at("name").string_value(),
            "duopoly");
  EXPECT_TRUE(run.Json().fields().at("compare").bool_value());
  EXPECT_FALSE(client.Get("/api/diff").Json().fields().at("same").bool_value());
  inspector->Signal(SIGTERM);
  EXPECT_EQ(inspector->Wait().code, kExitOk);
}

// Every deal and every agent of a real run has a page, whose figures are those of the log.
TEST_F(InspectTest, EveryDealAndAgentIsAnswered) {
  std::unique_ptr<Program> inspector = Program::Start({"inspect", Log("1")});
  HttpClient client(PortOf(*inspector));
  const SqliteDatabase database = *OpenLogFileToRead(Log("1"));
  int deals = 0;
  ASSERT_EQ(
      database.Query(
          "SELECT deal, drawn_cents, (SELECT count(*) FROM closings c WHERE "
          "c.deal = d.deal) FROM deals d",
          [&](const SqliteStatement& row) {
            ++deals;
            const auto deal = client.Get(absl::StrCat("/api/deal?id=", row.text(0))).Json();
            EXPECT_EQ(
                deal.fields().at("deal").struct_value().fields().at("drawn_cents").string_value(),
                row.text(1));
            EXPECT_EQ(deal.fields().at("closings").list_value().values_size(), row.integer(2));
            return true;
          }),
      absl::OkStatus());
  EXPECT_GT(deals, 0);
  ASSERT_EQ(
      database.Query("SELECT name, (SELECT count(*) FROM records r WHERE r.sender = a.name) "
                     "FROM agents a",
                     [&](const SqliteStatement& row) {
                       const auto agent =
                           client.Get(absl::StrCat("/api/agent?name=", row.text(0))).Json();
                       double moves = 0;
                       for (const auto& kind : agent.fields().at("kinds").list_value().values()) {
                         moves += kind.struct_value().fields().at("messages").number_value();
                       }
                       EXPECT_EQ(moves, row.integer(1)) << row.text(0);
                       return true;
                     }),
      absl::OkStatus());
}

TEST_F(InspectTest, AReportHoldsTheRunAndAsksNoNetwork) {
  if (Bundle().empty()) GTEST_SKIP() << "built without the page";
  const std::string path = directory_->File("report.html");
  const ProgramEnd end = Program::Run({"report", Log("1"), "-o", path});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  std::ifstream in(path, std::ios::binary);
  const std::string page(std::istreambuf_iterator<char>(in), {});
  const std::string open = "<script type=\"application/json\" id=\"tranche-report\">";
  const size_t start = page.find(open) + open.size();
  const std::string data = page.substr(start, page.find("</script>", start) - start);
  google::protobuf::Struct report;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(data, &report).ok());
  EXPECT_TRUE(report.fields().at("responses").struct_value().fields().contains("/api/run"));
  EXPECT_THAT(data, Not(HasSubstr("<")));
  EXPECT_EQ(Program::Run({"report", Log("1"), "-o", "/no/such/folder/report.html"}).code, kExitIo);
}

}  // namespace
}  // namespace tranche
