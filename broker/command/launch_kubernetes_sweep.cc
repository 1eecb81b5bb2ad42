#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "broker/command/kubernetes_overlay.h"
#include "broker/command/launch_kubernetes.h"
#include "broker/command/logging.h"
#include "broker/command/text_file.h"
#include "deploy/launch_files.h"
#include "google/protobuf/text_format.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

struct SweepOptions {
  std::vector<std::string> sweep_arguments;
  int parts = 1;
  OverlayRequest overlay;
};

ExitCode Fail(const absl::Status& status, ExitCode code) {
  ReportError("launch kubernetes-sweep", status);
  return code;
}

// Takes the scenarios that the arguments name, each complete in itself, and lets the arguments name
// them where Pods find them. By file name.
absl::Status TakeScenarios(std::vector<std::string>& arguments,
                           std::map<std::string, std::string>& scenarios) {
  size_t bytes = 0;
  bool is_plugin = false;
  for (std::string& argument : arguments) {
    // A plug-in is the image's, not this machine's.
    if (std::exchange(is_plugin, argument == "--plugin")) continue;
    if (absl::StartsWith(argument, "-") || !fs::is_regular_file(argument)) continue;
    const absl::StatusOr<v1::Scenario> scenario = LoadScenario(argument, ReadTextFile);
    if (!scenario.ok()) return scenario.status();
    const std::string name = fs::path(argument).filename().string();
    std::string text;
    google::protobuf::TextFormat::PrintToString(*scenario, &text);
    bytes += text.size();
    if (!scenarios.emplace(name, std::move(text)).second) {
      return absl::InvalidArgumentError(absl::StrCat("two scenarios are in files named ", name));
    }
    argument = absl::StrCat("/config/", name);
  }
  if (scenarios.empty()) return absl::NotFoundError("no argument names a scenario's file");
  if (bytes > kMostObjectBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the scenarios have ", bytes, " bytes, more than a ConfigMap holds (1 MiB)"));
  }
  return absl::OkStatus();
}

std::string Kustomization(const SweepOptions& options,
                          const std::map<std::string, std::string>& scenarios) {
  std::string text = absl::StrCat(OverlayHeading("kubernetes-sweep", options.overlay),
                                  "configMapGenerator:\n"
                                  "  - name: tranche-sweep\n"
                                  "    literals:\n"
                                  "      - parts=",
                                  options.parts, "\n    files:\n");
  for (const auto& [name, scenario] : scenarios) absl::StrAppend(&text, "      - ", name, "\n");
  absl::StrAppend(&text,
                  "patches:\n"
                  "  - target:\n"
                  "      kind: Job\n"
                  "      name: tranche-sweep\n"
                  "    patch: |-\n"
                  "      - op: replace\n"
                  "        path: /spec/completions\n"
                  "        value: ",
                  options.parts,
                  "\n"
                  "      - op: replace\n"
                  "        path: /spec/parallelism\n"
                  "        value: ",
                  options.parts,
                  "\n"
                  "      - op: replace\n"
                  "        path: /spec/template/spec/containers/0/args\n"
                  "        value:\n");
  for (const std::string& argument : options.sweep_arguments) {
    absl::StrAppend(&text, "          - ", YamlString(argument), "\n");
  }
  return text;
}

absl::Status WriteOverlay(const SweepOptions& options,
                          const std::map<std::string, std::string>& scenarios) {
  const std::string& folder = options.overlay.folder;
  if (absl::Status made = MakeOverlayFolder(folder, KubernetesSweepBase()); !made.ok()) return made;
  for (const auto& [name, scenario] : scenarios) {
    const absl::Status written = WriteTextFile(absl::StrCat(folder, "/", name), scenario);
    if (!written.ok()) return written;
  }
  return WriteTextFile(absl::StrCat(folder, "/kustomization.yaml"),
                       Kustomization(options, scenarios));
}

ExitCode RenderSweep(SweepOptions& options) {
  std::map<std::string, std::string> scenarios;
  if (absl::Status taken = TakeScenarios(options.sweep_arguments, scenarios); !taken.ok()) {
    return Fail(taken, absl::IsNotFound(taken) ? kExitUsage : kExitBadScenario);
  }
  // A Pod asks for one core, however many its node has.
  std::vector<std::string>& arguments = options.sweep_arguments;
  if (absl::c_none_of(arguments, [](const std::string& argument) {
        return absl::StartsWith(argument, "--jobs") || absl::StartsWith(argument, "-j");
      })) {
    arguments.emplace_back("--jobs=1");
  }
  std::string& folder = options.overlay.folder;
  if (folder.empty()) {
    folder = absl::StrCat(fs::path(scenarios.begin()->first).stem().string(), "-sweep.kubernetes");
  }
  if (absl::Status fits = CheckKubernetesName("--namespace", options.overlay.name_space);
      !fits.ok()) {
    return Fail(fits, kExitUsage);
  }
  if (absl::Status written = WriteOverlay(options, scenarios); !written.ok()) {
    return Fail(written, ExitCodeOfOverlayError(written));
  }
  const std::string kubectl = absl::StrCat("kubectl --namespace ", options.overlay.name_space);
  std::cout << "manifests of the sweep are in " << folder << "/\n"
            << "look:   kubectl kustomize " << folder << "\n"
            << "start:  kubectl apply -k " << folder << "\n"
            << "await:  " << kubectl
            << " wait --for=condition=complete --timeout=-1s job/tranche-sweep\n"
            << "merge:  " << kubectl
            << " patch job tranche-merge --patch '{\"spec\":{\"suspend\":false}}'\n"
            << "Then results.db is on the volume tranche-results.\n";
  return kExitOk;
}

}  // namespace

void AddLaunchKubernetesSweepCommand(CLI::App& launch, int& exit_code) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* sweep = launch.add_subcommand(
      "kubernetes-sweep",
      "Write the manifests of an ensemble: an Indexed Job, and one that merges");
  sweep->footer(
      "What stands behind -- goes to tranche sweep.\n"
      "Example: tranche launch kubernetes-sweep --parts 8 -- \\\n"
      "           deploy/scenarios/duopoly.textproto --seeds 1..100\n"
      "Exit codes: 0 written, 2 usage, 3 bad scenario, 7 failure of output");
  sweep
      ->add_option("sweep", options->sweep_arguments,
                   "Arguments of tranche sweep but --output and --shard")
      ->required();
  sweep->add_option("--parts", options->parts, "How many Pods share the ensemble")
      ->check(CLI::PositiveNumber)
      ->required();
  AddOverlayOptions(*sweep, options->overlay);
  sweep->callback([options, &exit_code] { exit_code = RenderSweep(*options); });
}

}  // namespace tranche
