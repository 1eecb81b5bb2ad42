#include "broker/ensemble/results_schema.h"

#include "absl/strings/str_cat.h"

namespace tranche {

std::string ResultsSchema(Quarter first, int quarters) {
  std::string columns;
  std::string long_form;
  for (int i = 0; i < quarters; ++i) {
    const std::string quarter = (first + i).ToString();
    absl::StrAppend(&columns, ",\n  \"", quarter, "\" REAL");
    absl::StrAppend(&long_form, i == 0 ? "" : "\nUNION ALL\n", "SELECT run, name, subject, '",
                    quarter, "' AS quarter, \"", quarter,
                    "\" AS value, unit FROM metrics JOIN metric_names USING (metric) WHERE \"",
                    quarter, "\" IS NOT NULL");
  }
  return absl::StrCat(R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value
) WITHOUT ROWID;

CREATE TABLE scenarios (
  scenario INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  canonical BLOB NOT NULL
);

CREATE TABLE dimensions (
  dimension INTEGER PRIMARY KEY,
  path TEXT NOT NULL
);

CREATE TABLE points (
  point INTEGER PRIMARY KEY,
  scenario INTEGER NOT NULL
);

CREATE TABLE point_values (
  point INTEGER NOT NULL,
  dimension INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (point, dimension)
) WITHOUT ROWID;

CREATE TABLE runs (
  run INTEGER PRIMARY KEY,
  point INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  rounds INTEGER NOT NULL,
  error TEXT,
  digest TEXT NOT NULL
);

CREATE TABLE metric_names (
  metric INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  unit TEXT NOT NULL,
  UNIQUE (name, subject)
);

CREATE TABLE metrics (
  run INTEGER NOT NULL,
  metric INTEGER NOT NULL)sql",
                      columns, R"sql(,
  PRIMARY KEY (run, metric)
) WITHOUT ROWID;

CREATE TABLE deals (
  run INTEGER NOT NULL,
  deal TEXT NOT NULL,
  kind TEXT NOT NULL,
  lab TEXT NOT NULL,
  investor TEXT NOT NULL,
  signed_quarter TEXT NOT NULL,
  closed_quarter TEXT,
  state TEXT NOT NULL,
  outcome TEXT,
  amount_cents INTEGER NOT NULL,
  drawn_cents INTEGER NOT NULL,
  reviews INTEGER NOT NULL,
  PRIMARY KEY (run, deal)
) WITHOUT ROWID;

CREATE VIEW metrics_by_quarter AS
)sql",
                      long_form, ";\n");
}

}  // namespace tranche
