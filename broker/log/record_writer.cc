#include "broker/log/record_writer.h"

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "broker/log/crc32.h"
#include "broker/log/record_kind.h"
#include "sim/check.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// The rule that refused each refused move, by the move's position.
using Refusals = absl::flat_hash_map<uint64_t, const std::string*>;

Refusals FindRefusals(absl::Span<const StoredRecord> records) {
  Refusals refusals;
  for (const StoredRecord& stored : records) {
    const v1::Message& message = stored.record->message();
    // What an agent says so refuses nothing: the market's word alone does.
    if (message.has_rejected() && message.sender() == "market")
      refusals[message.in_reply_to()] = &message.rejected().rule();
  }
  return refusals;
}

}  // namespace

absl::StatusOr<RecordWriter> RecordWriter::Prepare(const SqliteDatabase& database) {
  absl::StatusOr<SqliteStatement> insert = database.Prepare(
      "INSERT INTO records VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
  if (!insert.ok()) return insert.status();
  absl::StatusOr<TableWriter> tables = TableWriter::Prepare(database);
  if (!tables.ok()) return tables.status();
  return RecordWriter(*std::move(insert), *std::move(tables));
}

absl::Status RecordWriter::Insert(absl::Span<const StoredRecord> records) {
  if (absl::Status restarted = tables_.Restart(); !restarted.ok()) return restarted;
  const Refusals refusals = FindRefusals(records);
  for (const StoredRecord& stored : records) {
    const auto refusal = refusals.find(stored.record->position());
    const bool refused = refusal != refusals.end();
    absl::Status inserted = InsertRecord(stored, refused ? refusal->second : nullptr);
    if (!inserted.ok()) return inserted;
    if (inserted = tables_.Add(*stored.record, refused); !inserted.ok()) return inserted;
  }
  return absl::OkStatus();
}

absl::Status RecordWriter::InsertRecord(const StoredRecord& stored, const std::string* refused_by) {
  TRANCHE_CHECK(stored.record != nullptr, "a record to store has its message");
  const v1::LogRecord& record = *stored.record;
  const std::string quarter = Quarter::FromIndex(record.quarter()).ToString();
  const absl::string_view kind = RecordKind(record);
  std::string recipients;

  insert_.Bind(record.position(), quarter, record.quarter(), record.round(), kind);
  constexpr int kSender = 6;
  constexpr int kRecipients = 7;
  constexpr int kThread = 8;
  constexpr int kInReplyTo = 9;
  constexpr int kRefusedBy = 10;
  const auto bind_text = [&](int index, absl::string_view text) {
    if (text.empty()) {
      insert_.BindOne(index, SqlNull());
    } else {
      insert_.BindOne(index, text);
    }
  };
  for (int index = kSender; index <= kRefusedBy; ++index) insert_.BindOne(index, SqlNull());
  if (record.has_message()) {
    const v1::Message& message = record.message();
    recipients = absl::StrJoin(message.recipients(), ",");
    insert_.BindOne(kSender, message.sender());
    bind_text(kRecipients, recipients);
    bind_text(kThread, message.thread());
    if (message.in_reply_to() != 0) insert_.BindOne(kInReplyTo, message.in_reply_to());
    if (refused_by != nullptr) insert_.BindOne(kRefusedBy, *refused_by);
  } else if (record.has_agent_view()) {
    bind_text(kRecipients, record.agent_view().agent());
  } else if (record.has_pass()) {
    bind_text(kSender, record.pass().agent());
  } else if (record.has_ledger_entry()) {
    bind_text(kThread, record.ledger_entry().thread());
  } else if (record.has_relation()) {
    bind_text(kThread, record.relation().thread());
  }
  insert_.BindOne(11, Crc32(stored.bytes));
  insert_.BindOne(12, SqlBlob{stored.bytes});
  absl::Status stepped = insert_.Step().status();
  insert_.Reset();
  return stepped;
}

}  // namespace tranche
