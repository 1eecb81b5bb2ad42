#ifndef TRANCHE_AGENTS_PLUGIN_PLUGIN_FILE_H_
#define TRANCHE_AGENTS_PLUGIN_PLUGIN_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// A plug-in as a file: read, never run.
namespace tranche {

// What is to be known of a plug-in before it is loaded.
struct PluginFile {
  // As agents/plugin/abi.h has it.
  std::string abi;
  // Whether it defines what the program that loads it defines: Tranche was linked into it.
  bool holds_tranche = false;
};

// Reads the bytes of a shared library. Errors, all of which say what the file is and what it would
// have to be: InvalidArgument (no ELF file, another machine's, no shared library, cut short),
// NotFound (a shared library that is no plug-in of Tranche).
absl::StatusOr<PluginFile> ReadPluginFile(absl::string_view bytes);

// Whether a plug-in that describes itself by `plugin` can be loaded into a program that describes
// itself by `host`. FailedPrecondition lists each thing that differs, with both values.
absl::Status CompareAbi(absl::string_view plugin, absl::string_view host);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_PLUGIN_PLUGIN_FILE_H_
