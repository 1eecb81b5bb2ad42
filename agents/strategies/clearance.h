#ifndef TRANCHE_AGENTS_STRATEGIES_CLEARANCE_H_
#define TRANCHE_AGENTS_STRATEGIES_CLEARANCE_H_

#include <map>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agents/actions.h"
#include "agents/strategy.h"
#include "sim/philox.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// The side of the parties in a merger review: filing, complying, offering remedies, answering
// decisions.
namespace tranche {

struct ClearanceStyle {
  // Files and complies. Of the two parties the investor does; the lab only answers decisions.
  bool files = true;
  // Probability that papers are complete in the first quarter in which they can be.
  double prompt_compliance = 0.8;
  // Probability that a prohibition is taken to court rather than accepted.
  double litigiousness = 0.4;
  // Probability that a seat at the board is given up when that is asked.
  double gives_up_board = 0.8;
  // Sells down a rival's stake if that is at most this multiple of the deal.
  double most_divestiture = 0.5;
};

class ClearanceDesk {
 public:
  explicit ClearanceDesk(ClearanceStyle style) : style_(style) {}

  // When a quarter opens: files what is still to be filed, complies with requests that are due.
  void OnQuarter(const TurnView& view, Actions& actions);
  // True if the message was about a review, and has been seen to.
  bool OnMail(const TurnView& view, const v1::Message& message, Actions& actions);

 private:
  void File(const TurnView& view, absl::string_view deal, v1::Jurisdiction jurisdiction,
            absl::string_view regulator, Actions& actions);
  void Comply(const v1::DealView& deal, const v1::ReviewView& review, Actions& actions);
  void OfferRemedies(const TurnView& view, const v1::Message& concerns, Actions& actions);
  void AnswerConditions(const TurnView& view, const v1::Message& decision, Actions& actions);
  void AnswerProhibition(const TurnView& view, const v1::Message& decision, Actions& actions) const;
  // Whether the party can live with a remedy in a deal.
  bool Bears(const TurnView& view, absl::string_view deal, const v1::Remedy& remedy,
             RandomStream& random) const;

  const v1::FundingTerms* TermsOf(const v1::AgentView& own, absl::string_view deal) const;

  ClearanceStyle style_;
  // Terms of deals signed since the view was taken.
  std::map<std::string, v1::FundingTerms, std::less<>> signed_;
  // Notifications made, as "<deal> <jurisdiction>".
  std::set<std::string> filed_;
};

// The name of a remedy in words, "no board seat".
std::string RemedyInWords(const v1::Remedy& remedy);
// Several, "no board seat; a firewall".
std::string RemediesInWords(absl::Span<const v1::Remedy* const> remedies);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_CLEARANCE_H_
