#include "inspector/api/report_data.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "broker/log/json.h"
#include "inspector/answers/why.h"
#include "inspector/api/record_json.h"

namespace tranche {
namespace {

// Percent-encodes as the page's encodeURIComponent does, so that its keys are ours.
std::string Encoded(absl::string_view text) {
  constexpr absl::string_view kPlain = "-_.!~*'()";
  std::string encoded;
  for (const char c : text) {
    if (absl::ascii_isalnum(c) || kPlain.find(c) != absl::string_view::npos) {
      encoded += c;
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

// What moved the market, for the story's notable messages.
constexpr absl::string_view kNotable =
    "insolvency,default_notice,deal_ended,decision,court_ruling,scheduled_event,rule_in_force,"
    "model_release,announcement";

// Gathers answers until they are too many.
class ReportWriter {
 public:
  ReportWriter(const Inspection& inspection, size_t most_bytes)
      : inspection_(inspection), most_bytes_(most_bytes) {}

  // Asks for `path` with `name` set to each of `values`; without a name, for `path` alone.
  absl::Status Ask(const std::string& path) { return AskFor(path, ""); }
  absl::Status Ask(const std::string& path, absl::string_view name,
                   const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      absl::Status asked = AskFor(path, absl::StrCat(name, "=", Encoded(value)));
      if (!asked.ok()) return asked;
    }
    return absl::OkStatus();
  }
  absl::Status AskFor(const std::string& path, const std::string& query) {
    absl::StatusOr<std::string> answer = inspection_.Answer(path, query);
    // An agent may have no books, say.
    if (absl::IsNotFound(answer.status())) return absl::OkStatus();
    if (!answer.ok()) return answer.status();
    if (bytes_ + answer->size() > most_bytes_) {
      if (!absl::c_linear_search(left_out_, path)) left_out_.push_back(path);
      return absl::OkStatus();
    }
    bytes_ += answer->size();
    responses_.Add(query.empty() ? path : absl::StrCat(path, "?", query), *answer);
    return absl::OkStatus();
  }

  std::string Json() const {
    return JsonObject()
        .Add("generated_by", JsonString("tranche " TRANCHE_VERSION))
        .Add("responses", responses_.json())
        .Add("left_out", JsonStrings(left_out_))
        .json();
  }

 private:
  const Inspection& inspection_;
  size_t most_bytes_;
  size_t bytes_ = 0;
  JsonObject responses_;
  std::vector<std::string> left_out_;
};

// What a report's requests are about.
struct Names {
  std::vector<std::string> metrics;
  std::vector<std::string> quarters;
  std::vector<std::string> deals;
  std::vector<std::string> agents;
  std::vector<std::string> entities;
  std::vector<std::string> threads;    // in which a deal was negotiated
  std::vector<std::string> positions;  // of the steps to each deal's outcome
};

absl::Status ReadNames(const SqliteDatabase& database, absl::string_view query,
                       std::vector<std::string>& names) {
  return database.Query(query, [&names](const SqliteStatement& row) {
    names.emplace_back(row.text(0));
    return true;
  });
}

absl::StatusOr<Names> ReadNames(const SqliteDatabase& database) {
  Names names;
  absl::Status read =
      ReadNames(database, "SELECT DISTINCT name FROM metrics ORDER BY name", names.metrics);
  if (read.ok()) {
    read =
        ReadNames(database, "SELECT quarter FROM quarters ORDER BY quarter_index", names.quarters);
  }
  if (read.ok())
    read = ReadNames(database, "SELECT deal FROM deals ORDER BY position", names.deals);
  if (read.ok()) read = ReadNames(database, "SELECT name FROM agents ORDER BY name", names.agents);
  if (read.ok()) {
    read = ReadNames(database, "SELECT DISTINCT entity FROM statements ORDER BY entity",
                     names.entities);
  }
  if (!read.ok()) return read;
  std::set<uint64_t> positions;
  for (const std::string& deal : names.deals) {
    std::string thread = deal.substr(0, deal.rfind('/'));
    if (!absl::c_linear_search(names.threads, thread)) names.threads.push_back(std::move(thread));
    absl::StatusOr<Why> why = ExplainOutcome(database, deal);
    if (!why.ok()) return why.status();
    for (const WhyStep& step : why->steps) positions.insert(step.record.position());
  }
  for (const uint64_t position : positions) names.positions.push_back(absl::StrCat(position));
  return names;
}

}  // namespace

absl::StatusOr<std::string> ReportData(const Inspection& inspection, size_t most_bytes) {
  Names names;
  absl::Status done = inspection.log().Read([&names](const SqliteDatabase& database) {
    absl::StatusOr<Names> read = ReadNames(database);
    if (read.ok()) names = *std::move(read);
    return read.status();
  });
  ReportWriter report(inspection, most_bytes);
  for (const char* path : {"/api/run", "/api/quarters", "/api/metrics"}) {
    if (done.ok()) done = report.Ask(path);
  }
  if (done.ok()) done = report.Ask("/api/metrics/series", "name", names.metrics);
  if (done.ok()) done = report.Ask("/api/relations", "quarter", names.quarters);
  if (done.ok()) {
    done = report.AskFor("/api/records", absl::StrCat("kind=", Encoded(kNotable), "&limit=500"));
  }
  if (done.ok()) done = report.Ask("/api/deals");
  if (done.ok()) done = report.Ask("/api/deal", "id", names.deals);
  if (done.ok()) done = report.Ask("/api/contracts");
  if (done.ok()) done = report.Ask("/api/agents");
  if (done.ok()) done = report.Ask("/api/agent", "name", names.agents);
  if (done.ok()) done = report.Ask("/api/statements", "entity", names.entities);
  if (done.ok()) done = report.Ask("/api/thread", "id", names.threads);
  if (done.ok()) done = report.Ask("/api/record", "position", names.positions);
  if (!done.ok()) return done;
  return report.Json();
}

std::string JsonForHtml(absl::string_view json) {
  // These stand in JSON's strings only, where each may be written by its number.
  return absl::StrReplaceAll(json, {{"<", "\\u003c"},
                                    {">", "\\u003e"},
                                    {"&", "\\u0026"},
                                    {"\xe2\x80\xa8", "\\u2028"},
                                    {"\xe2\x80\xa9", "\\u2029"}});
}

}  // namespace tranche
