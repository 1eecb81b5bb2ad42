#include "sim/remedies.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/ownership.h"
#include "sim/terms.h"

namespace tranche {
namespace {

Verdict BadRemedy(std::string explanation, std::string would_be_legal) {
  return Refused("remedy", std::move(explanation), std::move(would_be_legal));
}

// Shares the investor's group may still acquire under a cap; of new shares, which add to the total.
int64_t SharesUnderCap(const World& world, const Deal& deal, uint32_t limit_bp) {
  const int64_t total = world.labs[deal.lab].cap_table.FullyDiluted();
  const int64_t held = SharesOf(world, deal.lab, world.agents[deal.investor].group);
  const int64_t room = MulDivFloor(total, limit_bp, 10'000) - held;
  if (room <= 0) return 0;
  return deal.kind == Deal::Kind::kSecondary ? room : MulDivFloor(room, 10'000, 10'000 - limit_bp);
}

int64_t PriceOf(const World& world, const Deal& deal) {
  return deal.price_micros_per_share > 0 ? deal.price_micros_per_share
                                         : world.labs[deal.lab].last_price_micros_per_share;
}

// The most the deal may be for under a cap.
Cents AmountUnderCap(const World& world, const Deal& deal, uint32_t limit_bp) {
  const int64_t shares = SharesUnderCap(world, deal, limit_bp);
  const int64_t price = PriceOf(world, deal);
  if (static_cast<double>(shares) * static_cast<double>(price) >= 1e4 * kMostCents) {
    return Cents(kMostCents);
  }
  return Cents(MulDivFloor(shares, price, 10'000));
}

void CutAmount(v1::FundingTerms& terms, Cents limit) {
  int64_t excess = terms.amount_cents() - limit.value();
  for (int i = terms.tranches_size() - 1; i >= 0 && excess > 0; --i) {
    v1::Tranche& tranche = *terms.mutable_tranches(i);
    const int64_t cut = std::min(excess, tranche.amount_cents());
    tranche.set_amount_cents(tranche.amount_cents() - cut);
    excess -= cut;
  }
  terms.set_amount_cents(std::min(terms.amount_cents(), limit.value()));
}

void CapStake(const World& world, uint32_t limit_bp, Deal& deal) {
  if (deal.kind == Deal::Kind::kSecondary) {
    deal.secondary.set_shares(
        std::min(deal.secondary.shares(), SharesUnderCap(world, deal, limit_bp)));
  } else {
    CutAmount(deal.terms, AmountUnderCap(world, deal, limit_bp));
  }
}

Verdict CheckDivestiture(const World& world, const Deal& deal, const v1::Remedy& remedy) {
  const AgentId subject = world.FindAgent(remedy.subject());
  const LabId rival = subject.valid() ? world.lab_of(subject) : LabId();
  if (rival.valid() && rival != deal.lab && !world.labs[rival].division &&
      StakePpm(world, rival, world.agents[deal.investor].group) > 100 * remedy.limit_bp()) {
    return Accepted();
  }
  return BadRemedy(absl::StrCat("nothing of \"", remedy.subject(), "\" above ", remedy.limit_bp(),
                                " basis points to divest"),
                   "subject: another lab of which the investor's group holds more than limit_bp, "
                   "and which is no division");
}

}  // namespace

bool IsEmpty(const Deal& deal) {
  switch (deal.kind) {
    case Deal::Kind::kFunding:
      return deal.terms.amount_cents() <= 0;
    case Deal::Kind::kSecondary:
      return deal.secondary.shares() <= 0;
    case Deal::Kind::kMerger:
      return false;
  }
  return false;
}

Verdict CheckRemedies(const World& world, const Deal& deal,
                      const google::protobuf::RepeatedPtrField<v1::Remedy>& remedies) {
  if (remedies.empty() || remedies.size() > kMostRemedies) {
    return BadRemedy(absl::StrCat(remedies.size(), " remedies"),
                     absl::StrCat("1 to ", kMostRemedies));
  }
  for (const v1::Remedy& remedy : remedies) {
    switch (remedy.kind()) {
      case v1::Remedy::KIND_FIREWALL:
      case v1::Remedy::KIND_DATA_FLOW_LIMITS:
      case v1::Remedy::KIND_NON_DISCRIMINATION:
        break;
      case v1::Remedy::KIND_NO_BOARD_SEAT:
      case v1::Remedy::KIND_NO_EXCLUSIVITY:
      case v1::Remedy::KIND_NO_EARLY_ACCESS:
        if (deal.kind != Deal::Kind::kFunding) {
          return BadRemedy(absl::StrCat(v1::Remedy::Kind_Name(remedy.kind()),
                                        " fits an investment, not this deal"),
                           "another remedy");
        }
        break;
      case v1::Remedy::KIND_STAKE_CAP: {
        if (deal.kind == Deal::Kind::kMerger || remedy.limit_bp() >= 10'000) {
          return BadRemedy("a stake cap that fits no part of a company",
                           "limit_bp below 10,000, on a deal for a part of the lab");
        }
        Deal capped = deal;
        CapStake(world, remedy.limit_bp(), capped);
        if (IsEmpty(capped)) {
          return BadRemedy(absl::StrCat("a cap of ", remedy.limit_bp(),
                                        " basis points leaves nothing of the deal"),
                           "a higher limit_bp, or a prohibition");
        }
        break;
      }
      case v1::Remedy::KIND_DIVESTITURE:
        if (Verdict refused = CheckDivestiture(world, deal, remedy)) return refused;
        break;
      default:
        return BadRemedy("a remedy without a kind", "a remedy of the list");
    }
  }
  return Accepted();
}

void AmendTerms(const World& world, absl::Span<const v1::Remedy> remedies, Deal& deal) {
  for (const v1::Remedy& remedy : remedies) {
    switch (remedy.kind()) {
      case v1::Remedy::KIND_NO_BOARD_SEAT:
        deal.terms.set_board_right(v1::BOARD_RIGHT_NONE);
        break;
      case v1::Remedy::KIND_FIREWALL:
        deal.terms.set_firewall(true);
        break;
      case v1::Remedy::KIND_NO_EXCLUSIVITY:
        if (deal.terms.has_cloud_commitment()) {
          deal.terms.mutable_cloud_commitment()->set_exclusive(false);
          deal.terms.mutable_cloud_commitment()->set_exclusive_marketplace(false);
        }
        break;
      case v1::Remedy::KIND_NO_EARLY_ACCESS:
        deal.terms.set_early_access(false);
        break;
      case v1::Remedy::KIND_STAKE_CAP:
        CapStake(world, remedy.limit_bp(), deal);
        break;
      default:  // behaviour after the closing
        break;
    }
  }
}

}  // namespace tranche
