#include "broker/command/kubernetes_overlay.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "broker/command/text_file.h"

namespace tranche {
namespace {

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

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return absl::OkStatus();
  if (errno == EEXIST) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is there already: name another folder with --out, or remove it"));
  }
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", path));
}

}  // namespace

void AddOverlayOptions(CLI::App& command, OverlayRequest& request) {
  command.add_option("--out", request.folder, "Folder to make [NAME.kubernetes]");
  command.add_option("--image", request.image, "Image that has the tranche command")
      ->capture_default_str();
  command.add_option("--namespace", request.name_space, "Namespace of all objects")
      ->capture_default_str();
}

absl::Status CheckKubernetesName(absl::string_view what, absl::string_view name) {
  const bool fits = !name.empty() && name.size() <= 63 && name.front() != '-' &&
                    name.back() != '-' && absl::c_all_of(name, [](char c) {
                      return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
                    });
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      what, " \"", name, "\": Kubernetes takes up to 63 lower-case letters, digits and hyphens"));
}

absl::Status MakeOverlayFolder(const std::string& path, absl::Span<const LaunchFile> base) {
  if (absl::Status made = MakeFolder(path); !made.ok()) return made;
  const std::string base_path = absl::StrCat(path, "/base");
  if (absl::Status made = MakeFolder(base_path); !made.ok()) return made;
  for (const LaunchFile& file : base) {
    const absl::Status written = WriteTextFile(absl::StrCat(base_path, "/", file.name), file.text);
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

std::string OverlayHeading(absl::string_view command, const OverlayRequest& request) {
  const auto [image, tag] = SplitImage(request.image);
  return absl::StrCat("# Made by tranche launch ", command,
                      ".\n"
                      "apiVersion: kustomize.config.k8s.io/v1beta1\n"
                      "kind: Kustomization\n"
                      "namespace: ",
                      request.name_space,
                      "\n"
                      "resources:\n"
                      "  - base\n"
                      "images:\n"
                      "  - name: tranche\n"
                      "    newName: \"",
                      image, "\"\n    newTag: \"", tag,
                      "\"\n"
                      "generatorOptions:\n"
                      "  disableNameSuffixHash: true\n");
}

std::string YamlString(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

ExitCode ExitCodeOfOverlayError(const absl::Status& status) {
  const bool usage = absl::IsAlreadyExists(status) || absl::IsInvalidArgument(status);
  return usage ? kExitUsage : kExitIo;
}

}  // namespace tranche
