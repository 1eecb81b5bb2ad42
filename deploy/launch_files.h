#ifndef TRANCHE_DEPLOY_LAUNCH_FILES_H_
#define TRANCHE_DEPLOY_LAUNCH_FILES_H_

#include <vector>

#include "absl/strings/string_view.h"

// Files of deploy/ that are built into the command.
namespace tranche {

struct LaunchFile {
  absl::string_view name;
  absl::string_view text;
};

// deploy/slurm/run.sh
absl::string_view SlurmRunScript();

// deploy/kubernetes/base/, of a run
std::vector<LaunchFile> KubernetesBase();
// deploy/kubernetes/sweep/, of an ensemble
std::vector<LaunchFile> KubernetesSweepBase();

}  // namespace tranche

#endif  // TRANCHE_DEPLOY_LAUNCH_FILES_H_
