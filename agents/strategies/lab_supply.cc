#include "agents/strategies/lab_supply.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

constexpr int kPlanningQuarters = 4;
constexpr size_t kMostCloudsAsked = 3;
// Reservations are asked for in thousands, and not for less than this part of what there is.
constexpr double kStep = 1000;
constexpr double kLeastGapPart = 0.04;
// At most this part of the cash may go out in a quarter under a new reservation.
constexpr double kMostCashPart = 0.12;
// Quarters that the cash must last with the reservation.
constexpr double kQuartersWithIt = 5;
// What it first asks for below the posted price of the cheapest cloud.
constexpr double kAskedDiscount = 0.25;
constexpr int kRampQuarters = 4;
constexpr uint32_t kTakeOrPayBp = 8'000;
// Reservations dearer than on-demand hours aren't taken.
constexpr double kMostOverPosted = 1.0;

const v1::CapacityTerms& TermsOf(const v1::Message& quote) {
  return quote.has_capacity_quote() ? quote.capacity_quote().terms()
                                    : quote.counter_offer().capacity();
}

const v1::MarketplaceTerms& MarketplaceTermsOf(const v1::Message& offer) {
  return offer.has_marketplace_offer() ? offer.marketplace_offer().terms()
                                       : offer.counter_offer().marketplace();
}

double PostedPrice(const v1::PublicView& market, absl::string_view cloud) {
  const v1::CloudDisclosure* disclosure = FindCloud(market, cloud);
  return disclosure == nullptr
             ? 0
             : static_cast<double>(disclosure->on_demand_price_micros_per_gpu_hour());
}

// Price with what makes a quote worse than its price: more taken or paid, paid ahead, less of what
// was wanted.
double ComparablePrice(const v1::CapacityTerms& quote, const v1::CapacityTerms& wanted) {
  const double shortfall = std::clamp(1 - PartOf(static_cast<double>(quote.accelerators_h100e()),
                                                 static_cast<double>(wanted.accelerators_h100e())),
                                      0.0, 1.0);
  const double take_or_pay = std::min(quote.take_or_pay_bp(), 10'000U) / 1e4;
  const double prepayment = std::min(quote.prepayment_bp(), 10'000U) / 1e4;
  return static_cast<double>(quote.price_micros_per_gpu_hour()) *
         (1 + 0.2 * shortfall + 0.1 * (take_or_pay - kTakeOrPayBp / 1e4) + 0.2 * prepayment +
          (quote.exclusive() ? 0.3 : 0) + (quote.right_of_first_refusal() ? 0.02 : 0));
}

// Clouds to ask, the ones it works with first, then by posted price.
std::vector<absl::string_view> CloudsToAsk(const TurnView& view) {
  const absl::string_view bound = ExclusiveProvider(view.own);
  struct Candidate {
    absl::string_view cloud;
    bool works_with = false;
    double price = 0;
  };
  std::vector<Candidate> candidates;
  for (absl::string_view cloud : ActiveAgents(view.market, v1::ROLE_CLOUD)) {
    if (cloud == view.own.agent() || (!bound.empty() && cloud != bound)) continue;
    const bool works_with =
        std::any_of(view.own.contracts().begin(), view.own.contracts().end(),
                    [&](const v1::ContractView& c) { return c.provider() == cloud; });
    candidates.push_back({cloud, works_with, PostedPrice(view.market, cloud)});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     if (a.works_with != b.works_with) return a.works_with;
                     return a.price < b.price;
                   });
  std::vector<absl::string_view> clouds;
  for (size_t i = 0; i < std::min(candidates.size(), kMostCloudsAsked); ++i) {
    clouds.push_back(candidates[i].cloud);
  }
  return clouds;
}

}  // namespace

void Supply::OnQuarter(const TurnView& view, const Runway& runway, Actions& actions) {
  request_.reset();
  marketplace_counters_.clear();
  RequestCapacity(view, runway, actions);
  OfferToMarketplace(view, actions);
}

void Supply::RequestCapacity(const TurnView& view, const Runway& runway, Actions& actions) {
  if (runway.quarters < style_.least_runway_quarters) return;
  const v1::LabView& lab = view.own.lab();
  const double used = std::max(PartOf(static_cast<double>(lab.inference_wanted_gpu_hours()) +
                                          static_cast<double>(lab.training_gpu_hours()),
                                      kHoursPerQuarter),
                               0.0);
  if (used <= 0) return;
  const int32_t then = view.quarter + kPlanningQuarters;
  const double reserved = ReservedFor(view.own, view.quarter, then);
  const double need = std::min(used * DetPow(1 + style_.expected_growth, kPlanningQuarters), 1e9);
  double gap = need / style_.high_utilisation - reserved;
  if (gap < kLeastGapPart * std::max(reserved, kStep)) return;

  const std::vector<absl::string_view> clouds = CloudsToAsk(view);
  if (clouds.empty()) return;
  double cheapest = PostedPrice(view.market, clouds.front());
  for (absl::string_view cloud : clouds) {
    const double posted = PostedPrice(view.market, cloud);
    if (posted > 0 && (cheapest <= 0 || posted < cheapest)) cheapest = posted;
  }
  if (cheapest <= 0) return;
  const double asked_price = (1 - kAskedDiscount) * cheapest;
  // What a quarter may cost more so that the cash still lasts.
  const double budget =
      std::min(runway.cash_cents / kQuartersWithIt - std::max(runway.burn_cents, 0.0),
               kMostCashPart * runway.cash_cents) +
      std::max(-runway.burn_cents, 0.0);
  const double affordable = budget * 1e4 / (asked_price * kHoursPerQuarter);
  gap = std::min(gap, std::max(affordable, 0.0));
  const double accelerators = RoundedTo(gap, kStep);
  if (accelerators < kStep) return;

  Request request;
  request.thread = actions.Thread(absl::StrCat("capacity-", QuarterName(view.quarter)));
  request.wanted.set_accelerators_h100e(ToWhole(accelerators));
  request.wanted.set_start_quarter(view.quarter + 1);
  request.wanted.set_term_quarters(static_cast<uint32_t>(std::max(style_.term_quarters, 1)));
  request.wanted.set_ramp_quarters(kRampQuarters);
  request.wanted.set_price_micros_per_gpu_hour(ToWhole(RoundedTo(asked_price, 10'000)));
  request.wanted.set_take_or_pay_bp(kTakeOrPayBp);
  request.asked = clouds.size();
  *actions.Send(clouds, request.thread).mutable_capacity_request()->mutable_terms() =
      request.wanted;
  request_ = std::move(request);
}

void Supply::OfferToMarketplace(const TurnView& view, Actions& actions) const {
  if (!ExclusiveMarketplace(view.own).empty()) return;
  const v1::LabDisclosure* self = FindLab(view.market, view.own.agent());
  if (self == nullptr) return;
  for (absl::string_view cloud : ActiveAgents(view.market, v1::ROLE_CLOUD)) {
    const bool sells = std::any_of(self->marketplaces().begin(), self->marketplaces().end(),
                                   [&](const std::string& name) { return name == cloud; });
    if (sells || cloud == view.own.agent()) continue;
    // Not all at once: one more each quarter, by whose turn it is.
    if (!actions.random().Bernoulli(0.5)) continue;
    v1::MarketplaceTerms& terms =
        *actions
             .Send(cloud, actions.Thread(absl::StrCat("marketplace-", QuarterName(view.quarter))))
             .mutable_marketplace_offer()
             ->mutable_terms();
    terms.set_revenue_share_bp(
        static_cast<uint32_t>(ToWhole(1e4 * 0.6 * style_.most_marketplace_share)));
    terms.set_term_quarters(8);
    return;
  }
}

bool Supply::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  const bool in_request = request_ && message.thread() == request_->thread;
  switch (message.body_case()) {
    case v1::Message::kCapacityQuote:
      if (in_request) {
        request_->quotes.push_back(message);
        ++request_->answered;
      }
      return true;
    case v1::Message::kCounterOffer:
      if (message.counter_offer().has_capacity()) {
        if (!in_request) return true;
        // Its last word replaces its quote.
        for (v1::Message& quote : request_->quotes) {
          if (quote.sender() == message.sender()) quote = message;
        }
        request_->favourite.clear();
        return true;
      }
      if (message.counter_offer().has_marketplace()) {
        AnswerMarketplace(view, message, actions);
        return true;
      }
      if (message.counter_offer().has_licence()) {
        AnswerLicence(view, message, actions);
        return true;
      }
      return false;
    case v1::Message::kMarketplaceOffer:
      AnswerMarketplace(view, message, actions);
      return true;
    case v1::Message::kLicenceOffer:
      AnswerLicence(view, message, actions);
      return true;
    case v1::Message::kAcceptance:
      // Our counter-offer was taken: the contract is made.
      if (in_request && request_->stage == Request::Stage::kCountered) {
        for (const v1::Message& quote : request_->quotes) {
          if (quote.sender() == message.sender()) continue;
          actions.Refuse(quote, v1::Refusal::REASON_PRICE, "We found the capacity elsewhere.");
        }
        request_->stage = Request::Stage::kDone;
      }
      return in_request;
    case v1::Message::kRefusal:
      if (!in_request) return false;
      if (request_->stage == Request::Stage::kAskedHolders) {
        if (request_->holders_to_answer > 0) --request_->holders_to_answer;
        return true;
      }
      if (request_->stage == Request::Stage::kQuotes) ++request_->answered;
      std::erase_if(request_->quotes,
                    [&](const v1::Message& quote) { return quote.sender() == message.sender(); });
      request_->favourite.clear();
      return true;
    case v1::Message::kFirstRefusalExercise:
      if (!in_request || request_->stage != Request::Stage::kAskedHolders) return true;
      if (request_->holders_to_answer > 0) --request_->holders_to_answer;
      if (message.first_refusal_exercise().exercised()) {
        for (const v1::Message& quote : request_->quotes) {
          actions.Refuse(quote, v1::Refusal::REASON_PRICE,
                         absl::StrCat(message.sender(), " has matched the quote."));
        }
        request_->stage = Request::Stage::kDone;
      }
      return true;
    case v1::Message::kContractSigned:
    case v1::Message::kContractEnded:
    case v1::Message::kRationing:
      return true;
    default:
      return false;
  }
}

std::optional<size_t> Supply::BestQuote(const TurnView& view) const {
  std::optional<size_t> best;
  double best_price = 0;
  for (size_t i = 0; i < request_->quotes.size(); ++i) {
    const v1::CapacityTerms& terms = TermsOf(request_->quotes[i]);
    const double posted = PostedPrice(view.market, request_->quotes[i].sender());
    if (terms.accelerators_h100e() <= 0) continue;
    if (static_cast<double>(terms.price_micros_per_gpu_hour()) > kMostOverPosted * posted) continue;
    const double price = ComparablePrice(terms, request_->wanted);
    if (!best || price < best_price) {
      best = i;
      best_price = price;
    }
  }
  return best;
}

void Supply::Take(size_t chosen, Actions& actions) {
  for (size_t i = 0; i < request_->quotes.size(); ++i) {
    const v1::Message& quote = request_->quotes[i];
    const std::string price =
        UnitDollars(static_cast<double>(TermsOf(quote).price_micros_per_gpu_hour()));
    if (i == chosen) {
      actions.Accept(quote, absl::StrCat("Agreed at ", price, " an hour."));
    } else {
      actions.Refuse(quote, v1::Refusal::REASON_PRICE,
                     absl::StrCat("Another cloud's terms beat ", price, " an hour."));
    }
  }
  request_->stage = Request::Stage::kDone;
}

void Supply::Conclude(const TurnView& view, Actions& actions) {
  if (!request_ || request_->stage == Request::Stage::kDone) return;
  if (request_->stage == Request::Stage::kQuotes && request_->answered < request_->asked) return;
  if (request_->stage == Request::Stage::kCountered && !request_->favourite.empty()) return;
  if (request_->stage == Request::Stage::kAskedHolders && request_->holders_to_answer > 0) return;

  const std::optional<size_t> best = BestQuote(view);
  if (!best) {
    for (const v1::Message& quote : request_->quotes) {
      actions.Refuse(quote, v1::Refusal::REASON_PRICE, "That is dearer than hours on demand.");
    }
    request_->stage = Request::Stage::kDone;
    return;
  }
  const v1::Message quote = request_->quotes[*best];
  const v1::CapacityTerms& terms = TermsOf(quote);
  const std::vector<absl::string_view> holders = FirstRefusalHolders(view.own, quote.sender());
  if (!holders.empty() && request_->stage != Request::Stage::kAskedHolders) {
    for (absl::string_view holder : holders) {
      if (!IsActive(view.market, holder) || holder == view.own.agent()) continue;
      *actions.Send(holder, request_->thread).mutable_first_refusal_notice()->mutable_terms() =
          terms;
      ++request_->holders_to_answer;
    }
    request_->stage = Request::Stage::kAskedHolders;
    if (request_->holders_to_answer > 0) return;
  }
  const auto quoted = static_cast<double>(terms.price_micros_per_gpu_hour());
  const auto wanted = static_cast<double>(request_->wanted.price_micros_per_gpu_hour());
  if (request_->stage == Request::Stage::kQuotes && (quoted > 1.01 * wanted || terms.exclusive())) {
    v1::CounterOffer& counter = *actions.Reply(quote).mutable_counter_offer();
    v1::CapacityTerms& ours = *counter.mutable_capacity();
    ours = terms;
    ours.set_price_micros_per_gpu_hour(
        ToWhole(RoundedTo(std::max((std::min(quoted, 1e12) + wanted) / 2, 1.0), 10'000)));
    ours.set_exclusive(false);
    ours.set_take_or_pay_bp(std::min(terms.take_or_pay_bp(), kTakeOrPayBp));
    counter.set_note(absl::StrCat(
        request_->quotes.size() > 1 ? "You are the best of several, but " : "",
        "we meet you half way at ",
        UnitDollars(static_cast<double>(ours.price_micros_per_gpu_hour())), " an hour."));
    request_->stage = Request::Stage::kCountered;
    request_->favourite = quote.sender();
    return;
  }
  Take(*best, actions);
}

void Supply::AnswerMarketplace(const TurnView& view, const v1::Message& offer, Actions& actions) {
  const v1::MarketplaceTerms& terms = MarketplaceTermsOf(offer);
  const double share = terms.revenue_share_bp() / 1e4;
  const absl::string_view bound = ExclusiveMarketplace(view.own);
  std::vector<absl::string_view> others = Marketplaces(view.own);
  std::erase(others, absl::string_view(offer.sender()));
  if (!bound.empty() && bound != offer.sender()) {
    actions.Refuse(offer, v1::Refusal::REASON_EXCLUSIVITY,
                   absl::StrCat(bound, " sells our models exclusively."));
    return;
  }
  // Exclusive dealing is worth a discount to a lab that has no other marketplace to lose.
  const double limit = style_.most_marketplace_share * (terms.exclusive() ? 0.6 : 1.0);
  const bool possible = !terms.exclusive() || others.empty();
  if (possible && share <= limit) {
    actions.Accept(offer, absl::StrCat("Agreed: you keep ", Percent(share), "."));
    return;
  }
  int& counters = marketplace_counters_[offer.thread()];
  if (counters > 0 || share > 2 * limit + 0.2) {
    actions.Refuse(offer,
                   terms.exclusive() && !possible ? v1::Refusal::REASON_EXCLUSIVITY
                                                  : v1::Refusal::REASON_PRICE,
                   absl::StrCat("We don't give up ", Percent(share),
                                terms.exclusive() ? " and other marketplaces." : "."));
    return;
  }
  ++counters;
  v1::CounterOffer& counter = *actions.Reply(offer).mutable_counter_offer();
  v1::MarketplaceTerms& ours = *counter.mutable_marketplace();
  ours = terms;
  ours.set_exclusive(false);
  ours.set_revenue_share_bp(static_cast<uint32_t>(
      ToWhole(RoundedTo(1e4 * std::min(share, 0.85 * style_.most_marketplace_share), 50))));
  ours.set_term_quarters(std::clamp(terms.term_quarters(), 1U, 12U));
  counter.set_note(absl::StrCat("Without exclusivity, and you keep ",
                                Percent(ours.revenue_share_bp() / 1e4), "."));
}

void Supply::AnswerLicence(const TurnView& view, const v1::Message& offer, Actions& actions) const {
  const v1::LicenceTerms& terms =
      offer.has_licence_offer() ? offer.licence_offer().terms() : offer.counter_offer().licence();
  const auto revenue = static_cast<double>(view.own.books().revenue_cents());
  const bool good = terms.royalty_bp() >= 1'500 ||
                    static_cast<double>(terms.fee_cents_per_quarter()) >= 0.03 * revenue;
  if (good && !terms.early_access()) {
    actions.Accept(offer, "Agreed.");
  } else {
    actions.Refuse(offer, v1::Refusal::REASON_TERMS,
                   "We license for 15% of the revenue, after release.");
  }
}

}  // namespace tranche
