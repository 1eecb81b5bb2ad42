#include "inspector/api/row_json.h"

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

// Whether a column may hold integers beyond 2^53, which JSON's readers round.
bool IsWide(absl::string_view name) {
  return absl::StrContains(name, "_cents") || absl::StrContains(name, "_micros") ||
         absl::StrContains(name, "gpu_hours") || absl::StartsWith(name, "shares") ||
         name == "size" || name == "build";
}

bool IsTruth(absl::string_view name) {
  constexpr absl::string_view kNames[] = {"round_limit_reached", "exclusive", "prohibition_upheld"};
  return absl::c_linear_search(kNames, name);
}

}  // namespace

std::string CellJson(const SqliteStatement& row, int column) {
  const absl::string_view name = row.name(column);
  switch (row.type(column)) {
    case SQLITE_INTEGER:
      if (IsTruth(name)) return JsonBool(row.integer(column) != 0);
      if (IsWide(name)) return JsonString(absl::StrCat(row.integer(column)));
      return JsonNumber(row.integer(column));
    case SQLITE_FLOAT:
      return JsonNumber(row.real(column));
    case SQLITE_TEXT:
      // Agents' parameters are kept as JSON themselves; asked for with json_valid().
      return name == "parameters" ? std::string(row.text(column)) : JsonString(row.text(column));
    default:
      return "null";
  }
}

JsonObject RowObject(const SqliteStatement& row) {
  JsonObject object;
  for (int column = 0; column < row.columns(); ++column) {
    object.Add(row.name(column), CellJson(row, column));
  }
  return object;
}

}  // namespace tranche
