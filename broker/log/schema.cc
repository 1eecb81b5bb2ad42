#include "broker/log/schema.h"

namespace tranche {

absl::string_view Schema() {
  return R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value
);

CREATE TABLE records (
  position INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL,
  quarter_index INTEGER NOT NULL,
  round INTEGER NOT NULL,
  kind TEXT NOT NULL,
  sender TEXT,
  recipients TEXT,
  thread TEXT,
  in_reply_to INTEGER,
  refused_by TEXT,
  crc32 INTEGER NOT NULL,
  payload BLOB NOT NULL
);
CREATE INDEX records_by_quarter ON records (quarter_index, round);
CREATE INDEX records_by_kind ON records (kind);
CREATE INDEX records_by_sender ON records (sender) WHERE sender IS NOT NULL;
CREATE INDEX records_by_thread ON records (thread) WHERE thread IS NOT NULL;
CREATE INDEX records_by_question ON records (in_reply_to) WHERE in_reply_to IS NOT NULL;

CREATE TABLE deliveries (
  recipient TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (recipient, position)
) WITHOUT ROWID;

CREATE TABLE run (
  position INTEGER PRIMARY KEY,
  scenario_name TEXT NOT NULL,
  scenario_digest TEXT NOT NULL,
  seed TEXT NOT NULL,
  protocol TEXT NOT NULL,
  first_quarter TEXT NOT NULL,
  last_quarter TEXT NOT NULL,
  ended TEXT
);

CREATE TABLE agents (
  ordinal INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  strategy TEXT NOT NULL,
  parameters TEXT NOT NULL,
  corporate_group TEXT,
  home TEXT,
  jurisdiction TEXT,
  left_quarter TEXT
);
CREATE INDEX agents_by_name ON agents (name);

CREATE TABLE quarters (
  quarter TEXT PRIMARY KEY,
  quarter_index INTEGER NOT NULL,
  rounds INTEGER NOT NULL,
  round_limit_reached INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  digest TEXT NOT NULL
);

CREATE TABLE metrics (
  position INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  value REAL NOT NULL,
  unit TEXT NOT NULL
);
CREATE INDEX metrics_by_name ON metrics (name, subject);

CREATE TABLE deals (
  deal TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  lab TEXT NOT NULL,
  investor TEXT NOT NULL,
  signed_quarter TEXT NOT NULL,
  instrument TEXT,
  amount_cents INTEGER,
  pre_money_cents INTEGER,
  tranches INTEGER,
  board_right TEXT,
  cloud TEXT,
  cloud_commitment_cents INTEGER,
  outside_quarter TEXT,
  state TEXT NOT NULL,
  drawn_cents INTEGER NOT NULL,
  ended_quarter TEXT,
  outcome TEXT,
  reason TEXT
);
CREATE INDEX deals_by_lab ON deals (lab);
CREATE INDEX deals_by_investor ON deals (investor);

CREATE TABLE closings (
  deal TEXT NOT NULL,
  tranche INTEGER NOT NULL,
  position INTEGER NOT NULL,
  quarter TEXT NOT NULL,
  cash_cents INTEGER NOT NULL,
  credits_cents INTEGER NOT NULL,
  shares_issued INTEGER NOT NULL,
  price_micros_per_share INTEGER NOT NULL,
  post_money_cents INTEGER NOT NULL,
  holding_ppm INTEGER NOT NULL,
  PRIMARY KEY (deal, tranche)
);

CREATE TABLE reviews (
  deal TEXT NOT NULL,
  jurisdiction TEXT NOT NULL,
  regulator TEXT NOT NULL,
  investor TEXT NOT NULL,
  lab TEXT NOT NULL,
  ground TEXT NOT NULL,
  required_quarter TEXT NOT NULL,
  notified TEXT,
  second_request_quarter TEXT,
  concerns_quarter TEXT,
  decided_quarter TEXT,
  outcome TEXT,
  conditions TEXT,
  waiting_period_expired TEXT,
  litigated_quarter TEXT,
  prohibition_upheld INTEGER,
  PRIMARY KEY (deal, jurisdiction)
);
CREATE INDEX reviews_by_regulator ON reviews (regulator);

CREATE TABLE contracts (
  contract TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  provider TEXT NOT NULL,
  customer TEXT NOT NULL,
  signed_quarter TEXT NOT NULL,
  start_quarter TEXT,
  term_quarters INTEGER,
  accelerators_h100e INTEGER,
  price_micros_per_gpu_hour INTEGER,
  take_or_pay_bp INTEGER,
  prepayment_bp INTEGER,
  exclusive INTEGER,
  revenue_share_bp INTEGER,
  fee_cents_per_quarter INTEGER,
  royalty_bp INTEGER,
  amount_cents INTEGER,
  ended_quarter TEXT,
  end_reason TEXT
);
CREATE INDEX contracts_by_provider ON contracts (provider);
CREATE INDEX contracts_by_customer ON contracts (customer);

CREATE TABLE builds (
  build INTEGER PRIMARY KEY,
  cloud TEXT NOT NULL,
  ordered_quarter TEXT,
  region TEXT,
  it_power_kw INTEGER,
  cooling TEXT,
  chip_maker TEXT,
  state TEXT NOT NULL,
  ended_quarter TEXT,
  accelerators_h100e INTEGER
);
CREATE INDEX builds_by_cloud ON builds (cloud);

CREATE TABLE prices (
  position INTEGER NOT NULL,
  item INTEGER NOT NULL,
  quarter TEXT NOT NULL,
  seller TEXT NOT NULL,
  product TEXT NOT NULL,
  segment TEXT NOT NULL,
  price_micros INTEGER NOT NULL,
  PRIMARY KEY (position, item)
);
CREATE INDEX prices_by_seller ON prices (seller, product, segment);

CREATE TABLE cap_table (
  position INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL,
  lab TEXT NOT NULL,
  holder TEXT NOT NULL,
  share_class TEXT NOT NULL,
  shares INTEGER NOT NULL,
  stake_ppm INTEGER NOT NULL,
  value_cents INTEGER NOT NULL
);
CREATE INDEX cap_table_by_lab ON cap_table (lab, quarter);
CREATE INDEX cap_table_by_holder ON cap_table (holder, quarter);

CREATE TABLE ledger (
  position INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL,
  kind TEXT NOT NULL,
  debit_entity TEXT NOT NULL,
  debit_account TEXT NOT NULL,
  credit_entity TEXT NOT NULL,
  credit_account TEXT NOT NULL,
  amount_cents INTEGER NOT NULL,
  thread TEXT
);
CREATE INDEX ledger_by_debit ON ledger (debit_entity, quarter);
CREATE INDEX ledger_by_credit ON ledger (credit_entity, quarter);
CREATE INDEX ledger_by_thread ON ledger (thread) WHERE thread IS NOT NULL;

CREATE TABLE statements (
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  quarter TEXT NOT NULL,
  entity TEXT NOT NULL,
  statement TEXT NOT NULL,
  account TEXT NOT NULL,
  amount_cents INTEGER NOT NULL,
  PRIMARY KEY (position, line)
) WITHOUT ROWID;
CREATE INDEX statements_by_entity ON statements (entity, quarter);

CREATE TABLE relations (
  position INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_group TEXT NOT NULL,
  to_group TEXT NOT NULL,
  size INTEGER NOT NULL,
  since_quarter TEXT NOT NULL,
  thread TEXT
);
CREATE INDEX relations_by_quarter ON relations (quarter, kind);

CREATE TABLE operations (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  after_position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  agent TEXT NOT NULL,
  detail TEXT NOT NULL
);
)sql";
}

absl::Span<const DerivedTable> DerivedTables() {
  static constexpr DerivedTable kTables[] = {
      {"deliveries", "recipient, position"},
      {"run", "position"},
      {"agents", "ordinal"},
      {"quarters", "quarter"},
      {"metrics", "position"},
      {"deals", "deal"},
      {"closings", "deal, tranche"},
      {"reviews", "deal, jurisdiction"},
      {"contracts", "contract"},
      {"builds", "build"},
      {"prices", "position, item"},
      {"cap_table", "position"},
      {"ledger", "position"},
      {"statements", "position, line"},
      {"relations", "position"},
  };
  return kTables;
}

absl::Span<const absl::string_view> TableNames() {
  static constexpr absl::string_view kNames[] = {
      "meta",    "records",   "deliveries", "run",        "agents",    "quarters",
      "metrics", "deals",     "closings",   "reviews",    "contracts", "builds",
      "prices",  "cap_table", "ledger",     "statements", "relations", "operations"};
  return kNames;
}

}  // namespace tranche
