#ifndef TRANCHE_SIM_ANTI_DILUTION_H_
#define TRANCHE_SIM_ANTI_DILUTION_H_

#include "sim/cap_table.h"
#include "sim/deals.h"
#include "sim/market.h"
#include "sim/world.h"
#include "tranche/v1/types.pb.h"

// Down-round protection: what holders of a series get when a later round sells below the price at
// which their shares convert.
//
// With A the fully diluted shares before the new money (notes converted, pool enlarged), N the new
// money, P its price, CP the series' conversion price,
//
//   weighted average   CP' = CP (A + N / CP) / (A + N / P)        (broad-based)
//   full ratchet       CP' = P
//
// and each share of the series converts into CP / CP' as many as before: the holder gets the
// difference, rounded down, for nothing. All of a round's live money counts, whenever it is drawn.
// Liquidation preferences don't change. New money bears a part of the dilution: its price is that
// of the signing.
//
// Source: Feld and Mendelson (2019), Venture Deals, chapter 5, on the two forms.
//
// Switch: `no_anti_dilution`.
namespace tranche {

DilutionProtection ProtectionFrom(v1::AntiDilution anti_dilution);

// At the first drawing of a priced round, before its shares are issued.
void ProtectEarlierSeries(World& world, const Deal& deal, SharePrice price, Cents new_money,
                          MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_ANTI_DILUTION_H_
