#include "agents/strategies/cloud_play.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agents/strategies/bargaining.h"
#include "agents/strategies/contracts.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"
#include "agents/strategies/mark_up.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

// About as long as a site takes.
constexpr int kQuartersAhead = 6;
// Weight of rivals' prices in its own.
constexpr double kRivalsWeight = 0.25;
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
// How strongly cost decides on the maker of accelerators.
constexpr double kChipChoice = 4;
// Sites are ordered in steps of this power.
constexpr double kSiteStepKw = 10'000;
constexpr double kMostSiteKw = 1'000'000;
// Accelerators that draw more need liquid cooling.
constexpr uint32_t kMostAirCooledWatts = 700;

const v1::CloudDisclosure* Self(const TurnView& view) {
  return FindCloud(view.market, view.own.agent());
}

double PostedPrice(const TurnView& view) {
  const v1::CloudDisclosure* self = Self(view);
  return self == nullptr ? 0 : static_cast<double>(self->on_demand_price_micros_per_gpu_hour());
}

// Part of the capacity that was sold last quarter.
double Utilisation(const v1::CloudView& cloud) {
  const double sold = static_cast<double>(cloud.reserved_h100e()) +
                      static_cast<double>(cloud.on_demand_sold_gpu_hours()) / kHoursPerQuarter;
  return std::clamp(PartOf(sold, static_cast<double>(cloud.capacity_h100e())), 0.0, 1.0);
}

// Part of the capacity to come, when a site ordered now would be ready, that is under contract or
// would be sold on demand as it is today; above 1 if that is more than there will be.
double ForwardUtilisation(const v1::CloudView& cloud) {
  if (cloud.ahead().empty()) return Utilisation(cloud);
  const v1::CapacityAhead& then = cloud.ahead(std::min(cloud.ahead_size(), kQuartersAhead) - 1);
  const auto capacity = static_cast<double>(then.capacity_h100e());
  const double sold = capacity - static_cast<double>(then.uncommitted_h100e()) +
                      static_cast<double>(cloud.on_demand_sold_gpu_hours()) / kHoursPerQuarter;
  return std::clamp(PartOf(sold, capacity), 0.0, 1.5);
}

bool Family(const TurnView& view, absl::string_view lab) {
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  if (GroupOf(view.market, lab) == group) return true;
  if (DisclosedStakePpm(view.market, group, lab) > 0) return true;
  return std::any_of(view.own.holdings().begin(), view.own.holdings().end(),
                     [&](const v1::HoldingView& holding) { return holding.lab() == lab; });
}

double YearlyRevenue(const TurnView& view, absl::string_view lab) {
  const v1::LabDisclosure* disclosure = FindLab(view.market, lab);
  return disclosure == nullptr ? 0 : 4 * static_cast<double>(disclosure->disclosed_revenue_cents());
}

bool Sells(const v1::LabDisclosure& lab, absl::string_view cloud) {
  return std::any_of(lab.marketplaces().begin(), lab.marketplaces().end(),
                     [cloud](const std::string& name) { return name == cloud; });
}

// A maker whose accelerators it can buy, the likelier the less they cost for the work they do and
// the sooner they come; null if there is none.
const v1::ChipMaker* ChooseMaker(const TurnView& view, RandomStream& random) {
  const absl::string_view group = GroupOf(view.market, view.own.agent());
  std::vector<const v1::ChipMaker*> makers;
  std::vector<double> weights;
  for (const v1::ChipMaker& maker : view.market.chip_makers()) {
    const bool ours = maker.captive_to() == group || maker.captive_to() == view.own.agent();
    if (!maker.captive_to().empty() && !ours) continue;
    if (maker.performance_millis_h100e() == 0 || maker.price_cents() <= 0) continue;
    const double wait = PartOf(static_cast<double>(maker.backlog()),
                               static_cast<double>(maker.capacity_per_quarter()));
    const double cost = static_cast<double>(maker.price_cents()) /
                        maker.performance_millis_h100e() * (1 + 0.15 * std::max(wait, 0.0));
    makers.push_back(&maker);
    weights.push_back(1 / DetPow(cost, kChipChoice));
  }
  return makers.empty() ? nullptr : makers[random.WeightedIndex(weights)];
}

// A region with power to spare, the likelier the more, the cheaper and the sooner; null if there is
// none.
const v1::GridRegion* ChooseRegion(const TurnView& view, RandomStream& random) {
  std::vector<const v1::GridRegion*> regions;
  std::vector<double> weights;
  for (const v1::GridRegion& region : view.market.regions()) {
    const double spare = static_cast<double>(region.spare_kw()) -
                         std::max(static_cast<double>(region.queued_kw()), 0.0);
    if (spare < kSiteStepKw) continue;
    regions.push_back(&region);
    weights.push_back(std::min(spare, 1e9) /
                      std::max(static_cast<double>(region.price_micros_per_kwh()), 1.0) /
                      (1.0 + region.lead_time_quarters()));
  }
  return regions.empty() ? nullptr : regions[random.WeightedIndex(weights)];
}

}  // namespace

CloudStyle CloudStyleFrom(const Parameters& parameters) {
  CloudStyle style;
  style.target_utilisation = parameters.Get("target_utilisation_percent") / 100;
  style.least_margin = parameters.Get("least_margin_percent") / 100;
  style.family_discount = parameters.Get("family_discount_percent") / 100;
  style.build_at = parameters.Get("build_at_percent") / 100;
  style.build_budget = parameters.Get("build_budget_percent") / 100;
  style.marketplace_share = parameters.Get("marketplace_share_percent") / 100;
  style.least_marketplace_share = 0.6 * style.marketplace_share;
  style.asks_first_refusal = parameters.Get("asks_first_refusal") > 0;
  style.courts = parameters.Get("courting_percent") / 100;
  return style;
}

void CloudPlay::OnTurn(const TurnView& view, Actions& actions) {
  const bool opening = view.quarter != quarter_;
  quarter_ = view.quarter;
  if (opening) {
    // Proposals in the mail of an opening have expired.
    promised_ = 0;
    turned_away_before_ = std::exchange(turned_away_, 0);
    proposals_.clear();
    PostPrice(view, actions);
    Build(view, actions);
    Court(view, actions);
    return;
  }
  asked_this_turn_ = 0;
  for (const v1::Message* message : view.inbox) {
    const auto& asked = message->capacity_request().terms();
    asked_this_turn_ += std::clamp(static_cast<double>(asked.accelerators_h100e()), 0.0, 1e9);
  }
  for (const v1::Message* message : view.inbox) {
    if (message->sender() != view.own.agent()) OnMail(view, *message, actions);
  }
}

void CloudPlay::PostPrice(const TurnView& view, Actions& actions) const {
  const v1::CloudView& cloud = view.own.cloud();
  const double today = PostedPrice(view);
  if (today <= 0 || cloud.capacity_h100e() <= 0) return;
  double utilisation = Utilisation(cloud);
  // Customers turned away count as more than full.
  if (cloud.on_demand_wanted_gpu_hours() > cloud.on_demand_sold_gpu_hours()) {
    const double wanted = static_cast<double>(cloud.on_demand_wanted_gpu_hours()) -
                          static_cast<double>(cloud.on_demand_sold_gpu_hours());
    utilisation += std::min(
        PartOf(wanted / kHoursPerQuarter, static_cast<double>(cloud.capacity_h100e())), 0.5);
  }
  double target = today * (1 + style_.price_response * (utilisation - style_.target_utilisation));
  double rivals = 0;
  int count = 0;
  for (const v1::CloudDisclosure& rival : view.market.clouds()) {
    if (rival.cloud() == view.own.agent() || rival.on_demand_price_micros_per_gpu_hour() <= 0) {
      continue;
    }
    rivals += static_cast<double>(rival.on_demand_price_micros_per_gpu_hour());
    ++count;
  }
  if (count > 0) target = (1 - kRivalsWeight) * target + kRivalsWeight * rivals / count;
  const double floor = 1.2 * std::max(static_cast<double>(cloud.cost_micros_per_gpu_hour()), 0.0);
  const double price =
      RoundedTo(Towards(today, std::max(target, floor), style_.most_price_change), 10'000);
  if (price < 10'000 || price > 9e9 || ToWhole(price) == ToWhole(today)) return;
  actions.Tell().mutable_compute_price_list()->set_on_demand_price_micros_per_gpu_hour(
      ToWhole(price));
}

void CloudPlay::Build(const TurnView& view, Actions& actions) const {
  const v1::CloudView& cloud = view.own.cloud();
  const auto capacity = static_cast<double>(cloud.capacity_h100e());
  const double sold = std::max(ForwardUtilisation(cloud), Utilisation(cloud) - 0.1);
  if (sold < style_.build_at && turned_away_before_ < 0.05 * capacity) return;
  const v1::ChipMaker* maker = ChooseMaker(view, actions.random());
  const v1::GridRegion* region = ChooseRegion(view, actions.random());
  if (maker == nullptr || region == nullptr || maker->power_watts() == 0) return;
  double under_way = 0;
  for (const v1::BuildView& build : cloud.builds()) {
    under_way += static_cast<double>(build.accelerators_h100e());
  }
  // Enough for what is sold, and what was asked for in vain, to be the target's part of it, not
  // more than half as much again at a time.
  const double missing =
      std::min((sold * capacity + turned_away_before_) / style_.build_at * 1.2 - capacity,
               0.5 * capacity) -
      0.5 * under_way;
  if (missing <= 0) return;
  const double kw_per_h100e =
      static_cast<double>(maker->power_watts()) / maker->performance_millis_h100e();
  const double money = static_cast<double>(view.own.books().cash_cents()) +
                       static_cast<double>(view.own.books().group_treasury_cents()) -
                       static_cast<double>(view.own.books().committed_cents());
  const auto cost = static_cast<double>(cloud.build_cost_cents_per_kw());
  if (cost <= 0 || money <= 0) return;
  const double kw = std::min({missing * kw_per_h100e, style_.build_budget * money / cost,
                              0.5 * static_cast<double>(region->spare_kw()), kMostSiteKw});
  const double power = kSiteStepKw * static_cast<double>(ToWhole(kw / kSiteStepKw - 0.5));
  if (power < kSiteStepKw) return;
  v1::BuildOrder& order = *actions.Tell().mutable_build_order();
  order.set_region(region->region());
  order.set_it_power_kw(ToWhole(power));
  order.set_cooling(maker->power_watts() > kMostAirCooledWatts ? v1::COOLING_LIQUID
                                                               : v1::COOLING_AIR);
  order.set_chip_maker(maker->chip_maker());
}

void CloudPlay::Court(const TurnView& view, Actions& actions) const {
  // The best model that isn't in its marketplace yet, the family's first.
  const v1::LabDisclosure* courted = nullptr;
  for (const v1::LabDisclosure& lab : view.market.labs()) {
    if (!IsActive(view.market, lab.lab()) || Sells(lab, view.own.agent())) continue;
    if (lab.lab() == view.own.agent()) continue;
    const bool better = courted == nullptr ||
                        (Family(view, lab.lab()) && !Family(view, courted->lab())) ||
                        (Family(view, lab.lab()) == Family(view, courted->lab()) &&
                         lab.capability_millis() > courted->capability_millis());
    if (better) courted = &lab;
  }
  if (courted == nullptr || !actions.random().Bernoulli(style_.courts)) return;
  const std::string thread =
      actions.Thread(absl::StrCat("marketplace-", QuarterName(view.quarter)));
  v1::MarketplaceTerms& terms =
      *actions.Send(courted->lab(), thread).mutable_marketplace_offer()->mutable_terms();
  // It keeps less of the revenue for having the models to itself.
  terms.set_exclusive(courted->marketplaces().empty());
  const double share =
      terms.exclusive() ? 0.75 * style_.marketplace_share : style_.marketplace_share;
  terms.set_revenue_share_bp(static_cast<uint32_t>(ToWhole(RoundedTo(1e4 * share, 50))));
  terms.set_term_quarters(12);
}

double CloudPlay::Available(const TurnView& view, int32_t start, uint32_t term_quarters) const {
  double least = std::numeric_limits<double>::infinity();
  for (const v1::CapacityAhead& ahead : view.own.cloud().ahead()) {
    const bool within =
        ahead.quarter() >= start && ahead.quarter() < static_cast<int64_t>(start) + term_quarters;
    if (within) least = std::min(least, static_cast<double>(ahead.uncommitted_h100e()));
  }
  if (least == std::numeric_limits<double>::infinity()) return 0;
  return std::max(least - promised_, 0.0);
}

double CloudPlay::LeastPrice(const TurnView& view, absl::string_view lab) const {
  const double cost =
      std::max(static_cast<double>(view.own.cloud().cost_micros_per_gpu_hour()), 0.0);
  // Never below what hours under contract must earn, nor far below what others pay on demand.
  const double least = std::max(cost * (1 + style_.least_margin), 0.6 * PostedPrice(view));
  return Family(view, lab) ? least * (1 - style_.family_discount) : least;
}

double CloudPlay::OpeningPrice(const TurnView& view, absl::string_view lab) const {
  const double posted = PostedPrice(view);
  const double least = std::min(LeastPrice(view, lab), posted);
  const double patience = 0.5 + 0.49 * ForwardUtilisation(view.own.cloud());
  return least + FirstMoverShare(patience, 0.8) * (posted - least);
}

void CloudPlay::OnMail(const TurnView& view, const v1::Message& message, Actions& actions) {
  switch (message.body_case()) {
    case v1::Message::kCapacityRequest:
      Quote(view, message, actions);
      return;
    case v1::Message::kCounterOffer:
      if (message.counter_offer().has_capacity()) AnswerCounter(view, message, actions);
      if (message.counter_offer().has_marketplace()) AnswerMarketplace(view, message, actions);
      if (message.counter_offer().has_licence()) {
        actions.Refuse(message, v1::Refusal::REASON_TERMS, "We don't embed models at present.");
      }
      return;
    case v1::Message::kMarketplaceOffer:
      AnswerMarketplace(view, message, actions);
      return;
    case v1::Message::kLicenceOffer:
      actions.Refuse(message, v1::Refusal::REASON_TERMS, "We don't embed models at present.");
      return;
    case v1::Message::kFirstRefusalNotice:
      AnswerNotice(view, message, actions);
      return;
    case v1::Message::kRejected:
      if (message.rejected().rule() == "condition") QuoteAgain(view, message, actions);
      return;
    case v1::Message::kContractSigned:
      if (message.contract_signed().has_capacity()) {
        promised_ += static_cast<double>(message.contract_signed().capacity().accelerators_h100e());
      }
      return;
    default:
      return;
  }
}

void CloudPlay::Quote(const TurnView& view, const v1::Message& request, Actions& actions) {
  const v1::CapacityTerms& wanted = request.capacity_request().terms();
  const absl::string_view lab = request.sender();
  const auto asked = static_cast<double>(wanted.accelerators_h100e());
  const int32_t start = std::max(wanted.start_quarter(), view.quarter);
  // Those who ask at the same time share what is free.
  const double free =
      kMostToOneLab * Available(view, start, wanted.term_quarters()) *
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
  v1::CapacityQuote& quote = *actions.Reply(request).mutable_capacity_quote();
  v1::CapacityTerms& terms = *quote.mutable_terms();
  terms = wanted;
  terms.clear_exclusive();
  terms.clear_chip_maker();
  terms.set_accelerators_h100e(ToWhole(accelerators));
  terms.set_start_quarter(start);
  const double discount =
      std::min(kMostTermDiscount, kDiscountPerYear * wanted.term_quarters() / 4.0);
  double price = std::max(OpeningPrice(view, lab) * (1 - discount), LeastPrice(view, lab));
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
  terms.set_right_of_first_refusal(style_.asks_first_refusal && accelerators >= kLargeRequestH100e);
  proposals_[absl::StrCat(request.thread(), " ", lab)] = {
      1, static_cast<double>(terms.price_micros_per_gpu_hour()), request};
}

void CloudPlay::QuoteAgain(const TurnView& view, const v1::Message& rejected, Actions& actions) {
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

void CloudPlay::AnswerCounter(const TurnView& view, const v1::Message& counter, Actions& actions) {
  const v1::CapacityTerms& terms = counter.counter_offer().capacity();
  const absl::string_view lab = counter.sender();
  const double available = Available(view, terms.start_quarter(), terms.term_quarters());
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
  const double least = std::min(LeastPrice(view, lab) * commitment, opening);
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

void CloudPlay::AnswerMarketplace(const TurnView& view, const v1::Message& offer,
                                  Actions& actions) {
  const v1::MarketplaceTerms& terms = offer.has_marketplace_offer()
                                          ? offer.marketplace_offer().terms()
                                          : offer.counter_offer().marketplace();
  const double share = terms.revenue_share_bp() / 1e4;
  int& made = proposals_[absl::StrCat(offer.thread(), " ", offer.sender())].made;
  const ConcessionRule rule{.steps = 2, .at_once = Family(view, offer.sender()) ? 0.5 : 0.0};
  double stands_for = ConcededValue(style_.marketplace_share, style_.least_marketplace_share,
                                    ConcededPart(rule, made));
  // A model nobody else resells is worth a smaller share.
  if (terms.exclusive()) stands_for *= 0.8;
  if (share >= stands_for) {
    actions.Accept(offer, absl::StrCat("Agreed: we keep ", Percent(share), "."));
    return;
  }
  if (made >= 2) {
    actions.Refuse(offer, v1::Refusal::REASON_PRICE,
                   absl::StrCat("We don't resell for less than ", Percent(stands_for), "."));
    return;
  }
  ++made;
  v1::CounterOffer& counter = *actions.Reply(offer).mutable_counter_offer();
  *counter.mutable_marketplace() = terms;
  counter.mutable_marketplace()->set_revenue_share_bp(
      static_cast<uint32_t>(ToWhole(RoundedTo(1e4 * stands_for, 50))));
  counter.mutable_marketplace()->set_term_quarters(std::clamp(terms.term_quarters(), 4U, 20U));
  counter.set_note(absl::StrCat("Customers reached through us are worth ", Percent(stands_for),
                                " of what they pay."));
}

void CloudPlay::AnswerNotice(const TurnView& view, const v1::Message& notice, Actions& actions) {
  const v1::CapacityTerms& terms = notice.first_refusal_notice().terms();
  const bool has_it = static_cast<double>(terms.accelerators_h100e()) <=
                      Available(view, terms.start_quarter(), terms.term_quarters());
  const bool pays =
      static_cast<double>(terms.price_micros_per_gpu_hour()) >= LeastPrice(view, notice.sender());
  actions.Reply(notice).mutable_first_refusal_exercise()->set_exercised(has_it && pays);
  if (has_it && pays) promised_ += static_cast<double>(terms.accelerators_h100e());
}

}  // namespace tranche
