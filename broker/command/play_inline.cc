#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/inline_watch.h"
#include "broker/command/play.h"
#include "broker/inline/inline_run.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

v1::GetRunResponse Describe(const RunSetup& setup, const RoundEngine& engine) {
  v1::GetRunResponse run;
  run.set_run(setup.name);
  run.set_state(engine.over() ? v1::GetRunResponse::STATE_OVER : v1::GetRunResponse::STATE_RUNNING);
  run.set_quarter(engine.market().quarter().index());
  run.set_round(engine.round());
  run.set_first_quarter(engine.market().first_quarter().index());
  run.set_end_quarter(engine.market().end_quarter().index());
  return run;
}

void NoteFailure(const FailedTurn& turn, RunLog& log, Progress& progress) {
  const std::string detail =
      absl::StrCat(turn.quarter.ToString(), " round ", turn.round, ": ", turn.failure);
  progress.Clear();
  spdlog::warn("{} failed and passes: {}", std::string(turn.agent), detail);
  const absl::Status noted = log.NoteOperation("failed", turn.agent, detail);
  if (!noted.ok()) spdlog::warn("{}", std::string(noted.message()));
}

absl::Status Retrace(RunSetup& setup, InlineRun& run) {
  if (setup.records.empty()) return absl::OkStatus();
  std::vector<const v1::LogRecord*> records;
  records.reserve(setup.records.size());
  for (const v1::LogRecord& record : setup.records) records.push_back(&record);
  const absl::Status retraced = run.Retrace(records);
  setup.records.clear();
  return retraced;
}

}  // namespace

PlayResult PlayInline(RunSetup& setup, Progress& progress, const InlinePlay& play) {
  InlineWatch watch(play.deadline, play.end_program);
  InlineOptions options;
  options.make_strategy = play.make_strategy;
  options.on_turn = [&watch](absl::string_view agent, Quarter quarter, uint32_t round) {
    watch.turns().Begin(agent, quarter, round);
  };
  options.on_turn_over = [&watch] { watch.turns().End(); };
  // What failed in quarters that the log holds already has been noted then.
  bool playing_on = false;
  options.on_failure = [&](const FailedTurn& turn) {
    if (playing_on) NoteFailure(turn, *setup.log, progress);
  };
  options.on_quarter = [&setup](absl::Span<const StoredRecord> records) {
    return setup.log->Append(records);
  };
  absl::StatusOr<std::unique_ptr<InlineRun>> run =
      InlineRun::Create(setup.scenario, setup.seed, setup.seats, std::move(options));
  if (!run.ok()) return {run.status(), kExitBadScenario};
  if (const absl::Status retraced = Retrace(setup, **run); !retraced.ok()) {
    return {retraced, ExitCodeOfFailure(retraced)};
  }
  playing_on = true;

  const std::unique_ptr<RunRegistration> registration = RegisterRun(setup, /*control=*/"");
  while (!(*run)->over()) {
    progress.Update(Describe(setup, (*run)->engine()));
    if (play.wants_to_stop && play.wants_to_stop()) {
      return {absl::AbortedError("stopped after a quarter, as asked"), kExitStopped};
    }
    if (const char* signal = watch.stopped_by()) {
      return {absl::AbortedError(absl::StrCat("stopped by ", signal)), kExitStopped};
    }
    const absl::Status played = (*run)->PlayQuarter();
    if (!played.ok()) return {played, ExitCodeOfFailure(played)};
  }
  progress.Update(Describe(setup, (*run)->engine()));
  return {};
}

std::unique_ptr<RunRegistration> RegisterRun(const RunSetup& setup, const std::string& control) {
  std::error_code error;
  const auto log = std::filesystem::absolute(setup.log->path(), error);
  RegisteredRun run;
  run.run = setup.name;
  run.scenario = setup.scenario.name();
  run.log = error ? setup.log->path() : log.string();
  run.control = control;
  absl::StatusOr<std::unique_ptr<RunRegistration>> entered = RunRegistration::Enter(std::move(run));
  if (entered.ok()) return *std::move(entered);
  spdlog::debug("tranche ps won't list this run: {}", std::string(entered.status().message()));
  return nullptr;
}

absl::Status CheckPlayable(absl::Span<const AgentSeat> seats, absl::string_view except) {
  for (const AgentSeat& seat : seats) {
    if (seat.name == except) continue;
    if (absl::Status made = MakeStrategy(seat).status(); !made.ok()) return made;
  }
  return absl::OkStatus();
}

ExitCode ExitCodeOfFailure(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
      return kExitBadLog;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnavailable:
      return kExitIo;
    default:
      return kExitRunFailed;
  }
}

}  // namespace tranche
