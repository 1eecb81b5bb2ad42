#ifndef TRANCHE_AGENTS_STRATEGIES_LAB_FUNDRAISING_H_
#define TRANCHE_AGENTS_STRATEGIES_LAB_FUNDRAISING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agents/actions.h"
#include "agents/strategies/funding_ask.h"
#include "agents/strategies/runway.h"
#include "agents/strategies/valuation.h"
#include "agents/strategy.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// How a lab raises money.
//
// A round opens when the press says so or the runway falls below a floor. Its ask goes to all
// investors that may take part; their term sheets are weighed together, each by the price it comes
// to once its burdens (board seat, exclusivity, tranches at risk, …) are taken off. What is good
// enough is accepted, what may become so is countered at one price for all, with the burdens struck
// out, the rest refused. When nobody has to answer any more the lab signs the combination of agreed
// offers that is worth most at their lowest price, or gives the round up. A round that fails is
// followed by a cheaper one, by a bridge and at last by a sale.
namespace tranche {

class Fundraising {
 public:
  explicit Fundraising(FundraisingStyle style) : style_(style), appraiser_(style.assumed_growth) {}

  // When a quarter opens: ends the last round, begins one if money is needed.
  void OnQuarter(const TurnView& view, const Runway& runway, Actions& actions);
  // True if the message was about funding; offers are answered in Conclude.
  bool OnMail(const v1::Message& message);
  // At the end of a turn: answers the offers of this turn's mail, and signs when all is said.
  void Conclude(const TurnView& view, const Runway& runway, Actions& actions);

 private:
  // The talk with one investor invited to the round.
  struct Talk {
    enum class State { kTheirTurn, kAgreed, kOver };
    std::string investor;
    State state = State::kTheirTurn;
    int counters = 0;
    // The terms on the table: theirs, or our counter.
    v1::FundingTerms terms;
    // Id of the proposal that was agreed.
    uint64_t proposal = 0;
  };
  struct Round {
    std::string thread;
    v1::FundingAsk ask;
    int32_t opened = 0;
    bool from_news = false;
    int answers = 0;
    // How the lab is minded in this round: factors on the style's least price and concession.
    double pride = 1;
    double patience = 1;
    // In the order in which they were taken, while an agreement is before the market.
    std::vector<std::string> signing;
    bool signed_any = false;
    bool sold = false;
    double signed_cents = 0;
    std::vector<Talk> talks;
  };

  // What it thinks it is worth, with the revenue it knows.
  Appraisal OwnAppraisal(const TurnView& view) const;
  // The round the press expects and that hasn't been raised or given up; null if there is none.
  const v1::AnnouncedEvent* ExpectedNews(const TurnView& view) const;
  void Open(const TurnView& view, const Runway& runway, const Appraisal& appraisal,
            Actions& actions);
  void EndLastRound(const TurnView& view, Actions& actions);
  // The market has refused something in the round's thread: the agreement, if one is before it.
  void OnSigningRejected(const v1::Rejected& rejected);
  Talk* FindTalk(const std::string& investor);

  void Answer(const TurnView& view, const v1::Message& offer, double price_cents,
              double* filled_cents, Actions& actions);
  void AnswerOffers(const TurnView& view, const Runway& runway, Actions& actions);
  double LeastSalePrice(const TurnView& view, const Runway& runway, bool seeks_buyer) const;
  void AnswerPurchase(const TurnView& view, const Runway& runway, Actions& actions);
  void SignIfReady(const TurnView& view, bool force, Actions& actions);

  FundraisingStyle style_;
  Appraiser appraiser_;
  std::optional<Round> round_;
  // Offers in this turn's mail.
  std::vector<v1::Message> offers_;
  std::vector<v1::Message> purchases_;
  RoundHistory history_;
  // The event whose round has been raised, or given up.
  std::string news_done_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LAB_FUNDRAISING_H_
