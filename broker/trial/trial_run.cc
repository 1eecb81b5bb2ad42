#include "broker/trial/trial_run.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "broker/inline/inline_run.h"
#include "broker/protocol/record.h"
#include "sim/scenario.h"

namespace tranche {
namespace {

absl::StatusOr<std::string> ReadFileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.good() && !file.eof()) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  }
  return text;
}

// The scenario with the choices laid over its agents.
absl::StatusOr<v1::Scenario> WithSeats(v1::Scenario scenario, absl::Span<const TrialSeat> seats) {
  for (const TrialSeat& seat : seats) {
    const auto agent =
        std::find_if(scenario.mutable_agents()->begin(), scenario.mutable_agents()->end(),
                     [&seat](const v1::AgentSpec& a) { return a.name() == seat.agent; });
    if (agent == scenario.mutable_agents()->end()) {
      return absl::NotFoundError(absl::StrCat(
          "there is no agent ", seat.agent, " in ", scenario.name(), "; there are ",
          absl::StrJoin(scenario.agents(), ", ",
                        [](std::string* out, const v1::AgentSpec& a) { out->append(a.name()); })));
    }
    agent->set_strategy(seat.strategy);
    agent->mutable_parameters()->Assign(seat.parameters.begin(), seat.parameters.end());
  }
  return scenario;
}

void Keep(absl::Span<const StoredRecord> records, TrialRun& run) {
  for (const StoredRecord& stored : records) {
    const v1::LogRecord& record = *stored.record;
    if (record.has_message()) run.messages.push_back(record.message());
    if (record.has_metric()) run.metrics.push_back(record);
  }
}

}  // namespace

std::optional<double> TrialRun::Metric(absl::string_view name, absl::string_view subject,
                                       std::optional<Quarter> quarter) const {
  const auto found = std::find_if(metrics.rbegin(), metrics.rend(), [&](const auto& record) {
    return record.metric().name() == name && record.metric().subject() == subject &&
           (!quarter.has_value() || record.quarter() == quarter->index());
  });
  if (found == metrics.rend()) return std::nullopt;
  return found->metric().value();
}

std::vector<const v1::Message*> TrialRun::SaidBy(absl::string_view sender) const {
  std::vector<const v1::Message*> said;
  for (const v1::Message& message : messages) {
    if (message.sender() == sender) said.push_back(&message);
  }
  return said;
}

std::vector<const v1::Message*> TrialRun::RefusedTo(absl::string_view agent) const {
  std::vector<const v1::Message*> refused;
  for (const v1::Message& message : messages) {
    if (!message.has_rejected()) continue;
    if (std::find(message.recipients().begin(), message.recipients().end(), agent) !=
        message.recipients().end()) {
      refused.push_back(&message);
    }
  }
  return refused;
}

absl::StatusOr<v1::Scenario> ReadScenario(const std::string& path) {
  return LoadScenario(path, ReadFileText);
}

absl::StatusOr<TrialRun> PlayTrial(const v1::Scenario& scenario, const TrialOptions& options) {
  absl::StatusOr<v1::Scenario> played = WithSeats(scenario, options.seats);
  if (!played.ok()) return played.status();
  if (options.quarters > 0) played->set_quarters(std::min(options.quarters, played->quarters()));
  absl::StatusOr<std::vector<AgentSeat>> seats = ResolveSeats(*played);
  if (!seats.ok()) return seats.status();

  TrialRun kept;
  InlineOptions keep;
  keep.on_quarter = [&kept](absl::Span<const StoredRecord> records) {
    Keep(records, kept);
    return absl::OkStatus();
  };
  absl::StatusOr<std::unique_ptr<InlineRun>> run =
      InlineRun::Create(*played, options.seed, *std::move(seats), std::move(keep));
  if (!run.ok()) return run.status();
  const absl::StatusOr<InlineResult> result = (*run)->Play();
  if (!result.ok()) return result.status();
  kept.digest = absl::BytesToHexString(result->digest);
  kept.quarters = result->quarters;
  return kept;
}

}  // namespace tranche
