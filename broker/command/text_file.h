#ifndef TRANCHE_BROKER_COMMAND_TEXT_FILE_H_
#define TRANCHE_BROKER_COMMAND_TEXT_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tranche {

// The whole of a file. NotFound, PermissionDenied or InvalidArgument (a folder) name it.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

// Writes a file, over the one of that name if there is one. Unavailable names it and says why not.
absl::Status WriteTextFile(const std::string& path, absl::string_view text);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_TEXT_FILE_H_
