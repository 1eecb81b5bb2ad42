// /api/threads, /api/thread and /api/why.

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/log/record_kind.h"
#include "broker/log/record_text.h"
#include "inspector/answers/conversation.h"
#include "inspector/answers/why.h"
#include "inspector/api/answers.h"
#include "inspector/api/record_json.h"
#include "inspector/api/row_json.h"

namespace tranche {
namespace {

constexpr absl::Duration kSearchTime = absl::Milliseconds(30);

absl::StatusOr<bool> Exists(const SqliteDatabase& database, absl::string_view query,
                            const std::string& key) {
  bool found = false;
  absl::Status read = database.Query(
      query,
      [&found](const SqliteStatement&) {
        found = true;
        return false;
      },
      key);
  if (!read.ok()) return read;
  return found;
}

// A thread in the list; empty if nothing was said in it (a ledger entry may name a thread, too).
absl::StatusOr<std::string> ThreadJson(const SqliteDatabase& database, RecordTable& table,
                                       const std::string& thread) {
  int64_t messages = 0;
  uint64_t first = 0;
  uint64_t last = 0;
  absl::Status read = database.Query(
      "SELECT count(*), min(position), max(position) FROM records "
      "WHERE thread = ?1 AND sender IS NOT NULL",
      [&](const SqliteStatement& row) {
        messages = row.integer(0);
        first = static_cast<uint64_t>(row.integer(1));
        last = static_cast<uint64_t>(row.integer(2));
        return false;
      },
      thread);
  if (!read.ok()) return read;
  if (messages == 0) return "";
  absl::StatusOr<bool> deal = Exists(database, "SELECT 1 FROM deals WHERE deal = ?1", thread);
  if (!deal.ok()) return deal.status();
  absl::StatusOr<bool> contract =
      Exists(database, "SELECT 1 FROM contracts WHERE contract = ?1", thread);
  if (!contract.ok()) return contract.status();

  JsonObject object;
  object.Add("thread", JsonString(thread))
      .Add("messages", absl::StrCat(messages))
      .Add("first_position", absl::StrCat(first))
      .Add("last_position", absl::StrCat(last));
  if (absl::Status loaded = table.Load(first); !loaded.ok()) return loaded;
  const v1::LogRecord& opening = table.record();
  object.Add("first_quarter", JsonString(QuarterText(opening.quarter())))
      .Add("opened_by", JsonString(opening.message().sender()))
      .Add("opening_kind", JsonString(RecordKind(opening)));
  if (absl::Status loaded = table.Load(last); !loaded.ok()) return loaded;
  return object.Add("last_quarter", JsonString(QuarterText(table.record().quarter())))
      .Add("last_kind", JsonString(RecordKind(table.record())))
      .Add("last_text", JsonString(RecordText(table.record())))
      .Add("deal", JsonBool(*deal))
      .Add("contract", JsonBool(*contract))
      .json();
}

// Of a table, the names that are `thread` or lie below it.
absl::StatusOr<std::string> NamesBelow(const SqliteDatabase& database, absl::string_view column,
                                       absl::string_view table, const std::string& thread) {
  // '0' follows '/'.
  return ColumnJson(
      database,
      absl::StrCat("SELECT ", column, " FROM ", table, " WHERE ", column, " = ?1 OR (", column,
                   " > ?2 AND ", column, " < ?3) ORDER BY position LIMIT 500"),
      thread, absl::StrCat(thread, "/"), absl::StrCat(thread, "0"));
}

}  // namespace

absl::StatusOr<std::string> ThreadsAnswer(const LogAtHand& log, Parameters& parameters) {
  const absl::Time deadline = absl::Now() + kSearchTime;
  const std::string prefix = parameters.Text("prefix");
  const std::string text = absl::AsciiStrToLower(parameters.Text("text"));
  std::string last = parameters.Text("after");
  const int64_t limit = parameters.Number("limit", 100, 1, 500);
  if (absl::Status status = parameters.status(); !status.ok()) return status;

  absl::StatusOr<RecordTable> table = RecordTable::Open(log.database);
  if (!table.ok()) return table.status();
  // One lookup for each thread rather than a walk over all messages.
  absl::StatusOr<SqliteStatement> next_thread =
      log.database.Prepare("SELECT thread FROM records WHERE thread >= ?1 ORDER BY thread LIMIT 1");
  if (!next_thread.ok()) return next_thread.status();

  std::vector<std::string> threads;
  std::string next = "null";
  while (true) {
    if (static_cast<int64_t>(threads.size()) == limit || absl::Now() > deadline) {
      next = JsonString(last);
      break;
    }
    // Nothing is between a name and itself with a zero behind it.
    const std::string from = std::max(absl::StrCat(last, absl::string_view("\0", 1)), prefix);
    next_thread->Bind(from);
    absl::StatusOr<bool> row = next_thread->Step();
    if (!row.ok()) return row.status();
    if (!*row) break;
    std::string thread(next_thread->text(0));
    next_thread->Reset();
    if (!absl::StartsWith(thread, prefix)) break;
    last = std::move(thread);
    if (!absl::StrContains(absl::AsciiStrToLower(last), text)) continue;
    absl::StatusOr<std::string> json = ThreadJson(log.database, *table, last);
    if (!json.ok()) return json.status();
    if (!json->empty()) threads.push_back(*std::move(json));
  }
  return JsonObject().Add("threads", JsonArray(threads)).Add("next", next).json();
}

absl::StatusOr<std::string> ThreadAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string id = parameters.Required("id");
  const uint64_t after = parameters.Position("after");
  const int64_t limit = parameters.Number("limit", 500, 1, 1000);
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<std::string> thread = FindThread(log.database, id);
  if (!thread.ok()) return thread.status();
  absl::StatusOr<Talk> talk =
      ReadTalk(log.database, *thread, after + 1, static_cast<size_t>(limit));
  if (!talk.ok()) return talk.status();
  absl::StatusOr<RecordTable> table = RecordTable::Open(log.database);
  if (!table.ok()) return table.status();

  std::vector<std::string> parties;
  const auto add_party = [&parties](const std::string& name) {
    if (!absl::c_linear_search(parties, name)) parties.push_back(name);
  };
  std::vector<std::string> messages;
  messages.reserve(talk->messages.size());
  for (const TalkMessage& message : talk->messages) {
    add_party(message.record.message().sender());
    for (const std::string& name : message.record.message().recipients()) add_party(name);
    if (absl::Status loaded = table->Load(message.record.position()); !loaded.ok()) return loaded;
    messages.push_back(TalkMessageObject(message).Add("refused_by", table->RefusedByJson()).json());
  }
  absl::StatusOr<std::string> deals = NamesBelow(log.database, "deal", "deals", *thread);
  if (!deals.ok()) return deals.status();
  absl::StatusOr<std::string> contracts =
      NamesBelow(log.database, "contract", "contracts", *thread);
  if (!contracts.ok()) return contracts.status();
  return JsonObject()
      .Add("thread", JsonString(*thread))
      .Add("parties", JsonStrings(parties))
      .Add("deals", *deals)
      .Add("contracts", *contracts)
      .Add("messages", JsonArray(messages))
      .Add("next", talk->more ? absl::StrCat(talk->messages.back().record.position()) : "null")
      .json();
}

absl::StatusOr<std::string> WhyAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string id = parameters.Required("id");
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<Why> why = ExplainOutcome(log.database, id);
  if (!why.ok()) return why.status();
  return WhyJson(*why);
}

}  // namespace tranche
