#include "sim/scenario.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "sim/genesis.h"
#include "sim/philox.h"
#include "sim/quarter.h"
#include "sim/scenario_ranges.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

namespace pb = v1;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string DuopolyText() { return ReadSourceFile("deploy/scenarios/duopoly.textproto"); }

std::vector<std::string> ErrorsOf(absl::string_view text) {
  const absl::StatusOr<pb::Scenario> parsed = ParseScenario(text, "duopoly.textproto");
  if (parsed.ok()) return {};
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  return absl::StrSplit(parsed.status().message(), '\n');
}

// A slip made in the duopoly: `from` becomes `to`, in which each ^ marks where an error is due.
struct Slip {
  std::string what;
  std::string from;
  std::string to;
  std::vector<std::string> errors;  // without their places, in the order of the marks
};

// Where new agents can be put: a comment after the last one.
constexpr char kNewAgent[] = "# Contracts in force at the opening";

// "12:5" of an offset in a text.
std::string LineAndColumn(absl::string_view text, size_t offset) {
  const absl::string_view before = text.substr(0, offset);
  const size_t newline = before.rfind('\n');
  const size_t column = newline == absl::string_view::npos ? offset + 1 : offset - newline;
  return absl::StrCat(std::count(before.begin(), before.end(), '\n') + 1, ":", column);
}

// Sets the n-th number of the scenario to an end of its range; false if it has fewer.
bool SetNthNumber(google::protobuf::Message* message, bool highest, int* n) {
  using google::protobuf::FieldDescriptor;
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  const google::protobuf::Descriptor& type = *message->GetDescriptor();
  for (int f = 0; f < type.field_count(); ++f) {
    const FieldDescriptor* field = type.field(f);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (field->is_repeated()) {
        for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
          if (SetNthNumber(reflection.MutableRepeatedMessage(message, field, i), highest, n)) {
            return true;
          }
        }
      } else if (reflection.HasField(*message, field) &&
                 SetNthNumber(reflection.MutableMessage(message, field), highest, n)) {
        return true;
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      if ((*n)-- > 0) continue;
      const NumberRange& range = RangeOf(field);
      reflection.SetDouble(message, field,
                           highest ? range.max : range.min + (range.above_min ? 1e-9 : 0));
      return true;
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      if ((*n)-- > 0) continue;
      const NumberRange& range = RangeOf(field);
      reflection.SetUInt32(message, field, static_cast<uint32_t>(highest ? range.max : range.min));
      return true;
    }
  }
  return false;
}

void PrintTo(const Slip& slip, std::ostream* out) { *out << slip.what; }

class SlipTest : public ::testing::TestWithParam<Slip> {};

TEST_P(SlipTest, IsReportedWhereItStands) {
  const Slip& slip = GetParam();
  std::string text = DuopolyText();
  const size_t at = text.find(slip.from);
  ASSERT_NE(at, std::string::npos) << slip.from;
  text.replace(at, slip.from.size(), slip.to);
  std::vector<std::string> expected;
  for (const std::string& error : slip.errors) {
    const size_t mark = text.find('^', at);
    ASSERT_NE(mark, std::string::npos) << "no mark for: " << error;
    text.erase(mark, 1);
    expected.push_back(absl::StrCat("duopoly.textproto:", LineAndColumn(text, mark), ": ", error));
  }
  EXPECT_EQ(ErrorsOf(text), expected) << text.substr(at, slip.to.size());
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, SlipTest,
    ::testing::Values(
        Slip{
            "UnknownField",
            "  treasury_usd_millions: 4000",
            "  ^tresury_usd_millions: 4000",
            {R"(GroupSpec has no field "tresury_usd_millions"; did you mean "treasury_usd_millions"?)"}},
        Slip{"UnknownFields",
             "quarters: 8\nround_limit: 12",
             "^quaters: 8\n^rounds_limit: 12",
             {R"(Scenario has no field "quaters"; did you mean "quarters"?)",
              R"(Scenario has no field "rounds_limit"; did you mean "round_limit"?)"}},
        Slip{
            "FieldOfAnotherWorld",
            "  # A site that comes on line",
            "^xyz { a: 1 }\n#",
            {R"(CloudSpec has no field "xyz"; it must be one of "builds", "capacity", )"
             R"("capital_expenditure_previous_quarter_usd_millions", )"
             R"("on_demand_price_usd_per_gpu_hour", "operating_cost_usd_per_gpu_hour", )"
             R"("other_operating_margin_percent", "other_revenue_growth_percent_per_year", )"
             R"("other_revenue_usd_millions_per_quarter", )"
             R"("other_tenants_gpu_hours_millions_per_quarter", )"
             R"("other_tenants_growth_percent_per_year", "revenue_previous_quarter_usd_millions")"}},
        Slip{"UnknownRole",
             "role: ROLE_LAB\n",
             "role: ^ROLE_LABS\n",
             {R"("ROLE_LABS" is no role; did you mean "ROLE_LAB"?)"}},
        Slip{"NegativeCount", "quarters: 8", "quarters: ^-8", {R"(found -; expected integer)"}},
        Slip{"TextForNumber",
             "round_limit: 12",
             "round_limit: ^\"12\"",
             {R"(found "12"; expected integer)"}}),
    [](const auto& info) { return info.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Run, SlipTest,
    ::testing::Values(
        Slip{"ZeroQuarters",
             "quarters: 8",
             "^quarters: 0",
             {"quarters is missing or 0; it must be above 0 and at most 400"}},
        Slip{"ZeroRounds",
             "round_limit: 12",
             "^round_limit: 0",
             {"round_limit is missing or 0; it must be above 0 and at most 1000"}},
        Slip{"BadFirstQuarter",
             "first_quarter: \"2026Q1\"",
             "^first_quarter: \"2026Q5\"",
             {R"("2026Q5" is no quarter; write it like "2026Q1")"}},
        Slip{"NameForm",
             "name: \"duopoly\"",
             "^name: \"Duopoly!\"",
             {R"("Duopoly!" is no name; use lower case letters, digits and hyphens, at most 64)"}},
        Slip{"Extends",
             "title: \"Two of each role\"",
             "^extends: \"base.textproto\"",
             {"the scenario extends base.textproto, which a text alone can't; load it from its "
              "file"}}),
    [](const auto& info) { return info.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Numbers, SlipTest,
    ::testing::Values(
        Slip{"NegativeMoney",
             "treasury_usd_millions: 4000",
             "^treasury_usd_millions: -4000",
             {"treasury_usd_millions is -4000; it must be between 0 and 1e+07"}},
        Slip{"NotANumber",
             "treasury_usd_millions: 4000",
             "^treasury_usd_millions: nan",
             {"treasury_usd_millions is nan; it must be between 0 and 1e+07"}},
        Slip{"Infinity",
             "treasury_usd_millions: 4000",
             "^treasury_usd_millions: inf",
             {"treasury_usd_millions is inf; it must be between 0 and 1e+07"}},
        Slip{"RatioAboveOne",
             "reach: 0.5",
             "^reach: 1.5",
             {"reach is 1.5; it must be between 0 and 1"}},
        Slip{"PercentAboveHundred",
             "adoption_speed_percent_per_quarter: 10",
             "^adoption_speed_percent_per_quarter: 110",
             {"adoption_speed_percent_per_quarter is 110; it must be between 0 and 100"}},
        Slip{"AdoptionAboveItsCeiling",
             "adoption_percent: 40",
             "^adoption_percent: 95",
             {"adoption of 95% is above its ceiling of 90%; raise adoption_ceiling_percent or "
              "lower adoption_percent"}},
        Slip{"UseThatSalesContradict",
             "  adoption_percent: 40",
             "  adoption_percent: 40\n  ^mtok_per_customer_per_quarter: 200",
             {"the labs' revenues and prices come to 100 million tokens a customer, not 200; leave "
              "it out or make it agree within a tenth"}},
        Slip{"ShareOfRevenueAboveAll",
             "revenue_share_bp: 2000",
             "^revenue_share_bp: 20000",
             {"revenue_share_bp is 20000; it must be between 0 and 10000"}},
        Slip{"MissingNumber",
             "compute {\n  mtok_per_gpu_hour: 1.2",
             "^compute {",
             {"mtok_per_gpu_hour is missing or 0; it must be between 0.01 and 1e+06"}}),
    [](const auto& info) { return info.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Agents, SlipTest,
    ::testing::Values(
        Slip{"RoleWithoutState",
             kNewAgent,
             "^agents { name: \"fund\" role: ROLE_INVESTOR home: \"US\" }",
             {R"(agent "fund" is an investor without the state of one; add investor { … })"}},
        Slip{"StateOfAnotherRole",
             kNewAgent,
             "agents { name: \"fund\" role: ROLE_INVESTOR home: \"US\"\n  ^cloud { "
             "on_demand_price_usd_per_gpu_hour: 1 }\n}",
             {R"(agent "fund" is an investor with the state of something else; replace it by )"
              "investor { … } or correct the role"}},
        Slip{"NoRole",
             kNewAgent,
             "^agents { name: \"fund\" home: \"US\" investor { } }",
             {"role is missing; it must be one of ROLE_LAB, ROLE_CLOUD, ROLE_INVESTOR, "
              "ROLE_REGULATOR"}},
        Slip{"UnknownRoleNumber",
             kNewAgent,
             "agents { name: \"fund\" ^role: 17 home: \"US\" investor { } }",
             {"role is 17, which means nothing; it must be one of ROLE_LAB, ROLE_CLOUD, "
              "ROLE_INVESTOR, ROLE_REGULATOR"}},
        Slip{"StrategyNameForm",
             kNewAgent,
             "agents { name: \"fund\" role: ROLE_INVESTOR home: \"US\" ^strategy: \"Bold One\" "
             "investor { } }",
             {R"("Bold One" is no strategy's name; use lower case letters, digits and hyphens)"}},
        Slip{"ExternalStrategyNameForm",
             kNewAgent,
             "agents { name: \"fund\" role: ROLE_INVESTOR home: \"US\" ^strategy: "
             "\"external:\" investor { } }",
             {R"("external:" is no strategy's name; use lower case letters, digits and hyphens)"}},
        Slip{
            "ParameterNameForm",
            kNewAgent,
            "agents { name: \"fund\" role: ROLE_INVESTOR home: \"US\" investor { } parameters { "
            "^name: \"Max-Share\" value: 1 } }",
            {R"("Max-Share" is no name; use lower case letters, digits and underscores, at most 64)"}},
        Slip{"NoHomeAtAll",
             kNewAgent,
             "^agents { name: \"fund\" role: ROLE_INVESTOR investor { } }",
             {R"(home is missing; write two capital letters of ISO 3166-1, like "US")"}},
        Slip{"GroupWithoutAgents",
             kNewAgent,
             "^groups { name: \"empty\" home: \"US\" }",
             {R"(group "empty" has no agents; give its agents group: "empty", or drop it)"}},
        Slip{"GroupNamedLikeAStranger",
             kNewAgent,
             "^groups { ^name: \"stratus\" home: \"US\" }",
             {R"(group "stratus" has no agents; give its agents group: "stratus", or drop it)",
              R"(agent "stratus" has the group's name but isn't in it; give the agent group: )"
              R"("stratus", or rename one of them)"}},
        Slip{"UnknownGroup",
             "group: \"nimbus-group\"",
             "^group: \"nimbus-grup\"",
             {R"("nimbus-grup" is not a group of the scenario; did you mean "nimbus-group"?)"}},
        Slip{"NoHome",
             "  role: ROLE_LAB\n  home: \"US\"",
             "  role: ROLE_LAB\n  ^home: \"USA\"",
             {R"("USA" is no country code; write two capital letters of ISO 3166-1, like "US")"}},
        Slip{"CashBesideATreasury",
             "  group: \"nimbus-group\"\n  investor",
             "  group: \"nimbus-group\"\n  ^cash_usd_millions: 5\n  investor",
             {R"("nimbus-ventures" has cash of its own and a group; put it into )"
              R"(treasury_usd_millions of group "nimbus-group")"}},
        Slip{"TheMarketsName",
             "name: \"us-antitrust\"",
             "^name: \"market\"",
             {R"("market" is the market's own name; choose another)"}}),
    [](const auto& info) { return info.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Labs, SlipTest,
    ::testing::Values(
        Slip{"ReleasedDuringTheRun",
             "model_released: \"2025Q3\"",
             "^model_released: \"2026Q1\"",
             {"the model on the market is released in 2026Q1, not before the run; name a quarter "
              "before 2026Q1"}},
        Slip{"NoModel",
             "model: \"aurora-3\"",
             "^model: \"\"",
             {"model is missing; name the model on the market"}},
        Slip{"NoShares",
             "shares_outstanding: 100000000",
             "^shares_outstanding: 0",
             {"shares_outstanding is 0; a lab that is no division has at least 1000"}},
        Slip{"StakesAboveAll",
             "holdings { holder: \"early-backers\" stake_percent: 25",
             "^holdings { holder: \"early-backers\" stake_percent: 90",
             {R"(stakes in "aurora" add up to 105%; they must add up to 100% at most)"}},
        Slip{"MisspelledHolder",
             "holder: \"harbor-fund\"",
             "^holder: \"harbour-fund\"",
             {R"("harbour-fund" is neither an agent nor a group; did you mean "harbor-fund"? (an )"
              "outside holder needs a name less like it)"}},
        Slip{
            "HoldsItself",
            "holder: \"harbor-fund\"",
            "^holder: \"borealis\"",
            {R"("borealis" holds shares in itself; leave them out: shares not listed are those of )"
             "founders and staff"}},
        Slip{"ExcludesNobody",
             "cost_usd_millions: 1000",
             "cost_usd_millions: 1000 ^excluded_investors: \"harbor\"",
             {R"("harbor" is not a group of the scenario; it must be one of "aurora", )"
              R"("borealis", "european-commission", "harbor-fund", "nimbus-group", "stratus", )"
              R"("us-antitrust")"}},
        Slip{"DivisionWithoutGroup",
             "shares_outstanding: 50000000",
             "shares_outstanding: 50000000 ^division: true",
             {R"("borealis" is a division of no group; give it a group and no holdings)"}}),
    [](const auto& info) { return info.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Clouds, SlipTest,
    ::testing::Values(
        Slip{"UnknownRegion",
             "region: \"west\"",
             "^region: \"wset\"",
             {R"("wset" is not a region of the scenario; did you mean "west"?)"}},
        Slip{"UnknownMaker",
             "chip_maker: \"merchant\"",
             "^chip_maker: \"mercant\"",
             {R"("mercant" is not a chip maker of the scenario; did you mean "merchant"?)"}},
        Slip{"OthersChips",
             "chip_maker: \"merchant\"",
             "^chip_maker: \"stratus-silicon\"",
             {R"("stratus-silicon" makes chips for "stratus" alone; "nimbus" must buy elsewhere)"}},
        Slip{"NoCooling",
             "    builds {\n      region: \"west\"\n      it_power_mw: 60\n      cooling: "
             "COOLING_LIQUID",
             "    ^builds {\n      region: \"west\"\n      it_power_mw: 60",
             {"cooling is missing; it must be one of COOLING_AIR, COOLING_LIQUID"}},
        Slip{"ReadyBeforeTheRun",
             "ready: \"2026Q3\"",
             "^ready: \"2025Q4\"",
             {"the site was ready in 2025Q4, before the run; count its accelerators in capacity, "
              "or correct the quarter"}},
        Slip{"SoldMoreThanItHas",
             "  cloud {\n    capacity {\n      region: \"west\"\n      "
             "accelerators_h100e: 180000",
             "  ^cloud {\n    capacity {\n      region: \"west\"\n      accelerators_h100e: 1000",
             {R"("nimbus" opens with 1000 accelerators and contracts for 100000; raise its )"
              "capacity or lower accelerators_opening_h100e of its contracts"}},
        Slip{"CaptiveToNobody",
             "# Contracts in force at the opening",
             "chip_makers { name: \"own\" performance_h100e: 1 power_kw: 1 ^captive_to: \"status\" "
             "}",
             {R"("status" is not a group of the scenario; did you mean "stratus"?)"}}),
    [](const auto& info) { return info.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Law, SlipTest,
    ::testing::Values(
        Slip{"NobodyAppliesIt",
             "regimes {\n  name: \"eu-merger-regulation\"",
             "regimes { name: \"cfius\" ^jurisdiction: JURISDICTION_CFIUS }\n"
             "regimes {\n  name: \"eu-merger-regulation\"",
             {"nobody applies the law of JURISDICTION_CFIUS; add a regulator of that jurisdiction, "
              "or drop the regime"}},
        Slip{"NothingToApply",
             kNewAgent,
             "agents { name: \"cfius\" role: ROLE_REGULATOR home: \"US\" regulator { "
             "^jurisdiction: JURISDICTION_CFIUS } }",
             {"there is no law of JURISDICTION_CFIUS to apply; add its regimes { … }"}},
        Slip{"TwoRegulators",
             kNewAgent,
             "agents { name: \"ftc\" role: ROLE_REGULATOR home: \"US\" regulator { "
             "^jurisdiction: JURISDICTION_US_ANTITRUST } }",
             {R"("us-antitrust" has the same jurisdiction; a jurisdiction has one regulator)"}},
        Slip{"NoJurisdiction",
             kNewAgent,
             "agents { name: \"ftc\" role: ROLE_REGULATOR home: \"US\" ^regulator { } }",
             {"jurisdiction is missing; it must be one of JURISDICTION_US_ANTITRUST, "
              "JURISDICTION_EUROPEAN_UNION, JURISDICTION_CFIUS"}},
        Slip{"TwoLawsAtOnce",
             "regimes {\n  name: \"eu-merger-regulation\"",
             "^regimes {\n  name: \"hsr-2\"\n  jurisdiction: JURISDICTION_US_ANTITRUST\n}\n"
             "regimes {\n  name: \"eu-merger-regulation\"",
             {R"("hsr-2" and "hsr" are law of the same jurisdiction from the same quarter; keep )"
              "one of them or change in_force"}}),
    [](const auto& info) { return info.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Contracts, SlipTest,
    ::testing::Values(
        Slip{"UnknownProvider",
             "provider: \"nimbus\"",
             "^provider: \"nimbos\"",
             {R"("nimbos" is not a cloud of the scenario; did you mean "nimbus"?)"}},
        Slip{"CustomerIsNoLab",
             "customer: \"aurora\"",
             "^customer: \"stratus\"",
             {R"("stratus" is not a lab of the scenario; it must be one of "aurora", "borealis")"}},
        Slip{"SignedLater",
             "signed: \"2025Q1\"",
             "^signed: \"2026Q2\"",
             {"the contract is signed in 2026Q2, after the run's start; contracts in force at the "
              "opening are signed by 2026Q1"}},
        Slip{"Over",
             "marketplace { revenue_share_bp: 2000 term_quarters: 20",
             "marketplace { revenue_share_bp: 2000 ^term_quarters: 4",
             {"the contract ended with 2025Q4, before the run; drop it or correct its start and "
              "term"}},
        Slip{"RampLongerThanTerm",
             "ramp_quarters: 8",
             "^ramp_quarters: 21",
             {"a ramp of 21 quarters is longer than the term; it must be 20 quarters at most"}},
        Slip{"MoreAtTheOpening",
             "accelerators_opening_h100e: 100000",
             "^accelerators_opening_h100e: 130000",
             {"130000 accelerators at the opening are more than the contract's 120000; raise "
              "accelerators_h100e or lower accelerators_opening_h100e"}},
        Slip{"ReservedBeforeItStarts",
             "accelerators_opening_h100e: 60000\n    start: \"2025Q2\"",
             "^accelerators_opening_h100e: 60000\n    start: \"2026Q2\"",
             {"the contract starts in 2026Q2, after the opening; leave accelerators_opening_h100e "
              "out or correct start"}},
        Slip{"NoTerms",
             "contracts {\n  name: \"aurora-nimbus-marketplace\"",
             "^contracts {\n  name: \"empty\" provider: \"nimbus\" customer: \"aurora\" signed: "
             "\"2025Q1\"\n}\ncontracts {\n  name: \"aurora-nimbus-marketplace\"",
             {R"(contract "empty" has no terms; add capacity { … }, marketplace { … } or licence )"
              "{ … }"}}),
    [](const auto& info) { return info.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Events, SlipTest,
    ::testing::Values(
        Slip{"NoSuchDay",
             "date { year: 2026 month: 5 day: 19 }",
             "^date { year: 2026 month: 2 day: 29 }",
             {"there is no day 29 of month 2 in year 2026; name a day of the calendar"}},
        Slip{"NoDate",
             kNewAgent,
             "^events { name: \"some-day\" }",
             {"date is missing; write it like date { year: 2026 month: 3 day: 31 }"}},
        Slip{"ListingOfNobody",
             kNewAgent,
             "events { name: \"listing\" date { year: 2026 month: 3 day: 31 } ^listing_of: "
             "\"nimbus\" }",
             {R"("nimbus" is not a lab of the scenario; it must be one of "aurora", "borealis")"}},
        Slip{"BeforeTheRun",
             "date { year: 2026 month: 5 day: 19 }",
             "^date { year: 2025 month: 12 day: 31 }",
             {R"(event "chip-conference" takes place before the run; its date must be 2026-01-01 )"
              "or later"}},
        Slip{"UnknownLab",
             "lab: \"aurora\"",
             "^lab: \"auror\"",
             {R"("auror" is not a lab of the scenario; did you mean "aurora"?)"}},
        Slip{"UnknownInvestor",
             "investor: \"harbor-fund\"",
             "^investor: \"harbor-fond\"",
             {R"("harbor-fond" is not an investor of the scenario; did you mean "harbor-fund"?)"}},
        Slip{"OutsideBeforeTarget",
             "outside: \"2026Q4\"",
             "^outside: \"2026Q1\"",
             {"the outside date 2026Q1 is before the target close 2026Q2; it must be the same "
              "quarter or later"}},
        Slip{"BadTarget",
             "target_close: \"2026Q2\"",
             "^target_close: \"Q2 2026\"",
             {R"("Q2 2026" is no quarter; write it like "2026Q1")"}}),
    [](const auto& info) { return info.param.what; });

TEST(ScenarioTest, DuopolyIsValid) {
  const absl::StatusOr<pb::Scenario> parsed = ParseScenario(DuopolyText(), "duopoly.textproto");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->agents_size(), 8);
  EXPECT_TRUE(ValidateScenario(*parsed).ok());
}

TEST(ScenarioTest, AllErrorsAreReportedAtOnceInTheOrderOfTheText) {
  const std::string text = absl::StrReplaceAll(
      DuopolyText(), {{"treasury_usd_millions: 4000", "treasury_usd_millions: -1"},
                      {"provider: \"nimbus\"", "provider: \"nimbos\""},
                      {"spare_power_mw: 300", "spare_power_mw: -300"}});
  const std::vector<std::string> errors = ErrorsOf(text);
  ASSERT_EQ(errors.size(), 4) << "the provider stands in two contracts";
  EXPECT_THAT(errors[0], HasSubstr("treasury_usd_millions is -1"));
  EXPECT_THAT(errors[1], HasSubstr("nimbos"));
  EXPECT_THAT(errors[2], HasSubstr("nimbos"));
  EXPECT_THAT(errors[3], HasSubstr("spare_power_mw is -300"));
}

TEST(ScenarioTest, NamesUsedTwicePointAtTheSecond) {
  EXPECT_THAT(
      ErrorsOf(
          "regions { name: \"east\" }\n  regions { name: \"west\" }\nregions { name: \"east\" }"),
      Contains("duopoly.textproto:3:1: regions has \"east\" twice; keep one of them; the other is "
               "in line 1"));
}

TEST(ScenarioTest, ALabSellsOnlyToSegmentsDescribed) {
  EXPECT_THAT(
      ErrorsOf("agents { name: \"a\" role: ROLE_LAB lab {\n"
               "  segments { segment: SEGMENT_CONSUMERS price_usd_per_mtok: 1 } } }"),
      Contains("duopoly.textproto:2:3: \"a\" sells to SEGMENT_CONSUMERS, which the scenario "
               "doesn't describe; add its segments { … }"));
}

TEST(ScenarioTest, ADivisionRaisesNoMoney) {
  EXPECT_THAT(
      ErrorsOf("agents { name: \"a\" role: ROLE_LAB group: \"g\" lab { division: true } }\n"
               "events { round {\n lab: \"a\" } }"),
      Contains("duopoly.textproto:3:2: \"a\" is a division of \"g\"; only a lab with shares "
               "of its own raises money"));
}

TEST(ScenarioTest, DeepNestingIsRefusedNotFollowed) {
  std::string text = "# { { {\nname: \"{{{\\\"{\"\n";
  for (int i = 0; i < 100'000; ++i) text += "a {\n";
  EXPECT_THAT(
      ErrorsOf(text),
      ElementsAre("duopoly.textproto:35:3: brackets are nested more than 32 deep; close them "
                  "where their message ends"));
}

// Whatever is done to a text, it is read and can be played, or is refused with places.
TEST(ScenarioTest, BrokenTextsAreRefusedWithPlaces) {
  const std::string text = DuopolyText();
  constexpr absl::string_view kBytes = "{}[]<>:;,#\"'\\\n -.09aez_\x01\xff";
  RandomStream random(7, StreamKey("test/scenario"), Quarter(2026, 1), Round(1));
  int refused = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    std::string broken = text;
    for (uint64_t slips = 1 + random.UniformInt(3); slips > 0; --slips) {
      const size_t at = random.UniformInt(broken.size());
      switch (random.UniformInt(3)) {
        case 0:
          broken.erase(at, 1 + random.UniformInt(40));
          break;
        case 1:
          broken.insert(at, 1, kBytes[random.UniformInt(kBytes.size())]);
          break;
        default:
          broken[at] = kBytes[random.UniformInt(kBytes.size())];
      }
    }
    const std::vector<std::string> errors = ErrorsOf(broken);
    if (errors.empty()) {
      const absl::StatusOr<pb::Scenario> read = ParseScenario(broken, "");
      ASSERT_TRUE(BuildWorld(*read, 1).ok()) << "what is read can be played";
      continue;
    }
    ++refused;
    for (const std::string& error : errors) {
      EXPECT_TRUE(absl::StartsWith(error, "duopoly.textproto:")) << error;
    }
  }
  EXPECT_GT(refused, 300);
}

TEST(ScenarioTest, AnEmptyTextLacksWhatEveryScenarioNeeds) {
  EXPECT_THAT(
      ErrorsOf(""),
      ElementsAre(
          "duopoly.textproto:1:1: name is missing; use lower case letters, digits and hyphens, at "
          "most 64",
          "duopoly.textproto:1:1: quarters is missing or 0; it must be above 0 and at most 400",
          "duopoly.textproto:1:1: round_limit is missing or 0; it must be above 0 and at most 1000",
          "duopoly.textproto:1:1: first_quarter is missing; write it like \"2026Q1\"",
          "duopoly.textproto:1:1: the scenario has no agents; list each as agents { name: … "
          "role: … }",
          "duopoly.textproto:1:1: technology is missing; describe it in technology { … }",
          "duopoly.textproto:1:1: compute is missing; describe it in compute { … }",
          "duopoly.textproto:1:1: talent is missing; describe it in talent { … }"));
}

TEST(ScenarioTest, TruncatedTextIsRefusedAtItsEnd) {
  EXPECT_THAT(
      ErrorsOf("groups {\n  name: \"a\""),
      ElementsAre("duopoly.textproto:2:12: found the end of the text; expected identifier"));
}

// Every number at each end of its range, one at a time: refused, or played without overflow.
TEST(ScenarioTest, TheEndsOfEveryRangeCanBePlayed) {
  const pb::Scenario duopoly = DuopolyScenario();
  int played = 0;
  for (const bool highest : {false, true}) {
    for (int n = 0;; ++n) {
      pb::Scenario scenario = duopoly;
      int left = n;
      if (!SetNthNumber(&scenario, highest, &left)) break;
      if (!ValidateScenario(scenario).ok()) continue;
      EXPECT_TRUE(BuildWorld(scenario, 1).ok());
      ++played;
    }
  }
  EXPECT_GT(played, 400);
}

TEST(ScenarioTest, AProgramsScenarioIsCheckedWithPathsInPlaceOfLines) {
  pb::Scenario scenario = DuopolyScenario();
  ASSERT_TRUE(ValidateScenario(scenario).ok());
  for (pb::AgentSpec& agent : *scenario.mutable_agents()) {
    if (agent.name() == "aurora") {
      agent.mutable_lab()->mutable_segments(1)->set_price_usd_per_mtok(
          std::numeric_limits<double>::quiet_NaN());
    }
  }
  EXPECT_EQ(ValidateScenario(scenario).message(),
            "agents[aurora].lab.segments[SEGMENT_ENTERPRISES].price_usd_per_mtok: "
            "price_usd_per_mtok is nan; it must be between 0.001 and 10000");
}

// --- Extending -----------------------------------------------------------------------------------

// Loads from texts by path, as a program does from files.
absl::StatusOr<pb::Scenario> LoadFrom(const std::map<std::string, std::string>& files,
                                      absl::string_view path) {
  return LoadScenario(path, [&](const std::string& name) -> absl::StatusOr<std::string> {
    const auto found = files.find(name);
    if (found == files.end()) return absl::NotFoundError("no such file");
    return found->second;
  });
}

const pb::AgentSpec& AgentOf(const pb::Scenario& scenario, absl::string_view name) {
  const auto found = std::find_if(scenario.agents().begin(), scenario.agents().end(),
                                  [&](const pb::AgentSpec& agent) { return agent.name() == name; });
  TRANCHE_CHECK(found != scenario.agents().end(), std::string(name));
  return *found;
}

TEST(ScenarioExtendsTest, WhatIsWrittenReplacesTheBasesAndTheRestStays) {
  const absl::StatusOr<pb::Scenario> loaded =
      LoadFrom({{"a/duopoly.textproto", DuopolyText()},
                {"a/b/poor.textproto",
                 "extends: \"../duopoly.textproto\" name: \"poor\" switches { no_review: true }\n"
                 "agents { name: \"aurora\" cash_usd_millions: 0 lab { segments { segment: "
                 "SEGMENT_CONSUMERS price_usd_per_mtok: 9 } } }\n"
                 "regions { name: \"north\" electricity_usd_per_mwh: 40 }"}},
               "a/b/poor.textproto");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->name(), "poor");
  EXPECT_EQ(loaded->title(), "Two of each role");
  EXPECT_EQ(loaded->extends(), "");
  EXPECT_TRUE(loaded->switches().no_review());
  EXPECT_EQ(loaded->agents_size(), 8);
  EXPECT_EQ(loaded->regions_size(), 3);
  const pb::AgentSpec& aurora = AgentOf(*loaded, "aurora");
  EXPECT_EQ(aurora.cash_usd_millions(), 0) << "a zero that is written counts";
  EXPECT_EQ(aurora.lab().model(), "aurora-3");
  ASSERT_EQ(aurora.lab().segments_size(), 4);
  EXPECT_EQ(aurora.lab().segments(3).price_usd_per_mtok(), 9);
  EXPECT_EQ(aurora.lab().segments(3).revenue_usd_millions_per_quarter(), 300);
}

TEST(ScenarioExtendsTest, UnnamedListsAreReplacedWhole) {
  const absl::StatusOr<pb::Scenario> loaded = LoadFrom(
      {{"duopoly.textproto", DuopolyText()},
       {"x.textproto",
        "extends: \"duopoly.textproto\"\nagents { name: \"nimbus\" cloud { builds { region: "
        "\"east\" it_power_mw: 1 cooling: COOLING_AIR chip_maker: \"merchant\" ready: \"2027Q1\" } "
        "} "
        "}"}},
      "x.textproto");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  ASSERT_EQ(AgentOf(*loaded, "nimbus").cloud().builds_size(), 1);
  EXPECT_EQ(AgentOf(*loaded, "nimbus").cloud().builds(0).region(), "east");
}

TEST(ScenarioExtendsTest, AnotherMemberOfAOneofReplacesTheBases) {
  const absl::StatusOr<pb::Scenario> loaded =
      LoadFrom({{"duopoly.textproto", DuopolyText()},
                {"x.textproto",
                 "extends: \"duopoly.textproto\"\nevents { name: \"aurora-round\" listing_of: "
                 "\"borealis\" }"}},
               "x.textproto");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  ASSERT_EQ(loaded->events_size(), 2);
  EXPECT_EQ(loaded->events(0).listing_of(), "borealis");
  EXPECT_TRUE(loaded->events(0).has_date());
}

TEST(ScenarioExtendsTest, ErrorsNameTheFileTheyStandIn) {
  const std::map<std::string, std::string> files = {
      {"duopoly.textproto", DuopolyText()},
      {"x.textproto", "extends: \"duopoly.textproto\"\n\n  quarters: 401\n"}};
  EXPECT_EQ(LoadFrom(files, "x.textproto").status().message(),
            "x.textproto:3:3: quarters is 401; it must be above 0 and at most 400");
}

TEST(ScenarioExtendsTest, ErrorsOfTheBaseAreItsOwn) {
  const std::map<std::string, std::string> files = {{"base.textproto", "\n\nnmae: \"x\""},
                                                    {"x.textproto", "extends: \"base.textproto\""}};
  EXPECT_EQ(LoadFrom(files, "x.textproto").status().message(),
            "base.textproto:3:1: Scenario has no field \"nmae\"; did you mean \"name\"?");
}

TEST(ScenarioExtendsTest, NamesUsedTwiceInOneFileAreNotMerged) {
  const std::map<std::string, std::string> files = {
      {"duopoly.textproto", DuopolyText()},
      {"x.textproto",
       "extends: \"duopoly.textproto\"\nagents { name: \"aurora\" }\nagents { name: \"aurora\" }"}};
  EXPECT_THAT(LoadFrom(files, "x.textproto").status().message(),
              HasSubstr("x.textproto:3:1: agents has \"aurora\" twice"));
}

TEST(ScenarioExtendsTest, CirclesAreFound) {
  const std::map<std::string, std::string> files = {
      {"a.textproto", "extends: \"b.textproto\""},
      {"b.textproto", "extends: \"c.textproto\""},
      {"c.textproto", "  extends: \"./a.textproto\""}};
  const absl::Status status = LoadFrom(files, "a.textproto").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "c.textproto:1:3: the scenarios extend each other in a circle: a.textproto extends "
            "b.textproto extends c.textproto extends a.textproto; one of them must extend nothing");
}

TEST(ScenarioExtendsTest, WhatIsRemovedIsGoneBeforeTheRestIsLaidOver) {
  const absl::StatusOr<pb::Scenario> loaded =
      LoadFrom({{"duopoly.textproto", DuopolyText()},
                {"x.textproto",
                 "extends: \"duopoly.textproto\"\n"
                 "remove: \"events[aurora-round].round.interest[nimbus-ventures]\"\n"
                 "remove: \"regions[west]\"\n"
                 "regions { name: \"west\" electricity_usd_per_mwh: 40 }"}},
               "x.textproto");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->remove_size(), 0);
  const pb::Scenario base = DuopolyScenario();
  EXPECT_EQ(loaded->events(0).round().interest_size(), base.events(0).round().interest_size() - 1);
  const pb::RegionSpec& west = loaded->regions(loaded->regions_size() - 1);
  EXPECT_EQ(west.name(), "west");
  EXPECT_EQ(west.electricity_usd_per_mwh(), 40);
  EXPECT_EQ(west.spare_power_mw(), 0) << "nothing is left of the base's";
}

TEST(ScenarioExtendsTest, WhatCannotBeRemovedIsReportedWhereItIsNamed) {
  const std::map<std::string, std::string> files = {{"duopoly.textproto", DuopolyText()},
                                                    {"x.textproto",
                                                     "extends: \"duopoly.textproto\"\n"
                                                     "  remove: \"regions[wset]\"\n"
                                                     "remove: \"technology\""}};
  EXPECT_EQ(LoadFrom(files, "x.textproto").status().message(),
            "x.textproto:2:3: can't remove regions[wset]: regions has no \"wset\"; did you mean "
            "\"west\"?\n"
            "x.textproto:3:1: can't remove technology: it is no element of a list; name one, as in "
            "contracts[rainier]; other fields are written over");
}

TEST(ScenarioExtendsTest, WhatRefersToSomethingRemovedIsReportedInTheBase) {
  const std::map<std::string, std::string> files = {
      {"duopoly.textproto", DuopolyText()},
      {"x.textproto", "extends: \"duopoly.textproto\"\nremove: \"chip_makers[merchant]\""}};
  const absl::Status status = LoadFrom(files, "x.textproto").status();
  EXPECT_THAT(status.message(), HasSubstr("duopoly.textproto:"));
  EXPECT_THAT(status.message(), HasSubstr("\"merchant\""));
}

TEST(ScenarioExtendsTest, NothingCanBeRemovedFromNoBase) {
  EXPECT_THAT(ErrorsOf(absl::StrCat("remove: \"regions[west]\"\n", DuopolyText())),
              ElementsAre("duopoly.textproto:1:1: there is nothing to remove from; say which "
                          "scenario this one extends"));
}

TEST(ScenarioExtendsTest, AnotherStrategyDropsTheFormersParameters) {
  const std::string base = absl::StrReplaceAll(
      DuopolyText(), {{"  strategy: \"racing-lab\"\n",
                       "  strategy: \"a\" parameters { name: \"x\" value: 1 }\n"}});
  const auto with = [&](absl::string_view agent) {
    return LoadFrom({{"base.textproto", base},
                     {"x.textproto", absl::StrCat("extends: \"base.textproto\"\nagents { name: "
                                                  "\"aurora\" ",
                                                  agent, "}")}},
                    "x.textproto");
  };
  const auto kept = with("strategy: \"a\" parameters { name: \"y\" value: 2 }");
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(AgentOf(*kept, "aurora").parameters_size(), 2);
  const auto dropped = with("strategy: \"b\" parameters { name: \"y\" value: 2 }");
  ASSERT_TRUE(dropped.ok()) << dropped.status();
  ASSERT_EQ(AgentOf(*dropped, "aurora").parameters_size(), 1);
  EXPECT_EQ(AgentOf(*dropped, "aurora").parameters(0).name(), "y");
}

TEST(ScenarioExtendsTest, AMissingBaseIsReportedWhereItIsNamed) {
  const absl::Status status =
      LoadFrom({{"d/x.textproto", "\nextends: \"gone.textproto\""}}, "d/x.textproto").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "d/x.textproto:2:1: can't read d/gone.textproto: no such file; extends must name a "
            "file, relative to this one");
}

// --- Canonical form
// --------------------------------------------------------------------------------

template <typename Repeated>
void Reverse(Repeated* elements) {
  std::reverse(elements->begin(), elements->end());
}

TEST(CanonicalScenarioTest, OrderOfElementsMakesNoDifference) {
  const pb::Scenario scenario = DuopolyScenario();
  pb::Scenario shuffled = scenario;
  Reverse(shuffled.mutable_agents());
  Reverse(shuffled.mutable_segments());
  Reverse(shuffled.mutable_regions());
  Reverse(shuffled.mutable_contracts());
  Reverse(shuffled.mutable_chip_makers());
  for (pb::AgentSpec& agent : *shuffled.mutable_agents()) {
    if (!agent.has_lab()) continue;
    Reverse(agent.mutable_lab()->mutable_segments());
    Reverse(agent.mutable_lab()->mutable_reach());
  }
  ASSERT_NE(scenario.SerializeAsString(), shuffled.SerializeAsString());
  EXPECT_EQ(CanonicalScenarioBytes(scenario), CanonicalScenarioBytes(shuffled));
}

TEST(CanonicalScenarioTest, EveryFigureMakesADifference) {
  pb::Scenario changed = DuopolyScenario();
  changed.mutable_agents(1)->mutable_lab()->set_researchers(201);
  EXPECT_NE(CanonicalScenarioBytes(DuopolyScenario()), CanonicalScenarioBytes(changed));
}

TEST(CanonicalScenarioTest, IsItsOwnCanonicalForm) {
  const pb::Scenario canonical = CanonicalScenario(DuopolyScenario());
  EXPECT_EQ(canonical.SerializeAsString(), CanonicalScenarioBytes(canonical));
  for (int i = 1; i < canonical.agents_size(); ++i) {
    EXPECT_LT(canonical.agents(i - 1).name(), canonical.agents(i).name());
  }
}

}  // namespace
}  // namespace tranche
