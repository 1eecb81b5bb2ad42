#ifndef TRANCHE_INSPECTOR_API_ROW_JSON_H_
#define TRANCHE_INSPECTOR_API_ROW_JSON_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/log/json.h"
#include "broker/log/sqlite.h"

// Rows of a log's tables in the JSON of API.md: a column's name says what it is
// (docs/log-schema.md), and so whether its integers may exceed what JSON's numbers hold.
namespace tranche {

// The value of a column at hand.
std::string CellJson(const SqliteStatement& row, int column);
// The columns at hand as members of an object.
JsonObject RowObject(const SqliteStatement& row);

// An array of one object for each row of a query.
template <typename... Arguments>
absl::StatusOr<std::string> RowsJson(const SqliteDatabase& database, absl::string_view sql,
                                     const Arguments&... arguments) {
  std::vector<std::string> rows;
  absl::Status read = database.Query(
      sql,
      [&rows](const SqliteStatement& row) {
        rows.push_back(RowObject(row).json());
        return true;
      },
      arguments...);
  if (!read.ok()) return read;
  return JsonArray(rows);
}

// An array of the first column of each row.
template <typename... Arguments>
absl::StatusOr<std::string> ColumnJson(const SqliteDatabase& database, absl::string_view sql,
                                       const Arguments&... arguments) {
  std::vector<std::string> values;
  absl::Status read = database.Query(
      sql,
      [&values](const SqliteStatement& row) {
        values.push_back(CellJson(row, 0));
        return true;
      },
      arguments...);
  if (!read.ok()) return read;
  return JsonArray(values);
}

// The rows of a page and where the next one begins: `sql` asks for one row more than `limit`, and
// column `key` of the last row of a page that isn't the last is where to go on.
struct PageJson {
  std::string rows;  // an array
  std::string next;  // a value, or null
};
template <typename... Arguments>
absl::StatusOr<PageJson> RowsPage(const SqliteDatabase& database, int64_t limit, int key,
                                  absl::string_view sql, const Arguments&... arguments) {
  std::vector<std::string> rows;
  PageJson page = {"", "null"};
  std::string last = "null";
  absl::Status read = database.Query(
      sql,
      [&](const SqliteStatement& row) {
        if (static_cast<int64_t>(rows.size()) == limit) {
          page.next = last;
          return false;
        }
        rows.push_back(RowObject(row).json());
        last = CellJson(row, key);
        return true;
      },
      arguments...);
  if (!read.ok()) return read;
  page.rows = JsonArray(rows);
  return page;
}

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_API_ROW_JSON_H_
