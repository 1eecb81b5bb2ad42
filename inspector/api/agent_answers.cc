// /api/agents, /api/agent and /api/turn.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/log/json.h"
#include "broker/log/record_search.h"
#include "inspector/api/answers.h"
#include "inspector/api/record_json.h"
#include "inspector/api/row_json.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// An agent makes at most 256 moves in a round, but many may write to it.
constexpr int64_t kMostMessages = 1000;

constexpr absl::string_view kAgentColumns =
    "ordinal, name, role, strategy, "
    "CASE WHEN json_valid(parameters) THEN parameters ELSE '{}' END AS parameters, "
    "coalesce(corporate_group, name) AS \"group\", home, jurisdiction, left_quarter";

// Seats follow the header, one for each agent, in order.
absl::StatusOr<std::string> FindAgent(const SqliteDatabase& database, const std::string& name) {
  std::string agent;
  absl::Status read = database.Query(
      absl::StrCat("SELECT ", kAgentColumns,
                   ", (SELECT position FROM records r WHERE r.position = ordinal + 2 AND "
                   "r.kind = 'seat') AS position FROM agents WHERE name = ?1"),
      [&agent](const SqliteStatement& row) {
        agent = RowObject(row).json();
        return false;
      },
      name);
  if (!read.ok()) return read;
  if (agent.empty()) return absl::NotFoundError(absl::StrCat("there is no agent \"", name, "\""));
  return agent;
}

// The quarters and rounds in which an agent moved or got mail, each with its view of the quarter.
absl::StatusOr<std::string> TurnsJson(const SqliteDatabase& database, const std::string& agent) {
  struct Turn {
    std::string view = "null";
    std::set<int64_t> rounds;
  };
  std::map<std::string, Turn> turns;
  absl::Status read = database.Query(
      "SELECT quarter, position FROM records WHERE kind = 'agent_view' AND recipients = ?1",
      [&turns](const SqliteStatement& row) {
        turns[std::string(row.text(0))].view = CellJson(row, 1);
        return true;
      },
      agent);
  if (!read.ok()) return read;
  read = database.Query(
      "SELECT DISTINCT quarter, round FROM records WHERE sender = ?1 UNION "
      "SELECT DISTINCT r.quarter, r.round + 1 FROM deliveries d JOIN records r "
      "ON r.position = d.position JOIN quarters q ON q.quarter = r.quarter "
      "WHERE d.recipient = ?1 AND r.round < q.rounds",
      [&turns](const SqliteStatement& row) {
        turns[std::string(row.text(0))].rounds.insert(row.integer(1));
        return true;
      },
      agent);
  if (!read.ok()) return read;
  std::vector<std::string> objects;
  for (auto& [quarter, turn] : turns) {
    // Whoever has a view is asked in the first round.
    if (turn.view != "null") turn.rounds.insert(1);
    objects.push_back(JsonObject()
                          .Add("quarter", JsonString(quarter))
                          .Add("view_position", turn.view)
                          .Add("rounds", absl::StrCat("[", absl::StrJoin(turn.rounds, ","), "]"))
                          .json());
  }
  return JsonArray(objects);
}

// The first and last position of a round; 0 and 0 if it isn't there.
struct Span {
  int64_t first = 0;
  int64_t last = 0;
};
absl::StatusOr<Span> RoundSpan(const SqliteDatabase& database, const std::string& quarter,
                               int64_t round) {
  absl::StatusOr<Quarter> parsed = Quarter::Parse(quarter);
  if (!parsed.ok()) return parsed.status();
  Span span;
  absl::Status read = database.Query(
      "SELECT min(position), max(position) FROM records WHERE quarter_index = ?1 AND round = ?2",
      [&span](const SqliteStatement& row) {
        span = {row.integer(0), row.integer(1)};
        return false;
      },
      parsed->index(), round);
  if (!read.ok()) return read;
  return span;
}

// Where the mail comes from that an agent reads in a round: what was sent in the one before. Before
// a quarter's first that is the last of the quarter before, its close, and the opening.
absl::StatusOr<Span> MailSpan(const SqliteDatabase& database, const std::string& quarter,
                              int64_t round) {
  absl::StatusOr<Span> span = RoundSpan(database, quarter, round - 1);
  if (!span.ok() || round > 1) return span;
  std::string before;
  int64_t rounds = 0;
  absl::Status read = database.Query(
      "SELECT quarter, rounds FROM quarters WHERE quarter < ?1 ORDER BY quarter DESC LIMIT 1",
      [&](const SqliteStatement& row) {
        before = std::string(row.text(0));
        rounds = row.integer(1);
        return false;
      },
      quarter);
  if (!read.ok()) return read;
  if (before.empty()) return span;
  absl::StatusOr<Span> close = RoundSpan(database, before, rounds);
  if (!close.ok()) return close.status();
  if (close->first != 0) span->first = close->first;
  return span;
}

absl::StatusOr<std::string> MessagesJson(RecordTable& table,
                                         const std::vector<uint64_t>& positions) {
  std::vector<std::string> messages;
  messages.reserve(positions.size());
  for (const uint64_t position : positions) {
    if (absl::Status loaded = table.Load(position); !loaded.ok()) return loaded;
    messages.push_back(table.Object().Add("lines", LinesJson(table.record())).json());
  }
  return JsonArray(messages);
}

}  // namespace

absl::StatusOr<std::string> AgentsAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string role = parameters.Text("role");
  const std::string after = parameters.Text("after");
  const int64_t limit = parameters.Number("limit", 500, 1, 1000);
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  constexpr int kName = 1;
  absl::StatusOr<PageJson> page =
      RowsPage(log.database, limit, kName,
               absl::StrCat("SELECT ", kAgentColumns,
                            " FROM agents WHERE name > ?1 AND (?2 = '' OR role = ?2) "
                            "ORDER BY name LIMIT ?3"),
               after, role, limit + 1);
  if (!page.ok()) return page.status();
  return JsonObject().Add("agents", page->rows).Add("next", page->next).json();
}

absl::StatusOr<std::string> AgentAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string name = parameters.Required("name");
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  const SqliteDatabase& database = log.database;
  absl::StatusOr<std::string> agent = FindAgent(database, name);
  if (!agent.ok()) return agent.status();
  absl::StatusOr<std::string> kinds = RowsJson(
      database,
      "SELECT kind, count(*) AS messages, (SELECT count(*) FROM records f WHERE f.sender = ?1 AND "
      "f.kind = r.kind AND f.refused_by IS NOT NULL) AS refused FROM records r WHERE sender = ?1 "
      "GROUP BY kind ORDER BY kind",
      name);
  if (!kinds.ok()) return kinds.status();
  absl::StatusOr<std::string> refusals = RowsJson(
      database,
      "SELECT refused_by AS rule, count(*) AS count, min(position) AS first_position FROM records "
      "WHERE sender = ?1 AND refused_by IS NOT NULL GROUP BY refused_by ORDER BY 2 DESC, 1",
      name);
  if (!refusals.ok()) return refusals.status();
  absl::StatusOr<std::string> turns = TurnsJson(database, name);
  if (!turns.ok()) return turns.status();
  absl::StatusOr<std::string> metrics =
      RowsJson(database,
               "WITH RECURSIVE names (name) AS (SELECT min(name) FROM metrics UNION ALL "
               "SELECT (SELECT min(name) FROM metrics m WHERE m.name > names.name) FROM names "
               "WHERE names.name IS NOT NULL) "
               "SELECT name, (SELECT unit FROM metrics m WHERE m.name = names.name AND "
               "m.subject = ?1 LIMIT 1) AS unit FROM names WHERE unit IS NOT NULL",
               name);
  if (!metrics.ok()) return metrics.status();
  absl::StatusOr<std::string> deals = ColumnJson(
      database,
      "SELECT deal FROM deals WHERE lab = ?1 OR investor = ?1 ORDER BY position LIMIT 500", name);
  if (!deals.ok()) return deals.status();
  absl::StatusOr<std::string> contracts = ColumnJson(
      database,
      "SELECT contract FROM contracts WHERE provider = ?1 OR customer = ?1 ORDER BY position "
      "LIMIT 500",
      name);
  if (!contracts.ok()) return contracts.status();
  return JsonObject()
      .Add("agent", *agent)
      .Add("kinds", *kinds)
      .Add("refusals", *refusals)
      .Add("turns", *turns)
      .Add("metrics", *metrics)
      .Add("deals", *deals)
      .Add("contracts", *contracts)
      .json();
}

absl::StatusOr<std::string> TurnAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string agent = parameters.Required("agent");
  const std::string quarter = parameters.Required("quarter");
  const int64_t round = parameters.Number("round", 1, 1, 1'000'000);
  absl::StatusOr<Quarter> parsed = Quarter::Parse(quarter);
  if (!parsed.ok()) parameters.Fail(parsed.status().message());
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  const SqliteDatabase& database = log.database;
  absl::StatusOr<std::string> known = FindAgent(database, agent);
  if (!known.ok()) return known.status();
  absl::StatusOr<RecordTable> table = RecordTable::Open(database);
  if (!table.ok()) return table.status();

  uint64_t public_view = 0;
  uint64_t view = 0;
  absl::Status read = database.Query(
      "SELECT (SELECT position FROM records WHERE quarter_index = ?1 AND round = 0 AND "
      "kind = 'public_view' LIMIT 1), (SELECT position FROM records WHERE kind = 'agent_view' AND "
      "recipients = ?2 AND quarter_index = ?1 LIMIT 1)",
      [&](const SqliteStatement& row) {
        public_view = static_cast<uint64_t>(row.integer(0));
        view = static_cast<uint64_t>(row.integer(1));
        return false;
      },
      parsed->index(), agent);
  if (!read.ok()) return read;
  std::string payload = "null";
  if (view != 0) {
    if (absl::Status loaded = table->Load(view); !loaded.ok()) return loaded;
    absl::StatusOr<std::string> json = log.descriptors.RecordJson(table->payload());
    if (!json.ok()) return json.status();
    payload = *std::move(json);
  }

  absl::StatusOr<Span> mail = MailSpan(database, quarter, round);
  if (!mail.ok()) return mail.status();
  std::vector<uint64_t> received;
  read = database.Query(
      "SELECT position FROM deliveries WHERE recipient = ?1 AND position BETWEEN ?2 AND ?3 "
      "ORDER BY position LIMIT ?4",
      [&received](const SqliteStatement& row) {
        received.push_back(static_cast<uint64_t>(row.integer(0)));
        return true;
      },
      agent, mail->first, mail->last, kMostMessages);
  if (!read.ok()) return read;
  absl::StatusOr<std::string> inbox = MessagesJson(*table, received);
  if (!inbox.ok()) return inbox.status();

  RecordFilter filter;
  filter.first_quarter = filter.last_quarter = *parsed;
  filter.round = static_cast<uint32_t>(round);
  filter.sender = agent;
  absl::StatusOr<RecordSearch> search = RecordSearch::Prepare(database, filter);
  if (!search.ok()) return search.status();
  std::vector<uint64_t> sent;
  while (static_cast<int64_t>(sent.size()) < kMostMessages) {
    absl::StatusOr<RecordSearch::Outcome> found = search->Next();
    if (!found.ok()) return found.status();
    if (*found != RecordSearch::Outcome::kFound) break;
    sent.push_back(search->position());
  }
  absl::StatusOr<std::string> moves = MessagesJson(*table, sent);
  if (!moves.ok()) return moves.status();
  return JsonObject()
      .Add("agent", JsonString(agent))
      .Add("quarter", JsonString(quarter))
      .Add("round", absl::StrCat(round))
      .Add("public_view", JsonPositionOrNull(public_view))
      .Add("view", JsonPositionOrNull(view))
      .Add("view_payload", payload)
      .Add("inbox", *inbox)
      .Add("moves", *moves)
      .json();
}

}  // namespace tranche
