#ifndef TRANCHE_BROKER_COMMAND_LAUNCH_SLURM_H_
#define TRANCHE_BROKER_COMMAND_LAUNCH_SLURM_H_

#include <CLI/CLI.hpp>
#include <string>

#include "broker/command/slurm_job.h"

namespace tranche {

// The program that is running; jobs start the same one.
std::string OwnProgramPath();
// --partition, --account, --time, --sbatch.
void AddRequestOptions(CLI::App& command, SlurmRequest& request);

// `tranche launch slurm`: a run as one Slurm job, followed to its end.
void AddLaunchSlurmCommand(CLI::App& launch, int& exit_code);
// `tranche launch slurm-sweep`: an ensemble as a job array, merged at the end.
void AddLaunchSlurmSweepCommand(CLI::App& launch, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LAUNCH_SLURM_H_
