#include "sim/concentration.h"

#include "sim/check.h"

namespace tranche {
namespace {

constexpr double kPoints = 10'000;

}  // namespace

double Hhi(absl::Span<const double> shares) {
  double sum = 0;
  for (const double share : shares) sum += share * share;
  return kPoints * sum;
}

double HhiChange(double share_a, double share_b) { return kPoints * 2 * share_a * share_b; }

Concentration ClassifyUs2023(double hhi) {
  if (hhi > 1'800) return Concentration::kHigh;
  return hhi < 1'000 ? Concentration::kUnconcentrated : Concentration::kModerate;
}

bool PresumedUnlawfulUs2023(double hhi_after, double change, double merged_share) {
  return change > 100 && (hhi_after > 1'800 || merged_share > 0.3);
}

bool RaisesConcernsEu2004(double hhi_after, double change) {
  if (hhi_after < 1'000) return false;
  return change >= (hhi_after > 2'000 ? 150 : 250);
}

double ProfitWeight(const Ownership& ownership, size_t k, size_t j) {
  const auto& [firms, owners, control, interest] = ownership;
  TRANCHE_CHECK(k < firms && j < firms, "no such firm");
  TRANCHE_CHECK(control.size() == firms * owners && interest.size() == firms * owners,
                "control and interest must be owners by firms");
  if (j == k) return 1;
  double in_other = 0;
  double in_own = 0;
  for (size_t i = 0; i < owners; ++i) {
    in_other += control[i * firms + k] * interest[i * firms + j];
    in_own += control[i * firms + k] * interest[i * firms + k];
  }
  return in_own == 0 ? 0 : in_other / in_own;
}

double ModifiedHhi(absl::Span<const double> shares, const Ownership& ownership) {
  TRANCHE_CHECK(shares.size() == ownership.firms, "one share per firm");
  double sum = 0;
  for (size_t k = 0; k < shares.size(); ++k) {
    for (size_t j = 0; j < shares.size(); ++j) {
      sum += ProfitWeight(ownership, k, j) * shares[k] * shares[j];
    }
  }
  return kPoints * sum;
}

double ModifiedHhiChange(PartialControl control, double interest, double acquirer_share,
                         double target_share) {
  TRANCHE_CHECK(interest > 0 && interest <= 1, "interest must be in (0, 1]");
  const double beta = interest;
  double weight = 0;
  switch (control) {
    case PartialControl::kSilentFinancialInterest:
      weight = beta;
      break;
    case PartialControl::kTotalControl:
      weight = beta + 1 / beta;
      break;
    case PartialControl::kOneWayControl:
      weight = 1 + beta;
      break;
    case PartialControl::kCoasianJointControl:
      weight = 2;
      break;
    case PartialControl::kProportionalControl:
      weight = beta + beta / (beta * beta + (1 - beta) * (1 - beta));
      break;
  }
  return kPoints * weight * acquirer_share * target_share;
}

}  // namespace tranche
