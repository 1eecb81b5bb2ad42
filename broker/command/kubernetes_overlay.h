#ifndef TRANCHE_BROKER_COMMAND_KUBERNETES_OVERLAY_H_
#define TRANCHE_BROKER_COMMAND_KUBERNETES_OVERLAY_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/command/exit_codes.h"
#include "deploy/launch_files.h"

// What Kustomize overlays have in common that Tranche writes.
namespace tranche {

// What Kubernetes holds in one ConfigMap or Secret, with room for the names of the parts.
inline constexpr size_t kMostObjectBytes = 1'000'000;

struct OverlayRequest {
  // To make.
  std::string folder;
  std::string image = "tranche:" TRANCHE_VERSION;
  std::string name_space = "default";
};

// --out, --image, --namespace.
void AddOverlayOptions(CLI::App& command, OverlayRequest& request);

// A label of DNS, which is what names of Kubernetes' objects and ours of runs are both made of.
absl::Status CheckKubernetesName(absl::string_view what, absl::string_view name);

// The overlay's folder with the base it refers to. AlreadyExists: it is there.
absl::Status MakeOverlayFolder(const std::string& path, absl::Span<const LaunchFile> base);

// The first lines of its kustomization.yaml, by `tranche launch COMMAND`: namespace, base, image.
std::string OverlayHeading(absl::string_view command, const OverlayRequest& request);

// A string of YAML, whatever is in it.
std::string YamlString(absl::string_view text);
// What a command ends with that could not write an overlay.
ExitCode ExitCodeOfOverlayError(const absl::Status& status);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_KUBERNETES_OVERLAY_H_
