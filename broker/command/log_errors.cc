#include "broker/command/log_errors.h"

#include <cstdio>
#include <string>

namespace tranche {

ExitCode ExitCodeOfLogError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kDataLoss:
      return kExitBadLog;
    default:
      return kExitIo;
  }
}

void PrintCommandError(absl::string_view command, const absl::Status& status) {
  std::fprintf(stderr, "tranche %s: %s\n", std::string(command).c_str(),
               std::string(status.message()).c_str());
}

}  // namespace tranche
