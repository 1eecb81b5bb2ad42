#include "broker/command/launch_kubernetes.h"

#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "broker/command/exit_codes.h"
#include "broker/command/kubernetes_overlay.h"
#include "broker/command/logging.h"
#include "broker/command/run_certificates.h"
#include "broker/command/text_file.h"
#include "deploy/launch_files.h"
#include "google/protobuf/text_format.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

constexpr size_t kCertificateBytes = 4096;

struct KubernetesOptions {
  std::string scenario;
  OverlayRequest overlay;
  std::string run;
  uint64_t seed = 1;
  std::vector<std::string> plugins;  // in the image
  size_t agents_per_process = 1;
  int days = 60;
};

// The operations of a patch that let a Job's container load the plug-ins.
std::string PluginOperations(const std::vector<std::string>& plugins) {
  std::string operations;
  for (const std::string& plugin : plugins) {
    absl::StrAppend(&operations,
                    "      - op: add\n"
                    "        path: /spec/template/spec/containers/0/command/-\n"
                    "        value: ",
                    YamlString(absl::StrCat("--plugin=", plugin)), "\n");
  }
  return operations;
}

std::string Kustomization(const KubernetesOptions& options, size_t processes) {
  std::string text = absl::StrCat(OverlayHeading("kubernetes", options.overlay),
                                  "configMapGenerator:\n"
                                  "  - name: tranche-run\n"
                                  "    literals:\n"
                                  "      - run=",
                                  options.run, "\n      - seed=", options.seed,
                                  "\n"
                                  "    files:\n"
                                  "      - scenario.textproto\n"
                                  "secretGenerator:\n"
                                  "  - name: tranche-broker\n"
                                  "    files:\n"
                                  "      - certificates/broker/ca.crt\n"
                                  "      - certificates/broker/tls.crt\n"
                                  "      - certificates/broker/tls.key\n"
                                  "  - name: tranche-agents\n"
                                  "    files:\n");
  std::string items;
  for (size_t k = 0; k < processes; ++k) {
    for (const char* file : {"ca.crt", "tls.crt", "tls.key"}) {
      absl::StrAppend(&text, "      - ", k, ".", file, "=certificates/processes/", k, "/", file,
                      "\n");
      absl::StrAppend(&items, "          - key: ", k, ".", file, "\n            path: ", k, "/",
                      file, "\n");
    }
  }
  absl::StrAppend(&text,
                  "patches:\n"
                  "  - target:\n"
                  "      kind: Job\n"
                  "      name: tranche-agents\n"
                  "    patch: |-\n"
                  "      - op: replace\n"
                  "        path: /spec/completions\n"
                  "        value: ",
                  processes,
                  "\n"
                  "      - op: replace\n"
                  "        path: /spec/parallelism\n"
                  "        value: ",
                  processes,
                  "\n"
                  "      - op: add\n"
                  "        path: /spec/template/spec/volumes/0/secret/items\n"
                  "        value:\n",
                  items, PluginOperations(options.plugins));
  if (!options.plugins.empty()) {
    absl::StrAppend(&text,
                    "  - target:\n"
                    "      kind: Job\n"
                    "      name: tranche-broker\n"
                    "    patch: |-\n",
                    PluginOperations(options.plugins));
  }
  return text;
}

absl::Status WriteOverlay(const KubernetesOptions& options, const v1::Scenario& scenario) {
  const size_t processes = AgentBlocks(scenario, options.agents_per_process).size();
  std::string scenario_text;
  google::protobuf::TextFormat::PrintToString(scenario, &scenario_text);
  if (scenario_text.size() > kMostObjectBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the scenario has ", scenario_text.size(),
                                                   " bytes, more than a ConfigMap holds (1 MiB)"));
  }
  if (processes * kCertificateBytes > kMostObjectBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a Secret (1 MiB) doesn't hold the certificates of ", processes,
                     " processes: more --agents-per-process make fewer"));
  }
  if (absl::Status made = MakeOverlayFolder(options.overlay.folder, KubernetesBase()); !made.ok()) {
    return made;
  }
  if (absl::Status written =
          WriteTextFile(absl::StrCat(options.overlay.folder, "/scenario.textproto"), scenario_text);
      !written.ok()) {
    return written;
  }
  RunCertificates certificates;
  certificates.folder = absl::StrCat(options.overlay.folder, "/certificates");
  certificates.run = options.run;
  certificates.validity = ValidFor(absl::Hours(24 * options.days));
  certificates.hosts = {"tranche-broker",
                        absl::StrCat("tranche-broker.", options.overlay.name_space, ".svc")};
  certificates.agents_per_process = options.agents_per_process;
  if (absl::Status made = WriteRunCertificates(certificates, scenario); !made.ok()) return made;
  return WriteTextFile(absl::StrCat(options.overlay.folder, "/kustomization.yaml"),
                       Kustomization(options, processes));
}

ExitCode RenderForKubernetes(KubernetesOptions& options) {
  const auto fail = [](const absl::Status& status, ExitCode code) {
    ReportError("launch kubernetes", status);
    return code;
  };
  const absl::StatusOr<v1::Scenario> scenario = LoadScenario(options.scenario, ReadTextFile);
  if (!scenario.ok()) return fail(scenario.status(), kExitBadScenario);
  if (options.run.empty()) options.run = absl::StrCat(scenario->name(), "-", options.seed);
  if (options.overlay.folder.empty())
    options.overlay.folder = absl::StrCat(options.run, ".kubernetes");
  for (const absl::Status& fits :
       {CheckKubernetesName("--run", options.run),
        CheckKubernetesName("--namespace", options.overlay.name_space)}) {
    if (!fits.ok()) return fail(fits, kExitUsage);
  }
  if (absl::Status written = WriteOverlay(options, *scenario); !written.ok()) {
    return fail(written, ExitCodeOfOverlayError(written));
  }
  const std::string in_namespace = absl::StrCat(" --namespace ", options.overlay.name_space);
  std::cout << "manifests of run " << options.run << " are in " << options.overlay.folder << "/\n"
            << "look:   kubectl kustomize " << options.overlay.folder << "\n"
            << "start:  kubectl apply -k " << options.overlay.folder << "\n"
            << "follow: kubectl logs" << in_namespace << " --follow job/tranche-broker\n"
            << "end:    kubectl delete -k " << options.overlay.folder << "\n"
            << "There are private keys in it: keep it to yourself.\n";
  return kExitOk;
}

}  // namespace

void AddLaunchKubernetesCommand(CLI::App& launch, int& exit_code) {
  auto options = std::make_shared<KubernetesOptions>();
  CLI::App* kubernetes = launch.add_subcommand(
      "kubernetes",
      "Write the manifests of a run: a Job for the broker, an Indexed Job for agents");
  kubernetes->footer(
      "Example: tranche launch kubernetes deploy/scenarios/duopoly.textproto --agents-per-process "
      "3\n"
      "Exit codes: 0 written, 2 usage, 3 bad scenario, 7 failure of output");
  kubernetes->add_option("scenario", options->scenario, "File that describes the market")
      ->required();
  kubernetes->add_option("--run", options->run, "Name of the run [SCENARIO-SEED]");
  kubernetes->add_option("--seed", options->seed, "Another seed is another course of events")
      ->capture_default_str();
  kubernetes
      ->add_option("--agents-per-process", options->agents_per_process,
                   "How many agents share a process, and so a Pod")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  kubernetes
      ->add_option("--plugin", options->plugins,
                   "Strategies of your own: the path of a plug-in in the image")
      ->type_name("PATH")
      ->allow_extra_args(false);
  AddOverlayOptions(*kubernetes, options->overlay);
  kubernetes->add_option("--days", options->days, "How long the certificates are valid")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  kubernetes->callback([options, &exit_code] { exit_code = RenderForKubernetes(*options); });
}

}  // namespace tranche
