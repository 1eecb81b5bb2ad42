#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_PARTNERS_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_PARTNERS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agents/actions.h"
#include "agents/strategies/licence_worth.h"
#include "agents/strategies/runway.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"

// What a lab owes and offers its partners: books to its investors, a look at unreleased models to
// those who have that right, licences to embed to companies with customers of their own.
namespace tranche {

struct PartnerStyle {
  // Probability a quarter of offering a licence to a company that has none.
  double offers_licences = 0.1;
  LicenceTaste licence{.opening_royalty = 0.85, .limit_royalty = 0.75, .proposals = 2};
  // A run is shown once it beats the model on the market by this, log10 of effective FLOP.
  double shows_from_dex = 0.05;
};

class Partners {
 public:
  explicit Partners(const PartnerStyle& style) : style_(style) {}

  void OnQuarter(const TurnView& view, const Runway& runway, Actions& actions);
  // True if the message was about a licence.
  bool OnMail(const TurnView& view, const v1::Message& message, Actions& actions);

 private:
  void ShowBooks(const TurnView& view, const Runway& runway, Actions& actions) const;
  void ShowModel(const TurnView& view, Actions& actions);
  void OfferLicence(const TurnView& view, Actions& actions);

  PartnerStyle style_;
  // Run that has been shown.
  std::string shown_;
  // Our licence proposals of the quarter, by thread and partner.
  std::map<std::string, int, std::less<>> made_;
};

// Investors in the market that hold the lab's shares.
std::vector<absl::string_view> InvestorsOf(const TurnView& view);

// Agents to which a closed deal or a licence gives early access, each once.
std::vector<absl::string_view> EarlyAccessPartners(const TurnView& view);

// Companies that could embed the models and don't: clouds and investors of groups without a lab.
std::vector<absl::string_view> PossibleLicensees(const TurnView& view);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_PARTNERS_H_
