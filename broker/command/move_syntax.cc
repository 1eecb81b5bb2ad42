#include "broker/command/move_syntax.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "broker/log/message_fields.h"
#include "broker/log/record_kind.h"
#include "sim/moves.h"
#include "sim/quarter.h"
#include "sim/suggestion.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A contract's name as it is typed: "pre_money_cents" is "pre-money-cents".
std::string Typed(absl::string_view name) { return absl::StrReplaceAll(name, {{"_", "-"}}); }

// The same without its unit: "pre-money".
std::string TypedWithoutUnit(absl::string_view name) {
  for (absl::string_view unit : {"_cents", "_micros", "_bp", "_ppm", "_kw", "_millis", "_h100e"}) {
    if (absl::ConsumeSuffix(&name, unit)) break;
  }
  return Typed(absl::StrReplaceAll(name, {{"_cents_", "_"}, {"_micros_", "_"}}));
}

const google::protobuf::OneofDescriptor& Bodies() {
  return *v1::Message::GetDescriptor()->FindOneofByName("body");
}

// --- What a field's value is written in ---

enum class Form {
  kDollars,
  kPercent,
  kPower,
  kQuarter,
  kThousandths,
  kInteger,
  kYesNo,
  kWord,
  kText
};

Form FormOf(const FieldDescriptor& field) {
  const std::string& name = field.name();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return Form::kYesNo;
    case FieldDescriptor::CPPTYPE_ENUM:
      return Form::kWord;
    case FieldDescriptor::CPPTYPE_STRING:
      return Form::kText;
    default:
      break;
  }
  if (absl::StrContains(name, "_cents") || absl::StrContains(name, "_micros"))
    return Form::kDollars;
  if (absl::EndsWith(name, "_bp") || absl::EndsWith(name, "_ppm")) return Form::kPercent;
  if (absl::EndsWith(name, "_kw")) return Form::kPower;
  if (absl::EndsWith(name, "_millis")) return Form::kThousandths;
  if (name == "quarter" || absl::EndsWith(name, "_quarter")) return Form::kQuarter;
  return Form::kInteger;
}

std::vector<std::string> WordsOf(const FieldDescriptor& field) {
  std::vector<std::string> words;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    const int number = field.enum_type()->value(i)->number();
    if (number != 0) words.push_back(EnumWord(field.enum_type(), number));
  }
  return words;
}

// Of the field's own unit in one of what is typed: cents in a dollar.
int64_t UnitsInOne(const FieldDescriptor& field) {
  const std::string& name = field.name();
  if (absl::StrContains(name, "_cents")) return 100;
  if (absl::StrContains(name, "_micros")) return 1'000'000;
  if (absl::EndsWith(name, "_bp")) return 100;
  if (absl::EndsWith(name, "_ppm")) return 10'000;
  if (absl::EndsWith(name, "_kw") || absl::EndsWith(name, "_millis")) return 1'000;
  return 1;
}

// "1,250.5", times `units`; nullopt if it isn't a number, isn't whole in the unit, or is too large.
std::optional<int64_t> Decimal(absl::string_view text, absl::int128 units) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  absl::int128 value = 0;
  absl::int128 scale = 1;
  bool any = false;
  bool fraction = false;
  for (const char c : text) {
    if (c == ',' && any && !fraction) continue;
    if (c == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    any = true;
    value = value * 10 + (c - '0');
    if (fraction) scale *= 10;
    // Leaves room for any unit.
    if (value > absl::int128(1) << 80 || scale > absl::int128(1) << 40) return std::nullopt;
  }
  if (!any || value * units % scale != 0) return std::nullopt;
  value = value * units / scale;
  if (value > std::numeric_limits<int64_t>::max()) return std::nullopt;
  const auto whole = static_cast<int64_t>(value);
  return negative ? -whole : whole;
}

std::optional<int64_t> WithSuffix(
    absl::string_view text, int64_t units,
    std::initializer_list<std::pair<absl::string_view, int64_t>> suffixes) {
  for (const auto& [suffix, factor] : suffixes) {
    if (absl::EndsWithIgnoreCase(text, suffix)) {
      return Decimal(text.substr(0, text.size() - suffix.size()), absl::int128(units) * factor);
    }
  }
  return Decimal(text, units);
}

std::optional<int64_t> NumberOf(const FieldDescriptor& field, absl::string_view text) {
  const int64_t units = UnitsInOne(field);
  switch (FormOf(field)) {
    case Form::kDollars: {
      const bool negative = absl::ConsumePrefix(&text, "-");
      absl::ConsumePrefix(&text, "$");
      const std::optional<int64_t> amount = WithSuffix(
          text, units,
          {{"K", 1'000}, {"M", 1'000'000}, {"B", 1'000'000'000}, {"T", 1'000'000'000'000}});
      if (!amount.has_value() || !negative) return amount;
      return -*amount;
    }
    case Form::kPercent:
      absl::ConsumeSuffix(&text, "%");
      return Decimal(text, units);
    case Form::kPower:
      if (absl::EndsWithIgnoreCase(text, "kW")) return Decimal(text.substr(0, text.size() - 2), 1);
      return WithSuffix(text, units, {{"MW", 1}, {"GW", 1'000}});
    case Form::kQuarter: {
      if (text == "0") return 0;
      const absl::StatusOr<Quarter> quarter = Quarter::Parse(absl::AsciiStrToUpper(text));
      if (!quarter.ok()) return std::nullopt;
      return quarter->index();
    }
    default:
      absl::ConsumePrefix(&text, "#");
      return WithSuffix(text, units, {{"K", 1'000}, {"M", 1'000'000}, {"B", 1'000'000'000}});
  }
}

// --- The line ---

struct Word {
  std::string text;
  size_t column = 0;
  bool quoted = false;  // some of it
  size_t value_at = 0;  // in `text`, after the first '=' that isn't quoted; npos: there is none
};

std::variant<std::vector<Word>, SyntaxError> Split(absl::string_view line) {
  std::vector<Word> words;
  for (size_t at = 0; at < line.size();) {
    if (absl::ascii_isspace(static_cast<unsigned char>(line[at]))) {
      ++at;
      continue;
    }
    Word word;
    word.column = at;
    word.value_at = std::string::npos;
    while (at < line.size() && !absl::ascii_isspace(static_cast<unsigned char>(line[at]))) {
      if (line[at] != '"') {
        if (line[at] == '=' && word.value_at == std::string::npos) {
          word.value_at = word.text.size() + 1;
        }
        word.text.push_back(line[at++]);
        continue;
      }
      word.quoted = true;
      const size_t open = at++;
      while (at < line.size() && line[at] != '"') {
        if (line[at] == '\\' && at + 1 < line.size()) ++at;
        word.text.push_back(line[at++]);
      }
      if (at == line.size()) return SyntaxError{open, "a quotation mark opens and none closes"};
      ++at;
    }
    words.push_back(std::move(word));
  }
  return words;
}

class MoveParser {
 public:
  MoveParser(v1::Role role, const SeenMessages& seen) : role_(role), seen_(seen) {}

  std::variant<v1::Message, SyntaxError> Parse(absl::string_view line) {
    std::variant<std::vector<Word>, SyntaxError> split = Split(line);
    if (const auto* error = std::get_if<SyntaxError>(&split)) return *error;
    words_ = std::get<std::vector<Word>>(std::move(split));
    if (words_.empty()) return SyntaxError{0, "a move begins with a verb, as in: note to alpha"};
    ReadVerb();
    // What is answered comes first: its terms are what is changed.
    for (size_t i = 1; i + 1 < words_.size() && ok(); ++i) {
      if (words_[i].text == "re" && !words_[i].quoted) ReadAnswered(words_[i + 1]);
    }
    for (next_ = 1; next_ < words_.size() && ok();) ReadClause();
    if (ok()) CompleteTranches();
    if (!ok()) return *error_;
    return std::move(move_);
  }

 private:
  bool ok() const { return !error_.has_value(); }
  void Fail(size_t column, std::string message) {
    if (ok()) error_ = SyntaxError{column, std::move(message)};
  }

  void ReadVerb() {
    const Word& word = words_[0];
    for (int i = 0; i < Bodies().field_count(); ++i) {
      const FieldDescriptor* field = Bodies().field(i);
      if (Typed(field->name()) != Typed(word.text)) continue;
      body_field_ = field;
      body_ = move_.GetReflection()->MutableMessage(&move_, field);
      return;
    }
    std::vector<std::string> names;
    for (const Verb& verb : VerbsOf(role_)) names.push_back(verb.name);
    Fail(word.column, absl::StrCat("there is no verb \"", word.text,
                                   "\": ", DidYouMean(Typed(word.text), names)));
  }

  void ReadAnswered(const Word& word) {
    absl::string_view text = word.text;
    absl::ConsumePrefix(&text, "#");
    uint64_t id = 0;
    if (!absl::SimpleAtoi(text, &id) || id == 0) {
      return Fail(word.column, "after \"re\" stands the number of a message, as in: re #41");
    }
    const v1::Message* answered = seen_(id);
    if (answered == nullptr) {
      return Fail(word.column, absl::StrCat("you have seen no message #", id,
                                            "; \"inbox\" lists those there are"));
    }
    move_.set_in_reply_to(id);
    move_.set_thread(answered->thread());
    if (answered->sender() != "market") move_.add_recipients(answered->sender());
    if (body_field_ == nullptr || !move_.has_counter_offer()) return;
    // The terms that are answered, under the name that a counter-offer has for their kind.
    const Message* terms = TermsOf(*answered);
    if (terms == nullptr) {
      return Fail(word.column, absl::StrCat("#", id, " has no terms to counter"));
    }
    const Descriptor& counter = *body_->GetDescriptor();
    for (int i = 0; i < counter.field_count(); ++i) {
      if (counter.field(i)->message_type() != terms->GetDescriptor()) continue;
      body_->GetReflection()->MutableMessage(body_, counter.field(i))->CopyFrom(*terms);
    }
  }

  void ReadClause() {
    const Word& word = words_[next_++];
    const bool bare = !word.quoted;
    if (bare && (word.text == "to" || word.text == "in" || word.text == "re")) {
      if (next_ == words_.size()) {
        return Fail(word.column, absl::StrCat("\"", word.text, "\" wants something behind it"));
      }
      const Word& what = words_[next_++];
      if (word.text == "in") move_.set_thread(what.text);
      if (word.text == "to") {
        move_.clear_recipients();
        for (absl::string_view name : absl::StrSplit(what.text, ',', absl::SkipEmpty())) {
          move_.add_recipients(std::string(name));
        }
      }
      return;
    }
    if (word.value_at == std::string::npos) {
      return Fail(word.column, absl::StrCat("\"", word.text,
                                            "\" is neither field=value nor \"to\", \"in\" or \"re\""
                                            " (text with spaces is put in quotation marks)"));
    }
    Assign(word);
  }

  void Assign(const Word& word) {
    const std::string path = word.text.substr(0, word.value_at - 1);
    const std::string value = word.text.substr(word.value_at);
    Message* message = body_;
    const std::vector<std::string> names = absl::StrSplit(path, '.');
    size_t column = word.column;
    for (size_t i = 0; i < names.size(); ++i) {
      const FieldDescriptor* field = FindField(&message, names[i], column);
      if (field == nullptr) return;
      column += names[i].size() + 1;
      const bool last = i + 1 == names.size();
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        if (!last) {
          return Fail(column, absl::StrCat(Typed(field->name()), " is a value: nothing is in it"));
        }
        return SetValue(*message, *field, value, word.column + word.value_at);
      }
      if (last) {
        return Fail(word.column,
                    absl::StrCat(path, " has parts, each set by itself: ",
                                 absl::StrJoin(PartsOf(*field->message_type()), ", ")));
      }
      message = Enter(*message, *field, names, i, column);
      if (message == nullptr) return;
    }
  }

  // The message in a field; of a list, the entry whose number, from 1, comes next in the path.
  Message* Enter(Message& message, const FieldDescriptor& field,
                 const std::vector<std::string>& names, size_t& place, size_t& column) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) return reflection.MutableMessage(&message, &field);
    constexpr int kMostEntries = 64;
    int number = 0;
    const std::string& text = names[place + 1];
    if (place + 2 >= names.size() || !absl::SimpleAtoi(text, &number) || number < 1 ||
        number > kMostEntries) {
      Fail(column,
           absl::StrCat(Typed(field.name()), " is a list: its entries are numbered, as in ",
                        Typed(field.name()), ".1.", PartsOf(*field.message_type()).front()));
      return nullptr;
    }
    while (reflection.FieldSize(message, &field) < number) reflection.AddMessage(&message, &field);
    ++place;
    column += text.size() + 1;
    return reflection.MutableRepeatedMessage(&message, &field, number - 1);
  }

  static std::vector<std::string> PartsOf(const Descriptor& type) {
    std::vector<std::string> parts;
    for (int i = 0; i < type.field_count(); ++i) {
      parts.push_back(TypedWithoutUnit(type.field(i)->name()));
    }
    return parts;
  }

  static const FieldDescriptor* FieldNamed(const Descriptor& type, const std::string& name) {
    for (int i = 0; i < type.field_count(); ++i) {
      const std::string& field = type.field(i)->name();
      if (Typed(field) == name || TypedWithoutUnit(field) == name) return type.field(i);
    }
    return nullptr;
  }

  // The terms in a body, which may be left out of a path; null if it has none, or none chosen.
  static Message* TermsIn(Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    if (const FieldDescriptor* terms = type.FindFieldByName("terms")) {
      if (terms->message_type() == nullptr) return nullptr;
      return message.GetReflection()->MutableMessage(&message, terms);
    }
    const google::protobuf::OneofDescriptor* kinds = type.FindOneofByName("terms");
    if (kinds == nullptr) return nullptr;
    const FieldDescriptor* set = message.GetReflection()->GetOneofFieldDescriptor(message, kinds);
    return set == nullptr ? nullptr : message.GetReflection()->MutableMessage(&message, set);
  }

  // The field of `*message`, or of the terms in it, which `*message` then becomes.
  const FieldDescriptor* FindField(Message** message, const std::string& name, size_t column) {
    const std::string wanted = Typed(name);
    if (const FieldDescriptor* field = FieldNamed(*(*message)->GetDescriptor(), wanted))
      return field;
    std::vector<std::string> known = PartsOf(*(*message)->GetDescriptor());
    if (Message* terms = *message == body_ ? TermsIn(*body_) : nullptr) {
      if (const FieldDescriptor* field = FieldNamed(*terms->GetDescriptor(), wanted)) {
        *message = terms;
        return field;
      }
      for (std::string& part : PartsOf(*terms->GetDescriptor())) known.push_back(std::move(part));
    }
    Fail(column, known.empty() ? absl::StrCat(Typed(body_field_->name()), " has no fields")
                               : absl::StrCat("there is no field \"", name,
                                              "\" here: ", DidYouMean(wanted, known)));
    return nullptr;
  }

  void SetValue(Message& message, const FieldDescriptor& field, const std::string& text,
                size_t column) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) return SetOne(message, field, text, column);
    reflection.ClearField(&message, &field);
    for (const absl::string_view one : absl::StrSplit(text, ',')) {
      SetOne(message, field, std::string(one), column);
      column += one.size() + 1;
    }
  }

  void SetOne(Message& message, const FieldDescriptor& field, const std::string& text,
              size_t column) {
    const Reflection& reflection = *message.GetReflection();
    const auto set = [&](auto setter, auto adder, auto value) {
      if (field.is_repeated()) {
        (reflection.*adder)(&message, &field, value);
      } else {
        (reflection.*setter)(&message, &field, value);
      }
    };
    const auto wrong = [&] {
      Fail(column, absl::StrCat("\"", text, "\" is no value of ", Typed(field.name()), ": write ",
                                ValueForm(field)));
    };
    switch (FormOf(field)) {
      case Form::kText:
        return set(&Reflection::SetString, &Reflection::AddString, text);
      case Form::kYesNo:
        if (text != "yes" && text != "no" && text != "true" && text != "false") return wrong();
        return set(&Reflection::SetBool, &Reflection::AddBool, text == "yes" || text == "true");
      case Form::kWord:
        for (int i = 0; i < field.enum_type()->value_count(); ++i) {
          const int number = field.enum_type()->value(i)->number();
          if (number == 0 || EnumWord(field.enum_type(), number) != Typed(text)) continue;
          return set(&Reflection::SetEnumValue, &Reflection::AddEnumValue, number);
        }
        return wrong();
      default:
        break;
    }
    const std::optional<int64_t> number = NumberOf(field, text);
    if (!number.has_value()) return wrong();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        if (*number > std::numeric_limits<int32_t>::max() ||
            *number < std::numeric_limits<int32_t>::min()) {
          return wrong();
        }
        return set(&Reflection::SetInt32, &Reflection::AddInt32, static_cast<int32_t>(*number));
      case FieldDescriptor::CPPTYPE_UINT32:
        if (*number < 0 || *number > std::numeric_limits<uint32_t>::max()) return wrong();
        return set(&Reflection::SetUInt32, &Reflection::AddUInt32, static_cast<uint32_t>(*number));
      case FieldDescriptor::CPPTYPE_UINT64:
        if (*number < 0) return wrong();
        return set(&Reflection::SetUInt64, &Reflection::AddUInt64, static_cast<uint64_t>(*number));
      default:
        return set(&Reflection::SetInt64, &Reflection::AddInt64, *number);
    }
  }

  // Money that isn't cut in tranches is one, which waits for the clearance; and one tranche is as
  // large as the whole.
  void CompleteTranches() {
    v1::FundingTerms* terms = nullptr;
    if (move_.has_term_sheet()) terms = move_.mutable_term_sheet()->mutable_terms();
    if (move_.has_counter_offer() && move_.counter_offer().has_funding()) {
      terms = move_.mutable_counter_offer()->mutable_funding();
    }
    if (terms == nullptr || terms->tranches_size() > 1) return;
    if (terms->tranches_size() == 0) {
      terms->add_tranches()->mutable_condition()->set_clearance(true);
    }
    terms->mutable_tranches(0)->set_amount_cents(terms->amount_cents());
  }

  const v1::Role role_;
  const SeenMessages& seen_;
  std::vector<Word> words_;
  size_t next_ = 0;
  v1::Message move_;
  const FieldDescriptor* body_field_ = nullptr;
  Message* body_ = nullptr;
  std::optional<SyntaxError> error_;
};

// --- Verbs ---

struct VerbExample {
  const char* field;
  const char* to;
  const char* example;
};

// In the order of "Who may say what" in docs/wire.md. Examples are of a market with labs aurora and
// borealis, cloud nimbus, investor harbor-fund, and what #41 is to be.
constexpr VerbExample kVerbs[] = {
    {"funding_ask", "investors",
     "funding-ask to harbor-fund,nimbus-ventures in aurora/series-d kind=primary amount-sought=$2B "
     "minimum=$500M pre-money=$20B instrument=preferred-equity target-close-quarter=2026Q2"},
    {"term_sheet", "the lab whose ask it answers",
     "term-sheet re #41 amount=$500M pre-money=$18B instrument=preferred-equity "
     "liquidation-preference=100% outside-quarter=2027Q1"},
    {"counter_offer", "whoever made the proposal it answers; begins with its terms",
     "counter-offer re #41 pre-money=$22B"},
    {"acceptance", "whoever made the proposal, or the regulator with conditions",
     "acceptance re #41"},
    {"refusal", "whoever made the proposal or ask",
     "refusal re #41 reason=price note=\"too dear for us\""},
    {"withdrawal", "the other side", "withdrawal to aurora re #41"},
    {"definitive_agreement", "the investors whose agreed proposals it signs",
     "definitive-agreement to harbor-fund in aurora/series-d proposals=41 pre-money=$18B"},
    {"secondary_offer", "another investor",
     "secondary-offer to nimbus-ventures in harbor-fund/shares lab=aurora shares=100000 "
     "price-per-share=$42"},
    {"merger_proposal", "a lab",
     "merger-proposal to borealis in nimbus/purchase price=$9B outside-quarter=2027Q2"},
    {"pro_rata_exercise", "the lab, in its round's thread",
     "pro-rata-exercise to aurora in aurora/series-d amount=$50M"},
    {"information_report", "investors",
     "information-report to harbor-fund in aurora/books revenue=$600M net-income=-$90M cash=$2B "
     "runway=4.5"},
    {"capacity_request", "clouds",
     "capacity-request to nimbus in aurora/compute accelerators=20K start-quarter=2026Q3 "
     "term-quarters=12 price-per-gpu-hour=$2.10"},
    {"capacity_quote", "the lab that asks",
     "capacity-quote re #41 accelerators=20K start-quarter=2026Q3 term-quarters=12 "
     "price-per-gpu-hour=$2.30 take-or-pay=80%"},
    {"capacity_order", "nobody, or clouds",
     "capacity-order cloud=nimbus gpu-hours=5M limit-price-per-gpu-hour=$3"},
    {"compute_price_list", "nobody", "compute-price-list on-demand-price-per-gpu-hour=$2.45"},
    {"build_order", "nobody",
     "build-order region=west it-power=200MW cooling=liquid chip-maker=merchant"},
    {"build_cancellation", "nobody", "build-cancellation build=41"},
    {"marketplace_offer", "a cloud, or a lab",
     "marketplace-offer to nimbus in aurora/marketplace revenue-share=20% term-quarters=8"},
    {"licence_offer", "a lab, or from a lab a cloud or an investor",
     "licence-offer to aurora in nimbus/licence fee-per-quarter=$20M royalty=5% term-quarters=8"},
    {"contract_termination", "the other party, in the contract's thread",
     "contract-termination to nimbus in aurora-nimbus"},
    {"first_refusal_notice", "the cloud with the right",
     "first-refusal-notice to nimbus in aurora-nimbus accelerators=20K start-quarter=2026Q3 "
     "term-quarters=12 price-per-gpu-hour=$2"},
    {"first_refusal_exercise", "the lab", "first-refusal-exercise re #41 exercised=yes"},
    {"contract_renewal", "the contract's cloud", "contract-renewal to nimbus in aurora-nimbus"},
    {"price_list", "nobody", "price-list items.1.segment=developers items.1.price-per-mtok=$2.90"},
    {"training_plan", "nobody", "training-plan run=aurora-5 gpu-hours=60M"},
    {"model_release", "nobody", "model-release run=aurora-5 model=\"Aurora 5\""},
    {"serving_plan", "nobody", "serving-plan training-share=40% on-demand-gpu-hours-limit=2M"},
    {"early_access_grant", "labs, clouds, investors",
     "early-access-grant to nimbus in aurora/preview run=aurora-5"},
    {"job_offer", "nobody",
     "job-offer poach-from=borealis positions=20 cash-per-year=$900K equity-per-year=$1.5M"},
    {"retention_offer", "nobody", "retention-offer cash-per-year=$900K equity-per-year=$1M"},
    {"layoff", "nobody", "layoff positions=10"},
    {"merger_notification", "the regulator, in the deal's thread",
     "merger-notification to us-antitrust in aurora/series-d/harbor-fund "
     "deal=aurora/series-d/harbor-fund jurisdiction=us-antitrust rationale=\"a minority stake\""},
    {"second_request", "the parties",
     "second-request to aurora,harbor-fund in aurora/series-d/harbor-fund "
     "deal=aurora/series-d/harbor-fund questions=\"Who sees whose plans?\""},
    {"information_response", "the regulator",
     "information-response to us-antitrust in aurora/series-d/harbor-fund "
     "deal=aurora/series-d/harbor-fund substantial-compliance=yes"},
    {"statement_of_concerns", "the parties",
     "statement-of-concerns to aurora,harbor-fund in aurora/series-d/harbor-fund "
     "deal=aurora/series-d/harbor-fund concerns=\"It holds a rival.\" "
     "remedies-sought.1.kind=firewall"},
    {"remedy_offer", "the regulator",
     "remedy-offer to us-antitrust in aurora/series-d/harbor-fund deal=aurora/series-d/harbor-fund "
     "remedies.1.kind=firewall"},
    {"decision", "the parties",
     "decision to aurora,harbor-fund in aurora/series-d/harbor-fund "
     "deal=aurora/series-d/harbor-fund outcome=clear reasons=\"No overlap.\""},
    {"litigation", "the regulator",
     "litigation to us-antitrust in aurora/series-d/harbor-fund deal=aurora/series-d/harbor-fund "
     "grounds=\"The market is wider.\""},
    {"note", "agents", "note to aurora in harbor-fund/talk text=\"Let us talk.\""},
    {"announcement", "nobody, or agents", "announcement text=\"We are open for business.\""},
};

void AddFields(const Descriptor& type, const std::string& prefix, std::vector<std::string>& lines) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string name = absl::StrCat(prefix, TypedWithoutUnit(field.name()));
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      lines.push_back(absl::StrCat(name, "=", ValueForm(field)));
      continue;
    }
    // Terms may be left out of a path.
    const bool plain = field.name() == "terms";
    AddFields(*field.message_type(),
              plain ? prefix : absl::StrCat(name, field.is_repeated() ? ".1." : "."), lines);
  }
}

}  // namespace

std::variant<v1::Message, SyntaxError> ParseMove(absl::string_view line, v1::Role role,
                                                 const SeenMessages& seen) {
  return MoveParser(role, seen).Parse(line);
}

std::vector<Verb> VerbsOf(v1::Role role) {
  std::vector<Verb> verbs;
  for (const VerbExample& verb : kVerbs) {
    const FieldDescriptor* body = v1::Message::GetDescriptor()->FindFieldByName(verb.field);
    if (!MaySay(role, static_cast<v1::Message::BodyCase>(body->number()))) continue;
    verbs.push_back({body, Typed(verb.field), verb.to, verb.example});
  }
  return verbs;
}

std::vector<std::string> FieldsOf(const FieldDescriptor& body) {
  std::vector<std::string> lines;
  if (body.message_type() == v1::CounterOffer::GetDescriptor()) {
    lines.push_back("every field of the terms that it counters");
    lines.push_back("valid-through-quarter=2026Q3");
    lines.push_back("note=\"text\"");
    return lines;
  }
  AddFields(*body.message_type(), "", lines);
  return lines;
}

std::string ValueForm(const FieldDescriptor& field) {
  std::string form;
  switch (FormOf(field)) {
    case Form::kDollars:
      form = absl::StrContains(field.name(), "_micros") ? "$2.10" : "$500M";
      break;
    case Form::kPercent:
      form = "12.5%";
      break;
    case Form::kPower:
      form = "200MW";
      break;
    case Form::kQuarter:
      form = "2026Q3";
      break;
    case Form::kThousandths:
      form = "4.5";
      break;
    case Form::kYesNo:
      form = "yes or no";
      break;
    case Form::kWord:
      return absl::StrCat("one of ", absl::StrJoin(WordsOf(field), ", "));
    case Form::kText:
      form = "\"text\"";
      break;
    case Form::kInteger:
      form = "12";
      break;
  }
  return field.is_repeated() ? absl::StrCat(form, ",…") : form;
}

}  // namespace tranche
