#include "agents/strategies/lab_supply.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/offer_worth.h"
#include "agents/strategies/quote_choice.h"
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
// Part of the hours wanted that a cloud may fail to serve before the lab looks elsewhere.
constexpr double kMuchMissed = 0.1;
// A lead beyond this, in factors of ten, isn't made good in a year.
constexpr double kMostGapDex = 1;
// Part of a reservation's term by which it asks for an option to extend it.
constexpr double kOptionPart = 0.5;
// Idle cash adds at most this part of what is reserved, at a time.
constexpr double kMostFromIdleCash = 0.5;

double PostedPrice(const v1::PublicView& market, absl::string_view cloud) {
  const v1::CloudDisclosure* disclosure = FindCloud(market, cloud);
  return disclosure == nullptr
             ? 0
             : static_cast<double>(disclosure->on_demand_price_micros_per_gpu_hour());
}

// Part of the compute under contract that other clouds than `cloud` supply.
double Elsewhere(const v1::AgentView& own, absl::string_view cloud) {
  const double all = ComputeSpend(own, "");
  return all > 0 ? 1 - PartOf(ComputeSpend(own, cloud), all) : 0;
}

// Clouds to ask, the ones it works with first, then by posted price; last those that have let it go
// short.
std::vector<absl::string_view> CloudsToAsk(const TurnView& view,
                                           const std::set<std::string, std::less<>>& went_short) {
  const absl::string_view bound = ExclusiveProvider(view.own);
  struct Candidate {
    absl::string_view cloud;
    bool went_short = false;
    bool works_with = false;
    double price = 0;
  };
  std::vector<Candidate> candidates;
  for (absl::string_view cloud : ActiveAgents(view.market, v1::ROLE_CLOUD)) {
    if (cloud == view.own.agent() || (!bound.empty() && cloud != bound)) continue;
    const bool works_with =
        std::any_of(view.own.contracts().begin(), view.own.contracts().end(),
                    [&](const v1::ContractView& c) { return c.provider() == cloud; });
    candidates.push_back(
        {cloud, went_short.contains(cloud), works_with, PostedPrice(view.market, cloud)});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     if (a.went_short != b.went_short) return b.went_short;
                     if (a.works_with != b.works_with) return a.works_with;
                     return a.price < b.price;
                   });
  std::vector<absl::string_view> clouds;
  for (size_t i = 0; i < std::min(candidates.size(), kMostCloudsAsked); ++i) {
    clouds.push_back(candidates[i].cloud);
  }
  return clouds;
}

// Log10 of effective compute by which the best rival's model is ahead; 0 for the frontier itself.
double BehindDex(const TurnView& view) {
  const v1::LabDisclosure* self = FindLab(view.market, view.own.agent());
  if (self == nullptr) return 0;
  const int32_t best = std::max(self->capability_millis(), BestCapability(view.market));
  return (static_cast<double>(best) - self->capability_millis()) / 1000;
}

// Price at which hours could be reserved anew, about, in micro-dollars; 0 if nobody sells.
double PriceToday(const TurnView& view) {
  double cheapest = 0;
  for (const v1::CloudDisclosure& cloud : view.market.clouds()) {
    const auto posted = static_cast<double>(cloud.on_demand_price_micros_per_gpu_hour());
    if (posted <= 0 || (cheapest > 0 && posted >= cheapest)) continue;
    if (IsActive(view.market, cloud.cloud())) cheapest = posted;
  }
  return (1 - kAskedDiscount) * cheapest;
}

}  // namespace

void Supply::OnNews(const TurnView& view, const v1::Message& message, Actions& actions) {
  if (!message.has_rationing()) return;
  const v1::Rationing& short_of = message.rationing();
  if (short_of.lab() != view.own.agent() || !IsActive(view.market, short_of.cloud())) return;
  const double missed = 1 - PartOf(static_cast<double>(short_of.served_gpu_hours()),
                                   std::max(static_cast<double>(short_of.wanted_gpu_hours()), 1.0));
  if (missed < kMuchMissed || !went_short_.insert(short_of.cloud()).second) return;
  // Said once: the cloud learns why the next contract goes elsewhere.
  actions.Send(short_of.cloud(), "")
      .mutable_note()
      ->set_text(absl::StrCat("We went short of ", Percent(missed),
                              " of the hours we wanted of you, and will ask others first."));
}

void Supply::OnQuarter(const TurnView& view, const Runway& runway, Actions& actions) {
  request_.reset();
  Renew(view, runway, actions);
  RequestCapacity(view, runway, actions);
}

void Supply::Renew(const TurnView& view, const Runway& runway, Actions& actions) const {
  if (runway.quarters < style_.least_runway_quarters) return;
  const double price_today = PriceToday(view);
  for (const v1::ContractView& contract : view.own.contracts()) {
    const v1::CapacityTerms& terms = contract.capacity();
    const bool ours = contract.customer() == view.own.agent() && terms.renewal_quarters() > 0;
    const int64_t end = terms.start_quarter() + static_cast<int64_t>(terms.term_quarters());
    if (!ours || end != view.quarter + 1) continue;
    const auto price = static_cast<double>(terms.price_micros_per_gpu_hour());
    if (price > price_today) continue;
    actions.Send(contract.provider(), contract.contract())
        .mutable_contract_renewal()
        ->set_note(absl::StrCat("We keep the hours at ", UnitDollars(price), "."));
  }
}

double Supply::AcceleratorsForIdleCash(const TurnView& view, const Runway& runway) const {
  const double price = PriceToday(view);
  if (style_.idle_quarters <= 0 || runway.quarters <= style_.idle_quarters || price <= 0) return 0;
  const double spare_cents = runway.cash_cents / style_.idle_quarters - runway.burn_cents;
  return std::max(spare_cents, 0.0) * 1e4 / (price * kHoursPerQuarter);
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
  const double grown = used * DetPow(1 + style_.expected_growth, kPlanningQuarters);
  const double catching_up = 1 + style_.catch_up * std::clamp(BehindDex(view), 0.0, kMostGapDex);
  const double need = std::min(grown * catching_up, 1e9);
  double gap = std::max(need / style_.high_utilisation - reserved,
                        std::min(AcceleratorsForIdleCash(view, runway),
                                 kMostFromIdleCash * std::max(reserved, kStep)));
  if (gap < kLeastGapPart * std::max(reserved, kStep)) return;

  const std::vector<absl::string_view> clouds = CloudsToAsk(view, went_short_);
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
  request.wanted.set_renewal_quarters(
      static_cast<uint32_t>(ToWhole(kOptionPart * request.wanted.term_quarters())));
  request.asked = clouds.size();
  *actions.Send(clouds, request.thread).mutable_capacity_request()->mutable_terms() =
      request.wanted;
  request_ = std::move(request);
}

bool Supply::OnMail(const v1::Message& message, Actions& actions) {
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
      return false;
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

std::vector<size_t> Supply::Choice(const TurnView& view) const {
  std::vector<Quote> quotes;
  double elsewhere = 0;
  for (const v1::Message& message : request_->quotes) {
    quotes.push_back({&CapacityTermsIn(message), PostedPrice(view.market, message.sender())});
    if (CapacityTermsIn(message).exclusive()) {
      elsewhere = std::max(elsewhere, Elsewhere(view.own, message.sender()));
    }
  }
  return QuotesToTake(quotes, request_->wanted, elsewhere);
}

void Supply::Take(const std::vector<size_t>& chosen, Actions& actions) {
  for (size_t i = 0; i < request_->quotes.size(); ++i) {
    const v1::Message& quote = request_->quotes[i];
    const std::string price =
        UnitDollars(static_cast<double>(CapacityTermsIn(quote).price_micros_per_gpu_hour()));
    if (std::find(chosen.begin(), chosen.end(), i) != chosen.end()) {
      actions.Accept(quote, absl::StrCat("Agreed at ", price, " an hour."));
    } else {
      actions.Refuse(quote, v1::Refusal::REASON_PRICE,
                     absl::StrCat("Others' terms beat ", price, " an hour."));
    }
  }
  request_->stage = Request::Stage::kDone;
}

void Supply::Conclude(const TurnView& view, Actions& actions) {
  if (!request_ || request_->stage == Request::Stage::kDone) return;
  if (request_->stage == Request::Stage::kQuotes && request_->answered < request_->asked) return;
  if (request_->stage == Request::Stage::kCountered && !request_->favourite.empty()) return;
  if (request_->stage == Request::Stage::kAskedHolders && request_->holders_to_answer > 0) return;

  std::vector<size_t> chosen = Choice(view);
  if (chosen.empty()) {
    for (const v1::Message& quote : request_->quotes) {
      actions.Refuse(quote, v1::Refusal::REASON_PRICE, "That is dearer than hours on demand.");
    }
    request_->stage = Request::Stage::kDone;
    return;
  }
  const v1::Message quote = request_->quotes[chosen.front()];
  const v1::CapacityTerms& terms = CapacityTermsIn(quote);
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
  // Who has a right to match was asked about one quote alone.
  if (!FirstRefusalHolders(view.own, "").empty()) chosen.resize(1);
  const auto quoted = static_cast<double>(terms.price_micros_per_gpu_hour());
  const auto wanted = static_cast<double>(request_->wanted.price_micros_per_gpu_hour());
  if (request_->stage == Request::Stage::kQuotes && quoted > 1.01 * wanted) {
    v1::CounterOffer& counter = *actions.Reply(quote).mutable_counter_offer();
    v1::CapacityTerms& ours = *counter.mutable_capacity();
    ours = terms;
    ours.set_price_micros_per_gpu_hour(
        ToWhole(RoundedTo(std::max((std::min(quoted, 1e12) + wanted) / 2, 1.0), 10'000)));
    ours.set_take_or_pay_bp(std::min(terms.take_or_pay_bp(), kTakeOrPayBp));
    counter.set_note(absl::StrCat(
        request_->quotes.size() > 1 ? "You are the best of several, but " : "",
        "we meet you half way at ",
        UnitDollars(static_cast<double>(ours.price_micros_per_gpu_hour())), " an hour."));
    request_->stage = Request::Stage::kCountered;
    request_->favourite = quote.sender();
    return;
  }
  Take(chosen, actions);
}

}  // namespace tranche
