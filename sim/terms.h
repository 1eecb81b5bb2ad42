#ifndef TRANCHE_SIM_TERMS_H_
#define TRANCHE_SIM_TERMS_H_

#include <cstdint>

#include "sim/ids.h"
#include "sim/money.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/terms.pb.h"

// Whether terms are well formed: complete, in range and about things that exist. Whether the
// parties can agree on them (cash, capacity, exclusivity, law) is checked where they do.
//
// Every amount an agent may name is bounded here, so that no arithmetic on it overflows.
namespace tranche {

// The largest amount a message may name: $10 trillion.
inline constexpr int64_t kMostCents = 1'000'000'000'000'000;
// The largest unit price: $1 billion.
inline constexpr int64_t kMostMicros = 1'000'000'000'000'000;
inline constexpr int64_t kMostAccelerators = 1'000'000'000;
inline constexpr uint32_t kMostTermQuarters = 80;
inline constexpr int kMostTranches = 12;
inline constexpr int kMostRemedies = 16;

// Rule "terms" unless the amount is in 1 to kMostCents. `what` names it.
Verdict CheckAmount(int64_t cents, absl::string_view what);

// Terms on which `investor` funds a lab. Rule "terms".
Verdict CheckFundingTerms(const World& world, AgentId investor, const v1::FundingTerms& terms);
Verdict CheckCapacityTerms(const World& world, const v1::CapacityTerms& terms);
Verdict CheckMarketplaceTerms(const v1::MarketplaceTerms& terms);
Verdict CheckLicenceTerms(const v1::LicenceTerms& terms);
Verdict CheckMergerTerms(const World& world, const v1::MergerTerms& terms);
// The lab exists and the price is in range; whether the seller has the shares is for the sale.
Verdict CheckSecondaryTerms(const World& world, const v1::SecondaryTerms& terms);

// What a reservation costs over its whole term when it is used in full, with its ramp. Terms must
// have passed CheckCapacityTerms.
Cents TotalPrice(const World& world, const v1::CapacityTerms& terms);
// The contract on these terms, unsigned.
Contract ReservationOn(const v1::CapacityTerms& terms);
// What the customer owes in one quarter for `accelerators` at full use.
Cents QuarterPrice(const World& world, int64_t accelerators, int64_t price_micros_per_gpu_hour);

// Part of `terms.amount_cents` paid in compute credits.
Cents CreditsPart(const v1::FundingTerms& terms, Cents amount);

// The group's cloud that grants credits under these terms: the commitment's, else the group's
// first. Invalid: the group has none.
CloudId CloudOfGroup(const World& world, GroupId group);
CloudId CreditingCloud(const World& world, AgentId investor, const v1::FundingTerms& terms);

}  // namespace tranche

#endif  // TRANCHE_SIM_TERMS_H_
