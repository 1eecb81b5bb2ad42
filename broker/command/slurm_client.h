#ifndef TRANCHE_BROKER_COMMAND_SLURM_CLIENT_H_
#define TRANCHE_BROKER_COMMAND_SLURM_CLIENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "broker/command/slurm_job.h"

// Slurm's own commands, called. What they refuse is FailedPrecondition with their words and advice.
namespace tranche {

// The job's number.
absl::StatusOr<std::string> SubmitJob(const std::string& script_path);
// NotFound: Slurm has forgotten the job, as it does some minutes after its end.
absl::StatusOr<SlurmJob> DescribeJob(const std::string& job);
// State and reason of those tasks of an array that aren't over; none when all are.
absl::StatusOr<std::vector<SlurmJob>> TasksToCome(const std::string& job);
// The tasks of an array, while Slurm remembers them.
absl::StatusOr<std::vector<SlurmJob>> DescribeTasks(const std::string& job);
absl::Status CancelJob(const std::string& job);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_SLURM_CLIENT_H_
