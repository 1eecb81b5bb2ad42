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
CREATE INDEX records_by_sender ON records (sender, kind) WHERE sender IS NOT NULL;
CREATE INDEX records_by_thread ON records (thread) WHERE thread IS NOT NULL;
CREATE INDEX records_by_question ON records (in_reply_to) WHERE in_reply_to IS NOT NULL;
CREATE INDEX records_by_viewer ON records (recipients) WHERE kind = 'agent_view';
CREATE INDEX records_by_refusal ON records (refused_by) WHERE refused_by IS NOT NULL;
CREATE INDEX records_by_refused_sender ON records (sender, kind, refused_by)
  WHERE refused_by IS NOT NULL;

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

CREATE VIEW v_messages AS
  SELECT position, quarter, round, kind, sender, recipients, thread, in_reply_to, refused_by
  FROM records WHERE sender IS NOT NULL AND kind <> 'pass';

CREATE VIEW v_replies AS
  SELECT a.position, a.quarter, a.round, a.kind, a.sender, a.thread, a.in_reply_to,
         q.kind AS question_kind, q.sender AS question_sender, q.quarter AS question_quarter,
         q.round AS question_round
  FROM records a JOIN records q ON q.position = a.in_reply_to;

CREATE VIEW v_refusals AS
  SELECT m.position, m.quarter, m.round, m.sender, m.kind, m.thread, m.refused_by AS rule,
         r.position AS answer
  FROM records m JOIN records r
    ON r.in_reply_to = m.position AND r.kind = 'rejected' AND r.sender = 'market'
  WHERE m.refused_by IS NOT NULL;

CREATE VIEW v_deals_usd AS
  SELECT position, deal, kind, lab, investor, signed_quarter, instrument,
         amount_cents / 100.0 AS amount_usd, pre_money_cents / 100.0 AS pre_money_usd,
         drawn_cents / 100.0 AS drawn_usd, tranches, board_right, cloud,
         cloud_commitment_cents / 100.0 AS cloud_commitment_usd, outside_quarter, state,
         ended_quarter, outcome, reason,
         (SELECT count(*) FROM closings c WHERE c.deal = d.deal) AS closings,
         (SELECT count(*) FROM reviews r WHERE r.deal = d.deal) AS reviews
  FROM deals d;

CREATE VIEW v_closings_usd AS
  SELECT c.position, c.quarter, c.deal, d.lab, d.investor, c.tranche,
         c.cash_cents / 100.0 AS cash_usd, c.credits_cents / 100.0 AS credits_usd,
         c.shares_issued, c.price_micros_per_share / 1e6 AS price_usd_per_share,
         c.post_money_cents / 100.0 AS post_money_usd, c.holding_ppm / 1e4 AS holding_percent
  FROM closings c JOIN deals d USING (deal);

CREATE VIEW v_contracts_usd AS
  SELECT position, contract, kind, provider, customer, signed_quarter, start_quarter,
         term_quarters, accelerators_h100e,
         price_micros_per_gpu_hour / 1e6 AS price_usd_per_gpu_hour,
         take_or_pay_bp / 100.0 AS take_or_pay_percent,
         prepayment_bp / 100.0 AS prepayment_percent, exclusive,
         revenue_share_bp / 100.0 AS revenue_share_percent,
         fee_cents_per_quarter / 100.0 AS fee_usd_per_quarter,
         royalty_bp / 100.0 AS royalty_percent, amount_cents / 100.0 AS amount_usd,
         ended_quarter, end_reason
  FROM contracts;

CREATE VIEW v_cap_table_usd AS
  SELECT position, quarter, lab, holder, share_class, shares, stake_ppm / 1e4 AS stake_percent,
         value_cents / 100.0 AS value_usd
  FROM cap_table;

CREATE VIEW v_ledger_usd AS
  SELECT position, quarter, kind, debit_entity, debit_account, credit_entity, credit_account,
         amount_cents / 100.0 AS amount_usd, thread
  FROM ledger;

CREATE VIEW v_statements_usd AS
  SELECT position, quarter, entity, statement, account, amount_cents / 100.0 AS amount_usd
  FROM statements;

CREATE VIEW v_prices_usd AS
  SELECT position, quarter, seller, product, segment, price_micros / 1e6 AS price_usd
  FROM prices;
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

absl::Span<const absl::string_view> ViewNames() {
  static constexpr absl::string_view kNames[] = {
      "v_messages",      "v_replies",       "v_refusals",   "v_deals_usd",      "v_closings_usd",
      "v_contracts_usd", "v_cap_table_usd", "v_ledger_usd", "v_statements_usd", "v_prices_usd"};
  return kNames;
}

}  // namespace tranche
