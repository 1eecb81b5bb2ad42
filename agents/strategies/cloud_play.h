#ifndef TRANCHE_AGENTS_STRATEGIES_CLOUD_PLAY_H_
#define TRANCHE_AGENTS_STRATEGIES_CLOUD_PLAY_H_

#include <cstdint>

#include "agents/actions.h"
#include "agents/strategies/cloud_building.h"
#include "agents/strategies/cloud_quotes.h"
#include "agents/strategies/cloud_resale.h"
#include "agents/strategies/licence_desk.h"
#include "agents/strategy.h"
#include "tranche/v1/view.pb.h"

// How a cloud plays: it posts a price, and has one desk each for capacity under contract, sites,
// resale, and licences to embed models. The built-in clouds differ in the styles of the desks.
namespace tranche {

struct PriceStyle {
  // Utilisation at which the posted price stays.
  double target_utilisation = 0.82;
  // Part of the gap to it that the price follows, and the most it moves in a quarter.
  double response = 0.4;
  double most_change = 0.06;
};

struct CloudStyle {
  PriceStyle price;
  QuoteStyle quotes;
  BuildStyle building;
  CloudResaleStyle resale;
  LicenceStyle licences;
};

// Parameters that all built-in clouds share:
//   target_utilisation_percent    at which it leaves its price alone
//   least_margin_percent          over running cost, for hours under contract
//   family_discount_percent       for labs its group has a stake in
//   build_at_percent              of the capacity to come sold, from which it builds
//   build_budget_percent          of its means for sites, ordered in a quarter
//   expected_growth_percent       of demand on demand a quarter, until it has seen its own
//   market_growth_percent         weight of the labs' growth against its own order book
//   price_response_percent        built beyond demand for each time a site earns its cost over
//   again own_silicon_cost_percent      weight of its own accelerators' cost in the choice of the
//   maker marketplace_share_percent     of resold models' revenue, to open with asks_first_refusal
//   1: wants to match rivals' quotes to large customers asks_exclusivity_percent      how often it
//   asks a large customer to buy nowhere else courting_percent              how often, a quarter,
//   it courts a lab for its marketplace licensing_percent             how often, a quarter, it asks
//   a lab for a licence to embed
CloudStyle CloudStyleFrom(const Parameters& parameters);

// The price a cloud posts after `today_micros`, an hour: it follows how full the cloud is,
// customers turned away included, with inertia and an eye on the mean of rivals' (0: there are
// none), and stays above running cost.
double NextPostedPrice(const PriceStyle& style, const v1::CloudView& cloud, double today_micros,
                       double rivals_micros);

class CloudPlay : public Strategy {
 public:
  explicit CloudPlay(const CloudStyle& style);

  void OnTurn(const TurnView& view, Actions& actions) override;

 private:
  void PostPrice(const TurnView& view, Actions& actions) const;

  CloudStyle style_;
  QuoteDesk quotes_;
  BuildDesk building_;
  ResaleDesk resale_;
  LicenceDesk licences_;
  int32_t quarter_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_CLOUD_PLAY_H_
