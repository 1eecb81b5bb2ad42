#include "broker/command/run_setup.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agents/strategy.h"
#include "broker/command/log_errors.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/strategy_flag.h"
#include "broker/protocol/log_replay.h"
#include "google/protobuf/util/message_differencer.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

using MaybeError = std::optional<CommandError>;

constexpr absl::string_view kExtension = ".tranche";

CommandError LogError(const absl::Status& status) { return {status, ExitCodeOfLogError(status)}; }

CommandError UsageError(absl::string_view message) {
  return {absl::InvalidArgumentError(message), kExitUsage};
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.good() && !file.eof()) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  }
  return text;
}

std::vector<AgentSeat> SeatsOf(const v1::Scenario& scenario) {
  std::vector<AgentSeat> seats;
  for (const v1::AgentSpec& agent : scenario.agents()) {
    seats.push_back({agent.name(),
                     agent.role(),
                     agent.strategy(),
                     {agent.parameters().begin(), agent.parameters().end()}});
  }
  absl::c_sort(seats, [](const auto& a, const auto& b) { return a.name < b.name; });
  return seats;
}

bool Same(const AgentSeat& a, const AgentSeat& b) {
  return a.name == b.name && a.role == b.role && a.strategy == b.strategy &&
         absl::c_equal(a.parameters, b.parameters,
                       google::protobuf::util::MessageDifferencer::Equals);
}

MaybeError LayStrategies(const std::vector<std::string>& flags, std::vector<AgentSeat>& seats) {
  absl::StatusOr<std::vector<StrategyChoice>> choices = ParseStrategyFlags(flags);
  if (!choices.ok()) return CommandError{choices.status(), kExitUsage};
  const absl::Status applied = ApplyStrategies(*choices, seats);
  if (!applied.ok()) return CommandError{applied, kExitUsage};
  for (AgentSeat& seat : seats) {
    absl::StatusOr<AgentSeat> resolved = ResolveSeat(seat);
    if (!resolved.ok()) {
      const bool chosen =
          absl::c_any_of(*choices, [&](const auto& choice) { return choice.agent == seat.name; });
      return CommandError{resolved.status(), chosen ? kExitUsage : kExitBadScenario};
    }
    seat = *std::move(resolved);
  }
  return std::nullopt;
}

MaybeError CheckSeats(const RunRequest& request, absl::Span<const AgentSeat> seats) {
  if (!request.check_seats) return std::nullopt;
  const absl::Status checked = request.check_seats(seats);
  if (!checked.ok()) return CommandError{checked, kExitUsage};
  return std::nullopt;
}

MaybeError LoadFromScenario(const RunRequest& request, RunSetup& setup) {
  absl::StatusOr<v1::Scenario> scenario = LoadScenario(request.scenario, ReadWholeFile);
  if (!scenario.ok()) return CommandError{scenario.status(), kExitBadScenario};
  setup.scenario = *std::move(scenario);
  setup.seed = request.seed.value_or(1);
  setup.seats = SeatsOf(setup.scenario);
  if (MaybeError error = LayStrategies(request.strategies, setup.seats)) return error;
  return CheckSeats(request, setup.seats);
}

// runs/<scenario>-<seed>.tranche, or with a number behind it if that is taken.
absl::StatusOr<std::unique_ptr<RunLog>> CreateNamedLog(const RunSetup& setup) {
  const std::filesystem::path directory = "runs";
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return absl::PermissionDeniedError(absl::StrCat("cannot create ", directory.string(),
                                                    "/ for the log: ", error.message(),
                                                    "; name a file with --log"));
  }
  const std::string stem = absl::StrCat(setup.scenario.name(), "-", setup.seed);
  for (int number = 1;; ++number) {
    const std::string name =
        absl::StrCat(stem, number == 1 ? "" : absl::StrCat("-", number), kExtension);
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create((directory / name).string());
    if (!absl::IsAlreadyExists(log.status())) return log;
  }
}

MaybeError PrepareNew(const RunRequest& request, RunSetup& setup) {
  if (request.scenario.empty()) {
    return UsageError("name a scenario to run, as in deploy/scenarios/duopoly.textproto");
  }
  if (MaybeError error = LoadFromScenario(request, setup)) return error;
  absl::StatusOr<std::unique_ptr<RunLog>> log =
      request.log.empty() ? CreateNamedLog(setup) : RunLog::Create(request.log);
  if (!log.ok()) {
    CommandError error = LogError(log.status());
    if (absl::IsAlreadyExists(log.status())) {
      error.status = absl::AlreadyExistsError(
          absl::StrCat(log.status().message(), " (--resume goes on with an unfinished run)"));
    }
    return error;
  }
  setup.log = *std::move(log);
  return std::nullopt;
}

absl::StatusOr<std::vector<v1::LogRecord>> ReadAll(const RunLog& log) {
  std::vector<v1::LogRecord> records;
  const absl::Status read = log.Read(1, [&records](const v1::LogRecord& record) {
    records.push_back(record);
    return true;
  });
  if (!read.ok()) return read;
  return records;
}

// Takes from the log what its run is a function of.
absl::Status IdentifyFromLog(RunSetup& setup) {
  std::vector<const v1::LogRecord*> records;
  records.reserve(setup.records.size());
  for (const v1::LogRecord& record : setup.records) records.push_back(&record);
  absl::StatusOr<RunIdentity> identity = ReadRunIdentity(records);
  if (!identity.ok()) return identity.status();
  setup.scenario = std::move(identity->scenario);
  setup.seed = identity->seed;
  setup.seats = std::move(identity->seats);
  return absl::OkStatus();
}

// Whether the log at `path` is that of a completed run; opens it to read if so.
bool OpenCompleted(const std::string& path, RunSetup& setup) {
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path);
  if (!log.ok()) return false;
  absl::StatusOr<std::vector<v1::LogRecord>> records = ReadAll(**log);
  if (!records.ok() || records->empty() ||
      records->back().run_ended().reason() != v1::RunEnded::REASON_COMPLETED) {
    return false;
  }
  setup.log = *std::move(log);
  setup.records = *std::move(records);
  setup.completed = true;
  return true;
}

// What the command line says of a run that is resumed has to be what the log says.
MaybeError CheckSameRun(const RunRequest& request, const RunSetup& setup) {
  if (request.seed.has_value() && *request.seed != setup.seed) {
    return UsageError(absl::StrCat("the log's run has seed ", setup.seed, ", not ", *request.seed,
                                   "; leave --seed out to go on with it"));
  }
  std::vector<AgentSeat> seats = setup.seats;
  if (!request.scenario.empty()) {
    RunSetup given;
    if (MaybeError error = LoadFromScenario(request, given)) return error;
    if (CanonicalScenarioBytes(given.scenario) != CanonicalScenarioBytes(setup.scenario)) {
      return UsageError(absl::StrCat(request.scenario, " isn't the scenario of the log's run, ",
                                     setup.scenario.name(),
                                     "; leave it out to go on with that one"));
    }
  }
  if (MaybeError error = LayStrategies(request.strategies, seats)) return error;
  const auto differs = std::mismatch(seats.begin(), seats.end(), setup.seats.begin(), Same);
  if (differs.first != seats.end()) {
    return UsageError(absl::StrCat(differs.first->name, " is played by ", differs.second->strategy,
                                   " in the log's run, with other parameters or another strategy "
                                   "than --strategy says; leave it out to go on with the run"));
  }
  return std::nullopt;
}

MaybeError PrepareResumed(const RunRequest& request, RunSetup& setup) {
  if (request.log.empty()) return UsageError("--resume goes on with a log: name it with --log");
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToAppend(request.log);
  if (!log.ok()) {
    if (!OpenCompleted(request.log, setup)) return LogError(log.status());
  } else {
    setup.log = *std::move(log);
    absl::StatusOr<std::vector<v1::LogRecord>> records = ReadAll(*setup.log);
    if (!records.ok()) return LogError(records.status());
    setup.records = *std::move(records);
  }
  if (setup.records.empty()) {
    if (!request.scenario.empty()) return LoadFromScenario(request, setup);
    return UsageError(absl::StrCat("no quarter of the run in ", request.log,
                                   " had closed: name the scenario (and --seed) to begin it anew"));
  }
  const absl::Status identified = IdentifyFromLog(setup);
  if (!identified.ok()) return LogError(identified);
  if (MaybeError error = CheckSeats(request, setup.seats)) return error;
  return CheckSameRun(request, setup);
}

// Which builds of which plug-ins play. Beside the truth: the digest is that of what was played.
MaybeError NotePlugins(RunLog& log) {
  for (const std::string& plugin : DescribePlugins()) {
    const absl::Status noted = log.NoteOperation("plugin", "", plugin);
    if (!noted.ok()) return LogError(noted);
  }
  return std::nullopt;
}

bool IsBegun(const std::string& log) {
  std::error_code error;
  return std::filesystem::exists(log, error);
}

}  // namespace

std::optional<CommandError> PrepareRun(const RunRequest& request, RunSetup& setup) {
  const bool resume = request.resume || (request.resume_if_begun && IsBegun(request.log));
  MaybeError error = resume ? PrepareResumed(request, setup) : PrepareNew(request, setup);
  if (error.has_value()) return error;
  setup.name = std::filesystem::path(setup.log->path()).stem().string();
  if (!setup.completed) error = NotePlugins(*setup.log);
  return error;
}

}  // namespace tranche
