#ifndef TRANCHE_AGENTS_STRATEGIES_REGULATOR_PLAY_H_
#define TRANCHE_AGENTS_STRATEGIES_REGULATOR_PLAY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agents/actions.h"
#include "agents/strategies/concerns.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/view.pb.h"

// How a regulator reviews.
//
//   first phase    no screen fires: clears early, or lets the period run out
//                  a screen fires: states its concerns and settles, or opens the in-depth phase
//   second phase   states its concerns and the remedies that would meet them; on the parties' offer
//                  decides: clears, clears with conditions, or prohibits if too much is left
//
// Whether a case seems grave differs from case to case by chance, as officials' judgement does.
namespace tranche {

struct RegulatorStyle {
  // Multiplies the severity of every concern.
  double strictness = 1;
  // Severity from which it acts, from which it looks in depth, and from which what remedies leave
  // is prohibited.
  double acts_at = 1;
  double in_depth_at = 2;
  double prohibits_at = 2.5;
  // Probability of clearing early a deal that raises no concern.
  double early_clearance = 0.6;
  // Part of a concern that it fears will survive the remedies that meet it.
  double distrust = 0.15;
  // Standard deviation of the judgement of a case, in logarithms.
  double judgement_sd = 0.25;
};

// Parameters that all built-in regulators share:
//   strictness_percent            of the severity the guidelines give
//   in_depth_percent              severity, 100 being the threshold, from which it looks in depth
//   prohibits_percent             residual severity from which it prohibits
//   distrust_percent              of a concern that it fears will survive its remedies
//   early_clearance_percent       how often a harmless deal is cleared before its period ends
RegulatorStyle RegulatorStyleFrom(const Parameters& parameters);

class RegulatorPlay : public Strategy {
 public:
  explicit RegulatorPlay(const RegulatorStyle& style) : style_(style) {}

  void OnTurn(const TurnView& view, Actions& actions) override;

 private:
  struct Case {
    v1::ReviewFile file;
    // Judgement of this case, a factor on its severity; 0: not yet made.
    double judgement = 0;
    bool concerns_stated = false;
    bool in_depth = false;
    // Quarters in which it was last looked at for the first time, and decided.
    int32_t looked_at = 0;
    int32_t decided = 0;
  };

  void OnMail(const TurnView& view, const v1::Message& message, Actions& actions);
  void OnQuarter(const TurnView& view, Actions& actions);
  std::vector<Concern> Concerns(const TurnView& view, Case& review, Actions& actions) const;
  void LookFirst(const TurnView& view, Case& review, Actions& actions);
  void LookInDepth(const TurnView& view, Case& review, Actions& actions);
  void StateConcerns(const TurnView& view, Case& review, const std::vector<Concern>& concerns,
                     Actions& actions);
  void Decide(const TurnView& view, Case& review, const std::vector<v1::Remedy>& offered,
              Actions& actions);
  v1::Message& Write(const TurnView& view, const v1::ReviewFile& file, Actions& actions) const;

  RegulatorStyle style_;
  std::map<std::string, Case, std::less<>> cases_;
  int32_t quarter_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_REGULATOR_PLAY_H_
