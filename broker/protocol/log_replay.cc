#include "broker/protocol/log_replay.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/sha256.h"
#include "sim/check.h"

namespace tranche {
namespace {

absl::Status Lost(const v1::LogRecord& record, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("record ", record.position(), " (",
                                          Quarter::FromIndex(record.quarter()).ToString(),
                                          ", round ", record.round(), "): ", what));
}

// How two records differ, in a line or two.
std::string Difference(const v1::LogRecord& logged, const v1::LogRecord& derived) {
  std::string report;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  if (differencer.Compare(logged, derived)) return "an unknown field";
  constexpr size_t kMostShown = 500;
  if (report.size() > kMostShown) report = absl::StrCat(report.substr(0, kMostShown), "…");
  return report;
}

}  // namespace

LoggedAnswer LoggedAnswers::Next(uint32_t round, absl::string_view agent) {
  LoggedAnswer answer;
  for (; !rest_.empty() && rest_[0]->round() <= round; rest_.remove_prefix(1)) {
    const v1::LogRecord& record = *rest_[0];
    if (record.has_pass()) {
      if (record.pass().agent() != agent) break;
      answer.passed = true;
    } else if (record.has_message() && record.message().sender() != "market") {
      if (record.message().sender() != agent) break;
      *answer.moves.Add() = record.message();
    }
  }
  return answer;
}

absl::StatusOr<RunIdentity> ReadRunIdentity(LogRecords records) {
  if (records.empty()) return absl::NotFoundError("the log has no records");
  if (!records[0]->has_header()) return Lost(*records[0], "should be the run's header");
  const v1::RunHeader& header = records[0]->header();
  if (header.protocol() != kProtocolVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the log was written with protocol ", header.protocol(), ", this is ", kProtocolVersion));
  }
  RunIdentity identity;
  identity.seed = header.seed();
  if (Sha256Hex(header.scenario()) != header.scenario_digest() ||
      !identity.scenario.ParseFromString(header.scenario())) {
    return Lost(*records[0], "the scenario doesn't have the digest that the header says");
  }
  for (const v1::LogRecord* record : records.subspan(1)) {
    if (!record->has_seat()) break;
    const v1::Seat& seat = record->seat();
    identity.seats.push_back({.name = seat.agent(),
                              .role = seat.role(),
                              .strategy = seat.strategy(),
                              .parameters = {seat.parameters().begin(), seat.parameters().end()}});
  }
  return identity;
}

absl::StatusOr<LogRecords> TakeQuarter(LogRecords& records) {
  const auto* closed = std::find_if(records.begin(), records.end(),
                                    [](const v1::LogRecord* r) { return r->has_quarter_closed(); });
  if (closed == records.end()) {
    return Lost(*records[0], "and those after it belong to no closed quarter");
  }
  size_t size = static_cast<size_t>(closed - records.begin()) + 1;
  if (size < records.size() && records[size]->has_run_ended()) ++size;
  const LogRecords quarter = records.subspan(0, size);
  records.remove_prefix(size);
  return quarter;
}

absl::Status CompareQuarter(absl::Span<const StoredRecord> derived, LogRecords logged) {
  const size_t both = std::min(derived.size(), logged.size());
  for (size_t i = 0; i < both; ++i) {
    if (CanonicalBytes(*logged[i]) == derived[i].bytes) continue;
    return Lost(*logged[i], absl::StrCat("the log says otherwise than the run: ",
                                         Difference(*logged[i], *derived[i].record)));
  }
  if (logged.size() > both) return Lost(*logged[both], "isn't in the run");
  if (derived.size() > both) return Lost(*derived[both].record, "is missing in the log");
  return absl::OkStatus();
}

absl::Status ReplayQuarter(LogRecords logged, RoundEngine& engine) {
  if (engine.over()) return Lost(*logged[0], "follows the run's last quarter");
  LoggedAnswers answers(logged);
  engine.OpenQuarter();
  do {
    for (AgentId agent : engine.asked()) {
      const size_t ordinal = static_cast<size_t>(agent.value());
      LoggedAnswer answer = answers.Next(engine.round(), engine.seats()[ordinal].name);
      if (answer.passed) {
        engine.SetPass(agent);
      } else {
        engine.SetMoves(agent, &answer.moves);
      }
    }
  } while (engine.FinishRound());
  if (absl::Status closed = engine.CloseQuarter(); !closed.ok()) return closed;
  return CompareQuarter(engine.records(), logged);
}

absl::Status ReplayLog(LogRecords records, RoundEngine& engine) {
  while (!records.empty()) {
    const absl::StatusOr<LogRecords> quarter = TakeQuarter(records);
    if (!quarter.ok()) return quarter.status();
    if (absl::Status same = ReplayQuarter(*quarter, engine); !same.ok()) return same;
  }
  return absl::OkStatus();
}

}  // namespace tranche
