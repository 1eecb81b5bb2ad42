#ifndef TRANCHE_BROKER_COMMAND_EXTERNAL_PROGRAM_H_
#define TRANCHE_BROKER_COMMAND_EXTERNAL_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace tranche {

struct ExternalResult {
  // Exit code; not 0 if a signal ended it.
  int code = 0;
  std::string out;
  std::string err;
};

// Runs a program, by its path or one of the system's by name, without input, and waits for its end.
// NotFound: there is no such program.
absl::StatusOr<ExternalResult> RunExternal(const std::string& program,
                                           const std::vector<std::string>& arguments);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_EXTERNAL_PROGRAM_H_
