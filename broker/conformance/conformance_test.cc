#include "broker/conformance/conformance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string SeatOf(v1::Role role) {
  switch (role) {
    case v1::ROLE_LAB:
      return "aurora";
    case v1::ROLE_CLOUD:
      return "nimbus";
    case v1::ROLE_INVESTOR:
      return "nimbus-ventures";
    default:
      return "us-antitrust";
  }
}

std::string Describe(const std::vector<ConformanceFinding>& findings) {
  std::string text;
  for (const ConformanceFinding& finding : findings) {
    absl::StrAppend(&text, finding.is_error ? "error " : "warning ", finding.name, " in ",
                    PlaceText(finding.place), " ", finding.move, " ", finding.rule, ": ",
                    finding.what, " (", finding.times, " times)\n");
  }
  return text;
}

// --- The built-in strategies ---

class BuiltInStrategyTest : public ::testing::TestWithParam<const StrategyInfo*> {};

TEST_P(BuiltInStrategyTest, PassesEveryCheck) {
  const StrategyInfo& info = *GetParam();
  ConformanceOptions options;
  options.fuzzed_turns = 120;
  for (const ConformanceCheck check : kConformanceChecks) {
    const auto result = CheckConformance(
        DuopolyScenario(), {SeatOf(info.role), info.role, info.name, {}}, check, options);
    ASSERT_EQ(result.status(), absl::OkStatus());
    EXPECT_GT(result->turns, 0) << NameOf(check);
    for (const ConformanceFinding& finding : result->findings) {
      EXPECT_FALSE(finding.is_error) << NameOf(check) << ":\n" << Describe({finding});
    }
  }
}

std::string TestName(const testing::TestParamInfo<const StrategyInfo*>& info) {
  std::string name = info.param->name;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, BuiltInStrategyTest, testing::ValuesIn(RegisteredStrategies()),
                         TestName);

// --- Strategies that do wrong ---

// Does in each turn what it is made with.
class OneWay : public Strategy {
 public:
  using Way = std::function<void(const TurnView& view, Actions& actions)>;
  explicit OneWay(Way way) : way_(std::move(way)) {}
  void OnTurn(const TurnView& view, Actions& actions) override { way_(view, actions); }

 private:
  Way way_;
};

std::vector<ConformanceFinding> Findings(ConformanceCheck check, OneWay::Way way,
                                         ConformanceOptions options = {}) {
  options.make_strategy = [&way](const AgentSeat&) { return std::make_unique<OneWay>(way); };
  const auto result = CheckConformance(
      DuopolyScenario(), {"harbor-fund", v1::ROLE_INVESTOR, "a-bad-one", {}}, check, options);
  EXPECT_EQ(result.status(), absl::OkStatus());
  return result.ok() ? result->findings : std::vector<ConformanceFinding>();
}

auto Finds(const std::string& name, const std::string& what) {
  return Contains(AllOf(Field(&ConformanceFinding::is_error, true),
                        Field(&ConformanceFinding::name, name),
                        Field(&ConformanceFinding::what, HasSubstr(what))));
}

TEST(ConformanceTest, OneThatThrowsIsFoundWithItsWordsAndWhere) {
  const auto findings = Findings(ConformanceCheck::kPlay, [](const TurnView& view, Actions&) {
    if (view.quarter == view.market.first_quarter() + 2) throw std::out_of_range("no such lab");
  });
  ASSERT_THAT(findings, Finds("throws", "no such lab"));
  EXPECT_EQ(PlaceText(findings[0].place), "duopoly, harbor-fund, 2026Q3 round 1");
}

TEST(ConformanceTest, OneThatDoesOtherwiseTheSecondTimeIsFound) {
  int calls = 0;
  const auto way = [&calls](const TurnView&, Actions& actions) {
    actions.Tell().mutable_announcement()->set_text(absl::StrCat("call ", ++calls));
  };
  EXPECT_THAT(Findings(ConformanceCheck::kPlay, way), Finds("not-the-same-again", "call"));
  EXPECT_THAT(Findings(ConformanceCheck::kFuzz, way), Finds("not-the-same-again", "the same"));
}

TEST(ConformanceTest, OneThatIsSlowIsFoundByTheCallersClock) {
  double now = 0;
  ConformanceOptions options;
  options.clock = [&now] { return now; };
  options.deadline_seconds = 2;
  const auto findings = Findings(
      ConformanceCheck::kPlay, [&now](const TurnView&, Actions&) { now += 3; }, options);
  EXPECT_THAT(findings, Finds("late", "3.0 s"));
}

TEST(ConformanceTest, OneThatClaimsAnothersRoleIsToldTheRuleAndWhatIsLegal) {
  const auto findings = Findings(ConformanceCheck::kPlay, [](const TurnView&, Actions& actions) {
    actions.Send("aurora", "aurora/round").mutable_decision();
  });
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].rule, "authority");
  EXPECT_EQ(findings[0].move, "decision");
  EXPECT_THAT(findings[0].would_be_legal, ::testing::Not(IsEmpty()));
  EXPECT_THAT(findings, Finds("mostly-refused", "of its"));
}

TEST(ConformanceTest, OneThatWritesNoTextIsFound) {
  EXPECT_THAT(Findings(ConformanceCheck::kPlay,
                       [](const TurnView&, Actions& actions) {
                         actions.Tell().mutable_announcement()->set_text("\xFF");
                       }),
              Finds("text", "UTF-8"));
}

TEST(ConformanceTest, OneThatFloodsIsFound) {
  const auto way = [](const TurnView&, Actions& actions) {
    for (int i = 0; i < 1000; ++i) actions.Tell().mutable_announcement();
  };
  EXPECT_THAT(Findings(ConformanceCheck::kPlay, way),
              Contains(Field(&ConformanceFinding::rule, "moves-per-round")));
  EXPECT_THAT(Findings(ConformanceCheck::kFuzz, way), Finds("flood", "more moves"));
}

TEST(ConformanceTest, OneThatTrustsItsViewIsFoundByViewsOfAnyContent) {
  EXPECT_THAT(Findings(ConformanceCheck::kFuzz,
                       [](const TurnView& view, Actions&) {
                         if (view.own.books().cash_cents() < 0) throw std::domain_error("no cash");
                       }),
              Finds("throws", "no cash"));
}

TEST(ConformanceTest, OneThatNeverLetsTalksEndIsFound) {
  const auto findings =
      Findings(ConformanceCheck::kStubborn, [](const TurnView& view, Actions& actions) {
        for (const v1::Message* message : view.inbox) {
          if (message->has_funding_ask()) {
            v1::FundingTerms& terms =
                *actions.Reply(*message).mutable_term_sheet()->mutable_terms();
            terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
            terms.set_amount_cents(10'000'000'000);
            terms.set_pre_money_cents(message->funding_ask().pre_money_cents());
            terms.add_tranches()->set_amount_cents(10'000'000'000);
            terms.mutable_tranches(0)->mutable_condition()->set_clearance(true);
            terms.set_liquidation_preference_bp(10'000);
            terms.set_outside_quarter(view.quarter + 4);
          } else if (message->has_counter_offer()) {
            *actions.Reply(*message).mutable_counter_offer() = message->counter_offer();
          }
        }
      });
  EXPECT_THAT(findings, Finds("never-ends", "last round"));
}

TEST(ConformanceTest, OneThatSaysNothingIsWarnedOf) {
  const auto findings = Findings(ConformanceCheck::kPlay, [](const TurnView&, Actions&) {});
  ASSERT_EQ(findings.size(), 1) << Describe(findings);
  EXPECT_EQ(findings[0].name, "silent");
  EXPECT_FALSE(findings[0].is_error);
}

// --- Strategies that are played elsewhere ---

std::vector<ConformanceFinding> FindingsElsewhere(ConformanceCheck check, OneWay::Way way,
                                                  OneWay::Way when_cut, bool& lost) {
  ConformanceOptions options;
  options.fuzzed_turns = 12;
  options.make_strategy = [&way](const AgentSeat&) { return std::make_unique<OneWay>(way); };
  options.elsewhere = {
      .make_cut = [&when_cut](const AgentSeat&,
                              int64_t) { return std::make_unique<OneWay>(when_cut); },
      .end_run = [](absl::string_view) -> std::vector<ConformanceFinding> {
        return {{.is_error = false, .name = "ends-badly", .what = "stays"}};
      }};
  const auto result = CheckConformance(DuopolyScenario(),
                                       {"harbor-fund", v1::ROLE_INVESTOR, "external:a-bad-one", {}},
                                       check, options);
  EXPECT_EQ(result.status(), absl::OkStatus());
  if (!result.ok()) return {};
  lost = result->lost;
  return result->findings;
}

void Announce(const TurnView&, Actions& actions) { actions.Tell().mutable_announcement(); }

TEST(ConformanceTest, OneThatIsLostIsAskedNoMore) {
  int turns = 0;
  const auto way = [&turns](const TurnView& view, Actions&) {
    if (++turns < 3) return;
    throw StrategyLost("exits", absl::StrCat("in turn ", turns, " of ", view.own.agent()), true);
  };
  bool lost = false;
  const auto findings = FindingsElsewhere(ConformanceCheck::kPlay, way, Announce, lost);
  EXPECT_TRUE(lost);
  EXPECT_THAT(findings, Finds("exits", "in turn 3 of harbor-fund"));
  EXPECT_THAT(findings, ::testing::Not(Finds("not-the-same-again", "")));
}

TEST(ConformanceTest, OneThatWasNeverThereHasNoQuarter) {
  bool lost = false;
  const auto findings = FindingsElsewhere(
      ConformanceCheck::kFuzz,
      [](const TurnView&, Actions&) { throw StrategyLost("never-joins", "isn't there", false); },
      Announce, lost);
  EXPECT_TRUE(lost);
  ASSERT_EQ(findings.size(), 1) << Describe(findings);
  EXPECT_EQ(PlaceText(findings[0].place), "duopoly, harbor-fund");
}

TEST(ConformanceTest, ACutThatChangesTheMovesIsTheCutsFaultOnlyIfTheyAreElseTheSame) {
  const auto otherwise = [](const TurnView&, Actions& actions) {
    actions.Tell().mutable_announcement()->set_text("Where was I?");
  };
  bool lost = false;
  EXPECT_THAT(FindingsElsewhere(ConformanceCheck::kPlay, Announce, otherwise, lost),
              AllOf(Finds("not-brought-up-to-date", "Where was I?"),
                    ::testing::Not(Finds("not-the-same-again", ""))));
  int calls = 0;
  const auto counts = [&calls](const TurnView&, Actions& actions) {
    actions.Tell().mutable_announcement()->set_text(absl::StrCat("call ", ++calls));
  };
  EXPECT_THAT(FindingsElsewhere(ConformanceCheck::kPlay, counts, otherwise, lost),
              AllOf(Finds("not-the-same-again", "call"),
                    ::testing::Not(Finds("not-brought-up-to-date", ""))));
  // All is well: but for its end.
  const auto findings = FindingsElsewhere(ConformanceCheck::kPlay, Announce, Announce, lost);
  ASSERT_EQ(findings.size(), 1) << Describe(findings);
  EXPECT_EQ(findings[0].name, "ends-badly");
  EXPECT_FALSE(lost);
}

TEST(ConformanceTest, ASeatThatIsNotThereIsAnError) {
  EXPECT_EQ(CheckConformance(DuopolyScenario(), {"nobody", v1::ROLE_LAB, "balanced-lab", {}},
                             ConformanceCheck::kPlay, {})
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace tranche
