#include "broker/command/replay_command.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "agents/strategy.h"
#include "broker/command/exit_codes.h"
#include "broker/command/log_errors.h"
#include "broker/command/logging.h"
#include "broker/command/plugin_flag.h"
#include "broker/command/standard_output.h"
#include "broker/inline/inline_run.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/log/run_log.h"
#include "broker/protocol/log_replay.h"
#include "broker/protocol/round_engine.h"

namespace tranche {
namespace {

struct ReplayOptions {
  std::string path;
  bool strategies = false;
  bool json = false;
};

// What a replay found.
struct ReplayResult {
  std::string digest;  // 32 bytes; as far as it got
  int32_t quarters = 0;
  uint64_t records = 0;
  // Agents whose strategy isn't here, where strategies were to play again.
  std::vector<std::string> elsewhere;
  // DataLoss: the first record that isn't derived again.
  absl::Status verdict;
};

// Plays quarter after quarter of a log.
class Replayer {
 public:
  virtual ~Replayer() = default;
  virtual absl::Status PlayQuarter(LogRecords quarter) = 0;
  virtual const RoundEngine& engine() const = 0;
};

// With the moves that the log holds.
class MovesReplayer : public Replayer {
 public:
  explicit MovesReplayer(std::unique_ptr<RoundEngine> engine) : engine_(std::move(engine)) {}
  absl::Status PlayQuarter(LogRecords quarter) override { return ReplayQuarter(quarter, *engine_); }
  const RoundEngine& engine() const override { return *engine_; }

 private:
  std::unique_ptr<RoundEngine> engine_;
};

// With the moves that the run's strategies make today; the log's, of agents whose strategy isn't
// here.
class StrategiesReplayer : public Replayer {
 public:
  explicit StrategiesReplayer(std::unique_ptr<InlineRun> run) : run_(std::move(run)) {}
  absl::Status PlayQuarter(LogRecords quarter) override { return run_->Retrace(quarter); }
  const RoundEngine& engine() const override { return run_->engine(); }

 private:
  std::unique_ptr<InlineRun> run_;
};

absl::StatusOr<std::unique_ptr<Replayer>> MakeReplayer(RunIdentity identity, bool strategies) {
  if (strategies) {
    absl::StatusOr<std::unique_ptr<InlineRun>> run = InlineRun::Create(
        identity.scenario, identity.seed, std::move(identity.seats), {.log_plays_external = true});
    if (!run.ok()) return run.status();
    return std::make_unique<StrategiesReplayer>(*std::move(run));
  }
  absl::StatusOr<std::unique_ptr<RoundEngine>> engine = RoundEngine::Create(
      identity.scenario, identity.seed, std::move(identity.seats), RoundEngine::Options());
  if (!engine.ok()) return engine.status();
  return std::make_unique<MovesReplayer>(*std::move(engine));
}

absl::StatusOr<std::vector<v1::LogRecord>> ReadSoundLog(const std::string& path) {
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path);
  if (!log.ok()) return log.status();
  if (absl::Status verified = (*log)->Verify(); !verified.ok()) return verified;
  std::vector<v1::LogRecord> records;
  absl::Status read = (*log)->Read(1, [&records](const v1::LogRecord& record) {
    records.push_back(record);
    return true;
  });
  if (!read.ok()) return read;
  return records;
}

std::vector<std::string> PlayedElsewhere(absl::Span<const AgentSeat> seats) {
  std::vector<std::string> agents;
  for (const AgentSeat& seat : seats) {
    if (IsExternal(seat.strategy) && FindStrategy(seat.strategy) == nullptr) {
      agents.push_back(seat.name);
    }
  }
  return agents;
}

// An error is one of the log's; what the replay itself finds is in the result.
absl::StatusOr<ReplayResult> Replay(const ReplayOptions& options) {
  absl::StatusOr<std::vector<v1::LogRecord>> records = ReadSoundLog(options.path);
  if (!records.ok()) return records.status();
  std::vector<const v1::LogRecord*> pointers;
  for (const v1::LogRecord& record : *records) pointers.push_back(&record);
  LogRecords rest = pointers;
  absl::StatusOr<RunIdentity> identity = ReadRunIdentity(rest);
  if (!identity.ok()) return identity.status();
  ReplayResult result;
  if (options.strategies) result.elsewhere = PlayedElsewhere(identity->seats);
  absl::StatusOr<std::unique_ptr<Replayer>> replayer =
      MakeReplayer(*std::move(identity), options.strategies);
  if (!replayer.ok()) return replayer.status();

  const bool show_progress = isatty(STDERR_FILENO) == 1;
  while (!rest.empty() && result.verdict.ok()) {
    absl::StatusOr<LogRecords> quarter = TakeQuarter(rest);
    if (!quarter.ok()) return quarter.status();
    if (show_progress) {
      std::fprintf(stderr, "\r\033[Kreplaying %s",
                   QuarterText(quarter->front()->quarter()).c_str());
    }
    result.verdict = (*replayer)->PlayQuarter(*quarter);
    if (!result.verdict.ok()) break;
    ++result.quarters;
    result.records += quarter->size();
  }
  if (show_progress) std::fprintf(stderr, "\r\033[K");
  result.digest = (*replayer)->engine().digest();
  return result;
}

void PrintJson(const ReplayOptions& options, const ReplayResult& result, std::ostream& out) {
  JsonObject object;
  object.Add("log", JsonString(options.path))
      .Add("same", JsonBool(result.verdict.ok()))
      .Add("quarters", JsonNumber(int64_t{result.quarters}))
      .Add("records", JsonNumber(static_cast<int64_t>(result.records)))
      .Add("digest", JsonString(absl::BytesToHexString(result.digest)));
  if (options.strategies) {
    std::vector<std::string> elsewhere;
    for (const std::string& agent : result.elsewhere) elsewhere.push_back(JsonString(agent));
    object.Add("moves_from_log", JsonArray(elsewhere));
  }
  if (!result.verdict.ok()) object.Add("difference", JsonString(result.verdict.message()));
  out << object.json() << '\n';
}

void PrintText(const ReplayOptions& options, const ReplayResult& result, std::ostream& out) {
  if (result.verdict.ok()) {
    out << options.path << ": "
        << (options.strategies ? "the strategies make the same moves, and " : "")
        << "every record follows again from scenario, seed and moves\n"
        << Plural(result.quarters, "quarter") << ", "
        << Plural(static_cast<int64_t>(result.records), "record") << ", digest "
        << absl::BytesToHexString(result.digest) << '\n';
    if (!result.elsewhere.empty()) {
      out << "moves taken from the log, as their strategy is a program of its own: "
          << absl::StrJoin(result.elsewhere, ", ") << '\n';
    }
    return;
  }
  out << options.path << ": the first " << Plural(result.quarters, "quarter")
      << " follow again, then not:\n"
      << result.verdict.message() << '\n'
      << (options.strategies
              ? "A strategy decides otherwise than it did then: is this the version that played?\n"
              : "The market derives otherwise than it did then: is this the version that "
                "played?\n");
}

ExitCode RunReplay(const ReplayOptions& options) {
  const absl::StatusOr<ReplayResult> result = Replay(options);
  if (!result.ok()) {
    ReportError("replay", result.status());
    return ExitCodeOfLogError(result.status());
  }
  StandardOutput output(STDOUT_FILENO);
  if (options.json) {
    PrintJson(options, *result, output.stream());
  } else {
    PrintText(options, *result, output.stream());
  }
  const ExitCode written = output.Finish();
  if (written != kExitOk) return written;
  return result->verdict.ok() ? kExitOk : kExitDiffer;
}

}  // namespace

void AddReplayCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* replay = app.add_subcommand(
      "replay", "Verify a log: its hash chain, and that it can be derived again");
  replay->footer(
      "Example: tranche replay run.tranche --strategies\n"
      "Exit codes: 0 the same, 5 not derived again, 2 usage, 4 not a log or damaged, 7 output "
      "failed");
  replay->add_option("run", options->path, "The log")->required();
  replay->add_flag("--strategies", options->strategies,
                   "Let the strategies play again, instead of the moves in the log");
  AddPluginFlag(*replay);
  replay->add_flag("--json", options->json, "One JSON object");
  replay->callback([options, &exit_code] { exit_code = RunReplay(*options); });
}

}  // namespace tranche
