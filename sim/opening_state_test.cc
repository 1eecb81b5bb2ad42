// Audits the flagship's opening against the figures it says it is from: deploy/facts/history.csv
// and rules.md. Prints every audited figure beside its source and the difference.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "sim/compute_market.h"
#include "sim/genesis.h"
#include "sim/ownership.h"
#include "sim/testing/small_market.h"
#include "sim/views.h"

namespace tranche {
namespace {

namespace pb = v1;

// history.csv: as_of,entity,quantity,value,unit,confidence,source.
class Facts {
 public:
  Facts() {
    for (absl::string_view line :
         absl::StrSplit(ReadSourceFile("deploy/facts/history.csv"), '\n')) {
      if (line.empty() || line[0] == '#') continue;
      rows_.push_back(absl::StrSplit(line, absl::MaxSplits(',', 6)));
    }
  }

  std::string Text(absl::string_view as_of, absl::string_view entity,
                   absl::string_view quantity) const {
    for (const std::vector<std::string>& row : rows_) {
      if (row[0] == as_of && row[1] == entity && row[2] == quantity) return row[3];
    }
    TRANCHE_CHECK(false, absl::StrCat("no fact ", as_of, " ", entity, " ", quantity));
  }

  double Number(absl::string_view as_of, absl::string_view entity,
                absl::string_view quantity) const {
    double value = 0;
    TRANCHE_CHECK(absl::SimpleAtod(Text(as_of, entity, quantity), &value), "not a number");
    return value;
  }

  // A list price "input/output" as the blend of three input tokens to one of output.
  double BlendedPrice(absl::string_view as_of, absl::string_view model) const {
    const std::vector<std::string> prices =
        absl::StrSplit(Text(as_of, model, "price_input_output"), '/');
    double input = 0;
    double output = 0;
    TRANCHE_CHECK(prices.size() == 2 && absl::SimpleAtod(prices[0], &input) &&
                      absl::SimpleAtod(prices[1], &output),
                  "not a price");
    return (3 * input + output) / 4;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

class OpeningStateTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scenario_ = new pb::Scenario(ShippedScenario("amazon-openai"));
    absl::StatusOr<std::unique_ptr<World>> world = BuildWorld(*scenario_, 1);
    TRANCHE_CHECK(world.ok(), std::string(world.status().message()));
    world_ = world->release();
    facts_ = new Facts;
  }

  static const pb::AgentSpec& Spec(absl::string_view name) {
    for (const pb::AgentSpec& agent : scenario_->agents()) {
      if (agent.name() == name) return agent;
    }
    TRANCHE_CHECK(false, std::string(name));
  }

  static LabId LabNamed(absl::string_view name) { return world_->lab_of(world_->FindAgent(name)); }

  // Yearly at the opening, billions of dollars.
  static double RunRate(absl::string_view lab) {
    return 4 * static_cast<double>(world_->labs[LabNamed(lab)].revenue_history.back().value()) /
           1e11;
  }

  static double Price(absl::string_view lab, pb::Segment segment) {
    const auto s = static_cast<size_t>(SegmentIndex(segment));
    return static_cast<double>(world_->labs[LabNamed(lab)].price_micros_per_mtok[s]) / 1e6;
  }

  static double Valuation(absl::string_view lab) {
    return static_cast<double>(world_->labs[LabNamed(lab)].last_valuation.value()) / 1e11;
  }

  // Percent of the shares in the cap table.
  static double Stake(absl::string_view lab, absl::string_view holder) {
    const CapTable& table = world_->labs[LabNamed(lab)].cap_table;
    return static_cast<double>(table.StakePpm(table.FindHolder(holder))) / 1e4;
  }

  static double PaidFor(absl::string_view lab, absl::string_view group) {
    const pb::LabSpec& spec = Spec(lab).lab();
    for (const pb::HoldingSpec& holding : spec.holdings()) {
      if (holding.holder() == group) return holding.cost_usd_millions() / 1e3;
    }
    return 0;
  }

  // What a contract comes to over its whole term, billions of dollars.
  static double ContractTotal(absl::string_view name) {
    for (const Contract& contract : world_->contracts) {
      if (contract.name != name) continue;
      double accelerator_quarters = 0;
      for (Quarter q = contract.start; q < contract.end; ++q) {
        accelerator_quarters += static_cast<double>(contract.ReservedIn(q));
      }
      return accelerator_quarters * scenario_->compute().hours_per_quarter() *
             static_cast<double>(contract.capacity.price_micros_per_gpu_hour()) / 1e15;
    }
    TRANCHE_CHECK(false, std::string(name));
  }

  static double KwPerH100e() {
    return scenario_->compute().accelerator_kw() * scenario_->compute().pue();
  }

  static double Fact(absl::string_view as_of, absl::string_view entity,
                     absl::string_view quantity) {
    return facts_->Number(as_of, entity, quantity);
  }

  // `figure` is the scenario's; it may differ from the fact by `tolerance`, a part of it.
  static void Audit(absl::string_view what, double figure, double fact, double tolerance) {
    std::cout << absl::StreamFormat("%-52s %10.3f   source %10.3f   difference %+.2f%%\n", what,
                                    figure, fact, (figure / fact - 1) * 100);
    EXPECT_NEAR(figure, fact, tolerance * fact) << what;
  }

  static const pb::Scenario* scenario_;
  static const World* world_;
  static const Facts* facts_;
};

const pb::Scenario* OpeningStateTest::scenario_ = nullptr;
const World* OpeningStateTest::world_ = nullptr;
const Facts* OpeningStateTest::facts_ = nullptr;

TEST_F(OpeningStateTest, LabsSellWhatTheySold) {
  Audit("OpenAI run rate, $B", RunRate("openai"), Fact("2025-12-31", "OpenAI", "run_rate"), 1e-9);
  Audit("Anthropic run rate, $B", RunRate("anthropic"), Fact("2025-12-31", "Anthropic", "run_rate"),
        1e-9);
  const auto consumers = static_cast<size_t>(SegmentIndex(pb::SEGMENT_CONSUMERS));
  const Lab& openai = world_->labs[LabNamed("openai")];
  Audit("OpenAI consumers, part of revenue",
        static_cast<double>(openai.outcome[consumers].revenue.value()) /
            static_cast<double>(openai.revenue_history.back().value()),
        0.7, 0.01);
}

// The survey's other suppliers are outside the market, so relations count, not shares.
TEST_F(OpeningStateTest, EnterprisesAreSharedAsSurveyed) {
  const auto s = static_cast<size_t>(SegmentIndex(pb::SEGMENT_ENTERPRISES));
  const std::vector<std::pair<std::string, std::string>> labs = {
      {"openai", "share_openai"},
      {"anthropic", "share_anthropic"},
      {"google-deepmind", "share_google"}};
  double sold = 0;
  double surveyed = 0;
  for (const auto& [lab, quantity] : labs) {
    sold += world_->labs[LabNamed(lab)].outcome[s].share;
    surveyed += Fact("2025-12-31", "enterprise LLM API", quantity);
  }
  for (const auto& [lab, quantity] : labs) {
    Audit(absl::StrCat(lab, ", part of the three in enterprises"),
          world_->labs[LabNamed(lab)].outcome[s].share / sold,
          Fact("2025-12-31", "enterprise LLM API", quantity) / surveyed, 0.01);
  }
}

TEST_F(OpeningStateTest, PricesAreThoseOfTheLists) {
  Audit("OpenAI, $ a Mtok", Price("openai", pb::SEGMENT_ENTERPRISES),
        facts_->BlendedPrice("2025-08-07", "OpenAI GPT-5"), 0.01);
  Audit("Anthropic, $ a Mtok", Price("anthropic", pb::SEGMENT_ENTERPRISES),
        facts_->BlendedPrice("2024-06-20", "Anthropic Claude 3.5 Sonnet"), 0.01);
  Audit("Google DeepMind, $ a Mtok", Price("google-deepmind", pb::SEGMENT_ENTERPRISES),
        facts_->BlendedPrice("2025-11-18", "Google Gemini 3 Pro"), 0.01);
  const double rental = Fact("2025-12-31", "H100 rental", "price");
  for (const Cloud& cloud : world_->clouds) {
    Audit(absl::StrCat(world_->name_of(cloud.agent), " on demand, $ an hour"),
          static_cast<double>(cloud.on_demand_price_micros) / 1e6, rental, 0.1);
  }
}

TEST_F(OpeningStateTest, ValuationsAndStakesAreThoseReported) {
  Audit("OpenAI valuation, $B", Valuation("openai"), Fact("2025-10-02", "OpenAI", "valuation"),
        1e-9);
  Audit("Anthropic valuation, $B", Valuation("anthropic"),
        Fact("2025-11-18", "Anthropic", "valuation"), 1e-9);
  Audit("xAI valuation, $B", Valuation("xai"), Fact("2026-01-06", "xAI", "post_money"), 1e-9);
  Audit("Microsoft in OpenAI, %", Stake("openai", "microsoft"),
        Fact("2025-10-28", "OpenAI", "owner_microsoft"), 1e-9);
  Audit("foundation in OpenAI, %", Stake("openai", "openai-foundation"),
        Fact("2025-10-28", "OpenAI", "owner_foundation"), 1e-9);
  Audit("SoftBank in OpenAI, %", Stake("openai", "softbank"),
        Fact("2025-10-28", "OpenAI", "owner_softbank"), 1e-9);
  // In the words of the fact's source: "stake about 14 percent".
  Audit("Google in Anthropic, %", Stake("anthropic", "alphabet"), 14, 1e-9);
  Audit("Amazon's money in Anthropic, $B", PaidFor("anthropic", "amazon"),
        Fact("2024-11-22", "Anthropic", "investment_amazon_total"), 1e-9);
  EXPECT_GE(Stake("anthropic", "amazon"), 15);
  EXPECT_LE(Stake("anthropic", "amazon"), 19);
}

TEST_F(OpeningStateTest, ComputeIsThatDisclosed) {
  EXPECT_TRUE(absl::StrContains(ReadSourceFile("deploy/facts/rules.md"), "about 1.4 kW"));
  Audit("an H100e all in, kW", KwPerH100e(), 1.4, 0.01);
  Audit("OpenAI compute, GW",
        static_cast<double>(ReservedForLab(*world_, LabNamed("openai"), world_->first_quarter)) *
            KwPerH100e() / 1e6,
        Fact("2025-12-31", "OpenAI", "compute"), 0.01);
}

TEST_F(OpeningStateTest, ContractsComeToTheAnnouncedTotals) {
  Audit("OpenAI at Azure, incremental, $B", ContractTotal("openai/azure-incremental"),
        Fact("2025-10-28", "OpenAI", "contract_azure"), 0.01);
  Audit("OpenAI at Oracle from 2027, $B", ContractTotal("openai/oracle-stargate"),
        Fact("2025-09-10", "OpenAI", "contract_oracle"), 0.01);
  Audit("OpenAI at AWS, $B", ContractTotal("openai/aws-seven-years"),
        Fact("2025-11-03", "OpenAI", "contract_aws"), 0.01);
  Audit("OpenAI at CoreWeave, $B", ContractTotal("openai/coreweave"),
        Fact("2025-09-25", "OpenAI", "contract_coreweave"), 0.01);
  Audit("Anthropic at Azure, $B", ContractTotal("anthropic/azure-gigawatt"),
        Fact("2025-11-18", "Anthropic", "contract_azure"), 0.01);
  for (const Contract& contract : world_->contracts) {
    if (contract.name != "anthropic/tpu-gigawatt") continue;
    Audit("Anthropic's TPUs after 2026, GW",
          static_cast<double>(contract.ReservedIn(Quarter(2027, 1))) * KwPerH100e() / 1e6,
          Fact("2025-10-23", "Anthropic", "contract_google"), 0.01);
  }
}

TEST_F(OpeningStateTest, CloudsReportWhatTheyReported) {
  const auto revenue = [](absl::string_view cloud) {
    return Spec(cloud).cloud().revenue_previous_quarter_usd_millions() / 1e3;
  };
  const auto capex = [](absl::string_view cloud) {
    return Spec(cloud).cloud().capital_expenditure_previous_quarter_usd_millions() / 1e3;
  };
  Audit("AWS revenue, $B a quarter", revenue("aws"), Fact("2025-09-30", "AWS", "revenue_quarter"),
        1e-9);
  Audit("Google Cloud revenue, $B a quarter", revenue("google-cloud"),
        Fact("2025-09-30", "Google Cloud", "revenue_quarter"), 1e-9);
  Audit("Microsoft capital expenditure, $B a quarter", capex("azure"),
        Fact("2025-09-30", "Microsoft", "capex_quarter"), 1e-9);
  Audit("Amazon capital expenditure, $B a quarter", capex("aws"),
        Fact("2025-12-31", "Amazon", "capex_year") / 4, 1e-9);
  Audit("Alphabet capital expenditure, $B a quarter", capex("google-cloud"),
        Fact("2025-12-31", "Alphabet", "capex_year") / 4, 1e-9);
  Audit("Oracle capital expenditure, $B a quarter", capex("oracle"),
        Fact("2025-05-31", "Oracle", "capex_year") / 4, 1e-9);
  Audit("CoreWeave capital expenditure, $B a quarter", capex("coreweave"),
        Fact("2025-12-31", "CoreWeave", "capex_year") / 4, 1e-9);
}

TEST_F(OpeningStateTest, LawAndTechnologyAreAsStated) {
  const std::string rules = ReadSourceFile("deploy/facts/rules.md");
  const pb::RegimeSpec& us = world_->regimes[pb::JURISDICTION_US_ANTITRUST];
  EXPECT_TRUE(absl::StrContains(
      rules, absl::StrCat("$", us.transaction_threshold_usd_millions(), "M (from February 2026)")));
  EXPECT_TRUE(absl::StrContains(rules, "HHI > 1,800 and change > 100, or share > 30%"));
  EXPECT_EQ(us.hhi_threshold(), 1800);
  EXPECT_EQ(us.hhi_change_threshold(), 100);
  EXPECT_EQ(us.share_threshold_percent(), 30);
  const pb::RegimeSpec& eu = world_->regimes[pb::JURISDICTION_EUROPEAN_UNION];
  EXPECT_TRUE(absl::StrContains(rules, "> 2,000 and > 150"));
  EXPECT_EQ(eu.hhi_threshold(), 2000);
  EXPECT_EQ(eu.hhi_change_threshold(), 150);
  Audit("algorithmic efficiency, a year",
        1 + scenario_->technology().algorithmic_progress_percent_per_year() / 100,
        Fact("2024-06-30", "algorithmic efficiency", "growth_year"), 1e-9);
  for (const pb::ChipMakerSpec& maker : scenario_->chip_makers()) {
    Audit(absl::StrCat(maker.name(), ", performance a year"),
          1 + maker.performance_growth_percent_per_year() / 100,
          Fact("2024-06-30", "accelerator price performance", "growth_year"), 0.05);
  }
}

TEST_F(OpeningStateTest, TheRoundIsTheOneUnderDiscussion) {
  for (const pb::EventSpec& event : scenario_->events()) {
    if (!event.has_round()) continue;
    const pb::RoundEvent& round = event.round();
    Audit("OpenAI's round, pre-money and amount, $B",
          (round.pre_money_usd_millions() + round.amount_usd_millions()) / 1e3,
          Fact("2026-01-29", "OpenAI", "valuation_sought"), 1e-9);
    for (const pb::InterestSpec& interest : round.interest()) {
      if (interest.investor() == "amazon") {
        EXPECT_GE(interest.amount_usd_millions(), 50'000);
      }
    }
    return;
  }
  FAIL() << "no round is expected";
}

// Cash burnt at the opening's prices and contracts: more than in 2025, and the labs that raise
// money live some quarters on what they have.
TEST_F(OpeningStateTest, LabsBurnCashAndLiveOnForSomeQuarters) {
  pb::AgentView view;
  BuildAgentView(*world_, world_->FindAgent("openai"), &view);
  const double burn = -4 * static_cast<double>(view.books().operating_cash_flow_cents()) / 1e11;
  const double burn_2025 = Fact("2025-12-31", "OpenAI", "cash_burn_year");
  std::cout << absl::StreamFormat("OpenAI burns $%.1fB a year, $%.1fB in 2025\n", burn, burn_2025);
  EXPECT_GT(burn, burn_2025);
  EXPECT_LT(burn, 2 * burn_2025);
  for (const char* lab : {"openai", "anthropic", "xai"}) {
    BuildAgentView(*world_, world_->FindAgent(lab), &view);
    const double runway = static_cast<double>(view.books().cash_cents()) /
                          -static_cast<double>(view.books().operating_cash_flow_cents());
    EXPECT_LT(view.books().operating_cash_flow_cents(), 0) << lab;
    EXPECT_GT(runway, 4) << lab;
  }
}

TEST_F(OpeningStateTest, NineteenAgentsPlay) {
  EXPECT_EQ(world_->labs.size(), 4);
  EXPECT_EQ(world_->clouds.size(), 5);
  EXPECT_EQ(world_->investors.size(), 7);
  EXPECT_EQ(world_->regulators.size(), 3);
  EXPECT_EQ(StakePpm(*world_, LabNamed("google-deepmind"), GroupOfHolder(*world_, "alphabet")),
            1'000'000);
}

}  // namespace
}  // namespace tranche
