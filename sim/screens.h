#ifndef TRANCHE_SIM_SCREENS_H_
#define TRANCHE_SIM_SCREENS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/deals.h"
#include "sim/ids.h"
#include "sim/money.h"
#include "sim/world.h"
#include "tranche/v1/types.pb.h"
#include "tranche/v1/view.pb.h"

// What a deal does to the market for models, and whose law it falls under.
namespace tranche {

// Shares are of last quarter's revenue from models, over corporate groups: labs that a group
// controls count as one firm.
struct ReviewScreens {
  // Part of the lab that the investor's group would hold, fully diluted, all tranches drawn and
  // notes converted at the last price.
  uint32_t stake_after_bp = 0;
  double hhi = 0;
  double hhi_change = 0;  // were the investor's group and the lab one
  // O'Brien and Salop's modified index with today's stakes, and its change by the deal.
  double mhhi = 0;
  double mhhi_change = 0;
  uint32_t combined_share_bp = 0;
  std::vector<LabId> rivals_held;
  bool interlock = false;  // Clayton Act, section 8
  bool exclusive_terms = false;
  bool foreign_investor = false;  // from another country than the regulator's
  // The deal gives sole or joint control: more than half of the lab, or a quarter and a seat.
  bool has_control = false;
};

// `regulator` decides what is foreign. Where the scenario switches dual allegiance off, stakes in
// rivals aren't weighed: the modified index is the plain one.
ReviewScreens ScreenDeal(const World& world, const Deal& deal, RegulatorId regulator);

// Shares that the deal adds to the investor's, and to the lab's total.
struct SharesOfDeal {
  int64_t acquired = 0;
  int64_t issued = 0;
};
SharesOfDeal SharesOf(const World& world, const Deal& deal);

// What the investor's group would hold by the deal: its price, and what it holds already at the
// last price (16 CFR 801.13 adds up holdings so).
Cents TransactionValue(const World& world, const Deal& deal);

// Why the deal must be notified under the regime; nothing: it needn't. A deal must if its value
// reaches the threshold, and the stake does (any stake where the threshold is 0), and, where the
// regime is for foreign investors, the investor is one. Beyond that:
//   * United States: an investment of at most a tenth of the lab, without seat, observer, books,
//     early access or exclusivity, by a group that owns no part of a rival, is exempt ("solely for
//     the purpose of investment", 15 U.S.C. 18a(c)(9), 16 CFR 802.9).
//   * CFIUS: a seat, an observer or access to unreleased models is enough, whatever the stake: a
//     "covered investment" (31 CFR 800.211).
std::optional<std::string> GroundForFiling(const World& world, const Deal& deal,
                                           RegulatorId regulator);

// The regulator's file on the deal.
void FillReviewFile(const World& world, const Deal& deal, const Review& review,
                    v1::ReviewFile* file);
void FillReviewView(const World& world, const Review& review, v1::ReviewView* view);

}  // namespace tranche

#endif  // TRANCHE_SIM_SCREENS_H_
