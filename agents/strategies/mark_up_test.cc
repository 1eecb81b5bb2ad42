#include "agents/strategies/mark_up.h"

#include <gtest/gtest.h>

#include "sim/det_math.h"

namespace tranche {
namespace {

// Profit of a seller with logit demand against rivals whose utilities sum to `others` (as e^u).
double Profit(double price, double cost, double a, double others) {
  const double own = DetExp(2 - a * price);
  return (price - cost) * own / (own + others);
}

TEST(MarkUpTest, IsTheBestReplyUnderLogitDemand) {
  const double cost = 1;
  const double a = 0.8;
  const double others = 1.5;
  double price = 2;
  for (int i = 0; i < 200; ++i) {
    const double own = DetExp(2 - a * price);
    price = (price + LogitMarkUpPrice(cost, a, own / (own + others))) / 2;
  }
  EXPECT_GT(Profit(price, cost, a, others), Profit(price + 0.01, cost, a, others));
  EXPECT_GT(Profit(price, cost, a, others), Profit(price - 0.01, cost, a, others));
}

TEST(MarkUpTest, MovesByAtMostTheGivenPart) {
  EXPECT_DOUBLE_EQ(Towards(100, 300, 0.1), 110);
  EXPECT_DOUBLE_EQ(Towards(100, 3, 0.1), 90);
  EXPECT_DOUBLE_EQ(Towards(100, 104, 0.1), 104);
}

}  // namespace
}  // namespace tranche
