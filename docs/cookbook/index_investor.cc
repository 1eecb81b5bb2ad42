// An investor that holds the field: it offers every lab that asks the same part of its money, at
// the price asked, and takes whatever counter-offer keeps to that amount.

#include <algorithm>
#include <cstdint>

#include "agents/strategy.h"

namespace tranche {
namespace {

class IndexInvestor : public Strategy {
 public:
  explicit IndexInvestor(const StrategyContext& context)
      : ticket_percent_(static_cast<int64_t>(context.parameters.Get("ticket_percent"))) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    const int64_t ticket = view.own.investor().investable_cents() / 100 * ticket_percent_;
    for (const v1::Message* message : view.inbox) {
      if (message->has_funding_ask()) Offer(view, *message, ticket, actions);
      if (message->counter_offer().has_funding()) Answer(*message, ticket, actions);
    }
  }

 private:
  static void Offer(const TurnView& view, const v1::Message& message, int64_t ticket,
                    Actions& actions) {
    const v1::FundingAsk& ask = message.funding_ask();
    const int64_t amount = std::min(ticket, ask.amount_sought_cents());
    if (amount <= 0 || ask.pre_money_cents() <= 0) return;  // A sale, or a bridge without a price.
    v1::FundingTerms& terms = *actions.Reply(message).mutable_term_sheet()->mutable_terms();
    terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
    terms.set_amount_cents(amount);
    terms.set_pre_money_cents(ask.pre_money_cents());
    terms.set_liquidation_preference_bp(10'000);
    terms.set_pro_rata_right(true);
    terms.set_outside_quarter(view.quarter + 4);
    v1::Tranche& tranche = *terms.add_tranches();
    tranche.set_amount_cents(amount);
    tranche.mutable_condition()->set_clearance(true);
    tranche.set_expires_quarter(view.quarter + 4);
  }

  static void Answer(const v1::Message& message, int64_t ticket, Actions& actions) {
    if (message.counter_offer().funding().amount_cents() <= ticket) {
      actions.Accept(message);
    } else {
      actions.Refuse(message, v1::Refusal::REASON_NO_FUNDS, "More than we put into any lab.");
    }
  }

  int64_t ticket_percent_;
};

TRANCHE_REGISTER_STRATEGY(IndexInvestor, "index-investor", v1::ROLE_INVESTOR,
                          "Offers every lab that asks the same part of its money, as asked.",
                          {{"ticket_percent", 10}});

}  // namespace
}  // namespace tranche
