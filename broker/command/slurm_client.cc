#include "broker/command/slurm_client.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/command/external_program.h"

namespace tranche {
namespace {

absl::StatusOr<std::string> Call(const std::string& command,
                                 const std::vector<std::string>& arguments) {
  const absl::StatusOr<ExternalResult> result = RunExternal(command, arguments);
  if (absl::IsNotFound(result.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        result.status().message(), ": submit from a machine that has Slurm's commands"));
  }
  if (!result.ok()) return result.status();
  if (result->code == 0) return result->out;
  if (absl::StrContains(result->err, "Invalid job id")) {
    return absl::NotFoundError(absl::StripAsciiWhitespace(result->err));
  }
  return absl::FailedPreconditionError(ExplainSlurmError(command, result->err));
}

}  // namespace

absl::StatusOr<std::string> SubmitJob(const std::string& script_path) {
  const absl::StatusOr<std::string> said = Call("sbatch", {"--parsable", script_path});
  if (!said.ok()) return said.status();
  // "NUMBER" or "NUMBER;CLUSTER".
  std::string job = said->substr(0, said->find(';'));
  absl::StripAsciiWhitespace(&job);
  return job;
}

absl::StatusOr<SlurmJob> DescribeJob(const std::string& job) {
  const absl::StatusOr<std::string> said = Call("scontrol", {"show", "job", "--oneliner", job});
  if (!said.ok()) return said.status();
  return ParseSlurmJob(*said);
}

absl::StatusOr<std::vector<std::string>> StatesOfTasks(const std::string& job) {
  const absl::StatusOr<std::string> said =
      Call("squeue", {"--noheader", "--array", "--format=%T", "--jobs", job});
  // Slurm has forgotten all of them.
  if (absl::IsNotFound(said.status())) return std::vector<std::string>();
  if (!said.ok()) return said.status();
  return std::vector<std::string>(absl::StrSplit(*said, '\n', absl::SkipWhitespace()));
}

absl::Status CancelJob(const std::string& job) { return Call("scancel", {job}).status(); }

}  // namespace tranche
