#ifndef TRANCHE_BROKER_COMMAND_SUMMARY_H_
#define TRANCHE_BROKER_COMMAND_SUMMARY_H_

#include <ostream>

#include "broker/log/run_log.h"

namespace tranche {

// What happened in a run, for a person to read: the run's digest, its log, and what to do next.
// Everything in it is read from the log.
void PrintSummary(const RunLog& log, std::ostream& out);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_SUMMARY_H_
