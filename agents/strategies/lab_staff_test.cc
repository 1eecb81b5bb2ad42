#include "agents/strategies/lab_staff.h"

#include <gtest/gtest.h>

namespace tranche {
namespace {

TEST(LabStaffTest, PayAnswersLossesInProportionUpToTheMostItRaises) {
  const StaffStyle style{.most_raise = 0.1, .retention_response = 1.5};
  EXPECT_EQ(RetentionPremium(style, 0, 300), 0);
  // Less than one in a hundred goes unnoticed.
  EXPECT_EQ(RetentionPremium(style, 2, 300), 0);
  EXPECT_DOUBLE_EQ(RetentionPremium(style, 12, 300), 0.06);
  EXPECT_DOUBLE_EQ(RetentionPremium(style, 60, 300), 0.1);
  EXPECT_EQ(RetentionPremium(style, 5, 0), 0);
}

}  // namespace
}  // namespace tranche
