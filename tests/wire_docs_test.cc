// docs/wire.md and docs/rules.md say what the market does: the tables are compared with it.

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "sim/market.h"
#include "sim/testing/small_market.h"
#include "sim/testing/source_tree.h"
#include "tranche/v1/messages.pb.h"

namespace tranche {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

// What stands between backticks in the first column of a table's rows.
std::set<std::string> NamesInFirstColumn(absl::string_view text) {
  static const std::regex kName("`([A-Za-z-]+)`");
  std::set<std::string> names;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, "| `")) continue;
    const std::vector<absl::string_view> columns = absl::StrSplit(line, '|');
    const std::string first(columns[1]);
    for (std::sregex_iterator it(first.begin(), first.end(), kName), end; it != end; ++it) {
      names.insert((*it)[1]);
    }
  }
  return names;
}

// The text below the heading "### `title`", up to the next heading.
std::string Section(const std::string& page, absl::string_view title) {
  const std::string heading = absl::StrCat("\n### ", title, "\n");
  const size_t begin = page.find(heading);
  if (begin == std::string::npos) return "";
  const size_t text = begin + heading.size();
  return page.substr(text, page.find("\n#", text) - text);
}

// The market's answers to one move.
class Answers final : public MarketOutput {
 public:
  v1::Message* AddMessage() override { return &messages_.emplace_back(); }
  v1::LogRecord* AddRecord() override { return nullptr; }

  std::string rule() const {
    for (const v1::Message& message : messages_) {
      if (message.has_rejected()) return message.rejected().rule();
    }
    return "";
  }

 private:
  std::deque<v1::Message> messages_;
};

const OneofDescriptor& Bodies() { return *v1::Message::descriptor()->FindOneofByName("body"); }

class WireDocsTest : public testing::Test {
 protected:
  void SetUp() override {
    page_ = ReadSourceFile("docs/wire.md");
    absl::StatusOr<std::unique_ptr<Market>> market = Market::Create(DuopolyScenario(), 1);
    ASSERT_TRUE(market.ok()) << market.status();
    market_ = *std::move(market);
    Answers ignored;
    market_->OpenQuarter(ignored);
    market_->OpenRound(1);
  }

  // Whether the market lets `agent` say an empty message of this body, whatever else is wrong.
  bool HasAuthority(absl::string_view agent, const FieldDescriptor* body) {
    v1::Message move;
    move.set_id(++last_id_);
    move.set_sender(std::string(agent));
    move.set_in_reply_to(1);
    move.GetReflection()->MutableMessage(&move, body);
    Answers answers;
    market_->Submit(market_->FindAgent(agent), move, answers);
    return answers.rule() != "authority";
  }

  std::string page_;
  std::unique_ptr<Market> market_;
  uint64_t last_id_ = 1;
};

TEST_F(WireDocsTest, TablesOfVerbsSayWhoseMovesTheMarketTakes) {
  const std::map<std::string, std::string> kAgentOf = {{"Labs", "aurora"},
                                                       {"Clouds", "nimbus"},
                                                       {"Investors", "harbor-fund"},
                                                       {"Regulators", "us-antitrust"}};
  std::set<std::string> markets_own = NamesInFirstColumn(Section(page_, "The market"));
  std::set<std::string> of_agents;
  for (const auto& [role, agent] : kAgentOf) {
    const std::set<std::string> documented = NamesInFirstColumn(Section(page_, role));
    std::set<std::string> allowed;
    for (int i = 0; i < Bodies().field_count(); ++i) {
      if (HasAuthority(agent, Bodies().field(i))) {
        allowed.insert(Bodies().field(i)->message_type()->name());
      }
    }
    EXPECT_EQ(documented, allowed) << role;
    of_agents.insert(allowed.begin(), allowed.end());
  }
  std::set<std::string> said_by_market;
  for (int i = 0; i < Bodies().field_count(); ++i) {
    const std::string& name = Bodies().field(i)->message_type()->name();
    if (!of_agents.contains(name)) said_by_market.insert(name);
  }
  EXPECT_EQ(markets_own, said_by_market);
}

// A rule's name is a literal where the move is refused.
TEST(RulesPageTest, ListsEveryRuleThatIsEnforced) {
  static const std::regex kRule("(?:Refused\\(|set_rule\\()\\s*\"([a-z-]+)\"");
  std::set<std::string> enforced;
  for (const char* folder : {"sim", "broker/protocol"}) {
    const auto path = std::filesystem::path(SourceDir()) / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().extension() != ".cc") continue;
      if (absl::EndsWith(entry.path().string(), "_test.cc")) continue;
      std::ifstream in(entry.path());
      const std::string source(std::istreambuf_iterator<char>(in), {});
      for (std::sregex_iterator it(source.begin(), source.end(), kRule), end; it != end; ++it) {
        enforced.insert((*it)[1]);
      }
    }
  }
  ASSERT_TRUE(enforced.contains("authority"));
  EXPECT_EQ(NamesInFirstColumn(ReadSourceFile("docs/rules.md")), enforced);
}

}  // namespace
}  // namespace tranche
