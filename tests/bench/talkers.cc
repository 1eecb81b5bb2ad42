#include "tests/bench/talkers.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "agents/strategy.h"
#include "sim/testing/small_market.h"
#include "tests/bench/star.h"
#include "tranche/v1/broker.pb.h"

namespace tranche {
namespace {

// Parts of the duopoly that the smallest market of talkers is made of.
constexpr std::array<absl::string_view, 4> kCore = {"aurora", "borealis", "harbor-fund", "stratus"};

constexpr int kNoteBytes = 199;

// Writes to whoever comes next by name, round a ring.
class Talker : public Strategy {
 public:
  explicit Talker(StrategyContext context) : name_(std::move(context.agent)) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    if (next_.empty()) {
      std::vector<std::string> names;
      for (const v1::AgentProfile& agent : view.market.agents()) names.push_back(agent.name());
      absl::c_sort(names);
      const auto after = absl::c_upper_bound(names, name_);
      next_ = after == names.end() ? names.front() : *after;
    }
    actions.Send(next_, "").mutable_note()->set_text(text_);
  }

 private:
  const std::string name_;
  const std::string text_ = std::string(kNoteBytes, 'x');
  std::string next_;
};

TRANCHE_REGISTER_STRATEGY(Talker, "talker-lab", v1::ROLE_LAB, "Keeps talking.");
using CloudTalker = Talker;
TRANCHE_REGISTER_STRATEGY(CloudTalker, "talker-cloud", v1::ROLE_CLOUD, "Keeps talking.");
using InvestorTalker = Talker;
TRANCHE_REGISTER_STRATEGY(InvestorTalker, "talker-investor", v1::ROLE_INVESTOR, "Keeps talking.");

absl::string_view TalkerFor(v1::Role role) {
  switch (role) {
    case v1::ROLE_LAB:
      return "talker-lab";
    case v1::ROLE_CLOUD:
      return "talker-cloud";
    default:
      return "talker-investor";
  }
}

bool IsCore(const std::string& agent) { return absl::c_linear_search(kCore, agent); }

// Drops the elements of a repeated field that `drop` wants dropped.
template <typename Element, typename Predicate>
void Drop(google::protobuf::RepeatedPtrField<Element>* field, Predicate drop) {
  field->erase(std::remove_if(field->begin(), field->end(), drop), field->end());
}

}  // namespace

v1::Scenario TalkersScenario(int agents, int round_limit) {
  v1::Scenario scenario = DuopolyScenario();
  scenario.set_name("talkers");
  scenario.set_quarters(400);
  scenario.set_round_limit(static_cast<uint32_t>(round_limit));
  scenario.clear_events();
  scenario.clear_regimes();
  scenario.clear_groups();
  Drop(scenario.mutable_agents(), [](const v1::AgentSpec& a) { return !IsCore(a.name()); });
  Drop(scenario.mutable_contracts(), [](const v1::ContractSpec& contract) {
    return !IsCore(contract.provider()) || !IsCore(contract.customer());
  });
  for (v1::AgentSpec& agent : *scenario.mutable_agents()) {
    agent.set_strategy(std::string(TalkerFor(agent.role())));
    agent.clear_parameters();
  }
  while (scenario.agents_size() < agents) {
    v1::AgentSpec* fund = scenario.add_agents();
    fund->set_name(absl::StrCat("talker-", 100 + scenario.agents_size()));
    fund->set_role(v1::ROLE_INVESTOR);
    fund->set_home("US");
    fund->set_strategy("talker-investor");
    fund->set_cash_usd_millions(1);
    fund->mutable_investor();
  }
  return scenario;
}

double TalkersFrameBytes() {
  v1::Message note;
  note.add_recipients("talker-150");
  note.mutable_note()->set_text(std::string(kNoteBytes, 'x'));
  v1::ToBroker moves;
  moves.mutable_moves()->set_quarter(8104);
  moves.mutable_moves()->set_round(1000);
  v1::AgentMoves* mine = moves.mutable_moves()->add_agents();
  mine->set_agent("talker-149");
  *mine->add_messages() = note;

  note.set_id(50'000);
  note.set_quarter(8104);
  note.set_round(999);
  note.set_sender("talker-149");
  v1::ToAgent turns;
  turns.mutable_turns()->set_quarter(8104);
  turns.mutable_turns()->set_round(1000);
  v1::Turn* turn = turns.mutable_turns()->add_turns();
  turn->set_agent("talker-150");
  *turn->add_inbox() = note;
  return static_cast<double>(moves.ByteSizeLong() + turns.ByteSizeLong()) / 2;
}

}  // namespace tranche
