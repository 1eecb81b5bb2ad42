#include <boost/asio/io_context.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/play.h"
#include "broker/command/stop_signals.h"
#include "broker/inline/inline_run.h"

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

PlayResult PlayInline(RunSetup& setup, Progress& progress) {
  boost::asio::io_context io;
  std::string stopped_by;
  const StopSignals signals(io, [&stopped_by](const char* name) { stopped_by = name; });

  InlineOptions options;
  options.on_quarter = [&setup](absl::Span<const StoredRecord> records) {
    return setup.log->Append(records);
  };
  absl::StatusOr<std::unique_ptr<InlineRun>> run =
      InlineRun::Create(setup.scenario, setup.seed, setup.seats, std::move(options));
  if (!run.ok()) return {run.status(), kExitBadScenario};
  if (const absl::Status retraced = Retrace(setup, **run); !retraced.ok()) {
    return {retraced, ExitCodeOfFailure(retraced)};
  }

  while (!(*run)->over()) {
    progress.Update(Describe(setup, (*run)->engine()));
    io.poll();
    if (!stopped_by.empty()) {
      return {absl::AbortedError(absl::StrCat("stopped by ", stopped_by)), kExitStopped};
    }
    const absl::Status played = (*run)->PlayQuarter();
    if (!played.ok()) return {played, ExitCodeOfFailure(played)};
  }
  progress.Update(Describe(setup, (*run)->engine()));
  return {};
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
