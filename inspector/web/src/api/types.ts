// The answers of the inspector's server, as inspector/API.md describes them. Quantities that may
// exceed 2^53 are strings of decimal digits.

export type Digits = string;
export type Quarter = string;
export type Position = number;

export interface Run {
  log: string;
  path: string;
  size_bytes: Digits;
  state: 'live' | 'interrupted' | 'completed';
  scenario: { name: string; digest: string } | null;
  seed: Digits | null;
  protocol: string | null;
  first_quarter: Quarter | null;
  last_quarter: Quarter | null;
  created_by: string | null;
  digest: string | null;
  last_position: Position;
  quarters_closed: number;
  counts: { agents: number; deals: number; contracts: number; reviews: number };
  kinds: string[];
  talk_kinds: string[];
  compare: boolean;
}

export interface ClosedQuarter {
  quarter: Quarter;
  rounds: number;
  round_limit_reached: boolean;
  messages: number;
  first_position: Position;
  last_position: Position;
  digest: string;
}

export interface MetricName {
  name: string;
  unit: string;
  subjects: number;
  first_position: Position;
}

// Index into the quarters, value, position of the record.
export type Point = [number, number, Position];

export interface Series {
  name: string;
  subject: string;
  unit: string;
  points: Point[];
}

export interface SeriesAnswer {
  quarters: Quarter[];
  series: Series[];
  truncated: boolean;
}

export interface RecordRow {
  position: Position;
  quarter: Quarter;
  round: number;
  kind: string;
  sender: string | null;
  recipients: string[];
  thread: string | null;
  in_reply_to: Position | null;
  refused_by: string | null;
  text: string;
}

export interface RecordWithLines extends RecordRow {
  lines: string[];
}

export interface RecordPage {
  records: RecordRow[];
  complete: boolean;
  searched_to: Position;
  end: boolean;
}

export interface RecordCount {
  count: number;
  complete: boolean;
  searched_to: Position;
  // Positions of matches 1, 1+N, 1+2N, … of this call, where every=N was asked.
  marks?: Position[];
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface RecordInFull extends RecordWithLines {
  payload: Json;
  crc32: number;
  size_bytes: number;
  fields: { path: string; label: string; value: string }[];
  answers: Position[];
  previous: Position | null;
  next: Position | null;
  deal: string | null;
}

export interface ThreadRow {
  thread: string;
  messages: number;
  first_position: Position;
  last_position: Position;
  first_quarter: Quarter;
  last_quarter: Quarter;
  opened_by: string | null;
  opening_kind: string;
  last_kind: string;
  last_text: string;
  deal: boolean;
  contract: boolean;
}

export interface Term {
  path: string;
  label: string;
  value: string;
  raw: string;
}

export interface TermChange {
  path: string;
  label: string;
  before: string | null;
  after: string | null;
}

export interface Version {
  position: Position;
  quarter: Quarter;
  round: number;
  kind: string;
  sender: string | null;
  recipients: string[];
  text: string;
  terms: Term[];
  changed_from: Position | null;
  changes: TermChange[];
}

export interface ThreadMessage extends RecordWithLines {
  depth: number;
  terms: Term[];
  changed_from: Position | null;
  changes: TermChange[];
}

export interface Thread {
  thread: string;
  parties: string[];
  deals: string[];
  contracts: string[];
  messages: ThreadMessage[];
  next: Position | null;
}

export interface Deal {
  deal: string;
  position: Position;
  kind: string;
  lab: string | null;
  investor: string | null;
  signed_quarter: Quarter;
  instrument: string | null;
  amount_cents: Digits | null;
  pre_money_cents: Digits | null;
  tranches: number | null;
  board_right: string | null;
  cloud: string | null;
  cloud_commitment_cents: Digits | null;
  outside_quarter: Quarter | null;
  state: string;
  drawn_cents: Digits | null;
  ended_quarter: Quarter | null;
  outcome: string | null;
  reason: string | null;
}

export interface Step {
  position: Position;
  quarter: Quarter;
  round: number;
  kind: string;
  sender: string | null;
  text: string;
  lines: string[];
}

export interface Review {
  deal: string;
  jurisdiction: string;
  regulator: string | null;
  investor: string | null;
  lab: string | null;
  ground: string | null;
  required_quarter: Quarter | null;
  notified: string | null;
  second_request_quarter: Quarter | null;
  concerns_quarter: Quarter | null;
  decided_quarter: Quarter | null;
  outcome: string | null;
  conditions: string | null;
  waiting_period_expired: string | null;
  litigated_quarter: Quarter | null;
  prohibition_upheld: boolean | number | null;
  steps: Step[];
}

export interface Closing {
  deal: string;
  tranche: number;
  position: Position;
  quarter: Quarter;
  cash_cents: Digits;
  credits_cents: Digits;
  shares_issued: Digits;
  price_micros_per_share: Digits;
  post_money_cents: Digits;
  holding_ppm: number;
}

export interface CapTableRow {
  position: Position;
  holder: string;
  share_class: string;
  shares: Digits;
  stake_ppm: number;
  value_cents: Digits;
}

export interface LedgerRow {
  position: Position;
  quarter: Quarter;
  kind: string;
  debit_entity: string;
  debit_account: string;
  credit_entity: string;
  credit_account: string;
  amount_cents: Digits;
  thread: string | null;
}

export interface WhyStep extends Step {
  recipients: string[];
  depth: number;
  explains: Position | null;
  because: string;
}

export interface Why {
  subject: string;
  outcome: string;
  summary: string;
  steps: WhyStep[];
}

export interface DealInFull {
  deal: Deal;
  thread: string | null;
  versions: Version[];
  reviews: Review[];
  closings: Closing[];
  cap_table: {
    lab: string | null;
    before: { quarter: Quarter | null; rows: CapTableRow[] };
    after: { quarter: Quarter | null; rows: CapTableRow[] };
  };
  ledger: LedgerRow[];
  why: Why;
}

export interface Edge {
  position: Position;
  kind: string;
  from: string;
  to: string;
  size: Digits;
  unit: string;
  text: string;
  since: Quarter | null;
  thread: string | null;
}

export interface Relations {
  quarters: { quarter: Quarter; edges: Edge[] }[];
  groups: { group: string; agents: string[]; roles: string[] }[];
}

export interface Agent {
  ordinal: number;
  name: string;
  role: string;
  strategy: string | null;
  parameters: { [key: string]: Json } | null;
  group: string | null;
  home: string | null;
  jurisdiction: string | null;
  left_quarter: Quarter | null;
}

export interface AgentInFull {
  agent: Agent & { position: Position };
  kinds: { kind: string; messages: number; refused: number }[];
  refusals: { rule: string; count: number; first_position: Position }[];
  turns: { quarter: Quarter; view_position: Position | null; rounds: number[] }[];
  metrics: { name: string; unit: string }[];
  deals: string[];
  contracts: string[];
}

export interface Statements {
  entity: string;
  entities: string[];
  quarters: Quarter[];
  lines: { statement: string; account: string; cells: [number, Digits, Position][] }[];
}

export interface Turn {
  agent: string;
  quarter: Quarter;
  round: number;
  public_view: Position | null;
  view: Position | null;
  view_payload: Json;
  inbox: RecordWithLines[];
  moves: RecordWithLines[];
}

export interface Contract {
  contract: string;
  position: Position;
  kind: string;
  provider: string;
  customer: string;
  signed_quarter: Quarter;
  start_quarter: Quarter | null;
  term_quarters: number | null;
  accelerators_h100e: Digits | null;
  price_micros_per_gpu_hour: Digits | null;
  take_or_pay_bp: number | null;
  prepayment_bp: number | null;
  exclusive: boolean | number | null;
  revenue_share_bp: number | null;
  fee_cents_per_quarter: Digits | null;
  royalty_bp: number | null;
  amount_cents: Digits | null;
  ended_quarter: Quarter | null;
  end_reason: string | null;
}

export interface DiffSide {
  path: string;
  scenario: string;
  seed: Digits;
  quarters: number;
  records: number;
  digest: string;
}

export interface Parting {
  position: Position;
  quarter: Quarter;
  round: number;
  a: RecordWithLines | null;
  b: RecordWithLines | null;
  fields: string[];
}

export interface MetricGap {
  quarter: Quarter;
  name: string;
  subject: string;
  unit: string;
  a: number | null;
  b: number | null;
  relative: number;
  a_position: Position | null;
  b_position: Position | null;
}

export interface Diff {
  same: boolean;
  a: DiffSide;
  b: DiffSide;
  inputs: string[];
  parting: Parting | null;
  message: Parting | null;
  metrics: MetricGap[];
}

export interface RunStatus {
  state: Run['state'];
  last_position: Position;
  quarters_closed: number;
  last_closed: Quarter | null;
}
