#include "agents/strategies/quote_choice.h"

#include <algorithm>

#include "agents/strategies/figures.h"

namespace tranche {
namespace {

// Reservations dearer than on-demand hours aren't taken.
constexpr double kMostOverPosted = 1.0;
// What a quarter of waiting costs, as a part of the price.
constexpr double kWaitingCost = 0.02;
constexpr double kShortfallCost = 0.2;
constexpr double kTakeOrPayCost = 0.1;
constexpr double kPrepaymentCost = 0.2;
constexpr double kFirstRefusalCost = 0.02;
constexpr double kLeastExclusivityWorth = 0.08;
constexpr double kMostExclusivityWorth = 0.35;
// A further cloud is taken on for this part of what is wanted, at no more than this over the best.
constexpr double kLeastSecondPart = 0.15;
constexpr double kMostOverBest = 1.1;

}  // namespace

const v1::CapacityTerms& CapacityTermsIn(const v1::Message& quote) {
  return quote.has_capacity_quote() ? quote.capacity_quote().terms()
                                    : quote.counter_offer().capacity();
}

double ExclusivityWorth(double elsewhere) {
  return kLeastExclusivityWorth +
         (kMostExclusivityWorth - kLeastExclusivityWorth) * std::clamp(elsewhere, 0.0, 1.0);
}

double ComparablePrice(const v1::CapacityTerms& quote, const v1::CapacityTerms& wanted,
                       double elsewhere) {
  const double shortfall = std::clamp(1 - PartOf(static_cast<double>(quote.accelerators_h100e()),
                                                 static_cast<double>(wanted.accelerators_h100e())),
                                      0.0, 1.0);
  const double take_or_pay = std::min(quote.take_or_pay_bp(), 10'000U) / 1e4;
  const double asked_take_or_pay = std::min(wanted.take_or_pay_bp(), 10'000U) / 1e4;
  const double prepayment = std::min(quote.prepayment_bp(), 10'000U) / 1e4;
  // Half of a ramp is waiting.
  const double waits = static_cast<double>(quote.start_quarter()) - wanted.start_quarter() +
                       0.5 * (static_cast<double>(quote.ramp_quarters()) - wanted.ramp_quarters());
  return static_cast<double>(quote.price_micros_per_gpu_hour()) *
         (1 + kShortfallCost * shortfall + kTakeOrPayCost * (take_or_pay - asked_take_or_pay) +
          kPrepaymentCost * prepayment + kWaitingCost * std::clamp(waits, 0.0, 12.0) +
          (quote.exclusive() ? ExclusivityWorth(elsewhere) : 0) +
          (quote.right_of_first_refusal() ? kFirstRefusalCost : 0));
}

std::vector<size_t> QuotesToTake(absl::Span<const Quote> quotes, const v1::CapacityTerms& wanted,
                                 double elsewhere) {
  std::vector<size_t> worth_it;
  for (size_t i = 0; i < quotes.size(); ++i) {
    const v1::CapacityTerms& terms = *quotes[i].terms;
    if (terms.accelerators_h100e() <= 0) continue;
    if (static_cast<double>(terms.price_micros_per_gpu_hour()) <=
        kMostOverPosted * quotes[i].posted_price_micros) {
      worth_it.push_back(i);
    }
  }
  const auto price = [&](size_t i) { return ComparablePrice(*quotes[i].terms, wanted, elsewhere); };
  std::stable_sort(worth_it.begin(), worth_it.end(),
                   [&](size_t a, size_t b) { return price(a) < price(b); });
  std::vector<size_t> taken;
  double missing = static_cast<double>(wanted.accelerators_h100e());
  for (size_t i : worth_it) {
    const v1::CapacityTerms& terms = *quotes[i].terms;
    if (!taken.empty()) {
      const bool needed =
          missing >= kLeastSecondPart * static_cast<double>(wanted.accelerators_h100e()) &&
          static_cast<double>(terms.accelerators_h100e()) <= 1.5 * missing;
      // Beside others no quote is exclusive, and what they lack is no fault of it.
      const auto plain = static_cast<double>(terms.price_micros_per_gpu_hour());
      if (!needed || terms.exclusive() || plain > kMostOverBest * price(taken.front())) continue;
    }
    taken.push_back(i);
    missing -= static_cast<double>(terms.accelerators_h100e());
    if (terms.exclusive()) break;
  }
  return taken;
}

}  // namespace tranche
