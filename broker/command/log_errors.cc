#include "broker/command/log_errors.h"

namespace tranche {

ExitCode ExitCodeOfLogError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kAlreadyExists:
      return kExitUsage;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kDataLoss:
      return kExitBadLog;
    default:
      return kExitIo;
  }
}

}  // namespace tranche
