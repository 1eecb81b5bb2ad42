// /api/run, /api/quarters, /api/metrics, /api/metrics/series and /api/relations.

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/log/record_kind.h"
#include "inspector/api/answers.h"
#include "inspector/api/record_json.h"
#include "inspector/api/row_json.h"
#include "inspector/api/served_log.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// Subjects of a metric are counted up to here: a run has more agents than anybody looks at.
constexpr int kMostSubjects = 1000;

std::string KindsJson(bool bookkeeping_too) {
  std::vector<std::string> kinds;
  for (const absl::string_view kind : RecordKinds()) {
    if (bookkeeping_too || !IsBookkeeping(kind)) kinds.push_back(JsonString(kind));
  }
  return JsonArray(kinds);
}

std::string FileSize(const std::string& path) {
  struct stat info = {};
  return absl::StrCat(stat(path.c_str(), &info) == 0 ? info.st_size : 0);
}

// The closed quarters, in order.
absl::StatusOr<std::vector<std::string>> ClosedQuarters(const SqliteDatabase& database) {
  std::vector<std::string> quarters;
  absl::Status read = database.Query("SELECT quarter FROM quarters ORDER BY quarter_index",
                                     [&quarters](const SqliteStatement& row) {
                                       quarters.emplace_back(row.text(0));
                                       return true;
                                     });
  if (!read.ok()) return read;
  return quarters;
}

// Names of metrics that come after `name`, one lookup each rather than a walk over all values.
absl::StatusOr<std::vector<std::string>> MetricNames(const SqliteDatabase& database) {
  std::vector<std::string> names;
  std::string last;
  while (true) {
    const size_t before = names.size();
    absl::Status read = database.Query(
        "SELECT name FROM metrics WHERE name > ?1 ORDER BY name LIMIT 1",
        [&names](const SqliteStatement& row) {
          names.emplace_back(row.text(0));
          return false;
        },
        last);
    if (!read.ok()) return read;
    if (names.size() == before) return names;
    last = names.back();
  }
}

absl::StatusOr<std::vector<std::string>> SubjectsOf(const SqliteDatabase& database,
                                                    const std::string& name, int64_t limit) {
  std::vector<std::string> subjects;
  absl::Status read = database.Query(
      "SELECT DISTINCT subject FROM metrics WHERE name = ?1 ORDER BY subject LIMIT ?2",
      [&subjects](const SqliteStatement& row) {
        subjects.emplace_back(row.text(0));
        return true;
      },
      name, limit);
  if (!read.ok()) return read;
  return subjects;
}

// A metric of one subject over the quarters; empty if there is none.
absl::StatusOr<std::string> SeriesJson(const SqliteDatabase& database, const std::string& name,
                                       const std::string& subject,
                                       const absl::flat_hash_map<std::string, size_t>& places) {
  std::vector<std::string> points;
  std::string unit;
  absl::Status read = database.Query(
      "SELECT quarter, value, position, unit FROM metrics WHERE name = ?1 AND subject = ?2 "
      "ORDER BY position",
      [&](const SqliteStatement& row) {
        const auto place = places.find(row.text(0));
        if (place == places.end()) return true;
        unit = std::string(row.text(3));
        points.push_back(absl::StrCat("[", place->second, ",", JsonNumber(row.real(1)), ",",
                                      row.integer(2), "]"));
        return true;
      },
      name, subject);
  if (!read.ok()) return read;
  if (points.empty()) return "";
  return JsonObject()
      .Add("name", JsonString(name))
      .Add("subject", JsonString(subject))
      .Add("unit", JsonString(unit))
      .Add("points", JsonArray(points))
      .json();
}

// What an edge's size counts, and the size in words.
std::pair<absl::string_view, std::string> SizeOf(absl::string_view kind, int64_t size) {
  if (kind == "equity") return {"ppm", absl::StrCat(PpmText(size), " of the shares")};
  if (kind == "board") return {"seat", size == 2 ? "a seat on the board" : "an observer"};
  if (kind == "supply") return {"cents-a-quarter", absl::StrCat(DollarsText(size), " a quarter")};
  if (kind == "exclusivity") return {"flag", "exclusive"};
  if (kind == "licence") {
    return {"cents-a-quarter", absl::StrCat(DollarsText(size), " a quarter")};
  }
  if (kind == "marketplace") return {"bp", absl::StrCat(BasisPointsText(size), " of sales")};
  if (kind == "conflict") return {"bp", absl::StrCat(BasisPointsText(size), " of rivals")};
  if (kind == "note") return {"cents", absl::StrCat(DollarsText(size), " of notes")};
  return {"", absl::StrCat(size)};
}

absl::StatusOr<std::string> EdgesJson(const SqliteDatabase& database, const std::string& quarter,
                                      std::set<std::string>& groups) {
  std::vector<std::string> edges;
  absl::Status read = database.Query(
      "SELECT position, kind, from_group, to_group, size, since_quarter, thread FROM relations "
      "WHERE quarter = ?1 ORDER BY position",
      [&](const SqliteStatement& row) {
        const auto [unit, text] = SizeOf(row.text(1), row.integer(4));
        groups.emplace(row.text(2));
        groups.emplace(row.text(3));
        edges.push_back(JsonObject()
                            .Add("position", CellJson(row, 0))
                            .Add("kind", CellJson(row, 1))
                            .Add("from", CellJson(row, 2))
                            .Add("to", CellJson(row, 3))
                            .Add("size", CellJson(row, 4))
                            .Add("unit", JsonString(unit))
                            .Add("text", JsonString(text))
                            .Add("since", CellJson(row, 5))
                            .Add("thread", CellJson(row, 6))
                            .json());
        return true;
      },
      quarter);
  if (!read.ok()) return read;
  return JsonArray(edges);
}

absl::StatusOr<std::string> GroupsJson(const SqliteDatabase& database,
                                       const std::set<std::string>& groups) {
  struct Members {
    std::vector<std::string> agents;
    std::set<std::string> roles;
  };
  std::map<std::string, Members> members;
  for (const std::string& group : groups) members[group];
  absl::Status read =
      database.Query("SELECT coalesce(corporate_group, name), name, role FROM agents ORDER BY name",
                     [&members](const SqliteStatement& row) {
                       const auto group = members.find(std::string(row.text(0)));
                       if (group == members.end()) return true;
                       group->second.agents.emplace_back(row.text(1));
                       group->second.roles.emplace(row.text(2));
                       return true;
                     });
  if (!read.ok()) return read;
  std::vector<std::string> objects;
  for (const auto& [group, who] : members) {
    objects.push_back(JsonObject()
                          .Add("group", JsonString(group))
                          .Add("agents", JsonStrings(who.agents))
                          .Add("roles", JsonStrings({who.roles.begin(), who.roles.end()}))
                          .json());
  }
  return JsonArray(objects);
}

}  // namespace

QuarterSpan ReadQuarters(Parameters& parameters) {
  const std::string text = parameters.Text("quarter");
  QuarterSpan span;
  if (text.empty()) return span;
  const std::vector<std::string> ends = absl::StrSplit(text, absl::MaxSplits("..", 1));
  span = {ends.front(), ends.back()};
  for (const std::string& end : ends) {
    if (end.empty()) continue;
    if (!Quarter::Parse(end).ok()) {
      parameters.Fail(absl::StrCat("\"", end, "\" is no quarter, as 2026Q2 is one"));
    }
  }
  return span;
}

absl::StatusOr<std::string> RunAnswer(const LogAtHand& log, Parameters& parameters) {
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  const SqliteDatabase& database = log.database;
  absl::StatusOr<RunState> state = ReadRunState(database);
  if (!state.ok()) return state.status();

  std::string scenario = "null";
  std::string seed = "null";
  std::string protocol = "null";
  std::string first_quarter = "null";
  std::string last_quarter = "null";
  absl::Status read = database.Query(
      "SELECT scenario_name, scenario_digest, seed, protocol, first_quarter, last_quarter FROM run",
      [&](const SqliteStatement& row) {
        scenario =
            JsonObject().Add("name", CellJson(row, 0)).Add("digest", CellJson(row, 1)).json();
        seed = CellJson(row, 2);
        protocol = CellJson(row, 3);
        first_quarter = CellJson(row, 4);
        last_quarter = CellJson(row, 5);
        return false;
      });
  if (!read.ok()) return read;
  absl::StatusOr<std::string> counts = RowsJson(
      database,
      "SELECT (SELECT count(*) FROM agents) AS agents, (SELECT count(*) FROM deals) AS deals, "
      "(SELECT count(*) FROM contracts) AS contracts, (SELECT count(*) FROM reviews) AS reviews");
  if (!counts.ok()) return counts.status();
  absl::StatusOr<std::string> creator =
      database.QueryText("SELECT value FROM meta WHERE key = 'created_by'");
  if (!creator.ok()) return creator.status();
  return JsonObject()
      .Add("log", JsonString(log.name))
      .Add("compare", JsonBool(log.compare))
      .Add("path", JsonString(database.path()))
      .Add("size_bytes", JsonString(FileSize(database.path())))
      .Add("state", JsonString(RunStateWord(state->kind)))
      .Add("scenario", scenario)
      .Add("seed", seed)
      .Add("protocol", protocol)
      .Add("first_quarter", first_quarter)
      .Add("last_quarter", last_quarter)
      .Add("created_by", JsonStringOrNull(*creator))
      .Add("digest", JsonStringOrNull(state->digest))
      .Add("last_position", absl::StrCat(state->last_position))
      .Add("quarters_closed", absl::StrCat(state->quarters_closed))
      .Add("counts", counts->substr(1, counts->size() - 2))  // the one row's object
      .Add("kinds", KindsJson(true))
      .Add("talk_kinds", KindsJson(false))
      .json();
}

absl::StatusOr<std::string> QuartersAnswer(const LogAtHand& log, Parameters& parameters) {
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<std::string> quarters = RowsJson(
      log.database,
      "SELECT quarter, rounds, round_limit_reached, messages, first_position, last_position, "
      "digest FROM quarters ORDER BY quarter_index");
  if (!quarters.ok()) return quarters.status();
  return JsonObject().Add("quarters", *quarters).json();
}

absl::StatusOr<std::string> MetricsAnswer(const LogAtHand& log, Parameters& parameters) {
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<std::vector<std::string>> names = MetricNames(log.database);
  if (!names.ok()) return names.status();
  std::vector<std::string> metrics;
  for (const std::string& name : *names) {
    absl::StatusOr<std::vector<std::string>> subjects =
        SubjectsOf(log.database, name, kMostSubjects);
    if (!subjects.ok()) return subjects.status();
    absl::Status read = log.database.Query(
        "SELECT unit, position FROM metrics WHERE name = ?1 ORDER BY subject, position LIMIT 1",
        [&](const SqliteStatement& row) {
          metrics.push_back(JsonObject()
                                .Add("name", JsonString(name))
                                .Add("unit", CellJson(row, 0))
                                .Add("subjects", absl::StrCat(subjects->size()))
                                .Add("first_position", CellJson(row, 1))
                                .json());
          return false;
        },
        name);
    if (!read.ok()) return read;
  }
  return JsonObject().Add("metrics", JsonArray(metrics)).json();
}

absl::StatusOr<std::string> MetricSeriesAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::vector<std::string> names = parameters.Texts("name");
  const std::vector<std::string> wanted = parameters.Texts("subject");
  const int64_t limit = parameters.Number("limit", 200, 1, kMostSubjects);
  if (names.empty()) parameters.Fail("\"name\" is needed");
  if (absl::Status status = parameters.status(); !status.ok()) return status;

  absl::StatusOr<std::vector<std::string>> quarters = ClosedQuarters(log.database);
  if (!quarters.ok()) return quarters.status();
  absl::flat_hash_map<std::string, size_t> places;
  for (const std::string& quarter : *quarters) places.emplace(quarter, places.size());

  std::vector<std::string> series;
  bool truncated = false;
  for (const std::string& name : names) {
    absl::StatusOr<std::vector<std::string>> subjects = wanted;
    if (wanted.empty()) subjects = SubjectsOf(log.database, name, limit + 1);
    if (!subjects.ok()) return subjects.status();
    for (const std::string& subject : *subjects) {
      absl::StatusOr<std::string> one = SeriesJson(log.database, name, subject, places);
      if (!one.ok()) return one.status();
      if (one->empty()) continue;
      truncated = static_cast<int64_t>(series.size()) == limit;
      if (truncated) break;
      series.push_back(*std::move(one));
    }
    if (truncated) break;
  }
  return JsonObject()
      .Add("quarters", JsonStrings(*quarters))
      .Add("series", JsonArray(series))
      .Add("truncated", JsonBool(truncated))
      .json();
}

absl::StatusOr<std::string> RelationsAnswer(const LogAtHand& log, Parameters& parameters) {
  constexpr size_t kMostQuarters = 40;
  const QuarterSpan span = ReadQuarters(parameters);
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<std::vector<std::string>> closed = ClosedQuarters(log.database);
  if (!closed.ok()) return closed.status();
  std::vector<std::string> quarters;
  for (const std::string& quarter : *closed) {
    if (span.first.empty() && span.last.empty() && quarter != closed->back()) continue;
    if (!span.first.empty() && quarter < span.first) continue;
    if (!span.last.empty() && quarter > span.last) continue;
    quarters.push_back(quarter);
  }
  if (quarters.size() > kMostQuarters) {
    return absl::InvalidArgumentError(
        absl::StrCat("at most ", kMostQuarters, " quarters at once, not ", quarters.size()));
  }
  std::set<std::string> groups;
  std::vector<std::string> objects;
  for (const std::string& quarter : quarters) {
    absl::StatusOr<std::string> edges = EdgesJson(log.database, quarter, groups);
    if (!edges.ok()) return edges.status();
    objects.push_back(JsonObject().Add("quarter", JsonString(quarter)).Add("edges", *edges).json());
  }
  absl::StatusOr<std::string> who = GroupsJson(log.database, groups);
  if (!who.ok()) return who.status();
  return JsonObject().Add("quarters", JsonArray(objects)).Add("groups", *who).json();
}

}  // namespace tranche
