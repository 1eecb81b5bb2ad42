// The built-in strategies at play in the shipped scenarios, over the market itself.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agents/strategy.h"
#include "google/protobuf/descriptor.h"
#include "sim/market.h"
#include "sim/philox.h"
#include "sim/testing/small_market.h"
#include "tranche/v1/log.pb.h"

namespace tranche {
namespace {

// Plays a scenario to its end, as a broker would, and keeps every message.
class PlayedMarket : public MarketOutput {
 public:
  PlayedMarket(const v1::Scenario& scenario, uint64_t seed) : seed_(seed) {
    absl::StatusOr<std::unique_ptr<Market>> market = Market::Create(scenario, seed);
    TRANCHE_CHECK(market.ok(), market.status().ToString());
    market_ = *std::move(market);
    for (const AgentSeat& seat : market_->seats()) {
      absl::StatusOr<std::unique_ptr<Strategy>> strategy = MakeStrategy(seat);
      TRANCHE_CHECK(strategy.ok(), strategy.status().ToString());
      strategies_.push_back(*std::move(strategy));
    }
    mail_.resize(strategies_.size());
  }

  void Play() {
    while (!market_->over()) PlayQuarter();
  }

  // All that was said, in order; refused moves are marked by the Rejected message that follows.
  const std::deque<v1::Message>& messages() const { return messages_; }
  // Rounds of each quarter.
  const std::vector<uint32_t>& rounds() const { return rounds_; }
  uint32_t round_limit() const { return market_->round_limit(); }
  int64_t Count(v1::Message::BodyCase body) const {
    return std::count_if(messages_.begin(), messages_.end(),
                         [body](const v1::Message& m) { return m.body_case() == body; });
  }

 private:
  v1::Message* AddMessage() override {
    messages_.emplace_back();
    return &messages_.back();
  }
  v1::LogRecord* AddRecord() override { return nullptr; }

  // Gives ids to what the market has said since `from`, and delivers it.
  void Deliver(size_t from) {
    for (size_t i = from; i < messages_.size(); ++i) {
      v1::Message& message = messages_[i];
      if (message.id() != 0) continue;
      message.set_id(next_id_++);
      message.set_quarter(market_->quarter().index());
      Post(message);
    }
  }

  void Post(const v1::Message& message) {
    for (const std::string& recipient : message.recipients()) {
      mail_[static_cast<size_t>(market_->FindAgent(recipient).value())].push_back(&message);
    }
  }

  void PlayQuarter() {
    size_t said = messages_.size();
    market_->OpenQuarter(*this);
    Deliver(said);
    std::vector<v1::AgentView> views(strategies_.size());
    for (size_t i = 0; i < views.size(); ++i) {
      const AgentId agent(static_cast<int32_t>(i));
      if (market_->IsActive(agent)) market_->BuildAgentView(agent, &views[i]);
    }
    uint32_t round = 1;
    for (; round <= market_->round_limit(); ++round) {
      market_->OpenRound(round);
      std::vector<google::protobuf::RepeatedPtrField<v1::Message>> moves(strategies_.size());
      bool asked = false;
      for (size_t i = 0; i < strategies_.size(); ++i) {
        if (!market_->IsActive(AgentId(static_cast<int32_t>(i)))) continue;
        if (round > 1 && mail_[i].empty()) continue;
        asked = true;
        const std::vector<const v1::Message*> inbox = std::exchange(mail_[i], {});
        const std::string& name = market_->seats()[i].name;
        Actions actions(name,
                        RandomStream(seed_, StreamKey(absl::StrCat("agent/", name)),
                                     market_->quarter(), Round(static_cast<int32_t>(round))),
                        &moves[i]);
        strategies_[i]->OnTurn(
            {market_->public_view(), views[i], inbox, market_->quarter().index(), round}, actions);
      }
      if (!asked) break;
      for (size_t i = 0; i < moves.size(); ++i) {
        for (v1::Message& move : moves[i]) Submit(AgentId(static_cast<int32_t>(i)), move, round);
      }
    }
    rounds_.push_back(round - 1);
    said = messages_.size();
    const absl::Status closed = market_->CloseQuarter(*this);
    TRANCHE_CHECK(closed.ok(), closed.ToString());
    Deliver(said);
  }

  void Submit(AgentId sender, const v1::Message& move, uint32_t round) {
    v1::Message& message = messages_.emplace_back(move);
    message.set_id(next_id_++);
    message.set_quarter(market_->quarter().index());
    message.set_round(round);
    message.set_sender(market_->seats()[static_cast<size_t>(sender.value())].name);
    const size_t said = messages_.size();
    if (market_->Submit(sender, message, *this)) Post(message);
    Deliver(said);
  }

  uint64_t seed_;
  uint64_t next_id_ = 1;
  std::unique_ptr<Market> market_;
  std::vector<std::unique_ptr<Strategy>> strategies_;
  std::deque<v1::Message> messages_;
  std::vector<std::vector<const v1::Message*>> mail_;
  std::vector<uint32_t> rounds_;
};

class PlayedMarketTest : public testing::TestWithParam<const char*> {
 protected:
  const v1::Scenario scenario_ = ShippedScenario(GetParam());
};

TEST_P(PlayedMarketTest, QuartersFallQuietBeforeTheRoundLimit) {
  PlayedMarket played(scenario_, 1);
  played.Play();
  const std::vector<uint32_t>& rounds = played.rounds();
  const auto quiet = std::count_if(rounds.begin(), rounds.end(),
                                   [&](uint32_t round) { return round < played.round_limit(); });
  EXPECT_GE(2 * quiet, static_cast<int64_t>(rounds.size()));
}

TEST_P(PlayedMarketTest, TheMarketSeldomHasToReject) {
  // One of a hundred moves over the seeds; the market's own messages aren't counted.
  int64_t rejected = 0;
  int64_t moves = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    PlayedMarket played(scenario_, seed);
    played.Play();
    rejected += played.Count(v1::Message::kRejected);
    moves += std::count_if(played.messages().begin(), played.messages().end(),
                           [](const v1::Message& message) { return message.round() > 0; });
  }
  EXPECT_LE(100 * rejected, moves);
}

TEST_P(PlayedMarketTest, RoundsAreNegotiated) {
  PlayedMarket played(scenario_, 1);
  played.Play();
  for (const v1::Message::BodyCase body :
       {v1::Message::kFundingAsk, v1::Message::kTermSheet, v1::Message::kCounterOffer,
        v1::Message::kAcceptance, v1::Message::kRefusal, v1::Message::kDefinitiveAgreement,
        v1::Message::kMergerNotification, v1::Message::kClosing, v1::Message::kCapacityQuote,
        v1::Message::kContractSigned, v1::Message::kBuildOrder, v1::Message::kModelRelease}) {
    EXPECT_GT(played.Count(body), 0) << "field " << body;
  }
}

TEST_P(PlayedMarketTest, TheFirstRoundEndsInMoreThanOneWay) {
  // Who signed at the opening round, seed by seed.
  std::set<std::set<std::string>> endings;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    PlayedMarket played(scenario_, seed);
    played.Play();
    std::set<std::string> signers;
    for (const v1::Message& message : played.messages()) {
      if (!message.has_deal_signed() || message.quarter() > played.messages()[0].quarter())
        continue;
      signers.insert(message.deal_signed().investor());
    }
    endings.insert(signers);
  }
  EXPECT_GE(endings.size(), 2U);
}

// Every verb that an agent may say is said by a built-in strategy in a shipped scenario.
TEST(VerbsTest, EachIsSaidSomewhere) {
  const google::protobuf::OneofDescriptor& bodies =
      *v1::Message::descriptor()->FindOneofByName("body");
  constexpr int kFirstOfTheMarket = 120;
  std::set<std::string> missing;
  for (int i = 0; i < bodies.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *bodies.field(i);
    if (field.number() < kFirstOfTheMarket) missing.insert(field.name());
  }
  const auto play = [&](const v1::Scenario& scenario, uint64_t seed) {
    PlayedMarket played(scenario, seed);
    played.Play();
    for (const v1::Message& message : played.messages()) {
      missing.erase(v1::Message::descriptor()->FindFieldByNumber(message.body_case())->name());
    }
  };
  for (uint64_t seed = 1; seed <= 6; ++seed) play(ShippedScenario("amazon-openai"), seed);
  for (uint64_t seed = 1; seed <= 6; ++seed) play(ShippedScenario("strict-regulators"), seed);
  for (uint64_t seed = 1; seed <= 6; ++seed) play(ShippedScenario("funding-winter"), seed);
  for (uint64_t seed = 1; seed <= 20; ++seed) play(ShippedScenario("duopoly"), seed);
  // Stricter regulators, and a lab that is open to partners and buyers.
  v1::Scenario other = ShippedScenario("duopoly");
  for (v1::AgentSpec& agent : *other.mutable_agents()) {
    if (agent.role() == v1::ROLE_REGULATOR) agent.set_strategy("strict-regulator");
    if (agent.name() == "borealis") agent.set_strategy("platform-lab");
    if (agent.name() == "harbor-fund") agent.set_strategy("venture-investor");
  }
  for (uint64_t seed = 1; seed <= 20; ++seed) play(other, seed);
  // Investors who sit rounds out, under stricter regulators.
  v1::Scenario hard = ShippedScenario("duopoly");
  for (v1::AgentSpec& agent : *hard.mutable_agents()) {
    if (agent.role() == v1::ROLE_REGULATOR) agent.set_strategy("strict-regulator");
    if (agent.role() != v1::ROLE_INVESTOR) continue;
    v1::Parameter& sits_out = *agent.add_parameters();
    sits_out.set_name("sits_out_percent");
    sits_out.set_value(100);
    v1::Parameter& bridges = *agent.add_parameters();
    bridges.set_name("bridge_percent");
    bridges.set_value(0);
  }
  for (uint64_t seed = 1; seed <= 20; ++seed) play(hard, seed);
  EXPECT_TRUE(missing.empty()) << absl::StrJoin(missing, ", ");
}

INSTANTIATE_TEST_SUITE_P(Scenarios, PlayedMarketTest, testing::Values("duopoly", "amazon-openai"),
                         [](const testing::TestParamInfo<const char*>& info) {
                           return info.index == 0 ? "Duopoly" : "AmazonOpenAi";
                         });

}  // namespace
}  // namespace tranche
