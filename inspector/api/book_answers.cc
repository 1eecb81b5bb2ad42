// /api/statements and /api/ledger.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "broker/log/json.h"
#include "inspector/api/answers.h"
#include "inspector/api/record_json.h"
#include "inspector/api/row_json.h"

namespace tranche {
namespace {

// Entities with books that share a name or a corporate group with `entity`.
absl::StatusOr<std::string> EntitiesJson(const SqliteDatabase& database,
                                         const std::string& entity) {
  return ColumnJson(
      database,
      "WITH owner (corporate_group) AS (SELECT coalesce(corporate_group, name) FROM agents "
      "WHERE name = ?1 OR coalesce(corporate_group, name) = "
      "CASE WHEN instr(?1, '/') > 0 THEN substr(?1, 1, instr(?1, '/') - 1) ELSE ?1 END LIMIT 1), "
      "candidates (entity) AS (SELECT ?1 UNION SELECT corporate_group || '/treasury' FROM owner "
      "UNION SELECT name FROM agents WHERE coalesce(corporate_group, name) IN "
      "(SELECT corporate_group FROM owner)) "
      "SELECT entity FROM candidates c WHERE EXISTS (SELECT 1 FROM statements s "
      "WHERE s.entity = c.entity) ORDER BY entity <> ?1, entity",
      entity);
}

// An account of one statement over the quarters.
struct Line {
  std::string statement;
  std::string account;
  std::string quarter;  // of its last cell
  std::vector<std::string> cells;
};

// Lines of statements, in the order of the books. An account that first occurs in a later quarter
// stands behind the one that it follows there, so that totals stay behind what they add up.
class LineList {
 public:
  // In the order of statements, quarters, and lines.
  void Add(absl::string_view quarter, absl::string_view statement, absl::string_view account,
           std::string cell) {
    const auto known = absl::c_find_if(lines_, [&](const Line& line) {
      return line.statement == statement && line.account == account;
    });
    size_t place = static_cast<size_t>(known - lines_.begin());
    if (known == lines_.end()) {
      place = PlaceForNew(quarter, statement);
      lines_.insert(lines_.begin() + static_cast<ptrdiff_t>(place),
                    {std::string(statement), std::string(account), "", {}});
    }
    lines_[place].quarter = std::string(quarter);
    lines_[place].cells.push_back(std::move(cell));
    next_ = place + 1;
  }
  const std::vector<Line>& lines() const { return lines_; }

 private:
  size_t PlaceForNew(absl::string_view quarter, absl::string_view statement) const {
    const bool follows = next_ > 0 && lines_[next_ - 1].quarter == quarter &&
                         lines_[next_ - 1].statement == statement;
    if (follows) return next_;
    const auto first = absl::c_find_if(
        lines_, [statement](const Line& line) { return line.statement == statement; });
    return static_cast<size_t>(first - lines_.begin());
  }

  std::vector<Line> lines_;
  size_t next_ = 0;  // behind the line added last
};

}  // namespace

absl::StatusOr<std::string> StatementsAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string entity = parameters.Required("entity");
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  std::vector<std::string> quarters;
  absl::flat_hash_map<std::string, size_t> places;
  absl::Status read = log.database.Query(
      "SELECT DISTINCT quarter FROM statements WHERE entity = ?1 ORDER BY quarter",
      [&](const SqliteStatement& row) {
        places.emplace(row.text(0), quarters.size());
        quarters.emplace_back(row.text(0));
        return true;
      },
      entity);
  if (!read.ok()) return read;
  LineList list;
  read = log.database.Query(
      "SELECT quarter, statement, account, amount_cents, position FROM statements "
      "WHERE entity = ?1 ORDER BY CASE statement WHEN 'income' THEN 0 WHEN 'cash-flow' THEN 1 "
      "ELSE 2 END, quarter, line",
      [&](const SqliteStatement& row) {
        list.Add(row.text(0), row.text(1), row.text(2),
                 absl::StrCat("[", places[row.text(0)], ",\"", row.integer(3), "\",",
                              row.integer(4), "]"));
        return true;
      },
      entity);
  if (!read.ok()) return read;
  if (quarters.empty()) {
    return absl::NotFoundError(absl::StrCat("there are no statements of \"", entity, "\""));
  }
  absl::StatusOr<std::string> entities = EntitiesJson(log.database, entity);
  if (!entities.ok()) return entities.status();
  std::vector<std::string> objects;
  objects.reserve(list.lines().size());
  for (const Line& line : list.lines()) {
    objects.push_back(JsonObject()
                          .Add("statement", JsonString(line.statement))
                          .Add("account", JsonString(line.account))
                          .Add("cells", JsonArray(line.cells))
                          .json());
  }
  return JsonObject()
      .Add("entity", JsonString(entity))
      .Add("entities", *entities)
      .Add("quarters", JsonStrings(quarters))
      .Add("lines", JsonArray(objects))
      .json();
}

absl::StatusOr<std::string> LedgerAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string entity = parameters.Text("entity");
  const std::string quarter = parameters.Text("quarter");
  const std::string thread = parameters.Text("thread");
  const std::string kind = parameters.Text("kind");
  const std::string account = parameters.Text("account");
  const uint64_t after = parameters.Position("after");
  const int64_t limit = parameters.Number("limit", 200, 1, 1000);
  if (entity.empty() && quarter.empty() && thread.empty()) {
    parameters.Fail("one of \"entity\", \"quarter\" and \"thread\" is needed");
  }
  if (!account.empty() && entity.empty()) parameters.Fail("\"account\" goes with \"entity\"");
  if (absl::Status status = parameters.status(); !status.ok()) return status;

  std::string where = "position > ?1";
  if (!entity.empty()) {
    absl::StrAppend(&where, account.empty() ? " AND (debit_entity = ?2 OR credit_entity = ?2)"
                                            : " AND ((debit_entity = ?2 AND debit_account = ?3) OR "
                                              "(credit_entity = ?2 AND credit_account = ?3))");
  }
  if (!quarter.empty()) absl::StrAppend(&where, " AND quarter = ?4");
  if (!thread.empty()) absl::StrAppend(&where, " AND thread = ?5");
  if (!kind.empty()) absl::StrAppend(&where, " AND kind = ?6");
  constexpr int kPosition = 0;
  absl::StatusOr<PageJson> page =
      RowsPage(log.database, limit, kPosition,
               absl::StrCat("SELECT * FROM ledger WHERE ", where, " ORDER BY position LIMIT ?7"),
               after, entity, account, quarter, thread, kind, limit + 1);
  if (!page.ok()) return page.status();
  return JsonObject().Add("entries", page->rows).Add("next", page->next).json();
}

}  // namespace tranche
