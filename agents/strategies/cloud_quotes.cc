#include "agents/strategies/cloud_quotes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agents/strategies/bargaining.h"
#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

// About as long as a site takes.
constexpr int kQuartersAhead = 6;
// Part of what is free that one lab may have.
constexpr double kMostToOneLab = 0.8;
// A request of which less than this can be served isn't quoted.
constexpr double kLeastServed = 0.1;
// Discount on the posted price for each year of term, and at most.
constexpr double kDiscountPerYear = 0.04;
constexpr double kMostTermDiscount = 0.2;
// A lab whose contract is larger than this part of its yearly revenue pays ahead.
constexpr double kLargeContractPart = 0.5;
constexpr uint32_t kPrepaymentBp = 500;
constexpr uint32_t kTakeOrPayBp = 9'000;
constexpr double kLargeRequestH100e = 50'000;
constexpr int kMostQuotes = 3;
// Ramps it offers where sites to come allow more than what is free today, and from what gain.
constexpr uint32_t kLongerRamps[] = {4, 8, 12};
constexpr double kWorthALongerRamp = 1.2;
// Part of the posted price below which nothing is reserved, whatever it costs to run.
constexpr double kLeastOfPosted = 0.6;
// An option to extend binds capacity for nothing: who has sold more than this of what is to come
// grants none but to labs it has a stake in.
constexpr double kMostSoldForOption = 0.85;

double PostedPrice(const TurnView& view) {
  const v1::CloudDisclosure* self = FindCloud(view.market, view.own.agent());
  return self == nullptr ? 0 : static_cast<double>(self->on_demand_price_micros_per_gpu_hour());
}

double YearlyRevenue(const TurnView& view, absl::string_view lab) {
  const v1::LabDisclosure* disclosure = FindLab(view.market, lab);
  return disclosure == nullptr ? 0 : 4 * static_cast<double>(disclosure->disclosed_revenue_cents());
}

}  // namespace

double Utilisation(const v1::CloudView& cloud) {
  const double sold = static_cast<double>(cloud.reserved_h100e()) +
                      static_cast<double>(cloud.on_demand_sold_gpu_hours()) / kHoursPerQuarter;
  return std::clamp(PartOf(sold, static_cast<double>(cloud.capacity_h100e())), 0.0, 1.0);
}

double ForwardUtilisation(const v1::CloudView& cloud) {
  if (cloud.ahead().empty()) return Utilisation(cloud);
  const v1::CapacityAhead& then = cloud.ahead(std::min(cloud.ahead_size(), kQuartersAhead) - 1);
  const auto capacity = static_cast<double>(then.capacity_h100e());
  const double sold = capacity - static_cast<double>(then.uncommitted_h100e()) +
                      static_cast<double>(cloud.on_demand_sold_gpu_hours()) / kHoursPerQuarter;
  return std::clamp(PartOf(sold, capacity), 0.0, 1.5);
}

bool IsFamily(const TurnView& view, absl::string_view lab) {
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  if (GroupOf(view.market, lab) == group) return true;
  if (DisclosedStakePpm(view.market, group, lab) > 0) return true;
  return std::any_of(view.own.holdings().begin(), view.own.holdings().end(),
                     [&](const v1::HoldingView& holding) { return holding.lab() == lab; });
}

std::vector<absl::string_view> FamilyLabs(const TurnView& view) {
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  std::vector<absl::string_view> family;
  for (const v1::AgentProfile& agent : view.market.agents()) {
    if (agent.role() == v1::ROLE_LAB && GroupOf(agent) == group) family.emplace_back(agent.name());
  }
  for (const v1::HoldingDisclosure& holding : view.market.holdings()) {
    if (holding.holder_group() == group && holding.stake_ppm() > 0) {
      family.emplace_back(holding.lab());
    }
  }
  for (const v1::HoldingView& holding : view.own.holdings()) family.emplace_back(holding.lab());
  std::sort(family.begin(), family.end());
  family.erase(std::unique(family.begin(), family.end()), family.end());
  return family;
}

double MostWithRamp(const v1::CloudView& cloud, int32_t start, uint32_t term_quarters,
                    uint32_t ramp_quarters, double promised) {
  double least = std::numeric_limits<double>::infinity();
  for (const v1::CapacityAhead& ahead : cloud.ahead()) {
    const int64_t step = static_cast<int64_t>(ahead.quarter()) - start;
    if (step < 0 || step >= static_cast<int64_t>(term_quarters)) continue;
    const double grown =
        ramp_quarters == 0
            ? 1
            : std::min(1.0, static_cast<double>(step + 1) / static_cast<double>(ramp_quarters));
    const double free = static_cast<double>(ahead.uncommitted_h100e()) - promised;
    least = std::min(least, free / grown);
  }
  if (least == std::numeric_limits<double>::infinity()) return 0;
  return std::max(least, 0.0);
}

void QuoteDesk::OnQuarter() {
  promised_ = 0;
  turned_away_before_ = std::exchange(turned_away_, 0);
  signed_before_ = std::exchange(signed_, 0);
  proposals_.clear();
}

void QuoteDesk::OnTurn(const TurnView& view) {
  asked_this_turn_ = 0;
  for (const v1::Message* message : view.inbox) {
    const auto& asked = message->capacity_request().terms();
    asked_this_turn_ += std::clamp(static_cast<double>(asked.accelerators_h100e()), 0.0, 1e9);
  }
}

bool QuoteDesk::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  switch (message.body_case()) {
    case v1::Message::kCapacityRequest:
      Quote(view, message, actions);
      return true;
    case v1::Message::kCounterOffer:
      if (!message.counter_offer().has_capacity()) return false;
      AnswerCounter(view, message, actions);
      return true;
    case v1::Message::kFirstRefusalNotice:
      AnswerNotice(view, message, actions);
      return true;
    case v1::Message::kRejected:
      if (message.rejected().rule() == "condition") QuoteAgain(view, message, actions);
      return true;
    case v1::Message::kContractSigned:
      if (message.contract_signed().has_capacity()) {
        const auto reserved =
            static_cast<double>(message.contract_signed().capacity().accelerators_h100e());
        promised_ += reserved;
        signed_ += std::clamp(reserved, 0.0, 1e9);
      }
      return true;
    default:
      return false;
  }
}

double QuoteDesk::LeastPrice(const TurnView& view, absl::string_view lab) const {
  const double cost =
      std::max(static_cast<double>(view.own.cloud().cost_micros_per_gpu_hour()), 0.0);
  // Never below what hours under contract must earn, nor far below what others pay on demand.
  const double least =
      std::max(cost * (1 + style_.least_margin), kLeastOfPosted * PostedPrice(view));
  return IsFamily(view, lab) ? least * (1 - style_.family_discount) : least;
}

double QuoteDesk::OpeningPrice(const TurnView& view, absl::string_view lab) const {
  const double posted = PostedPrice(view);
  const double least = std::min(LeastPrice(view, lab), posted);
  const double patience = 0.5 + 0.49 * ForwardUtilisation(view.own.cloud());
  return least + FirstMoverShare(patience, 0.8) * (posted - least);
}

void QuoteDesk::Quote(const TurnView& view, const v1::Message& request, Actions& actions) {
  const v1::CapacityTerms& wanted = request.capacity_request().terms();
  const absl::string_view lab = request.sender();
  const auto asked = static_cast<double>(wanted.accelerators_h100e());
  const int32_t start = std::max(wanted.start_quarter(), view.quarter);
  uint32_t ramp = std::min(wanted.ramp_quarters(), wanted.term_quarters());
  double most = MostWithRamp(view.own.cloud(), start, wanted.term_quarters(), ramp, promised_);
  for (uint32_t longer : kLongerRamps) {
    if (most >= asked || longer <= ramp || longer > wanted.term_quarters()) continue;
    const double more =
        MostWithRamp(view.own.cloud(), start, wanted.term_quarters(), longer, promised_);
    if (more < kWorthALongerRamp * most) continue;
    most = more;
    ramp = longer;
  }
  // Those who ask at the same time share what is free.
  const double free =
      kMostToOneLab * most *
      std::min(1.0, PartOf(asked, std::max(asked_this_turn_, asked)) / kMostToOneLab);
  const double accelerators = std::min(asked, RoundedTo(free - 500, 1000));
  turned_away_ += std::clamp(asked - accelerators, 0.0, 1e9);
  if (asked < 1 || wanted.term_quarters() < 1 || accelerators < kLeastServed * asked ||
      accelerators < 1) {
    actions.Refuse(
        request, v1::Refusal::REASON_NO_CAPACITY,
        absl::StrCat("Until our next site is ready we have ", ToWhole(std::max(free, 0.0)),
                     " accelerators free for such a term."));
    return;
  }
  v1::CapacityTerms terms = wanted;
  terms.clear_exclusive();
  terms.clear_chip_maker();
  if (!IsFamily(view, lab) && ForwardUtilisation(view.own.cloud()) > kMostSoldForOption) {
    terms.clear_renewal_quarters();
  }
  terms.set_accelerators_h100e(ToWhole(accelerators));
  terms.set_start_quarter(start);
  terms.set_ramp_quarters(ramp);
  const bool large = accelerators >= kLargeRequestH100e;
  terms.set_exclusive(large && actions.random().Bernoulli(style_.asks_exclusivity));
  const double discount =
      std::min(kMostTermDiscount, kDiscountPerYear * wanted.term_quarters() / 4.0) +
      (terms.exclusive() ? style_.exclusivity_discount : 0);
  const double least =
      LeastPrice(view, lab) * (terms.exclusive() ? 1 - style_.exclusivity_discount / 2 : 1);
  double price = std::max(OpeningPrice(view, lab) * (1 - discount), least);
  if (const auto cap = price_caps_.find(lab); cap != price_caps_.end()) {
    price = std::min(price, cap->second);
  }
  // Rounded down, as a cap would have it.
  terms.set_price_micros_per_gpu_hour(
      ToWhole(std::max(RoundedTo(price - 5'000, 10'000), 10'000.0)));
  terms.set_take_or_pay_bp(std::max(std::min(wanted.take_or_pay_bp(), 10'000U), kTakeOrPayBp));
  const double yearly_cost = accelerators * 4 * kHoursPerQuarter * price / 1e4;
  if (yearly_cost > kLargeContractPart * YearlyRevenue(view, lab)) {
    terms.set_prepayment_bp(kPrepaymentBp);
  }
  terms.set_right_of_first_refusal(style_.asks_first_refusal && large);
  *actions.Reply(request).mutable_capacity_quote()->mutable_terms() = terms;
  proposals_[absl::StrCat(request.thread(), " ", lab)] = {
      1, static_cast<double>(terms.price_micros_per_gpu_hour()), request};
}

void QuoteDesk::QuoteAgain(const TurnView& view, const v1::Message& rejected, Actions& actions) {
  // "at most 1700000 micro-dollars a GPU-hour": what rivals of the lab concerned may be charged.
  const std::vector<absl::string_view> words =
      absl::StrSplit(rejected.rejected().would_be_legal(), ' ');
  int64_t cap = 0;
  const bool known = std::any_of(words.begin(), words.end(), [&](absl::string_view word) {
    return absl::SimpleAtoi(word, &cap);
  });
  const auto quoted = proposals_.lower_bound(absl::StrCat(rejected.thread(), " "));
  const bool ours = quoted != proposals_.end() &&
                    absl::StartsWith(quoted->first, absl::StrCat(rejected.thread(), " "));
  if (!known || cap <= 0 || !ours || !quoted->second.request.has_capacity_request()) return;
  const v1::Message request = quoted->second.request;
  proposals_.erase(quoted);
  const bool told_before = price_caps_.contains(request.sender());
  price_caps_[request.sender()] = static_cast<double>(cap);
  if (told_before || static_cast<double>(cap) < 0.85 * LeastPrice(view, request.sender())) {
    actions.Refuse(request, v1::Refusal::REASON_PRICE,
                   "What we may charge you by law doesn't pay for the hours.");
    return;
  }
  Quote(view, request, actions);
}

void QuoteDesk::AnswerCounter(const TurnView& view, const v1::Message& counter, Actions& actions) {
  const v1::CapacityTerms& terms = counter.counter_offer().capacity();
  const absl::string_view lab = counter.sender();
  const double available = MostWithRamp(view.own.cloud(), terms.start_quarter(),
                                        terms.term_quarters(), terms.ramp_quarters(), promised_);
  if (static_cast<double>(terms.accelerators_h100e()) > available) {
    actions.Refuse(counter, v1::Refusal::REASON_NO_CAPACITY,
                   absl::StrCat("We have ", ToWhole(available), " accelerators free."));
    return;
  }
  Proposals& ours_so_far = proposals_[absl::StrCat(counter.thread(), " ", lab)];
  const double opening = ours_so_far.made > 0 ? ours_so_far.last : OpeningPrice(view, lab);
  const ConcessionRule rule{.steps = kMostQuotes - 1, .beta = 0.8};
  // It asks more of those who commit to less, but never more than before.
  const double commitment = 1 + 0.1 * (0.9 - std::min(terms.take_or_pay_bp(), 10'000U) / 1e4);
  const double least = std::min(LeastPrice(view, lab) * commitment *
                                    (terms.exclusive() ? 1 - style_.exclusivity_discount / 2 : 1),
                                opening);
  const double stands_for = ConcededValue(opening, least, ConcededPart(rule, ours_so_far.made));
  const auto offered = static_cast<double>(terms.price_micros_per_gpu_hour());
  if (offered >= stands_for) {
    promised_ += static_cast<double>(terms.accelerators_h100e());
    actions.Accept(counter, absl::StrCat("Agreed at ", UnitDollars(offered), " an hour."));
    return;
  }
  if (ours_so_far.made >= kMostQuotes) {
    actions.Refuse(counter, v1::Refusal::REASON_PRICE,
                   absl::StrCat("Below ", UnitDollars(stands_for), " an hour we keep the hours."));
    return;
  }
  ++ours_so_far.made;
  ours_so_far.last = stands_for;
  v1::CounterOffer& ours = *actions.Reply(counter).mutable_counter_offer();
  *ours.mutable_capacity() = terms;
  ours.mutable_capacity()->set_price_micros_per_gpu_hour(
      ToWhole(std::max(RoundedTo(stands_for, 10'000), 10'000.0)));
  ours.set_note(absl::StrCat("We can go to ", UnitDollars(stands_for), " an hour; ",
                             Percent(ForwardUtilisation(view.own.cloud())),
                             " of the capacity to come is sold."));
}

void QuoteDesk::AnswerNotice(const TurnView& view, const v1::Message& notice, Actions& actions) {
  const v1::CapacityTerms& terms = notice.first_refusal_notice().terms();
  const bool has_it = static_cast<double>(terms.accelerators_h100e()) <=
                      MostWithRamp(view.own.cloud(), terms.start_quarter(), terms.term_quarters(),
                                   terms.ramp_quarters(), promised_);
  const bool pays =
      static_cast<double>(terms.price_micros_per_gpu_hour()) >= LeastPrice(view, notice.sender());
  actions.Reply(notice).mutable_first_refusal_exercise()->set_exercised(has_it && pays);
  if (has_it && pays) promised_ += static_cast<double>(terms.accelerators_h100e());
}

}  // namespace tranche
