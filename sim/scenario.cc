#include "sim/scenario.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "sim/scenario_check.h"
#include "sim/scenario_path.h"
#include "sim/scenario_source.h"
#include "sim/suggestion.h"

namespace tranche {
namespace {

namespace pb = v1;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::TextFormat;

// --- Errors --------------------------------------------------------------------------------------

std::string FormatError(const ScenarioError& error) {
  const SourceLocation& at = error.location;
  if (at.line == 0) {
    return error.path.empty() ? error.text : absl::StrCat(error.path, ": ", error.text);
  }
  return absl::StrCat(*at.file, ":", at.line, ":", at.column, ": ", error.text);
}

absl::Status ErrorStatus(std::vector<ScenarioError> errors) {
  if (errors.empty()) return absl::OkStatus();
  // As they stand in the text; of a scenario that extends others, file by file.
  absl::c_stable_sort(errors, [](const ScenarioError& a, const ScenarioError& b) {
    const auto key = [](const ScenarioError& e) {
      return std::make_tuple(e.location.file == nullptr ? absl::string_view() : *e.location.file,
                             e.location.line, e.location.column);
    };
    return key(a) < key(b);
  });
  return absl::InvalidArgumentError(absl::StrJoin(
      errors, "\n",
      [](std::string* out, const ScenarioError& error) { out->append(FormatError(error)); }));
}

// --- Text format ---------------------------------------------------------------------------------

// The word in quotes after `before` in protobuf's `message`; empty if there is none.
std::string QuotedAfter(absl::string_view message, absl::string_view before) {
  const size_t at = message.find(absl::StrCat(before, "\""));
  if (at == absl::string_view::npos) return "";
  const absl::string_view rest = message.substr(at + before.size() + 1);
  return std::string(rest.substr(0, rest.find('"')));
}

std::vector<std::string> FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  return names;
}

// The enumeration of the field with this name, anywhere in a scenario; null if there is none.
const EnumDescriptor* EnumOfField(const Descriptor& type, absl::string_view field_name) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->name() == field_name && field->enum_type() != nullptr) return field->enum_type();
    if (field->message_type() == nullptr) continue;
    if (const EnumDescriptor* found = EnumOfField(*field->message_type(), field_name)) {
      return found;
    }
  }
  return nullptr;
}

// Collects what TextFormat objects to, in our words.
class SyntaxErrors : public google::protobuf::io::ErrorCollector {
 public:
  SyntaxErrors(absl::string_view text, std::shared_ptr<const std::string> file)
      : lines_(absl::StrSplit(text, '\n')), file_(std::move(file)) {}

  void AddError(int line, int column, const std::string& message) override {
    Add(line, column, message);
  }
  // Unknown fields are warnings to a parser that was told to go on after them.
  void AddWarning(int line, int column, const std::string& message) override {
    Add(line, column, message);
  }

  std::vector<ScenarioError>& errors() { return errors_; }

 private:
  void Add(int line, int column, const std::string& message) {
    if (const std::string field = QuotedAfter(message, "has no field named "); !field.empty()) {
      return AddUnknownField(line, column, QuotedAfter(message, "Message type "), field);
    }
    if (const std::string value = QuotedAfter(message, "Unknown enumeration value of ");
        !value.empty()) {
      return AddUnknownValue(line, column, QuotedAfter(message, "for field "), value);
    }
    // `Expected integer, got: -` says what is right before what is wrong.
    const std::vector<std::string> parts = absl::StrSplit(message, ", got: ");
    if (parts.size() == 2 && absl::StartsWith(parts[0], "Expected ")) {
      return AddAt(line, column,
                   absl::StrCat("found ", parts[1].empty() ? "the end of the text" : parts[1],
                                "; expected ", parts[0].substr(9)));
    }
    AddAt(line, column, message);
  }

  void AddUnknownField(int line, int column, const std::string& type_name,
                       const std::string& field) {
    const Descriptor* type =
        pb::Scenario::descriptor()->file()->pool()->FindMessageTypeByName(type_name);
    FindWord(field, &line, &column);
    AddAt(line, column,
          absl::StrCat(type == nullptr ? type_name : type->name(), " has no field \"", field,
                       "\"; ", type == nullptr ? "drop it" : DidYouMean(field, FieldNames(*type))));
  }

  void AddUnknownValue(int line, int column, const std::string& field, const std::string& value) {
    const EnumDescriptor* type = EnumOfField(*pb::Scenario::descriptor(), field);
    std::vector<std::string> names;
    for (int i = 0; type != nullptr && i < type->value_count(); ++i) {
      if (type->value(i)->number() != 0) names.push_back(type->value(i)->name());
    }
    FindWord(value, &line, &column);
    AddAt(line, column,
          absl::StrCat("\"", value, "\" is no ", field, "; ", DidYouMean(value, names)));
  }

  // TextFormat points at what follows the word it objects to: goes back to the word itself.
  void FindWord(absl::string_view word, int* line, int* column) const {
    size_t before = static_cast<size_t>(*column);
    for (int l = *line; l >= 0; --l) {
      if (static_cast<size_t>(l) < lines_.size()) {
        const absl::string_view text = lines_[static_cast<size_t>(l)];
        const size_t at = text.rfind(word, before);
        if (at != absl::string_view::npos) {
          *line = l;
          *column = static_cast<int>(at);
          return;
        }
      }
      before = absl::string_view::npos;
    }
  }

  void AddAt(int line, int column, std::string text) {
    errors_.push_back({{file_, line + 1, column + 1}, "", std::move(text)});
  }

  const std::vector<absl::string_view> lines_;
  const std::shared_ptr<const std::string> file_;
  std::vector<ScenarioError> errors_;
};

// Deeper than any scenario goes; TextFormat follows unknown fields down until the stack is spent.
constexpr int kDeepestNesting = 32;

// The first bracket nested too deep.
std::optional<ScenarioError> FindDeepNesting(absl::string_view text,
                                             const std::shared_ptr<const std::string>& file) {
  int depth = 0;
  int line = 1;
  size_t line_begin = 0;
  char quote = 0;
  bool comment = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      line_begin = i + 1;
      comment = false;
      quote = 0;  // a string ends with its line
    } else if (comment) {
      continue;
    } else if (quote != 0) {
      if (c == '\\' && i + 1 < text.size() && text[i + 1] != '\n') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '#') {
      comment = true;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '{' || c == '<' || c == '[') {
      if (++depth > kDeepestNesting) {
        return ScenarioError{{file, line, static_cast<int>(i - line_begin) + 1},
                             "",
                             absl::StrCat("brackets are nested more than ", kDeepestNesting,
                                          " deep; close them where their message ends")};
      }
    } else if (c == '}' || c == '>' || c == ']') {
      --depth;
    }
  }
  return std::nullopt;
}

struct Parsed {
  pb::Scenario scenario;
  SourceNode source;
};

// Syntax, fields and unique names; not yet what the scenario means.
absl::StatusOr<Parsed> ParseText(absl::string_view text, absl::string_view filename) {
  const auto file = std::make_shared<const std::string>(filename);
  if (std::optional<ScenarioError> deep = FindDeepNesting(text, file)) {
    return ErrorStatus({*std::move(deep)});
  }
  SyntaxErrors syntax(text, file);
  TextFormat::ParseInfoTree tree;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&syntax);
  parser.WriteLocationsTo(&tree);
  parser.AllowUnknownField(true);
  Parsed parsed;
  google::protobuf::io::ArrayInputStream input(text.data(), static_cast<int>(text.size()));
  const bool read = parser.Parse(&input, &parsed.scenario);
  if (!syntax.errors().empty()) return ErrorStatus(std::move(syntax.errors()));
  if (!read) return absl::InvalidArgumentError(absl::StrCat(filename, ": can't be read"));
  parsed.source = MakeSourceNode(parsed.scenario, &tree, {file, 1, 1});
  return parsed;
}

// --- Extending -----------------------------------------------------------------------------------

// "a/b/../c" is "a/c".
std::string NormalizePath(absl::string_view path) {
  std::vector<absl::string_view> kept;
  for (absl::string_view part : absl::StrSplit(path, '/')) {
    if (part == "." || (part.empty() && !kept.empty())) continue;
    if (part == ".." && !kept.empty() && kept.back() != ".." && !kept.back().empty()) {
      kept.pop_back();
    } else {
      kept.push_back(part);
    }
  }
  return absl::StrJoin(kept, "/");
}

std::string PathOfBase(absl::string_view path, absl::string_view extends) {
  const size_t slash = path.rfind('/');
  if (absl::StartsWith(extends, "/") || slash == absl::string_view::npos) {
    return NormalizePath(extends);
  }
  return NormalizePath(absl::StrCat(path.substr(0, slash), "/", extends));
}

ScenarioError ErrorAtExtends(const SourceNode& source, std::string text) {
  const SourceNode* node = source.Find(pb::Scenario::kExtendsFieldNumber, 0);
  return {node == nullptr ? source.location : node->location, "extends", std::move(text)};
}

// Takes out of the base what the file says is to be removed from it.
std::vector<ScenarioError> RemoveFrom(Parsed* base, const Parsed& file) {
  std::vector<ScenarioError> errors;
  for (int i = 0; i < file.scenario.remove_size(); ++i) {
    const absl::Status removed = RemoveAt(&base->scenario, &base->source, file.scenario.remove(i));
    if (removed.ok()) continue;
    const SourceNode* node = file.source.Find(pb::Scenario::kRemoveFieldNumber, i);
    errors.push_back({node == nullptr ? file.source.location : node->location, "remove",
                      absl::StrCat("can't remove ", removed.message())});
  }
  return errors;
}

// `loading` is the chain of files that led here.
absl::StatusOr<Parsed> LoadMerged(const std::string& path, ReadFile read,
                                  std::vector<std::string>* loading) {
  const absl::StatusOr<std::string> text = read(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<Parsed> file = ParseText(*text, path);
  if (!file.ok()) return file;
  if (absl::Status names = ErrorStatus(CheckUniqueNames(file->scenario, &file->source));
      !names.ok()) {
    return names;
  }
  if (file->scenario.extends().empty()) return file;

  const std::string base_path = PathOfBase(path, file->scenario.extends());
  loading->push_back(path);
  if (absl::c_linear_search(*loading, base_path)) {
    return ErrorStatus({ErrorAtExtends(
        file->source, absl::StrCat("the scenarios extend each other in a circle: ",
                                   absl::StrJoin(*loading, " extends "), " extends ", base_path,
                                   "; one of them must extend nothing"))});
  }
  absl::StatusOr<Parsed> base = LoadMerged(base_path, read, loading);
  if (!base.ok()) {
    if (base.status().code() == absl::StatusCode::kInvalidArgument) return base;
    return absl::Status(
        base.status().code(),
        FormatError(ErrorAtExtends(
            file->source, absl::StrCat("can't read ", base_path, ": ", base.status().message(),
                                       "; extends must name a file, relative to this one"))));
  }
  if (absl::Status removed = ErrorStatus(RemoveFrom(&*base, *file)); !removed.ok()) return removed;
  MergeOver(file->scenario, file->source, &base->scenario, &base->source);
  base->scenario.clear_extends();
  base->scenario.clear_remove();
  base->source.location = file->source.location;
  return base;
}

// --- Canonical form
// --------------------------------------------------------------------------------

std::string SerializeDeterministically(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return bytes;
}

void SortMessages(Message* message, const FieldDescriptor* field) {
  const Reflection& reflection = *message->GetReflection();
  const int size = reflection.FieldSize(*message, field);
  if (size < 2) return;
  // Named elements by name, those without one by their contents.
  std::vector<std::pair<std::string, int>> order;
  for (int i = 0; i < size; ++i) {
    const Message& element = reflection.GetRepeatedMessage(*message, field, i);
    std::string key = ElementKey(element);
    if (key.empty()) key = SerializeDeterministically(element);
    order.emplace_back(std::move(key), i);
  }
  if (absl::c_is_sorted(order)) return;
  absl::c_sort(order);
  std::vector<std::unique_ptr<Message>> sorted;
  for (const auto& [key, i] : order) {
    const Message& element = reflection.GetRepeatedMessage(*message, field, i);
    sorted.emplace_back(element.New());
    sorted.back()->CopyFrom(element);
  }
  for (int i = 0; i < size; ++i) {
    Message* place = reflection.MutableRepeatedMessage(message, field, i);
    place->GetReflection()->Swap(place, sorted[static_cast<size_t>(i)].get());
  }
}

void SortStrings(Message* message, const FieldDescriptor* field) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<std::string> values;
  values.reserve(static_cast<size_t>(reflection.FieldSize(*message, field)));
  for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
    values.push_back(reflection.GetRepeatedString(*message, field, i));
  }
  absl::c_sort(values);
  for (size_t i = 0; i < values.size(); ++i) {
    reflection.SetRepeatedString(message, field, static_cast<int>(i), values[i]);
  }
}

void Canonicalize(Message* message) {
  const Descriptor& descriptor = *message->GetDescriptor();
  const Reflection& reflection = *message->GetReflection();
  for (int f = 0; f < descriptor.field_count(); ++f) {
    const FieldDescriptor* field = descriptor.field(f);
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!field->is_repeated()) {
      if (is_message && reflection.HasField(*message, field)) {
        Canonicalize(reflection.MutableMessage(message, field));
      }
    } else if (is_message) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        Canonicalize(reflection.MutableRepeatedMessage(message, field, i));
      }
      SortMessages(message, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      SortStrings(message, field);
    }
  }
}

}  // namespace

absl::StatusOr<pb::Scenario> ParseScenario(absl::string_view text, absl::string_view filename) {
  absl::StatusOr<Parsed> parsed = ParseText(text, filename);
  if (!parsed.ok()) return parsed.status();
  if (!parsed->scenario.extends().empty()) {
    return ErrorStatus({ErrorAtExtends(
        parsed->source, absl::StrCat("the scenario extends ", parsed->scenario.extends(),
                                     ", which a text alone can't; load it from its file"))});
  }
  absl::Status valid = ErrorStatus(CheckScenario(parsed->scenario, &parsed->source));
  if (!valid.ok()) return valid;
  return std::move(parsed->scenario);
}

absl::StatusOr<pb::Scenario> LoadScenario(absl::string_view path, ReadFile read) {
  std::vector<std::string> loading;
  absl::StatusOr<Parsed> merged = LoadMerged(NormalizePath(path), read, &loading);
  if (!merged.ok()) return merged.status();
  absl::Status valid = ErrorStatus(CheckScenario(merged->scenario, &merged->source));
  if (!valid.ok()) return valid;
  return std::move(merged->scenario);
}

absl::Status ValidateScenario(const pb::Scenario& scenario) {
  return ErrorStatus(CheckScenario(scenario, nullptr));
}

pb::Scenario CanonicalScenario(const pb::Scenario& scenario) {
  pb::Scenario canonical = scenario;
  Canonicalize(&canonical);
  return canonical;
}

std::string CanonicalScenarioBytes(const pb::Scenario& scenario) {
  return SerializeDeterministically(CanonicalScenario(scenario));
}

}  // namespace tranche
