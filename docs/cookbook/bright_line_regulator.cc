// A regulator with one figure: a stake below the line is cleared on the day it is notified, a
// larger one looked into and then capped at the line.

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class BrightLineRegulator : public Strategy {
 public:
  explicit BrightLineRegulator(const StrategyContext& context)
      : line_bp_(static_cast<uint32_t>(context.parameters.Get("line_bp"))) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    for (const v1::Message* message : view.inbox) {
      // The file comes with the notice that a filing is due, and the clock starts with the filing.
      const v1::FilingRequired& due = message->filing_required();
      if (due.has_file()) files_[due.deal()] = due.file();
      if (!message->has_merger_notification()) continue;
      const auto found = files_.find(message->merger_notification().deal());
      if (found != files_.end()) LookAt(found->second, actions);
    }
    if (view.round != 1) return;
    for (const v1::ReviewFile& file : view.own.regulator().files()) {
      if (file.review().phase() == v1::ReviewView::PHASE_SECOND) Cap(file, actions);
    }
  }

 private:
  static v1::Message& Write(const v1::ReviewFile& file, Actions& actions) {
    return actions.Send({file.investor(), file.lab()}, file.deal());
  }

  void LookAt(const v1::ReviewFile& file, Actions& actions) const {
    if (file.stake_after_bp() > line_bp_) {
      v1::SecondRequest& request = *Write(file, actions).mutable_second_request();
      request.set_deal(file.deal());
      request.set_questions("What would the investor decide with such a stake?");
      return;
    }
    v1::Decision& decision = *Write(file, actions).mutable_decision();
    decision.set_deal(file.deal());
    decision.set_outcome(v1::Decision::OUTCOME_CLEAR);
    decision.set_reasons(absl::StrCat(file.stake_after_bp(), " basis points are below the line."));
  }

  void Cap(const v1::ReviewFile& file, Actions& actions) const {
    v1::Decision& decision = *Write(file, actions).mutable_decision();
    decision.set_deal(file.deal());
    decision.set_outcome(v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS);
    v1::Remedy& cap = *decision.add_conditions();
    cap.set_kind(v1::Remedy::KIND_STAKE_CAP);
    cap.set_limit_bp(line_bp_);
    decision.set_reasons(absl::StrCat("A stake of at most ", line_bp_, " basis points."));
  }

  uint32_t line_bp_;
  std::map<std::string, v1::ReviewFile> files_;  // by deal
};

TRANCHE_REGISTER_STRATEGY(BrightLineRegulator, "bright-line-regulator", v1::ROLE_REGULATOR,
                          "Clears stakes below a line, and caps larger ones at it.",
                          {{"line_bp", 1000}});

}  // namespace
}  // namespace tranche
