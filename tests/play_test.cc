// `tranche play`: a person is one agent, here a script on standard input.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "broker/command/move_syntax.h"
#include "broker/log/run_log.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// --- What is typed ---

v1::Message Parsed(const std::string& line, const SeenMessages& seen) {
  const auto parsed = ParseMove(line, v1::ROLE_INVESTOR, seen);
  if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
    ADD_FAILURE() << line << ", column " << error->column << ": " << error->message;
    return {};
  }
  return std::get<v1::Message>(parsed);
}

SyntaxError ErrorOf(const std::string& line, v1::Role role = v1::ROLE_INVESTOR) {
  const auto parsed = ParseMove(line, role, [](uint64_t) { return nullptr; });
  const auto* error = std::get_if<SyntaxError>(&parsed);
  EXPECT_NE(error, nullptr) << line;
  return error == nullptr ? SyntaxError() : *error;
}

v1::Message TermSheetFromFund() {
  v1::Message sheet;
  sheet.set_id(41);
  sheet.set_sender("harbor-fund");
  sheet.set_thread("aurora/series-d");
  v1::FundingTerms& terms = *sheet.mutable_term_sheet()->mutable_terms();
  terms.set_amount_cents(50'000'000'000);
  terms.set_pre_money_cents(1'800'000'000'000);
  terms.add_tranches()->set_amount_cents(50'000'000'000);
  terms.set_board_right(v1::BOARD_RIGHT_SEAT);
  return sheet;
}

TEST(MoveSyntaxTest, ValuesAreReadInTheirFieldsUnits) {
  const v1::Message move = Parsed(
      "capacity-quote to aurora in aurora/compute accelerators=20K start-quarter=2026Q3 "
      "term-quarters=12 price-per-gpu-hour=$2.305 take-or-pay=82.5% exclusive=yes",
      [](uint64_t) { return nullptr; });
  const v1::CapacityTerms& terms = move.capacity_quote().terms();
  EXPECT_EQ(terms.accelerators_h100e(), 20'000);
  EXPECT_EQ(terms.start_quarter(), 8106);
  EXPECT_EQ(terms.price_micros_per_gpu_hour(), 2'305'000);
  EXPECT_EQ(terms.take_or_pay_bp(), 8'250);
  EXPECT_TRUE(terms.exclusive());
  EXPECT_EQ(move.recipients(0), "aurora");
  EXPECT_EQ(move.thread(), "aurora/compute");
}

TEST(MoveSyntaxTest, ACounterOfferBeginsWithWhatItAnswers) {
  const v1::Message sheet = TermSheetFromFund();
  const v1::Message move =
      Parsed("counter-offer pre-money=$22B re #41 note=\"our \\\"last\\\" word\"",
             [&sheet](uint64_t id) { return id == 41 ? &sheet : nullptr; });
  EXPECT_EQ(move.recipients(0), "harbor-fund");
  EXPECT_EQ(move.thread(), "aurora/series-d");
  EXPECT_EQ(move.in_reply_to(), 41);
  EXPECT_EQ(move.counter_offer().note(), "our \"last\" word");
  EXPECT_EQ(move.counter_offer().funding().pre_money_cents(), 2'200'000'000'000);
  EXPECT_EQ(move.counter_offer().funding().amount_cents(), 50'000'000'000);
  EXPECT_EQ(move.counter_offer().funding().board_right(), v1::BOARD_RIGHT_SEAT);
}

TEST(MoveSyntaxTest, MoneyWithoutTranchesIsOne) {
  const v1::Message move =
      Parsed("term-sheet to aurora in aurora/d amount=$1,250.5K", [](uint64_t) { return nullptr; });
  ASSERT_EQ(move.term_sheet().terms().tranches_size(), 1);
  EXPECT_EQ(move.term_sheet().terms().tranches(0).amount_cents(), 125'050'000);
}

TEST(MoveSyntaxTest, ErrorsPointAtThePlace) {
  EXPECT_THAT(ErrorOf("term-shet to aurora").message, HasSubstr("did you mean \"term-sheet\"?"));
  SyntaxError error = ErrorOf("term-sheet to aurora amuont=$5M");
  EXPECT_EQ(error.column, 21);
  EXPECT_THAT(error.message, HasSubstr("did you mean \"amount\"?"));
  error = ErrorOf("term-sheet to aurora amount=five");
  EXPECT_EQ(error.column, 28);
  EXPECT_THAT(error.message, HasSubstr("write $500M"));
  EXPECT_THAT(ErrorOf("term-sheet instrument=gold").message, HasSubstr("preferred-equity"));
  EXPECT_THAT(ErrorOf("note text=\"open").message, HasSubstr("quotation mark"));
  EXPECT_THAT(ErrorOf("acceptance re #7").message, HasSubstr("no message #7"));
  EXPECT_THAT(ErrorOf("note hello").message, HasSubstr("quotation marks"));
  EXPECT_THAT(ErrorOf("term-sheet tranches=1").message, HasSubstr("parts"));
  EXPECT_THAT(ErrorOf("price-list items.segment=developers").message, HasSubstr("items.1."));
  EXPECT_THAT(ErrorOf("term-sheet amount=$999999999T").message, HasSubstr("no value"));
  EXPECT_THAT(ErrorOf("   ").message, HasSubstr("verb"));
}

TEST(MoveSyntaxTest, OfVerbsThoseOfTheRoleAreListed) {
  const std::string regulator = ErrorOf("bless", v1::ROLE_REGULATOR).message;
  EXPECT_THAT(regulator, AllOf(HasSubstr("there is no verb \"bless\""), HasSubstr("\"decision\""),
                               Not(HasSubstr("term-sheet")), Not(HasSubstr("deal-signed"))));
  EXPECT_THAT(ErrorOf("bless", v1::ROLE_INVESTOR).message,
              AllOf(HasSubstr("\"term-sheet\""), Not(HasSubstr("\"decision\"")),
                    Not(HasSubstr("rejected"))));
}

TEST(MoveSyntaxTest, EveryVerbsExampleCanBeTyped) {
  const v1::Message sheet = TermSheetFromFund();
  size_t verbs = 0;
  for (const v1::Role role :
       {v1::ROLE_LAB, v1::ROLE_CLOUD, v1::ROLE_INVESTOR, v1::ROLE_REGULATOR}) {
    for (const Verb& verb : VerbsOf(role)) {
      ASSERT_NE(verb.body, nullptr) << verb.name;
      const v1::Message move = Parsed(verb.example, [&sheet](uint64_t) { return &sheet; });
      const auto* body = v1::Message::GetDescriptor()->FindOneofByName("body");
      EXPECT_EQ(move.GetReflection()->GetOneofFieldDescriptor(move, body), verb.body);
      ++verbs;
    }
  }
  EXPECT_GT(verbs, 60);
}

// --- Whole games ---

class PlayTest : public ::testing::Test {
 protected:
  ProgramEnd Command(const std::string& command) const {
    return Program::Run({"-c", command}, {.directory = directory_.path(), .path = "/bin/sh"});
  }
  // Plays with a script of lines on standard input.
  ProgramEnd Play(const std::string& script, const std::string& arguments) const {
    std::ofstream(directory_.File("script")) << script;
    return Command(absl::StrCat(ProgramPath(), " play ", arguments, " < script"));
  }

  const std::string duopoly_ = SourcePath("deploy/scenarios/duopoly.textproto");
  TestDirectory directory_;
};

TEST_F(PlayTest, APersonsMovesAreInTheLogAndTheRunIsWhole) {
  const ProgramEnd played = Play(
      "# a script\n\n"
      "announcement text=\"We are open.\"\nannouncement text=\"A slip.\"\nundo\nmoves\nadvance\n"
      "view\nmarket\nverbs\nhelp term-sheet\nadvance\nquit\n",
      duopoly_ + " --as harbor-fund --log mine.tranche");
  EXPECT_EQ(played.code, kExitStopped) << played.err;
  EXPECT_THAT(played.out, AllOf(HasSubstr("2026Q1, round 1"), HasSubstr("taken back"),
                                HasSubstr("borealis (lab)"), HasSubstr("example: term-sheet re")));
  EXPECT_THAT(played.err, HasSubstr("tranche play --as harbor-fund --resume --log mine.tranche"));
  const auto log = RunLog::OpenToRead(directory_.File("mine.tranche"));
  ASSERT_EQ(log.status(), absl::OkStatus());
  EXPECT_EQ((*log)->Verify(), absl::OkStatus());
  std::vector<std::string> said;
  ASSERT_EQ((*log)->Read(1,
                         [&said](const v1::LogRecord& record) {
                           if (record.message().sender() == "harbor-fund") {
                             said.push_back(record.message().announcement().text());
                           }
                           return true;
                         }),
            absl::OkStatus());
  EXPECT_EQ(said, std::vector<std::string>({"We are open."}));
}

TEST_F(PlayTest, ARunThatWasStoppedIsPlayedOn) {
  const std::string script = "announcement text=\"One.\"\nadvance\n";
  ASSERT_EQ(Play(script, duopoly_ + " --as harbor-fund --log parts.tranche").code, kExitStopped);
  const ProgramEnd rest =
      Command(ProgramPath() + " play --as harbor-fund --resume --log parts.tranche < /dev/null");
  EXPECT_EQ(rest.code, kExitStopped) << rest.err;
  std::string whole;
  for (int i = 0; i < 8; ++i) whole += "advance\n";
  const ProgramEnd end = Play(whole, "--as harbor-fund --resume --log parts.tranche");
  EXPECT_EQ(end.code, 0) << end.err;
  const ProgramEnd once = Play(script + whole, duopoly_ + " --as harbor-fund --log once.tranche");
  EXPECT_EQ(once.code, 0) << once.err;
  const auto digest = [](const ProgramEnd& run) {
    return run.out.substr(run.out.find("Digest"), 72);
  };
  EXPECT_EQ(digest(end), digest(once));
}

TEST_F(PlayTest, WhatIsRefusedIsExplainedInTheNextRound) {
  const ProgramEnd played = Play(
      "note to aurora in aurora/talk text=hello\nterm-sheet to aurora in aurora/round "
      "amount=$900T pre-money=$1B instrument=preferred-equity\nend\nend\nadvance\nquit\n",
      duopoly_ + " --as harbor-fund --log refused.tranche");
  EXPECT_EQ(played.code, kExitStopped) << played.err;
  EXPECT_THAT(played.out, AllOf(HasSubstr("2026Q1, round 2"), HasSubstr("rule "),
                                HasSubstr("would be legal: ")));
}

TEST_F(PlayTest, SlipsAreSaidAtOnce) {
  const ProgramEnd played = Play(
      "decision to aurora outcome=clear\nnote to auora text=x\nnote to aurora txt=x\n"
      "raw { note { txt: \"x\" } }\nread #9999999\nhelp decision\nundo\nquit\n",
      duopoly_ + " --as harbor-fund --log slips.tranche");
  EXPECT_THAT(
      played.out,
      AllOf(HasSubstr("rule authority: an investor can't say decision"),
            HasSubstr("did you mean \"aurora\"?"), HasSubstr("column 16: there is no field"),
            HasSubstr("no field named \"txt\""), HasSubstr("no message #9999999"),
            HasSubstr("an investor says no \"decision\""), HasSubstr("nothing to take back")));
}

TEST_F(PlayTest, ASeatThatIsNotThereIsNamedAndNoLogIsLeft) {
  const ProgramEnd played = Play("", duopoly_ + " --as harbour-fund --log none.tranche");
  EXPECT_EQ(played.code, kExitUsage);
  EXPECT_THAT(played.err, HasSubstr("did you mean \"harbor-fund\"?"));
  EXPECT_FALSE(std::filesystem::exists(directory_.File("none.tranche")));
}

}  // namespace
}  // namespace tranche
