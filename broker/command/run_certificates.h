#ifndef TRANCHE_BROKER_COMMAND_RUN_CERTIFICATES_H_
#define TRANCHE_BROKER_COMMAND_RUN_CERTIFICATES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "identity/authority.h"
#include "tranche/v1/scenario.pb.h"

// Everybody's credentials for one run, as a tree of folders (see identity/credentials.h):
//
//   FOLDER/broker/          for tranche run --serve
//   FOLDER/operator/        for whoever controls the run and reads its log
//   FOLDER/agents/NAME/     for tranche agent, one for each agent
//   FOLDER/processes/K/     for processes that host several agents, K from 0, if that is asked for
//
// The authority's key is in none of them: it is forgotten once all are made, so nobody can steal
// it. Whoever needs more makes a new tree.
namespace tranche {

struct RunCertificates {
  std::string folder;
  // Of the run that they open.
  std::string run;
  Validity validity;
  // Host names or addresses that the broker's certificate bears beside the one that Tranche looks
  // for.
  std::vector<std::string> hosts;
  // 0: no processes/.
  size_t agents_per_process = 0;
};

// Agents by name, cut into the blocks that processes of a run host: the first `agents_per_process`,
// the next ones, …
std::vector<std::vector<v1::AgentSpec>> AgentBlocks(const v1::Scenario& scenario,
                                                    size_t agents_per_process);

// From an hour ago, since clocks differ, for `lifetime` from now on.
Validity ValidFor(absl::Duration lifetime);

// Makes the tree. Errors: AlreadyExists, if the folder is there; InvalidArgument (see
// Authority::Issue); what the system says. What was written before an error is taken away.
absl::Status WriteRunCertificates(const RunCertificates& wanted, const v1::Scenario& scenario);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_RUN_CERTIFICATES_H_
