#ifndef TRANCHE_AGENTS_STRATEGIES_TESTING_HAND_VIEW_H_
#define TRANCHE_AGENTS_STRATEGIES_TESTING_HAND_VIEW_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agents/strategy.h"
#include "sim/check.h"
#include "sim/philox.h"
#include "sim/quarter.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/view.pb.h"

// Views built by hand, and a seat to play a strategy from, for the tests of strategies.
namespace tranche {

inline constexpr int32_t kTestQuarter = 8105;  // 2026Q2
inline constexpr int64_t kBillion = 100'000'000'000;
inline constexpr int64_t kMillion = 100'000'000;

// Moves the entry just added to where its name belongs, as the market's own views have it.
template <typename Table, typename NameOf>
void SortLast(Table& table, NameOf name_of) {
  for (int i = table.size() - 1; i > 0 && name_of(table[i]) < name_of(table[i - 1]); --i) {
    table.SwapElements(i, i - 1);
  }
}

inline void AddAgent(v1::PublicView& market, absl::string_view name, v1::Role role,
                     absl::string_view group = "") {
  v1::AgentProfile& profile = *market.add_agents();
  profile.set_name(std::string(name));
  profile.set_role(role);
  profile.set_group(std::string(group.empty() ? name : group));
  profile.set_home("US");
  profile.set_active(true);
  SortLast(*market.mutable_agents(), [](const v1::AgentProfile& entry) { return entry.name(); });
}

inline v1::LabDisclosure& AddLab(v1::PublicView& market, absl::string_view name, int64_t valuation,
                                 int64_t revenue, int32_t capability) {
  AddAgent(market, name, v1::ROLE_LAB);
  v1::LabDisclosure& lab = *market.add_labs();
  lab.set_lab(std::string(name));
  SortLast(*market.mutable_labs(), [](const v1::LabDisclosure& entry) { return entry.lab(); });
  lab.set_last_valuation_cents(valuation);
  lab.set_disclosed_revenue_cents(revenue);
  lab.set_capability_millis(capability);
  lab.set_model(std::string(name) + "-3");
  lab.set_model_released_quarter(kTestQuarter - 2);
  v1::SegmentPrice& price = *lab.add_prices();
  price.set_segment(v1::SEGMENT_DEVELOPERS);
  price.set_price_micros_per_mtok(3'000'000);
  lab.set_researchers(200);
  return lab;
}

inline v1::CloudDisclosure& AddCloud(v1::PublicView& market, absl::string_view name,
                                     absl::string_view group, int64_t price_micros) {
  AddAgent(market, name, v1::ROLE_CLOUD, group);
  v1::CloudDisclosure& cloud = *market.add_clouds();
  cloud.set_cloud(std::string(name));
  SortLast(*market.mutable_clouds(), [](const v1::CloudDisclosure& entry) { return entry.cloud(); });
  cloud.set_on_demand_price_micros_per_gpu_hour(price_micros);
  cloud.set_capacity_h100e(150'000);
  cloud.set_utilisation_bp(8'500);
  return cloud;
}

// Labs alpha and beta, clouds nimbus (of nimbus-group) and stratus, investors nimbus-ventures and
// harbor, regulator ftc.
inline v1::PublicView HandMarket() {
  v1::PublicView market;
  market.set_quarter(kTestQuarter);
  market.set_first_quarter(kTestQuarter - 1);
  market.set_end_quarter(kTestQuarter + 8);
  market.mutable_first_day()->set_year(2026);
  market.mutable_first_day()->set_month(4);
  market.mutable_first_day()->set_day(1);
  market.mutable_last_day()->set_year(2026);
  market.mutable_last_day()->set_month(6);
  market.mutable_last_day()->set_day(30);
  AddLab(market, "alpha", 20 * kBillion, 600 * kMillion, 27'000);
  AddLab(market, "beta", 8 * kBillion, 300 * kMillion, 26'900);
  AddCloud(market, "nimbus", "nimbus-group", 2'400'000);
  AddCloud(market, "stratus", "", 2'200'000);
  AddAgent(market, "nimbus-ventures", v1::ROLE_INVESTOR, "nimbus-group");
  AddAgent(market, "harbor", v1::ROLE_INVESTOR);
  AddAgent(market, "ftc", v1::ROLE_REGULATOR);
  v1::GridRegion& region = *market.add_regions();
  region.set_region("west");
  region.set_spare_kw(200'000);
  region.set_price_micros_per_kwh(60'000);
  region.set_lead_time_quarters(4);
  v1::ChipMaker& maker = *market.add_chip_makers();
  maker.set_chip_maker("merchant");
  maker.set_price_cents(3'000'000);
  maker.set_performance_millis_h100e(1'500);
  maker.set_power_watts(1'200);
  maker.set_capacity_per_quarter(120'000);
  v1::TalentMarket& talent = *market.mutable_talent();
  talent.set_available(50);
  talent.set_mean_cash_cents_per_year(kMillion);
  talent.set_mean_equity_cents_per_year(kMillion);
  v1::ReviewRegime& regime = *market.add_regimes();
  regime.set_jurisdiction(v1::JURISDICTION_US_ANTITRUST);
  regime.set_regulator("ftc");
  regime.set_hhi_threshold(1'800);
  regime.set_hhi_change_threshold(100);
  regime.set_share_threshold_bp(3'000);
  return market;
}

// alpha: cash for two and a quarter quarters.
inline v1::AgentView HandLab() {
  v1::AgentView own;
  own.set_agent("alpha");
  v1::Books& books = *own.mutable_books();
  books.set_cash_cents(450 * kMillion);
  books.set_revenue_cents(650 * kMillion);
  books.set_net_income_cents(-250 * kMillion);
  books.set_operating_cash_flow_cents(-200 * kMillion);
  v1::LabView& lab = *own.mutable_lab();
  lab.set_shares_outstanding(100'000'000);
  lab.set_researchers(300);
  lab.set_cash_pay_cents_per_year(kMillion);
  lab.set_equity_pay_cents_per_year(kMillion);
  lab.set_run("run-2026Q1");
  lab.set_run_capability_millis(27'050);
  lab.set_inference_wanted_gpu_hours(200'000'000);
  lab.set_inference_served_gpu_hours(200'000'000);
  lab.set_training_gpu_hours(70'000'000);
  lab.set_reserved_h100e(130'000);
  lab.set_cost_micros_per_mtok(1'500'000);
  v1::SegmentResult& segment = *lab.add_segments();
  segment.set_segment(v1::SEGMENT_DEVELOPERS);
  segment.set_revenue_cents(650 * kMillion);
  segment.set_share_ppm(200'000);
  v1::ContractView& contract = *own.add_contracts();
  contract.set_contract("alpha-nimbus");
  contract.set_provider("nimbus");
  contract.set_customer("alpha");
  v1::CapacityTerms& terms = *contract.mutable_capacity();
  terms.set_accelerators_h100e(130'000);
  terms.set_start_quarter(kTestQuarter - 4);
  terms.set_term_quarters(20);
  terms.set_price_micros_per_gpu_hour(2'000'000);
  contract.set_accelerators_now_h100e(130'000);
  return own;
}

// nimbus: 60,000 accelerators free now, 90,000 in two quarters.
inline v1::AgentView HandCloud() {
  v1::AgentView own;
  own.set_agent("nimbus");
  own.mutable_books()->set_cash_cents(4 * kBillion);
  v1::CloudView& cloud = *own.mutable_cloud();
  cloud.set_capacity_h100e(180'000);
  cloud.set_reserved_h100e(120'000);
  cloud.set_on_demand_sold_gpu_hours(80'000'000);
  cloud.set_on_demand_wanted_gpu_hours(80'000'000);
  cloud.set_cost_micros_per_gpu_hour(600'000);
  cloud.set_build_cost_cents_per_kw(4'000'000);
  for (int32_t ahead = 0; ahead < 12; ++ahead) {
    v1::CapacityAhead& line = *cloud.add_ahead();
    line.set_quarter(kTestQuarter + ahead);
    line.set_capacity_h100e(ahead < 2 ? 180'000 : 210'000);
    line.set_uncommitted_h100e(ahead < 2 ? 60'000 : 90'000);
  }
  return own;
}

inline v1::AgentView HandInvestor(absl::string_view name = "harbor") {
  v1::AgentView own;
  own.set_agent(std::string(name));
  own.mutable_books()->set_cash_cents(5 * kBillion);
  own.mutable_investor()->set_investable_cents(5 * kBillion);
  return own;
}

// Plays one strategy in one seat.
class HandSeat {
 public:
  // `parameters` replace the strategy's defaults.
  HandSeat(absl::string_view agent, absl::string_view strategy, uint64_t seed = 1,
           const std::map<std::string, double>& parameters = {})
      : agent_(agent), seed_(seed) {
    const StrategyInfo* info = FindStrategy(strategy);
    TRANCHE_CHECK(info != nullptr, "no such strategy");
    AgentSeat seat{agent_, info->role, std::string(strategy), {}};
    for (const auto& [name, value] : parameters) {
      v1::Parameter& parameter = seat.parameters.emplace_back();
      parameter.set_name(name);
      parameter.set_value(value);
    }
    strategy_ = *MakeStrategy(seat);
  }

  // The moves of a turn. Senders are filled in as the broker does, ids count up from 1000.
  std::vector<v1::Message> Turn(const v1::PublicView& market, const v1::AgentView& own,
                                uint32_t round, const std::vector<v1::Message>& inbox) {
    std::vector<const v1::Message*> pointers;
    pointers.reserve(inbox.size());
    for (const v1::Message& message : inbox) pointers.push_back(&message);
    google::protobuf::RepeatedPtrField<v1::Message> moves;
    Actions actions(agent_,
                    RandomStream(seed_, StreamKey(agent_), Quarter::FromIndex(market.quarter()),
                                 Round(static_cast<int32_t>(round))),
                    &moves);
    strategy_->OnTurn({market, own, pointers, market.quarter(), round}, actions);
    std::vector<v1::Message> sent(moves.begin(), moves.end());
    for (v1::Message& message : sent) {
      message.set_id(next_id_++);
      message.set_sender(agent_);
    }
    return sent;
  }

 private:
  std::string agent_;
  uint64_t seed_;
  uint64_t next_id_ = 1000;
  std::unique_ptr<Strategy> strategy_;
};

// The first message with this body; null if there is none.
inline const v1::Message* FirstOf(const std::vector<v1::Message>& messages,
                                  v1::Message::BodyCase body) {
  for (const v1::Message& message : messages) {
    if (message.body_case() == body) return &message;
  }
  return nullptr;
}

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_TESTING_HAND_VIEW_H_
