#include "broker/command/log_talk.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/log/record_reader.h"
#include "broker/log/record_text.h"
#include "inspector/answers/conversation.h"
#include "inspector/answers/why.h"
#include "inspector/api/record_json.h"

namespace tranche {
namespace {

constexpr absl::string_view kDim = "\033[2m";
constexpr absl::string_view kBold = "\033[1m";
constexpr absl::string_view kGone = "\033[31m";
constexpr absl::string_view kNew = "\033[32m";
constexpr absl::string_view kPlain = "\033[0m";

// Prints what is said, in colours or without.
class TalkPrinter {
 public:
  TalkPrinter(bool colours, std::ostream& out) : colours_(colours), out_(out) {}

  // "#44 2026Q1 r3  aurora → harbor-fund: counters with …".
  void PrintHead(const v1::LogRecord& record) {
    out_ << Colour(kDim) << '#' << record.position() << ' ' << QuarterText(record.quarter()) << " r"
         << record.round() << Colour(kPlain) << "  " << Colour(kBold) << PartiesText(record)
         << Colour(kPlain) << ": " << MessageText(record.message());
  }

  void PrintTerms(const TalkMessage& message, const std::string& indent) {
    if (message.changed_from == 0) {
      for (const std::string& line : MessageLines(message.record.message())) {
        out_ << indent << line << '\n';
      }
      return;
    }
    if (message.changes.empty()) {
      out_ << indent << "terms as in #" << message.changed_from << '\n';
      return;
    }
    out_ << indent << Colour(kDim) << "changes #" << message.changed_from << Colour(kPlain) << '\n';
    for (const FieldChange& change : message.changes) {
      out_ << indent << change.label << ": " << Colour(kGone) << OrNone(change.before)
           << Colour(kPlain) << " → " << Colour(kNew) << OrNone(change.after) << Colour(kPlain)
           << '\n';
    }
  }

  std::ostream& out() { return out_; }
  absl::string_view Colour(absl::string_view code) const { return colours_ ? code : ""; }

 private:
  static absl::string_view OrNone(const std::string& value) {
    return value.empty() ? absl::string_view("none") : value;
  }

  bool colours_;
  std::ostream& out_;
};

std::string Indent(int depth) {
  constexpr int kDeepest = 12;  // further answers stay at this indentation
  return std::string(static_cast<size_t>(std::min(depth, kDeepest)) * 4, ' ');
}

struct ThreadFacts {
  int64_t messages = 0;
  int32_t first_quarter = 0;
  int32_t last_quarter = 0;
  std::set<std::string> parties;
};

absl::StatusOr<Talk> FindTalk(const SqliteDatabase& database, const std::string& name) {
  absl::StatusOr<std::string> thread = FindThread(database, name);
  if (absl::IsNotFound(thread.status())) {
    return absl::NotFoundError(
        absl::StrCat(thread.status().message(), "; `tranche log threads` lists those there are"));
  }
  if (!thread.ok()) return thread.status();
  return ReadTalk(database, *thread);
}

}  // namespace

absl::Status PrintThreads(const SqliteDatabase& database, std::ostream& out) {
  std::vector<std::string> order;
  absl::flat_hash_map<std::string, ThreadFacts> threads;
  absl::Status read = ReadRecords(database, 1, [&](const v1::LogRecord& record, absl::string_view) {
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

absl::Status PrintThread(const SqliteDatabase& database, const std::string& name, bool colours,
                         std::ostream& out) {
  absl::StatusOr<Talk> talk = FindTalk(database, name);
  if (!talk.ok()) return talk.status();
  out << talk->thread << '\n';
  TalkPrinter printer(colours, out);
  for (const size_t place : talk->ReadingOrder()) {
    const TalkMessage& message = talk->messages[place];
    out << Indent(message.depth);
    printer.PrintHead(message.record);
    absl::string_view below = message.record.message().thread();
    if (absl::ConsumePrefix(&below, talk->thread) && !below.empty()) {
      out << "  [" << below.substr(1) << ']';
    }
    out << '\n';
    printer.PrintTerms(message, absl::StrCat(Indent(message.depth), "      "));
  }
  return absl::OkStatus();
}

absl::Status PrintThreadJson(const SqliteDatabase& database, const std::string& name,
                             std::ostream& out) {
  absl::StatusOr<Talk> talk = FindTalk(database, name);
  if (!talk.ok()) return talk.status();
  std::vector<std::string> messages;
  messages.reserve(talk->messages.size());
  for (const TalkMessage& message : talk->messages) {
    messages.push_back(TalkMessageObject(message).json());
  }
  out << JsonObject()
             .Add("thread", JsonString(talk->thread))
             .Add("messages", JsonArray(messages))
             .json()
      << '\n';
  return absl::OkStatus();
}

absl::Status PrintWhy(const SqliteDatabase& database, const std::string& name, bool colours,
                      std::ostream& out) {
  absl::StatusOr<Why> why = ExplainOutcome(database, name);
  if (!why.ok()) return why.status();
  TalkPrinter printer(colours, out);
  out << printer.Colour(kBold) << why->subject << printer.Colour(kPlain) << "\n"
      << why->summary << "\n\n";
  for (const WhyStep& step : why->steps) {
    const std::string indent = Indent(step.depth);
    if (step.explains != 0) {
      out << indent << printer.Colour(kDim) << "↑ #" << step.explains << ' ' << step.because
          << printer.Colour(kPlain) << '\n';
    }
    out << indent;
    printer.PrintHead(step.record);
    out << '\n';
  }
  return absl::OkStatus();
}

absl::Status PrintWhyJson(const SqliteDatabase& database, const std::string& name,
                          std::ostream& out) {
  absl::StatusOr<Why> why = ExplainOutcome(database, name);
  if (!why.ok()) return why.status();
  out << WhyJson(*why) << '\n';
  return absl::OkStatus();
}

}  // namespace tranche
