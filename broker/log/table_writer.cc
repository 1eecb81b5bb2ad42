#include "broker/log/table_writer.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "broker/log/figures.h"
#include "broker/log/record_kind.h"

namespace tranche {
namespace {

// A JSON object. Names come from strategies and hold nothing that JSON would need escaped beyond
// what C does.
std::string ParametersText(const v1::Seat& seat) {
  std::vector<std::string> members;
  for (const v1::Parameter& parameter : seat.parameters()) {
    members.push_back(
        absl::StrCat("\"", absl::CEscape(parameter.name()), "\":", NumberText(parameter.value())));
  }
  return absl::StrCat("{", absl::StrJoin(members, ","), "}");
}

std::string RemediesText(const google::protobuf::RepeatedPtrField<v1::Remedy>& remedies) {
  return absl::StrJoin(remedies, ", ", [](std::string* out, const v1::Remedy& remedy) {
    absl::StrAppend(out, EnumWord(remedy.kind()));
    if (remedy.limit_bp() != 0) absl::StrAppend(out, " ", remedy.limit_bp(), "bp");
    if (!remedy.subject().empty()) absl::StrAppend(out, " ", remedy.subject());
  });
}

// What the shares cost together; saturates, for the market has refused what doesn't fit.
int64_t AmountCents(const v1::SecondaryTerms& terms) {
  const absl::int128 cents = absl::int128(terms.shares()) * terms.price_micros_per_share() / 10'000;
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  return cents > kMost ? kMost : static_cast<int64_t>(cents);
}

}  // namespace

absl::StatusOr<TableWriter> TableWriter::Prepare(const SqliteDatabase& database) {
  TableWriter writer;
  Statements& sql = writer.sql_;
  const std::pair<SqliteStatement*, absl::string_view> statements[] = {
      {&sql.first_open_position, "SELECT coalesce(max(last_position), 0) + 1 FROM quarters"},
      {&sql.open_messages,
       "SELECT count(*) FROM records WHERE position >= ?1 AND sender IS NOT NULL AND "
       "kind <> 'pass'"},
      {&sql.delivery, "INSERT OR IGNORE INTO deliveries VALUES (?1, ?2)"},
      {&sql.header, "INSERT INTO run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)"},
      {&sql.run_ended, "UPDATE run SET ended = ?1"},
      {&sql.seat, "INSERT INTO agents VALUES (?1, ?2, ?3, ?4, ?5, NULL, NULL, NULL, NULL)"},
      {&sql.profile,
       "UPDATE agents SET corporate_group = ?2, home = ?3, jurisdiction = nullif(?4, '') "
       "WHERE name = ?1"},
      {&sql.agent_left,
       "UPDATE agents SET left_quarter = ?2 WHERE name = ?1 AND left_quarter IS NULL"},
      {&sql.quarter, "INSERT INTO quarters VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
      {&sql.metric, "INSERT INTO metrics VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
      {&sql.deal,
       "INSERT OR REPLACE INTO deals VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
       "?13, ?14, 'signed', 0, NULL, NULL, NULL)"},
      {&sql.deal_under_review,
       "UPDATE deals SET state = 'under-review' WHERE deal = ?1 AND state = 'signed'"},
      {&sql.deal_closed,
       "UPDATE deals SET state = CASE state WHEN 'ended' THEN state ELSE 'closed' END, "
       "drawn_cents = (SELECT sum(cash_cents + credits_cents) FROM closings WHERE deal = ?1) "
       "WHERE deal = ?1"},
      {&sql.deal_ended,
       "UPDATE deals SET state = 'ended', ended_quarter = ?2, outcome = ?3, reason = ?4 "
       "WHERE deal = ?1"},
      {&sql.closing,
       "INSERT OR IGNORE INTO closings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
      {&sql.filing,
       "INSERT OR IGNORE INTO reviews (deal, jurisdiction, regulator, investor, lab, ground, "
       "required_quarter) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
      {&sql.notification, "UPDATE reviews SET notified = ?3 WHERE deal = ?1 AND jurisdiction = ?2"},
      {&sql.second_request,
       "UPDATE reviews SET second_request_quarter = ?3 WHERE deal = ?1 AND regulator = ?2"},
      {&sql.concerns,
       "UPDATE reviews SET concerns_quarter = ?3 WHERE deal = ?1 AND regulator = ?2"},
      {&sql.decision,
       "UPDATE reviews SET decided_quarter = ?3, outcome = ?4, conditions = nullif(?5, '') "
       "WHERE deal = ?1 AND regulator = ?2"},
      {&sql.waiting_period_expired,
       "UPDATE reviews SET waiting_period_expired = ?3 WHERE deal = ?1 AND jurisdiction = ?2"},
      {&sql.litigation,
       "UPDATE reviews SET litigated_quarter = ?3 WHERE deal = ?1 AND regulator = ?2"},
      {&sql.court_ruling,
       "UPDATE reviews SET prohibition_upheld = ?3 WHERE deal = ?1 AND jurisdiction = ?2"},
      {&sql.contract,
       "INSERT OR REPLACE INTO contracts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
       "?12, ?13, ?14, ?15, ?16, ?17, NULL, NULL)"},
      {&sql.contract_ended,
       "UPDATE contracts SET ended_quarter = ?2, end_reason = ?3 WHERE contract = ?1"},
      {&sql.build, "INSERT INTO builds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'ordered', NULL, NULL)"},
      // A site under way when the run opened was ordered by no record.
      {&sql.build_ended,
       "INSERT INTO builds (build, cloud, region, state, ended_quarter, accelerators_h100e) "
       "VALUES (?1, ?2, nullif(?3, ''), ?4, ?5, ?6) ON CONFLICT (build) DO UPDATE SET "
       "state = excluded.state, ended_quarter = excluded.ended_quarter, "
       "accelerators_h100e = excluded.accelerators_h100e"},
      {&sql.price, "INSERT INTO prices VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
      {&sql.holding, "INSERT INTO cap_table VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
      {&sql.ledger_entry,
       "INSERT INTO ledger VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, nullif(?9, ''))"},
      {&sql.statement_line, "INSERT INTO statements VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
      {&sql.relation, "INSERT INTO relations VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, ''))"},
  };
  for (const auto& [statement, text] : statements) {
    absl::StatusOr<SqliteStatement> prepared = database.Prepare(text);
    if (!prepared.ok()) return prepared.status();
    *statement = *std::move(prepared);
  }
  if (absl::Status restarted = writer.Restart(); !restarted.ok()) return restarted;
  return writer;
}

absl::Status TableWriter::Restart() {
  sql_.first_open_position.Bind();
  if (absl::StatusOr<bool> row = sql_.first_open_position.Step(); !row.ok()) return row.status();
  first_position_ = static_cast<uint64_t>(sql_.first_open_position.integer(0));
  sql_.first_open_position.Reset();
  sql_.open_messages.Bind(first_position_);
  if (absl::StatusOr<bool> row = sql_.open_messages.Step(); !row.ok()) return row.status();
  messages_ = sql_.open_messages.integer(0);
  sql_.open_messages.Reset();
  return absl::OkStatus();
}

absl::Status TableWriter::Add(const v1::LogRecord& record, bool refused) {
  const uint64_t position = record.position();
  const std::string quarter = QuarterText(record.quarter());
  switch (record.record_case()) {
    case v1::LogRecord::kHeader:
      return AddHeader(record);
    case v1::LogRecord::kSeat:
      return AddSeat(record.seat());
    case v1::LogRecord::kPublicView:
      return AddPublicView(record);
    case v1::LogRecord::kMessage:
      ++messages_;
      return refused ? absl::OkStatus() : AddMessage(record);
    case v1::LogRecord::kLedgerEntry: {
      const v1::LedgerEntry& entry = record.ledger_entry();
      return sql_.ledger_entry.Run(position, quarter, entry.kind(), entry.debit_entity(),
                                   entry.debit_account(), entry.credit_entity(),
                                   entry.credit_account(), entry.amount_cents(), entry.thread());
    }
    case v1::LogRecord::kMetric: {
      const v1::Metric& metric = record.metric();
      // SQLite keeps no NaN: it would become NULL, which the column refuses.
      const double value = metric.value() == metric.value() ? metric.value() : 0;
      return sql_.metric.Run(position, quarter, metric.name(), metric.subject(), value,
                             metric.unit());
    }
    case v1::LogRecord::kRelation: {
      const v1::Relation& relation = record.relation();
      return sql_.relation.Run(position, quarter, EnumWord(relation.kind()), relation.from_group(),
                               relation.to_group(), relation.size(),
                               QuarterText(relation.since_quarter()), relation.thread());
    }
    case v1::LogRecord::kCapTableEntry: {
      const v1::CapTableEntry& entry = record.cap_table_entry();
      return sql_.holding.Run(position, quarter, entry.lab(), entry.holder(), entry.share_class(),
                              entry.shares(), entry.stake_ppm(), entry.value_cents());
    }
    case v1::LogRecord::kStatements:
      return AddStatements(record);
    case v1::LogRecord::kQuarterClosed:
      return AddQuarterClosed(record);
    case v1::LogRecord::kRunEnded:
      return sql_.run_ended.Run(EnumWord(record.run_ended().reason()));
    case v1::LogRecord::kAgentView:
    case v1::LogRecord::kPass:
    case v1::LogRecord::RECORD_NOT_SET:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::Status TableWriter::AddHeader(const v1::LogRecord& record) {
  const v1::RunHeader& header = record.header();
  return sql_.header.Run(record.position(), header.scenario_name(), header.scenario_digest(),
                         absl::StrCat(header.seed()), header.protocol(),
                         QuarterText(header.first_quarter()),
                         QuarterText(header.end_quarter() - 1));
}

absl::Status TableWriter::AddSeat(const v1::Seat& seat) {
  return sql_.seat.Run(seat.ordinal(), seat.agent(), EnumWord(seat.role()), seat.strategy(),
                       ParametersText(seat));
}

absl::Status TableWriter::AddPublicView(const v1::LogRecord& record) {
  const v1::PublicView& view = record.public_view();
  const bool opening = view.quarter() == view.first_quarter();
  for (const v1::AgentProfile& agent : view.agents()) {
    if (opening) {
      const std::string jurisdiction = agent.jurisdiction() == v1::JURISDICTION_UNSPECIFIED
                                           ? ""
                                           : EnumWord(agent.jurisdiction());
      absl::Status run = sql_.profile.Run(agent.name(), agent.group(), agent.home(), jurisdiction);
      if (!run.ok()) return run;
    }
    if (!agent.active()) {
      absl::Status run = sql_.agent_left.Run(agent.name(), QuarterText(record.quarter()));
      if (!run.ok()) return run;
    }
  }
  if (!opening) return absl::OkStatus();

  // What was posted before the run; later prices are moves.
  const std::string quarter = QuarterText(record.quarter());
  int item = 0;
  for (const v1::LabDisclosure& lab : view.labs()) {
    for (const v1::SegmentPrice& price : lab.prices()) {
      absl::Status run = sql_.price.Run(record.position(), item++, quarter, lab.lab(), "tokens",
                                        EnumWord(price.segment()), price.price_micros_per_mtok());
      if (!run.ok()) return run;
    }
  }
  for (const v1::CloudDisclosure& cloud : view.clouds()) {
    absl::Status run = sql_.price.Run(record.position(), item++, quarter, cloud.cloud(),
                                      "gpu-hours", "", cloud.on_demand_price_micros_per_gpu_hour());
    if (!run.ok()) return run;
  }
  return absl::OkStatus();
}

absl::Status TableWriter::AddQuarterClosed(const v1::LogRecord& record) {
  const v1::QuarterClosed& closed = record.quarter_closed();
  absl::Status run =
      sql_.quarter.Run(QuarterText(record.quarter()), record.quarter(), closed.rounds(),
                       closed.round_limit_reached(), messages_, first_position_, record.position(),
                       absl::BytesToHexString(closed.digest()));
  first_position_ = record.position() + 1;
  messages_ = 0;
  return run;
}

absl::Status TableWriter::AddStatements(const v1::LogRecord& record) {
  const v1::Statements& statements = record.statements();
  const std::string quarter = QuarterText(record.quarter());
  int number = 0;
  for (const v1::StatementLine& line : statements.lines()) {
    absl::Status run =
        sql_.statement_line.Run(record.position(), number++, quarter, statements.entity(),
                                line.statement(), line.account(), line.amount_cents());
    if (!run.ok()) return run;
  }
  return absl::OkStatus();
}

absl::Status TableWriter::AddMessage(const v1::LogRecord& record) {
  const v1::Message& message = record.message();
  const std::string quarter = QuarterText(record.quarter());
  for (const std::string& recipient : message.recipients()) {
    absl::Status run = sql_.delivery.Run(recipient, record.position());
    if (!run.ok()) return run;
  }
  switch (message.body_case()) {
    case v1::Message::kDealSigned:
      return AddDealSigned(record);
    case v1::Message::kClosing:
      return AddClosing(record);
    case v1::Message::kDealEnded: {
      const v1::DealEnded& ended = message.deal_ended();
      return sql_.deal_ended.Run(ended.deal(), quarter, EnumWord(ended.outcome()), ended.reason());
    }
    case v1::Message::kFilingRequired: {
      const v1::FilingRequired& filing = message.filing_required();
      absl::Status run =
          sql_.filing.Run(filing.deal(), EnumWord(filing.jurisdiction()), filing.regulator(),
                          filing.investor(), filing.lab(), filing.ground(), quarter);
      if (!run.ok()) return run;
      return sql_.deal_under_review.Run(filing.deal());
    }
    case v1::Message::kMergerNotification: {
      const v1::MergerNotification& notification = message.merger_notification();
      return sql_.notification.Run(
          notification.deal(), EnumWord(notification.jurisdiction()),
          notification.has_filed() ? DateText(notification.filed()) : quarter);
    }
    case v1::Message::kSecondRequest:
      return sql_.second_request.Run(message.second_request().deal(), message.sender(), quarter);
    case v1::Message::kStatementOfConcerns:
      return sql_.concerns.Run(message.statement_of_concerns().deal(), message.sender(), quarter);
    case v1::Message::kDecision: {
      const v1::Decision& decision = message.decision();
      return sql_.decision.Run(decision.deal(), message.sender(), quarter,
                               EnumWord(decision.outcome()), RemediesText(decision.conditions()));
    }
    case v1::Message::kWaitingPeriodExpired: {
      const v1::WaitingPeriodExpired& expired = message.waiting_period_expired();
      return sql_.waiting_period_expired.Run(
          expired.deal(), EnumWord(expired.jurisdiction()),
          expired.has_expired() ? DateText(expired.expired()) : quarter);
    }
    case v1::Message::kLitigation:
      return sql_.litigation.Run(message.litigation().deal(),
                                 message.recipients().empty() ? "" : message.recipients(0),
                                 quarter);
    case v1::Message::kCourtRuling: {
      const v1::CourtRuling& ruling = message.court_ruling();
      return sql_.court_ruling.Run(ruling.deal(), EnumWord(ruling.jurisdiction()),
                                   ruling.prohibition_upheld());
    }
    case v1::Message::kContractSigned:
      return AddContractSigned(record);
    case v1::Message::kContractEnded: {
      const v1::ContractEnded& ended = message.contract_ended();
      return sql_.contract_ended.Run(ended.contract(), quarter, ended.reason());
    }
    case v1::Message::kBuildOrder: {
      const v1::BuildOrder& order = message.build_order();
      return sql_.build.Run(record.position(), message.sender(), quarter, order.region(),
                            order.it_power_kw(), EnumWord(order.cooling()), order.chip_maker());
    }
    case v1::Message::kBuildCancellation:
      return sql_.build_ended.Run(message.build_cancellation().build(), message.sender(), "",
                                  "cancelled", quarter, SqlNull());
    case v1::Message::kBuildCompleted: {
      const v1::BuildCompleted& completed = message.build_completed();
      return sql_.build_ended.Run(
          completed.build(), message.recipients().empty() ? "" : message.recipients(0),
          completed.region(), "completed", quarter, completed.accelerators_h100e());
    }
    case v1::Message::kPriceList:
      return AddPriceList(record);
    case v1::Message::kComputePriceList:
      return sql_.price.Run(record.position(), 0, quarter, message.sender(), "gpu-hours", "",
                            message.compute_price_list().on_demand_price_micros_per_gpu_hour());
    default:
      return absl::OkStatus();
  }
}

absl::Status TableWriter::AddDealSigned(const v1::LogRecord& record) {
  const v1::DealSigned& deal = record.message().deal_signed();
  const auto run = [&](absl::string_view kind, auto instrument, auto amount_cents,
                       auto pre_money_cents, auto tranches, auto board_right, auto cloud,
                       auto cloud_commitment_cents, auto outside_quarter) {
    return sql_.deal.Run(deal.deal(), record.position(), kind, deal.lab(), deal.investor(),
                         QuarterText(record.quarter()), instrument, amount_cents, pre_money_cents,
                         tranches, board_right, cloud, cloud_commitment_cents, outside_quarter);
  };
  constexpr SqlNull kNull;
  switch (deal.terms_case()) {
    case v1::DealSigned::kFunding: {
      const v1::FundingTerms& terms = deal.funding();
      const std::string instrument = EnumWord(terms.instrument());
      const std::string board_right = EnumWord(terms.board_right());
      const std::string outside = QuarterText(terms.outside_quarter());
      const auto funding = [&](auto cloud, auto commitment_cents) {
        return run("funding", instrument, terms.amount_cents(), terms.pre_money_cents(),
                   terms.tranches_size(), board_right, cloud, commitment_cents, outside);
      };
      if (!terms.has_cloud_commitment()) return funding(kNull, kNull);
      return funding(terms.cloud_commitment().cloud(), terms.cloud_commitment().amount_cents());
    }
    case v1::DealSigned::kMerger:
      return run("merger", kNull, deal.merger().price_cents(), kNull, kNull, kNull, kNull, kNull,
                 QuarterText(deal.merger().outside_quarter()));
    case v1::DealSigned::kSecondary:
      return run("secondary", EnumWord(v1::INSTRUMENT_SECONDARY_SHARES),
                 AmountCents(deal.secondary()), kNull, kNull, kNull, kNull, kNull, kNull);
    case v1::DealSigned::TERMS_NOT_SET:
      break;
  }
  return run("unknown", kNull, kNull, kNull, kNull, kNull, kNull, kNull, kNull);
}

absl::Status TableWriter::AddClosing(const v1::LogRecord& record) {
  const v1::Closing& closing = record.message().closing();
  absl::Status run = sql_.closing.Run(
      closing.deal(), closing.tranche(), record.position(), QuarterText(record.quarter()),
      closing.cash_cents(), closing.credits_cents(), closing.shares_issued(),
      closing.price_micros_per_share(), closing.post_money_cents(), closing.holding_ppm());
  if (!run.ok()) return run;
  return sql_.deal_closed.Run(closing.deal());
}

absl::Status TableWriter::AddContractSigned(const v1::LogRecord& record) {
  const v1::ContractSigned& contract = record.message().contract_signed();
  const auto run = [&](absl::string_view kind, auto start_quarter, auto term_quarters,
                       auto accelerators, auto price, auto take_or_pay_bp, auto prepayment_bp,
                       auto exclusive, auto revenue_share_bp, auto fee, auto royalty_bp,
                       auto amount_cents) {
    return sql_.contract.Run(contract.contract(), record.position(), kind, contract.provider(),
                             contract.customer(), QuarterText(record.quarter()), start_quarter,
                             term_quarters, accelerators, price, take_or_pay_bp, prepayment_bp,
                             exclusive, revenue_share_bp, fee, royalty_bp, amount_cents);
  };
  constexpr SqlNull kNull;
  switch (contract.terms_case()) {
    case v1::ContractSigned::kCapacity: {
      const v1::CapacityTerms& terms = contract.capacity();
      return run("capacity", QuarterText(terms.start_quarter()), terms.term_quarters(),
                 terms.accelerators_h100e(), terms.price_micros_per_gpu_hour(),
                 terms.take_or_pay_bp(), terms.prepayment_bp(), terms.exclusive(), kNull, kNull,
                 kNull, kNull);
    }
    case v1::ContractSigned::kMarketplace: {
      const v1::MarketplaceTerms& terms = contract.marketplace();
      return run("marketplace", kNull, terms.term_quarters(), kNull, kNull, kNull, kNull,
                 terms.exclusive(), terms.revenue_share_bp(), kNull, kNull, kNull);
    }
    case v1::ContractSigned::kLicence: {
      const v1::LicenceTerms& terms = contract.licence();
      return run("licence", kNull, terms.term_quarters(), kNull, kNull, kNull, kNull, kNull, kNull,
                 terms.fee_cents_per_quarter(), terms.royalty_bp(), kNull);
    }
    case v1::ContractSigned::kCommitment: {
      const v1::CloudCommitment& terms = contract.commitment();
      return run("spend-commitment", kNull, terms.term_quarters(), kNull, kNull, kNull, kNull,
                 terms.exclusive(), kNull, kNull, kNull, terms.amount_cents());
    }
    case v1::ContractSigned::TERMS_NOT_SET:
      break;
  }
  return run("unknown", kNull, kNull, kNull, kNull, kNull, kNull, kNull, kNull, kNull, kNull,
             kNull);
}

absl::Status TableWriter::AddPriceList(const v1::LogRecord& record) {
  const std::string quarter = QuarterText(record.quarter());
  int number = 0;
  for (const v1::PriceList::Item& item : record.message().price_list().items()) {
    absl::Status run =
        sql_.price.Run(record.position(), number++, quarter, record.message().sender(), "tokens",
                       EnumWord(item.segment()), item.price_micros_per_mtok());
    if (!run.ok()) return run;
  }
  return absl::OkStatus();
}

}  // namespace tranche
