#include "broker/command/launch_kubernetes.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "broker/command/exit_codes.h"
#include "broker/command/logging.h"
#include "broker/command/run_certificates.h"
#include "broker/command/text_file.h"
#include "deploy/launch_files.h"
#include "google/protobuf/text_format.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

// What Kubernetes holds in one ConfigMap or Secret, with room for the names of the parts.
constexpr size_t kMostObjectBytes = 1'000'000;
constexpr size_t kCertificateBytes = 4096;

struct KubernetesOptions {
  std::string scenario;
  std::string folder;
  std::string run;
  uint64_t seed = 1;
  size_t agents_per_process = 1;
  std::string image = "tranche:" TRANCHE_VERSION;
  std::string name_space = "default";
  int days = 60;
};

// A label of DNS, which is what names of Kubernetes' objects and ours of runs are both made of.
absl::Status CheckName(absl::string_view what, absl::string_view name) {
  const bool fits = !name.empty() && name.size() <= 63 && name.front() != '-' &&
                    name.back() != '-' && absl::c_all_of(name, [](char c) {
                      return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
                    });
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      what, " \"", name, "\": Kubernetes takes up to 63 lower-case letters, digits and hyphens"));
}

// The image's name and its tag, as kustomize wants them apart. A colon in a registry's port is no
// tag.
std::pair<std::string, std::string> SplitImage(const std::string& image) {
  const size_t colon = image.rfind(':');
  const size_t slash = image.rfind('/');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) {
    return {image, "latest"};
  }
  return {image.substr(0, colon), image.substr(colon + 1)};
}

std::string Kustomization(const KubernetesOptions& options, size_t processes) {
  const auto [image, tag] = SplitImage(options.image);
  std::string text = absl::StrCat(
      "# Made by tranche launch kubernetes.\n"
      "apiVersion: kustomize.config.k8s.io/v1beta1\n"
      "kind: Kustomization\n"
      "namespace: ",
      options.name_space,
      "\n"
      "resources:\n"
      "  - base\n"
      "images:\n"
      "  - name: tranche\n"
      "    newName: \"",
      image, "\"\n    newTag: \"", tag,
      "\"\n"
      "generatorOptions:\n"
      "  disableNameSuffixHash: true\n"
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
                  items);
  return text;
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return absl::OkStatus();
  if (errno == EEXIST) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is there already: name another folder with --out, or remove it"));
  }
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", path));
}

absl::Status WriteFile(const std::string& path, absl::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out.good()) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
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
  if (absl::Status made = MakeFolder(options.folder); !made.ok()) return made;
  const std::string base = absl::StrCat(options.folder, "/base");
  if (absl::Status made = MakeFolder(base); !made.ok()) return made;
  for (const LaunchFile& file : KubernetesBase()) {
    const absl::Status written = WriteFile(absl::StrCat(base, "/", file.name), file.text);
    if (!written.ok()) return written;
  }
  if (absl::Status written =
          WriteFile(absl::StrCat(options.folder, "/scenario.textproto"), scenario_text);
      !written.ok()) {
    return written;
  }
  RunCertificates certificates;
  certificates.folder = absl::StrCat(options.folder, "/certificates");
  certificates.run = options.run;
  certificates.validity = ValidFor(absl::Hours(24 * options.days));
  certificates.hosts = {"tranche-broker",
                        absl::StrCat("tranche-broker.", options.name_space, ".svc")};
  certificates.agents_per_process = options.agents_per_process;
  if (absl::Status made = WriteRunCertificates(certificates, scenario); !made.ok()) return made;
  return WriteFile(absl::StrCat(options.folder, "/kustomization.yaml"),
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
  if (options.folder.empty()) options.folder = absl::StrCat(options.run, ".kubernetes");
  for (const absl::Status& fits :
       {CheckName("--run", options.run), CheckName("--namespace", options.name_space)}) {
    if (!fits.ok()) return fail(fits, kExitUsage);
  }
  if (absl::Status written = WriteOverlay(options, *scenario); !written.ok()) {
    const bool usage = absl::IsAlreadyExists(written) || absl::IsInvalidArgument(written);
    return fail(written, usage ? kExitUsage : kExitIo);
  }
  const std::string in_namespace = absl::StrCat(" --namespace ", options.name_space);
  std::cout << "manifests of run " << options.run << " are in " << options.folder << "/\n"
            << "look:   kubectl kustomize " << options.folder << "\n"
            << "start:  kubectl apply -k " << options.folder << "\n"
            << "follow: kubectl logs" << in_namespace << " --follow job/tranche-broker\n"
            << "end:    kubectl delete -k " << options.folder << "\n"
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
  kubernetes->add_option("--out", options->folder, "Folder to make [RUN.kubernetes]");
  kubernetes->add_option("--run", options->run, "Name of the run [SCENARIO-SEED]");
  kubernetes->add_option("--seed", options->seed, "Another seed is another course of events")
      ->capture_default_str();
  kubernetes
      ->add_option("--agents-per-process", options->agents_per_process,
                   "How many agents share a process, and so a Pod")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  kubernetes->add_option("--image", options->image, "Image that has the tranche command")
      ->capture_default_str();
  kubernetes->add_option("--namespace", options->name_space, "Namespace of all objects")
      ->capture_default_str();
  kubernetes->add_option("--days", options->days, "How long the certificates are valid")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  kubernetes->callback([options, &exit_code] { exit_code = RenderForKubernetes(*options); });
}

}  // namespace tranche
