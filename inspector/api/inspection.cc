#include "inspector/api/inspection.h"

#include <iterator>
#include <optional>

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "inspector/answers/run_diff.h"
#include "inspector/api/answers.h"
#include "inspector/api/record_json.h"
#include "inspector/api/row_json.h"

namespace tranche {
namespace {

using AnswerFunction = absl::StatusOr<std::string> (*)(const LogAtHand&, Parameters&);

struct Endpoint {
  absl::string_view path;
  AnswerFunction answer;
};

constexpr Endpoint kEndpoints[] = {
    {"/api/run", RunAnswer},
    {"/api/quarters", QuartersAnswer},
    {"/api/metrics", MetricsAnswer},
    {"/api/metrics/series", MetricSeriesAnswer},
    {"/api/relations", RelationsAnswer},
    {"/api/records", RecordsAnswer},
    {"/api/records/count", RecordCountAnswer},
    {"/api/record", RecordAnswer},
    {"/api/threads", ThreadsAnswer},
    {"/api/thread", ThreadAnswer},
    {"/api/why", WhyAnswer},
    {"/api/deals", DealsAnswer},
    {"/api/deal", DealAnswer},
    {"/api/contracts", ContractsAnswer},
    {"/api/agents", AgentsAnswer},
    {"/api/agent", AgentAnswer},
    {"/api/turn", TurnAnswer},
    {"/api/statements", StatementsAnswer},
    {"/api/ledger", LedgerAnswer},
};

constexpr absl::string_view kDiffPath = "/api/diff";

std::string FactsJson(const RunFacts& facts) {
  return JsonObject()
      .Add("path", JsonString(facts.path))
      .Add("scenario", JsonString(facts.header.scenario_name()))
      .Add("seed", JsonString(absl::StrCat(facts.header.seed())))
      .Add("quarters", JsonNumber(int64_t{facts.quarters_closed}))
      .Add("records", absl::StrCat(facts.records))
      .Add("digest", JsonStringOrNull(absl::BytesToHexString(facts.digest)))
      .json();
}

std::string SideJson(const std::optional<v1::LogRecord>& record) {
  if (!record.has_value()) return "null";
  return RecordObject(*record).Add("refused_by", "null").Add("lines", LinesJson(*record)).json();
}

std::string PartingJson(const std::optional<Parting>& parting) {
  if (!parting.has_value()) return "null";
  const v1::LogRecord& record = parting->a ? *parting->a : *parting->b;
  return JsonObject()
      .Add("position", absl::StrCat(record.position()))
      .Add("quarter", JsonString(QuarterText(record.quarter())))
      .Add("round", absl::StrCat(record.round()))
      .Add("a", SideJson(parting->a))
      .Add("b", SideJson(parting->b))
      .Add("fields", JsonStrings(parting->fields))
      .json();
}

std::string DiffJson(const RunDiff& diff) {
  std::vector<std::string> gaps;
  gaps.reserve(diff.gaps.size());
  for (const MetricGap& gap : diff.gaps) {
    gaps.push_back(JsonObject()
                       .Add("quarter", JsonString(QuarterText(gap.quarter)))
                       .Add("name", JsonString(gap.name))
                       .Add("subject", JsonString(gap.subject))
                       .Add("unit", JsonString(gap.unit))
                       .Add("a", JsonNumber(gap.a))
                       .Add("b", JsonNumber(gap.b))
                       .Add("relative", JsonNumber(gap.relative))
                       .Add("a_position", absl::StrCat(gap.a_position))
                       .Add("b_position", absl::StrCat(gap.b_position))
                       .json());
  }
  return JsonObject()
      .Add("same", JsonBool(diff.same()))
      .Add("a", FactsJson(diff.a))
      .Add("b", FactsJson(diff.b))
      .Add("inputs", JsonStrings(diff.inputs))
      .Add("parting", PartingJson(diff.parting))
      .Add("message", PartingJson(diff.message))
      .Add("metrics", JsonArray(gaps))
      .json();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Inspection>> Inspection::Open(const std::string& path,
                                                             const std::string& other) {
  std::unique_ptr<Inspection> inspection(new Inspection);
  absl::StatusOr<std::unique_ptr<ServedLog>> a = ServedLog::Open(path);
  if (!a.ok()) return a.status();
  inspection->a_ = *std::move(a);
  if (other.empty()) return inspection;
  absl::StatusOr<std::unique_ptr<ServedLog>> b = ServedLog::Open(other);
  if (!b.ok()) return b.status();
  inspection->b_ = *std::move(b);
  return inspection;
}

absl::StatusOr<std::string> Inspection::Answer(absl::string_view path,
                                               absl::string_view query) const {
  if (path == kDiffPath) return DiffAnswer(query);
  const Endpoint* endpoint = absl::c_find_if(
      kEndpoints, [path](const Endpoint& candidate) { return candidate.path == path; });
  if (endpoint == std::end(kEndpoints)) {
    return absl::NotFoundError(absl::StrCat("there is no \"", path, "\""));
  }
  absl::StatusOr<Parameters> parameters = Parameters::Parse(query);
  if (!parameters.ok()) return parameters.status();
  const std::string name = parameters->Text("log");
  if (name == "b" && b_ == nullptr) {
    return absl::NotFoundError("there is no log b: it is named with --compare");
  }
  if (!name.empty() && name != "a" && name != "b") {
    return absl::InvalidArgumentError("\"log\" is a or b");
  }
  const ServedLog& log = name == "b" ? *b_ : *a_;
  std::string answer;
  absl::Status done = log.Read([&](const SqliteDatabase& database) -> absl::Status {
    const LogAtHand at_hand = {database, log.descriptors(), name.empty() ? "a" : name,
                               b_ != nullptr};
    absl::StatusOr<std::string> json = endpoint->answer(at_hand, *parameters);
    if (!json.ok()) return json.status();
    answer = *std::move(json);
    return absl::OkStatus();
  });
  if (!done.ok()) return done;
  return answer;
}

absl::StatusOr<std::string> Inspection::DiffAnswer(absl::string_view query) const {
  if (b_ == nullptr) {
    return absl::NotFoundError("there is no log to compare with: name one with --compare");
  }
  absl::StatusOr<Parameters> parameters = Parameters::Parse(query);
  if (!parameters.ok()) return parameters.status();
  const int64_t top = parameters->Number("top", 5, 1, 100);
  if (absl::Status status = parameters->status(); !status.ok()) return status;
  // One comparison at a time: it is the one answer that takes as long as the logs do.
  const std::lock_guard<std::mutex> lock(mutex_);
  absl::Status done = a_->Read([&](const SqliteDatabase& a) -> absl::Status {
    return b_->Read([&](const SqliteDatabase& b) -> absl::Status {
      absl::StatusOr<RunState> state_a = ReadRunState(a);
      if (!state_a.ok()) return state_a.status();
      absl::StatusOr<RunState> state_b = ReadRunState(b);
      if (!state_b.ok()) return state_b.status();
      std::string compared =
          absl::StrCat(state_a->last_position, " ", state_b->last_position, " ", top);
      if (compared == compared_) return absl::OkStatus();
      absl::StatusOr<RunDiff> diff = CompareRuns(a, b, static_cast<size_t>(top));
      if (!diff.ok()) return diff.status();
      diff_ = DiffJson(*diff);
      compared_ = std::move(compared);
      return absl::OkStatus();
    });
  });
  if (!done.ok()) return done;
  return diff_;
}

absl::StatusOr<std::string> Inspection::Version() const {
  std::string version = TRANCHE_VERSION;
  for (const ServedLog* log : {a_.get(), b_.get()}) {
    if (log == nullptr) continue;
    absl::StatusOr<RunState> state = log->State();
    if (!state.ok()) return state.status();
    if (state->kind != RunState::Kind::kCompleted) return "";
    absl::StrAppend(&version, "-", state->digest.substr(0, 32));
  }
  return version;
}

absl::StatusOr<std::vector<std::pair<uint64_t, std::string>>> QuartersClosedAfter(
    const SqliteDatabase& database, uint64_t after) {
  std::vector<std::pair<uint64_t, std::string>> quarters;
  absl::Status read = database.Query(
      "SELECT quarter, rounds, round_limit_reached, messages, first_position, last_position, "
      "digest FROM quarters WHERE last_position > ?1 ORDER BY quarter_index",
      [&quarters](const SqliteStatement& row) {
        quarters.emplace_back(static_cast<uint64_t>(row.integer(5)), RowObject(row).json());
        return true;
      },
      after);
  if (!read.ok()) return read;
  return quarters;
}

std::string RunStateJson(const RunState& state) {
  return JsonObject()
      .Add("state", JsonString(RunStateWord(state.kind)))
      .Add("last_position", absl::StrCat(state.last_position))
      .Add("quarters_closed", absl::StrCat(state.quarters_closed))
      .Add("last_closed", JsonStringOrNull(state.last_closed))
      .json();
}

}  // namespace tranche
