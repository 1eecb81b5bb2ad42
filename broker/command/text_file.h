#ifndef TRANCHE_BROKER_COMMAND_TEXT_FILE_H_
#define TRANCHE_BROKER_COMMAND_TEXT_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace tranche {

// The whole of a file. NotFound, PermissionDenied or InvalidArgument (a folder) name it.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_TEXT_FILE_H_
