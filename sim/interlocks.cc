#include "sim/interlocks.h"

#include "sim/ownership.h"

namespace tranche {
namespace {

// Dollars of sales a year from which interlocks are barred; 0: no regime bars any.
double BarredFromSales(const World& world) {
  if (world.scenario.switches().no_interlock_rule()) return 0;
  double least = 0;
  for (size_t j = 0; j < world.regimes.size(); ++j) {
    const double sales = world.regimes[j].interlock_sales_usd_millions() * 1e6;
    if (world.has_regime[j] && sales > 0 && (least == 0 || sales < least)) least = sales;
  }
  return least;
}

double SalesAYear(const World& world, LabId lab) {
  Cents revenue;
  for (const SegmentOutcome& outcome : world.labs[lab].outcome) revenue += outcome.revenue;
  return static_cast<double>(revenue.value()) / 100 * 4;
}

bool SitsAt(const World& world, LabId lab, GroupId group) {
  return BoardRightOf(world, lab, group) == v1::BOARD_RIGHT_SEAT ||
         ControllerOf(world, lab) == group;
}

LabId RivalWithSeat(const World& world, LabId lab, GroupId group, double least_sales) {
  if (SalesAYear(world, lab) < least_sales) return LabId();
  for (LabId rival : world.labs.ids()) {
    if (rival == lab || !world.agent_of(rival).active) continue;
    if (SitsAt(world, rival, group) && SalesAYear(world, rival) >= least_sales) return rival;
  }
  return LabId();
}

}  // namespace

LabId InterlockedRival(const World& world, LabId lab, GroupId group, v1::BoardRight right) {
  if (right != v1::BOARD_RIGHT_SEAT && BoardRightOf(world, lab, group) != v1::BOARD_RIGHT_SEAT) {
    return LabId();
  }
  return RivalWithSeat(world, lab, group, BarredFromSales(world));
}

LabId BarredInterlock(const World& world, LabId lab, GroupId group) {
  const double least_sales = BarredFromSales(world);
  return least_sales > 0 ? RivalWithSeat(world, lab, group, least_sales) : LabId();
}

}  // namespace tranche
