#ifndef TRANCHE_BROKER_COMMAND_AUDIT_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_AUDIT_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche audit`: a scenario's figures beside the facts. Its exit code goes to `exit_code`, which
// outlives `app`.
void AddAuditCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_AUDIT_COMMAND_H_
