// Takes a little of every round it is asked to, some time after it is asked: the smallest investor
// that is worth watching, and the one that the SDKs are compared by. Its twin in Python,
// tests/python/patient_investor.py, makes the same moves to the letter.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class PatientInvestor : public Strategy {
 public:
  explicit PatientInvestor(const StrategyContext& context)
      : patience_quarters_(static_cast<int32_t>(context.parameters.Get("patience_quarters"))),
        ticket_percent_(static_cast<int64_t>(context.parameters.Get("ticket_percent"))) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    for (const v1::Message* message : view.inbox) {
      if (message->has_funding_ask()) asks_.push_back({*message, view.quarter});
      if (message->counter_offer().has_funding()) Answer(*message, actions);
    }
    if (view.round != 1) return;
    for (Ask& ask : asks_) {
      if (view.quarter - ask.heard >= patience_quarters_) Offer(ask.message, view, actions);
    }
    std::erase_if(asks_,
                  [&](const Ask& ask) { return view.quarter - ask.heard >= patience_quarters_; });
  }

 private:
  struct Ask {
    v1::Message message;
    int32_t heard = 0;
  };

  // A ticket of what can be invested, at a haggled price.
  void Offer(const v1::Message& message, const TurnView& view, Actions& actions) const {
    const v1::FundingAsk& ask = message.funding_ask();
    const int64_t ticket = std::min(ask.amount_sought_cents() / 10,
                                    view.own.investor().investable_cents() / 100 * ticket_percent_);
    if (ticket <= 0 || ask.pre_money_cents() <= 0) return;
    const auto discount = static_cast<int64_t>(actions.random().UniformInt(11));
    v1::TermSheet& sheet = *actions.Reply(message).mutable_term_sheet();
    v1::FundingTerms& terms = *sheet.mutable_terms();
    terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
    terms.set_amount_cents(ticket);
    terms.set_pre_money_cents(ask.pre_money_cents() / 100 * (100 - discount));
    terms.set_liquidation_preference_bp(10'000);
    terms.set_pro_rata_right(true);
    terms.set_information_right(true);
    terms.set_outside_quarter(view.quarter + 4);
    v1::Tranche& tranche = *terms.add_tranches();
    tranche.set_amount_cents(ticket);
    tranche.mutable_condition()->set_clearance(true);
    tranche.set_expires_quarter(view.quarter + 4);
    sheet.set_valid_through_quarter(view.quarter + 1);
  }

  // Takes a counter-offer of a plain investment as often as not.
  static void Answer(const v1::Message& counter, Actions& actions) {
    if (actions.random().Bernoulli(0.5)) {
      actions.Accept(counter, "Fair enough.");
    } else {
      actions.Refuse(counter, v1::Refusal::REASON_PRICE, "We would rather wait.");
    }
  }

  int32_t patience_quarters_;
  int64_t ticket_percent_;
  std::vector<Ask> asks_;
};

TRANCHE_REGISTER_STRATEGY(PatientInvestor, "patient-investor", v1::ROLE_INVESTOR,
                          "Takes a little of every round, some quarters after it is asked.",
                          {{"patience_quarters", 0}, {"ticket_percent", 5}});

}  // namespace
}  // namespace tranche
