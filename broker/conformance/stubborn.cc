#include "broker/conformance/stubborn.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tranche {
namespace {

constexpr int64_t kBillion = 100'000'000'000;

int64_t Part(int64_t amount, int64_t percent) { return amount / 100 * percent; }

class Stubborn : public Strategy {
 public:
  Stubborn(std::string agent, v1::Role role, std::string against)
      : agent_(std::move(agent)), role_(role), against_(std::move(against)) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    if (view.round == 1) Begin(view, actions);
    for (const v1::Message* message : view.inbox) {
      if (message->sender() == against_) Answer(view, *message, actions);
    }
  }

 private:
  bool sells() const { return role_ == v1::ROLE_LAB; }

  void Begin(const TurnView& view, Actions& actions) {
    if (role_ != v1::ROLE_LAB) return;
    for (const v1::AgentProfile& other : view.market.agents()) {
      if (other.name() != against_) continue;
      if (other.role() == v1::ROLE_INVESTOR) Ask(view, actions);
      if (other.role() == v1::ROLE_CLOUD) Request(view, actions);
    }
  }

  void Ask(const TurnView& view, Actions& actions) {
    v1::FundingAsk& ask = *actions.Send(against_, actions.Thread("round")).mutable_funding_ask();
    ask.set_kind(v1::FundingAsk::KIND_PRIMARY);
    ask.set_amount_sought_cents(kBillion);
    ask.set_pre_money_cents(10 * kBillion);
    ask.set_target_close_quarter(view.quarter + 1);
  }

  void Request(const TurnView& view, Actions& actions) {
    v1::CapacityTerms& terms = *actions.Send(against_, actions.Thread("compute"))
                                    .mutable_capacity_request()
                                    ->mutable_terms();
    terms.set_accelerators_h100e(1'000);
    terms.set_start_quarter(view.quarter + 1);
    terms.set_term_quarters(8);
    terms.set_price_micros_per_gpu_hour(700'000);
  }

  void Answer(const TurnView& view, const v1::Message& message, Actions& actions) {
    if (message.has_funding_ask()) {
      v1::FundingTerms& terms = *actions.Reply(message).mutable_term_sheet()->mutable_terms();
      const int64_t amount =
          std::max<int64_t>(message.funding_ask().amount_sought_cents() / 50, 100);
      terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
      terms.set_amount_cents(amount);
      terms.set_pre_money_cents(Part(message.funding_ask().pre_money_cents(), 80));
      terms.add_tranches()->set_amount_cents(amount);
      terms.mutable_tranches(0)->mutable_condition()->set_clearance(true);
      terms.set_liquidation_preference_bp(10'000);
      terms.set_outside_quarter(view.quarter + 4);
    } else if (message.has_capacity_request()) {
      v1::CapacityTerms terms = message.capacity_request().terms();
      terms.set_price_micros_per_gpu_hour(4'000'000);
      *actions.Reply(message).mutable_capacity_quote()->mutable_terms() = terms;
    } else {
      Counter(message, actions);
    }
  }

  // The terms as they were, but for the price: away from whoever named them.
  void Counter(const v1::Message& message, Actions& actions) {
    v1::CounterOffer counter;
    if (message.has_term_sheet()) *counter.mutable_funding() = message.term_sheet().terms();
    if (message.has_capacity_quote())
      *counter.mutable_capacity() = message.capacity_quote().terms();
    if (message.has_marketplace_offer()) {
      *counter.mutable_marketplace() = message.marketplace_offer().terms();
    }
    if (message.has_licence_offer()) *counter.mutable_licence() = message.licence_offer().terms();
    if (message.has_counter_offer()) counter = message.counter_offer();
    counter.clear_note();
    counter.clear_valid_through_quarter();
    const int64_t percent = sells() ? 103 : 97;
    if (counter.has_funding()) {
      v1::FundingTerms& terms = *counter.mutable_funding();
      terms.set_pre_money_cents(Part(terms.pre_money_cents(), percent));
    } else if (counter.has_capacity()) {
      v1::CapacityTerms& terms = *counter.mutable_capacity();
      // A lab buys compute, a cloud sells it.
      terms.set_price_micros_per_gpu_hour(
          Part(terms.price_micros_per_gpu_hour(), sells() ? 97 : 103));
    } else if (counter.has_marketplace()) {
      v1::MarketplaceTerms& terms = *counter.mutable_marketplace();
      const uint32_t share = terms.revenue_share_bp();
      terms.set_revenue_share_bp(sells() ? share - share / 20 : share + share / 20);
    } else if (counter.has_licence()) {
      v1::LicenceTerms& terms = *counter.mutable_licence();
      terms.set_fee_cents_per_quarter(Part(terms.fee_cents_per_quarter(), percent));
    } else {
      return;
    }
    *actions.Reply(message).mutable_counter_offer() = std::move(counter);
  }

  const std::string agent_;
  const v1::Role role_;
  const std::string against_;
};

}  // namespace

std::unique_ptr<Strategy> MakeStubborn(std::string agent, v1::Role role, std::string against) {
  return std::make_unique<Stubborn>(std::move(agent), role, std::move(against));
}

}  // namespace tranche
