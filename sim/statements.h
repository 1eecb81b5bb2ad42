#ifndef TRANCHE_SIM_STATEMENTS_H_
#define TRANCHE_SIM_STATEMENTS_H_

#include "sim/market.h"
#include "sim/world.h"

namespace tranche {

// The quarter's books for the log, after Ledger::CloseQuarter: one LedgerEntry record for each
// posting, one Statements record for each entity (income statement, cash flow and balance sheet,
// lines of zero left out), one CapTableEntry for each holding.
void WriteStatements(const World& world, MarketOutput& out);

}  // namespace tranche

#endif  // TRANCHE_SIM_STATEMENTS_H_
