#include "broker/command/slurm_client.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
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

absl::StatusOr<std::vector<SlurmJob>> TasksToCome(const std::string& job) {
  const absl::StatusOr<std::string> said =
      Call("squeue", {"--noheader", "--array", "--format=%T %r", "--jobs", job});
  // Slurm has forgotten all of them.
  if (absl::IsNotFound(said.status())) return std::vector<SlurmJob>();
  if (!said.ok()) return said.status();
  std::vector<SlurmJob> tasks;
  for (const absl::string_view line : absl::StrSplit(*said, '\n', absl::SkipWhitespace())) {
    const std::pair<std::string, std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    SlurmJob& task = tasks.emplace_back();
    task.state = words.first;
    task.reason = words.second;
  }
  return tasks;
}

absl::StatusOr<std::vector<SlurmJob>> DescribeTasks(const std::string& job) {
  const absl::StatusOr<std::string> said = Call("scontrol", {"show", "job", "--oneliner", job});
  if (!said.ok()) return said.status();
  std::vector<SlurmJob> tasks;
  for (const absl::string_view line : absl::StrSplit(*said, '\n', absl::SkipWhitespace())) {
    absl::StatusOr<SlurmJob> task = ParseSlurmJob(line);
    if (!task.ok()) return task.status();
    tasks.push_back(*std::move(task));
  }
  return tasks;
}

absl::Status CancelJob(const std::string& job) { return Call("scancel", {job}).status(); }

}  // namespace tranche
