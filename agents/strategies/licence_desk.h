#ifndef TRANCHE_AGENTS_STRATEGIES_LICENCE_DESK_H_
#define TRANCHE_AGENTS_STRATEGIES_LICENCE_DESK_H_

#include <cstdint>
#include <map>
#include <string>

#include "agents/actions.h"
#include "agents/strategies/licence_worth.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"

// How a company whose products could embed models gets licences: the side of the licensee.
//
// It wants the best models of labs whose maker it isn't itself, first of those it owns a part of,
// and ends a licence of models that have fallen far behind. A group with a lab of its own embeds
// that lab's.
namespace tranche {

struct LicenceStyle {
  // Probability a quarter of asking a lab for a licence.
  double asks = 0;
  LicenceTaste taste{.opening_royalty = 0.65, .limit_royalty = 0.8, .proposals = 2};
  int term_quarters = 12;
};

class LicenceDesk {
 public:
  explicit LicenceDesk(const LicenceStyle& style) : style_(style) {}

  // When a quarter opens: ends what has aged, asks for what it lacks.
  void OnQuarter(const TurnView& view, Actions& actions);
  // True if the message was about a licence.
  bool OnMail(const TurnView& view, const v1::Message& message, Actions& actions);

 private:
  void EndOldLicences(const TurnView& view, Actions& actions) const;
  void Ask(const TurnView& view, Actions& actions);

  LicenceStyle style_;
  // Our proposals of the quarter, by thread and lab.
  std::map<std::string, int, std::less<>> made_;
};

// The lab whose models it would embed: the most capable of those that could license to it and
// don't, those in which it has a stake before others; empty if there is none.
std::string LabToLicense(const TurnView& view);

// Whether the models that `lab` sells are so far behind the best that a licensee is better off with
// another's.
bool FarBehind(const v1::PublicView& market, absl::string_view lab);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LICENCE_DESK_H_
