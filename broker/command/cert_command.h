#ifndef TRANCHE_BROKER_COMMAND_CERT_COMMAND_H_
#define TRANCHE_BROKER_COMMAND_CERT_COMMAND_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche cert`: makes the certificates by which a run's parties know one another.
void AddCertCommand(CLI::App& app, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_CERT_COMMAND_H_
