#include "broker/command/person.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "broker/command/move_syntax.h"
#include "broker/log/figures.h"
#include "broker/log/message_fields.h"
#include "broker/log/record_kind.h"
#include "broker/log/record_text.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "sim/quarter.h"
#include "sim/seat.h"
#include "sim/suggestion.h"

namespace tranche {
namespace {

constexpr absl::string_view kMarket = "market";
constexpr size_t kMostLines = 60;

struct Command {
  const char* name;
  const char* arguments;
  const char* does;
};
constexpr Command kCommands[] = {
    {"view", "[FIELD]", "your own figures; with a field, all there is below it, as in: view deals"},
    {"market", "[FIELD]", "what everybody knows, as in: market labs"},
    {"inbox", "[all]", "what you were told since your last turn, or in the whole run"},
    {"read", "#N", "a message in full"},
    {"thread", "NAME", "what you have heard and said in a thread"},
    {"verbs", "", "the moves you may make"},
    {"help", "[VERB]", "this list; or a verb's fields, and an example"},
    {"VERB", "...", "adds a move to this turn; it is sent when the turn ends"},
    {"accept", "#N [text]", "short for acceptance re #N"},
    {"refuse", "#N [text]", "short for refusal re #N"},
    {"counter", "#N FIELD=...", "short for counter-offer re #N: its terms but for what you change"},
    {"raw", "{ ... }", "a move as a Message in protobuf's text format"},
    {"moves", "", "what you have written this turn"},
    {"undo", "", "takes back the last of them"},
    {"end", "", "ends the turn: your moves are sent, or you pass"},
    {"advance", "", "ends it, and passes for the rest of the quarter"},
    {"quit", "", "the same, and stops once the quarter has closed; the log can be played on"},
};

// The first word, and the rest.
std::pair<std::string, std::string> FirstWord(const std::string& line) {
  const absl::string_view text = absl::StripAsciiWhitespace(line);
  const size_t space = text.find_first_of(" \t");
  if (space == absl::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, space)),
          std::string(absl::StripAsciiWhitespace(text.substr(space)))};
}

std::optional<uint64_t> MessageNumber(absl::string_view text) {
  absl::ConsumePrefix(&text, "#");
  uint64_t id = 0;
  if (!absl::SimpleAtoi(text, &id) || id == 0) return std::nullopt;
  return id;
}

// Fields in lines; with a path, those at and below it.
std::vector<std::string> Lines(const google::protobuf::Message& message, const std::string& path) {
  std::vector<std::string> lines;
  const std::string wanted = absl::StrReplaceAll(path, {{"-", "_"}});
  for (const MessageField& field : MessageFields(message)) {
    const bool here =
        wanted.empty() ? !absl::StrContains(field.path, '[') : absl::StartsWith(field.path, wanted);
    if (here) lines.push_back(absl::StrCat("  ", field.label, ": ", field.value));
  }
  return lines;
}

void Print(std::ostream& out, const std::vector<std::string>& lines) {
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i == kMostLines) {
      out << "  … and " << lines.size() - i << " lines more: name a field further down\n";
      return;
    }
    out << lines[i] << "\n";
  }
}

// Where the text format breaks off.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (!what_.empty()) return;
    what_ = message;
    column_ = line == 0 ? std::max(column, 0) : 0;
  }
  const std::string& what() const { return what_; }
  int column() const { return column_; }

 private:
  std::string what_;
  int column_ = 0;
};

// A verb as it is typed: "term-sheet".
std::string KindWords(absl::string_view kind) { return absl::StrReplaceAll(kind, {{"_", "-"}}); }

// "an investor".
std::string Article(v1::Role role) {
  return absl::StrCat(role == v1::ROLE_INVESTOR ? "an " : "a ", RoleName(role));
}

std::string QuarterWord(int32_t quarter) { return Quarter::FromIndex(quarter).ToString(); }

}  // namespace

class Person::Turns : public Strategy {
 public:
  explicit Turns(Person& person) : person_(person) {}
  void OnTurn(const TurnView& view, Actions& actions) override { person_.OnTurn(view, actions); }

 private:
  Person& person_;
};

Person::Person(std::string agent, v1::Role role, std::istream& in, std::ostream& out, bool prompt)
    : agent_(std::move(agent)), role_(role), in_(in), out_(out), prompt_(prompt) {}

std::unique_ptr<Strategy> Person::MakeStrategy() { return std::make_unique<Turns>(*this); }

void Person::Remember(absl::Span<const v1::LogRecord> records) {
  for (const v1::LogRecord& record : records) {
    remembered_quarters_.insert(record.quarter());
    if (!record.has_message() || record.message().sender() != agent_) continue;
    remembered_[{record.quarter(), record.round()}].push_back(record.message());
  }
}

void Person::Hear(const v1::Message& message) { heard_[message.id()] = message; }

void Person::OnTurn(const TurnView& view, Actions& actions) {
  for (const v1::Message* message : view.inbox) Hear(*message);
  if (remembered_quarters_.contains(view.quarter)) {
    for (const v1::Message& move : remembered_[{view.quarter, view.round}]) {
      Hear(move);
      actions.Tell() = move;
    }
    return;
  }
  if (quits_ || passes_quarter_ == view.quarter) return;
  inbox_.clear();
  for (const v1::Message* message : view.inbox) inbox_.push_back(message->id());
  moves_.clear();
  OpenTurn(view);
  std::string line;
  while (true) {
    if (prompt_) out_ << "> " << std::flush;
    if (!std::getline(in_, line)) {
      quits_ = true;
      break;
    }
    if (Obey(line, view)) break;
  }
  for (v1::Message& move : moves_) actions.Tell().Swap(&move);
  moves_.clear();
}

std::string Person::LineOf(const v1::Message& message) const {
  v1::LogRecord record;
  *record.mutable_message() = message;
  std::string number = message.id() == 0 ? "" : absl::StrCat("#", message.id(), " ");
  return absl::StrCat(number, PartiesText(record), ": ", KindWords(MessageKind(message)), ": ",
                      MessageText(message));
}

void Person::OpenTurn(const TurnView& view) {
  const bool new_quarter = std::exchange(seen_quarter_, view.quarter) != view.quarter;
  if (new_quarter) out_ << "\n";
  out_ << "── " << QuarterWord(view.quarter) << ", round " << view.round << " · " << agent_ << " ("
       << RoleName(role_) << ") · cash " << DollarsText(view.own.books().cash_cents()) << "\n";
  if (inbox_.empty()) out_ << "   nobody has written to you since your last turn\n";
  ShowInbox(/*all=*/false);
  if (new_quarter && prompt_) out_ << "   \"help\" lists what you can do\n";
}

bool Person::Obey(const std::string& line, const TurnView& view) {
  const auto [word, rest] = FirstWord(line);
  if (word.empty() || word[0] == '#') return false;  // an empty line, or a comment of a script
  if (word == "end") return true;
  if (word == "advance") {
    passes_quarter_ = view.quarter;
    return true;
  }
  if (word == "quit") {
    quits_ = true;
    return true;
  }
  if (word == "help" || word == "?") {
    ShowHelp(rest);
  } else if (word == "verbs") {
    ShowHelp("verbs");
  } else if (word == "view") {
    ShowOwn(view, rest);
  } else if (word == "market") {
    ShowMarket(view, rest);
  } else if (word == "inbox") {
    ShowInbox(rest == "all");
  } else if (word == "read") {
    ShowMessage(rest);
  } else if (word == "thread") {
    ShowThread(rest);
  } else if (word == "moves") {
    ShowMoves();
  } else if (word == "undo") {
    if (moves_.empty()) {
      out_ << "there is nothing to take back in this turn\n";
    } else {
      out_ << "taken back: " << LineOf(moves_.back()) << "\n";
      moves_.pop_back();
    }
  } else {
    MakeMove(line, view);
  }
  return false;
}

void Person::ShowHelp(const std::string& about) const {
  const std::vector<Verb> verbs = VerbsOf(role_);
  if (about.empty()) {
    for (const Command& command : kCommands) {
      const std::string usage = absl::StrCat(command.name, " ", command.arguments);
      out_ << "  " << usage << std::string(usage.size() < 20 ? 20 - usage.size() : 1, ' ')
           << command.does << "\n";
    }
    return;
  }
  if (about == "verbs") {
    for (const Verb& verb : verbs) {
      out_ << "  " << verb.name
           << std::string(verb.name.size() < 24 ? 24 - verb.name.size() : 1, ' ') << "to "
           << verb.to << "\n";
    }
    return;
  }
  const auto verb = absl::c_find_if(verbs, [&about](const Verb& one) { return one.name == about; });
  if (verb == verbs.end()) {
    std::vector<std::string> names;
    for (const Verb& one : verbs) names.push_back(one.name);
    out_ << Article(role_) << " says no \"" << about << "\": " << DidYouMean(about, names) << "\n";
    return;
  }
  out_ << "  " << verb->name << ", to " << verb->to << "\n";
  for (const std::string& field : FieldsOf(*verb->body)) out_ << "    " << field << "\n";
  out_ << "  example: " << verb->example << "\n";
}

void Person::ShowOwn(const TurnView& view, const std::string& path) const {
  if (!path.empty()) {
    const std::vector<std::string> lines = Lines(view.own, path);
    if (lines.empty()) out_ << "there is nothing below \"" << path << "\" in your view\n";
    return Print(out_, lines);
  }
  Print(out_, Lines(view.own.books(), ""));
  if (view.own.has_lab()) Print(out_, Lines(view.own.lab(), ""));
  if (view.own.has_cloud()) Print(out_, Lines(view.own.cloud(), ""));
  if (view.own.has_investor()) Print(out_, Lines(view.own.investor(), ""));
  if (view.own.has_regulator()) Print(out_, Lines(view.own.regulator(), ""));
  out_ << "  more: view deals (" << view.own.deals_size() << "), view contracts ("
       << view.own.contracts_size() << "), view holdings (" << view.own.holdings_size() << ")\n";
}

void Person::ShowMarket(const TurnView& view, const std::string& path) const {
  if (!path.empty()) {
    const std::vector<std::string> lines = Lines(view.market, path);
    if (lines.empty()) out_ << "there is nothing below \"" << path << "\" in the public view\n";
    return Print(out_, lines);
  }
  for (const v1::AgentProfile& agent : view.market.agents()) {
    out_ << "  " << agent.name() << " (" << RoleName(agent.role())
         << (agent.active() ? ")" : ", has left)") << "\n";
  }
  out_ << "  more: market labs, market clouds, market deals, market rounds, market regions, market "
          "chip_makers, market talent, market regimes, market events\n";
}

void Person::ShowInbox(bool all) const {
  if (all) {
    for (const auto& [id, message] : heard_) out_ << "   " << LineOf(message) << "\n";
    return;
  }
  for (const uint64_t id : inbox_) {
    const v1::Message& message = heard_.at(id);
    out_ << "   " << LineOf(message) << "\n";
    // What to do about it can't wait to be asked for.
    if (!message.has_rejected()) continue;
    const v1::Rejected& rejected = message.rejected();
    out_ << "      rule " << rejected.rule() << ": " << rejected.explanation() << "\n"
         << "      would be legal: " << rejected.would_be_legal() << "\n";
  }
}

void Person::ShowMessage(const std::string& number) const {
  const std::optional<uint64_t> id = MessageNumber(number);
  const auto found = id.has_value() ? heard_.find(*id) : heard_.end();
  if (found == heard_.end()) {
    out_ << "you have seen no message " << (number.empty() ? "of that number" : number)
         << "; \"inbox all\" lists those there are\n";
    return;
  }
  out_ << "  " << LineOf(found->second) << "\n";
  if (!found->second.thread().empty()) out_ << "  in " << found->second.thread() << "\n";
  for (const std::string& line : MessageLines(found->second)) out_ << "  " << line << "\n";
}

void Person::ShowThread(const std::string& thread) const {
  bool any = false;
  for (const auto& [id, message] : heard_) {
    if (message.thread() != thread && !absl::StartsWith(message.thread(), thread + "/")) continue;
    any = true;
    out_ << "  " << LineOf(message) << "\n";
  }
  if (!any) out_ << "you have heard nothing in \"" << thread << "\"\n";
}

void Person::ShowMoves() const {
  if (moves_.empty()) out_ << "no moves yet in this turn\n";
  for (size_t i = 0; i < moves_.size(); ++i) {
    out_ << "  " << i + 1 << ". " << LineOf(moves_[i]) << "\n";
  }
}

void Person::SayWhere(const std::string& line, size_t column, const std::string& message) const {
  out_ << "  " << line << "\n  " << std::string(column, ' ') << "^\ncolumn " << column + 1 << ": "
       << message << "\n";
}

void Person::MakeMove(const std::string& line, const TurnView& view) {
  const auto [word, rest] = FirstWord(line);
  v1::Message move;
  if (word == "raw") {
    const size_t open = line.find('{');
    const size_t close = line.rfind('}');
    if (open == std::string::npos || close == std::string::npos || close < open) {
      return SayWhere(line, line.size(),
                      "a whole message stands in braces: raw { note { text: \"…\" } }");
    }
    FirstError error;
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&error);
    if (!parser.ParseFromString(line.substr(open + 1, close - open - 1), &move)) {
      return SayWhere(line, open + 1 + static_cast<size_t>(error.column()), error.what());
    }
  } else {
    std::string full = line;
    const auto expand = [&](absl::string_view verb, bool note) {
      const auto [number, text] = FirstWord(rest);
      full = absl::StrCat(verb, " re ", number, text.empty() ? "" : " ",
                          note && !text.empty() && !absl::StrContains(text, '=')
                              ? absl::StrCat("note=\"", text, "\"")
                              : text);
    };
    if (word == "accept") expand("acceptance", true);
    if (word == "refuse") expand("refusal", true);
    if (word == "counter") expand("counter-offer", false);
    std::variant<v1::Message, SyntaxError> parsed =
        ParseMove(full, role_, [this](uint64_t id) -> const v1::Message* {
          const auto found = heard_.find(id);
          return found == heard_.end() ? nullptr : &found->second;
        });
    if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
      return SayWhere(full, error->column, error->message);
    }
    move = std::get<v1::Message>(std::move(parsed));
  }
  // Slips that needn't wait for the market's answer.
  std::vector<std::string> names;
  for (const v1::AgentProfile& agent : view.market.agents()) names.push_back(agent.name());
  for (const std::string& recipient : move.recipients()) {
    if (absl::c_linear_search(names, recipient)) continue;
    out_ << "there is no agent \"" << recipient << "\": " << DidYouMean(recipient, names) << "\n";
    return;
  }
  const std::string verb = KindWords(MessageKind(move));
  const std::vector<Verb> verbs = VerbsOf(role_);
  if (absl::c_none_of(verbs, [&verb](const Verb& one) { return one.name == verb; })) {
    out_ << "rule authority: " << Article(role_) << " can't say " << verb
         << "; \"verbs\" lists what it can\n";
    return;
  }
  move.set_sender(agent_);
  out_ << "  " << moves_.size() + 1 << ". " << LineOf(move) << "\n";
  moves_.push_back(std::move(move));
}

}  // namespace tranche
