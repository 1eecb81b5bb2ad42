#ifndef TRANCHE_AGENTS_TESTING_GOSSIP_H_
#define TRANCHE_AGENTS_TESTING_GOSSIP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agents/actions.h"
#include "agents/strategy.h"
#include "sim/philox.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {

// A strategy for tests of what carries strategies: it remembers all that it was ever shown, and
// says so to others at random. A turn that is lost, doubled, reordered or played with another
// agent's randomness changes all that it says from then on.
class Gossip : public Strategy {
 public:
  explicit Gossip(StrategyContext context) : agent_(std::move(context.agent)) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    Remember(absl::StrCat(view.quarter, "/", view.round, " ", view.own.agent(), " ",
                          view.market.quarter()));
    for (const v1::Message* message : view.inbox) Remember(message->SerializeAsString());
    if (view.round > 4) return;
    const uint64_t count = actions.random().UniformInt(3);
    for (uint64_t i = 0; i < count; ++i) Tell(view, actions);
  }

 private:
  void Remember(absl::string_view what) {
    memory_ = StreamKey(absl::StrCat(absl::Hex(memory_), what));
  }

  void Tell(const TurnView& view, Actions& actions) {
    RandomStream& random = actions.random();
    const auto& others = view.market.agents();
    const v1::AgentProfile& other =
        others[static_cast<int>(random.UniformInt(static_cast<uint64_t>(others.size())))];
    if (other.name() == agent_) return;
    v1::Message& message = actions.Send(other.name(), actions.Thread("gossip"));
    if (random.Bernoulli(0.1)) {
      message.mutable_court_ruling();  // the market's to say, so it's refused
    } else {
      message.mutable_note()->set_text(absl::StrCat("I have heard ", absl::Hex(memory_)));
    }
  }

  std::string agent_;
  uint64_t memory_ = 0;
};

// Gossip for each role: "gossip-lab" and so on. Its mood changes nothing but the seat.
inline const bool kGossipIsRegistered = [] {
  const auto make = [](StrategyContext context) -> std::unique_ptr<Strategy> {
    return std::make_unique<Gossip>(std::move(context));
  };
  StrategyRegistration({"gossip-lab", v1::ROLE_LAB, "Talks.", MakeParameters({{"mood", 0}}), make});
  StrategyRegistration(
      {"gossip-cloud", v1::ROLE_CLOUD, "Talks.", MakeParameters({{"mood", 0}}), make});
  StrategyRegistration(
      {"gossip-investor", v1::ROLE_INVESTOR, "Talks.", MakeParameters({{"mood", 0}}), make});
  StrategyRegistration(
      {"gossip-regulator", v1::ROLE_REGULATOR, "Talks.", MakeParameters({{"mood", 0}}), make});
  return true;
}();

// The scenario with every agent played by gossip.
inline v1::Scenario WithGossip(v1::Scenario scenario) {
  for (v1::AgentSpec& agent : *scenario.mutable_agents()) {
    agent.clear_parameters();
    switch (agent.role()) {
      case v1::ROLE_LAB:
        agent.set_strategy("gossip-lab");
        break;
      case v1::ROLE_CLOUD:
        agent.set_strategy("gossip-cloud");
        break;
      case v1::ROLE_INVESTOR:
        agent.set_strategy("gossip-investor");
        break;
      default:
        agent.set_strategy("gossip-regulator");
    }
  }
  return scenario;
}

}  // namespace tranche

#endif  // TRANCHE_AGENTS_TESTING_GOSSIP_H_
