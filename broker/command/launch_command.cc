#include "broker/command/launch_command.h"

#include "broker/command/launch_kubernetes.h"
#include "broker/command/launch_slurm.h"

namespace tranche {

void AddLaunchCommand(CLI::App& app, int& exit_code) {
  CLI::App* launch = app.add_subcommand("launch", "Play a run on a cluster");
  launch->require_subcommand(1);
  AddLaunchSlurmCommand(*launch, exit_code);
  AddLaunchSlurmSweepCommand(*launch, exit_code);
  AddLaunchKubernetesCommand(*launch, exit_code);
  AddLaunchKubernetesSweepCommand(*launch, exit_code);
}

}  // namespace tranche
