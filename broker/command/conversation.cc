#include "broker/command/conversation.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "broker/log/figures.h"
#include "broker/log/record_text.h"

namespace tranche {
namespace {

// Messages and who answers which; positions are their names.
struct Talk {
  std::map<uint64_t, v1::LogRecord> messages;
  std::map<uint64_t, std::vector<uint64_t>> answers;  // by what they answer
  std::vector<uint64_t> openings;                     // answer nothing that is in the thread
};

absl::StatusOr<Talk> ReadTalk(const RunLog& log, const std::string& thread) {
  Talk talk;
  absl::Status read = log.Select({.thread = thread}, [&talk](const v1::LogRecord& record) {
    if (record.has_message()) talk.messages.emplace(record.position(), record);
    return true;
  });
  if (!read.ok()) return read;
  for (const auto& [position, record] : talk.messages) {
    const uint64_t question = record.message().in_reply_to();
    if (talk.messages.contains(question) && question < position) {
      talk.answers[question].push_back(position);
    } else {
      talk.openings.push_back(position);
    }
  }
  return talk;
}

void PrintMessage(const Talk& talk, uint64_t position, const std::string& thread, int depth,
                  std::ostream& out) {
  const v1::LogRecord& record = talk.messages.at(position);
  const std::string indent(static_cast<size_t>(depth) * 4, ' ');
  absl::string_view below = record.message().thread();
  out << indent << '#' << position << ' ' << QuarterText(record.quarter()) << " r" << record.round()
      << "  " << PartiesText(record) << ": " << MessageText(record.message());
  if (absl::ConsumePrefix(&below, thread) && !below.empty()) out << "  [" << below.substr(1) << ']';
  out << '\n';
  for (const std::string& line : MessageLines(record.message())) {
    out << indent << "      " << line << '\n';
  }
}

// Depth first, without recursion: a log's answers may go deeper than the stack.
void PrintTree(const Talk& talk, uint64_t opening, const std::string& thread, std::ostream& out) {
  struct Place {
    uint64_t position;
    int depth;
  };
  constexpr int kDeepest = 12;  // further answers stay at this indentation
  std::vector<Place> open = {{opening, 0}};
  while (!open.empty()) {
    const Place place = open.back();
    open.pop_back();
    PrintMessage(talk, place.position, thread, std::min(place.depth, kDeepest), out);
    const auto answers = talk.answers.find(place.position);
    if (answers == talk.answers.end()) continue;
    // Last first, as the last place is looked at first.
    std::for_each(answers->second.rbegin(), answers->second.rend(), [&](uint64_t position) {
      open.push_back({position, place.depth + 1});
    });
  }
}

struct ThreadFacts {
  int64_t messages = 0;
  int32_t first_quarter = 0;
  int32_t last_quarter = 0;
  std::set<std::string> parties;
};

}  // namespace

absl::StatusOr<std::string> FindThread(const RunLog& log, absl::string_view name) {
  if (name.empty()) return absl::NotFoundError(absl::StrCat(log.path(), ": no thread is named"));
  std::string thread;
  const auto take_first = [&thread](const v1::LogRecord& record) {
    thread = record.message().thread();
    return thread.empty();
  };
  absl::Status read = log.Select({.thread = std::string(name)}, take_first);
  if (!read.ok()) return read;
  if (!thread.empty()) return std::string(name);

  uint64_t position = 0;
  if (absl::SimpleAtoi(absl::StripPrefix(name, "#"), &position) && position > 0) {
    read = log.Select({.from = position}, [&](const v1::LogRecord& record) {
      if (record.position() == position) thread = record.message().thread();
      return false;
    });
    if (!read.ok()) return read;
    if (!thread.empty()) return thread;
    return absl::NotFoundError(
        absl::StrCat(log.path(), ": record ", position, " is no message of a thread"));
  }
  return absl::NotFoundError(absl::StrCat(log.path(), ": there is no thread \"", name,
                                          "\"; --threads lists those there are"));
}

absl::Status PrintConversation(const RunLog& log, const std::string& thread, std::ostream& out) {
  absl::StatusOr<Talk> talk = ReadTalk(log, thread);
  if (!talk.ok()) return talk.status();
  out << thread << '\n';
  for (uint64_t opening : talk->openings) PrintTree(*talk, opening, thread, out);
  return absl::OkStatus();
}

absl::Status PrintThreads(const RunLog& log, std::ostream& out) {
  std::vector<std::string> order;
  absl::flat_hash_map<std::string, ThreadFacts> threads;
  absl::Status read = log.Read(1, [&](const v1::LogRecord& record) {
    const v1::Message& message = record.message();
    if (message.thread().empty()) return true;
    auto [it, is_new] = threads.try_emplace(message.thread());
    ThreadFacts& facts = it->second;
    if (is_new) {
      order.push_back(message.thread());
      facts.first_quarter = record.quarter();
    }
    ++facts.messages;
    facts.last_quarter = record.quarter();
    if (message.sender() != "market") facts.parties.insert(message.sender());
    facts.parties.insert(message.recipients().begin(), message.recipients().end());
    return true;
  });
  if (!read.ok()) return read;
  for (const std::string& thread : order) {
    const ThreadFacts& facts = threads.at(thread);
    out << thread << "  " << Plural(facts.messages, "message") << ", "
        << QuarterText(facts.first_quarter);
    if (facts.last_quarter != facts.first_quarter) out << " to " << QuarterText(facts.last_quarter);
    out << ": " << absl::StrJoin(facts.parties, ", ") << '\n';
  }
  return absl::OkStatus();
}

}  // namespace tranche
