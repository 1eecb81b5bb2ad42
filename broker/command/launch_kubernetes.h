#ifndef TRANCHE_BROKER_COMMAND_LAUNCH_KUBERNETES_H_
#define TRANCHE_BROKER_COMMAND_LAUNCH_KUBERNETES_H_

#include <CLI/CLI.hpp>

namespace tranche {

// `tranche launch kubernetes`: the manifests of one run, for `kubectl apply -k`.
void AddLaunchKubernetesCommand(CLI::App& launch, int& exit_code);
// `tranche launch kubernetes-sweep`: those of an ensemble.
void AddLaunchKubernetesSweepCommand(CLI::App& launch, int& exit_code);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LAUNCH_KUBERNETES_H_
