#ifndef TRANCHE_BROKER_COMMAND_INSPECT_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_INSPECT_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche inspect`: a log as a page in the browser, live while its run goes on. `tranche report`:
// the story of a run as one file.
void AddInspectCommand(CLI::App& app, int& exit_code);
void AddReportCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_INSPECT_COMMAND_H_
