#include "inspector/answers/conversation.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "broker/log/record_reader.h"

namespace tranche {
namespace {

// The two whom a message's terms bind, and the kind of terms; empty if it has no terms or isn't
// between two.
std::string PartiesAndTerms(const v1::Message& message) {
  const google::protobuf::Message* terms = TermsOf(message);
  if (terms == nullptr) return "";
  std::string one = message.sender();
  std::string other;
  if (message.has_deal_signed()) {
    one = message.deal_signed().investor();
    other = message.deal_signed().lab();
  } else if (message.has_contract_signed()) {
    one = message.contract_signed().provider();
    other = message.contract_signed().customer();
  } else if (message.recipients_size() == 1) {
    other = message.recipients(0);
  }
  if (other < one) std::swap(one, other);
  return absl::StrCat(terms->GetDescriptor()->full_name(), "\n", one, "\n", other);
}

bool SameTerms(const v1::Message& a, const v1::Message& b) {
  const google::protobuf::Message* terms = TermsOf(a);
  const google::protobuf::Message* others = TermsOf(b);
  return terms != nullptr && others != nullptr && terms->GetDescriptor() == others->GetDescriptor();
}

}  // namespace

absl::StatusOr<std::string> FindThread(const SqliteDatabase& database, absl::string_view name) {
  if (name.empty()) {
    return absl::NotFoundError(absl::StrCat(database.path(), ": no thread is named"));
  }
  bool found = false;
  // '0' follows '/': the thread itself, or one below it.
  absl::Status read = database.Query(
      "SELECT 1 FROM records WHERE thread = ?1 OR (thread > ?2 AND thread < ?3) LIMIT 1",
      [&found](const SqliteStatement&) {
        found = true;
        return false;
      },
      name, absl::StrCat(name, "/"), absl::StrCat(name, "0"));
  if (!read.ok()) return read;
  if (found) return std::string(name);

  uint64_t position = 0;
  if (absl::SimpleAtoi(absl::StripPrefix(name, "#"), &position) && position > 0) {
    std::string thread;
    read = database.Query(
        "SELECT coalesce(thread, '') FROM records WHERE position = ?1",
        [&thread](const SqliteStatement& row) {
          thread = std::string(row.text(0));
          return false;
        },
        position);
    if (!read.ok()) return read;
    if (!thread.empty()) return thread;
    return absl::NotFoundError(
        absl::StrCat(database.path(), ": record ", position, " is no message of a thread"));
  }
  return absl::NotFoundError(absl::StrCat(database.path(), ": there is no thread \"", name, "\""));
}

const TalkMessage* TermsHistory::PreviousVersion(const TalkMessage& message) const {
  const v1::Message& now = message.record.message();
  if (TermsOf(now) == nullptr) return nullptr;
  // Through refusals and the like to the terms that were answered.
  for (uint64_t position = now.in_reply_to(); position != 0;) {
    const auto earlier = by_position_.find(position);
    if (earlier == by_position_.end()) break;
    const v1::Message& then = earlier->second->record.message();
    if (SameTerms(then, now)) return earlier->second;
    position = then.in_reply_to() < position ? then.in_reply_to() : 0;
  }
  const auto latest = latest_.find(PartiesAndTerms(now));
  return latest == latest_.end() ? nullptr : latest->second;
}

void TermsHistory::Add(TalkMessage& message) {
  const v1::Message& now = message.record.message();
  if (const TalkMessage* previous = PreviousVersion(message); previous != nullptr) {
    message.changed_from = previous->record.position();
    message.changes = FieldChanges(*TermsOf(previous->record.message()), *TermsOf(now));
  }
  by_position_[message.record.position()] = &message;
  if (std::string key = PartiesAndTerms(now); !key.empty()) latest_[std::move(key)] = &message;
}

absl::StatusOr<Talk> ReadTalk(const SqliteDatabase& database, const std::string& thread,
                              uint64_t from, size_t limit) {
  Talk talk;
  talk.thread = thread;
  RecordFilter filter;
  filter.thread = thread;
  filter.from = from;
  absl::Status read =
      SelectRecords(database, filter, [&](const v1::LogRecord& record, absl::string_view) {
        if (!record.has_message()) return true;  // a ledger entry, say
        talk.more = talk.messages.size() == limit;
        if (!talk.more) talk.messages.push_back({record});
        return !talk.more;
      });
  if (!read.ok()) return read;

  TermsHistory history;
  absl::flat_hash_map<uint64_t, int> depths;
  for (TalkMessage& message : talk.messages) {
    const uint64_t position = message.record.position();
    const auto question = depths.find(message.record.message().in_reply_to());
    message.depth = question == depths.end() ? 0 : question->second + 1;
    depths[position] = message.depth;
    history.Add(message);
  }
  return talk;
}

std::vector<size_t> Talk::ReadingOrder() const {
  absl::flat_hash_map<uint64_t, std::vector<size_t>> answers;
  std::vector<size_t> open;  // the last is the next to be read
  for (size_t i = messages.size(); i-- > 0;) {
    if (messages[i].depth == 0) {
      open.push_back(i);
    } else {
      answers[messages[i].record.message().in_reply_to()].push_back(i);
    }
  }
  std::vector<size_t> order;
  order.reserve(messages.size());
  while (!open.empty()) {
    const size_t place = open.back();
    open.pop_back();
    order.push_back(place);
    const auto below = answers.find(messages[place].record.position());
    if (below == answers.end()) continue;
    open.insert(open.end(), below->second.begin(), below->second.end());
  }
  return order;
}

}  // namespace tranche
