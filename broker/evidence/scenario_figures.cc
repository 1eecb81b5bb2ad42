#include "broker/evidence/scenario_figures.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sim/scenario_source.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::TextFormat;

// --- What comments there are ---------------------------------------------------------------------

// Lines of comment that follow each other, or one behind something else.
struct Comment {
  int line = 0;  // the first
  bool behind = false;
  bool divider = false;
  std::string text;
  Basis basis = Basis::kNone;
};

// What stands between braces; the file itself is the first.
struct Block {
  int parent = -1;
  int first_line = 0;
  int last_line = 0;
  std::vector<Comment> comments;
};

// The first mark in the text counts.
Basis BasisOf(absl::string_view text) {
  const struct {
    absl::string_view mark;
    Basis basis;
  } marks[] = {{"source:", Basis::kSource},
               {"estimate", Basis::kEstimate},
               {"fitted:", Basis::kFitted},
               {"invented", Basis::kInvented}};
  Basis found = Basis::kNone;
  size_t first = absl::string_view::npos;
  for (const auto& [mark, basis] : marks) {
    const size_t at = text.find(mark);
    if (at >= first) continue;
    first = at;
    found = basis;
  }
  return found;
}

bool IsDivider(absl::string_view text) {
  constexpr size_t kShortest = 10;
  return text.size() >= kShortest && (absl::c_all_of(text, [](char c) { return c == '='; }) ||
                                      absl::c_all_of(text, [](char c) { return c == '-'; }));
}

// Reads the blocks and comments of a text that parses.
class CommentReader {
 public:
  explicit CommentReader(absl::string_view text) : text_(text) {
    blocks_.push_back({.parent = -1, .first_line = 1, .last_line = 0, .comments = {}});
  }

  std::vector<Block> Read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        blank_so_far_ = true;
        ++at_;
      } else if (c == '#') {
        ReadComment();
      } else if (c == '"' || c == '\'') {
        SkipString(c);
      } else {
        if (c == '{') Open();
        if (c == '}') Close();
        if (!absl::ascii_isspace(static_cast<unsigned char>(c))) blank_so_far_ = false;
        ++at_;
      }
    }
    blocks_[0].last_line = line_;
    return std::move(blocks_);
  }

 private:
  void Open() {
    blocks_.push_back({.parent = inside_, .first_line = line_, .last_line = line_, .comments = {}});
    inside_ = static_cast<int>(blocks_.size()) - 1;
  }

  void Close() {
    Block& block = blocks_[static_cast<size_t>(inside_)];
    block.last_line = line_;
    if (block.parent >= 0) inside_ = block.parent;
  }

  void SkipString(char quote) {
    blank_so_far_ = false;
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
  }

  void ReadComment() {
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    const absl::string_view text = absl::StripAsciiWhitespace(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end;
    Comment comment{.line = line_,
                    .behind = !blank_so_far_,
                    .divider = blank_so_far_ && IsDivider(text),
                    .text = std::string(text)};
    std::vector<Comment>& comments = blocks_[static_cast<size_t>(inside_)].comments;
    const bool goes_on = !comments.empty() && !comment.behind && !comment.divider &&
                         !comments.back().behind && !comments.back().divider &&
                         last_comment_line_ == line_ - 1;
    last_comment_line_ = comment.behind ? 0 : line_;
    if (!goes_on) {
      comments.push_back(std::move(comment));
    } else if (!text.empty()) {
      absl::StrAppend(&comments.back().text, " ", text);
    }
    comments.back().basis = BasisOf(comments.back().text);
  }

  const absl::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
  bool blank_so_far_ = true;
  int last_comment_line_ = 0;
  int inside_ = 0;
  std::vector<Block> blocks_;
};

class Explanations {
 public:
  explicit Explanations(absl::string_view text) : blocks_(CommentReader(text).Read()) {
    TakeHeading(text);
  }

  // The comment that speaks for what stands in this line; null: none.
  const Comment* For(int line) const {
    if (const Comment* behind = Behind(line)) return behind;
    int block = InnermostAt(line);
    int before = line;
    while (block >= 0) {
      if (const Comment* comment = LastBefore(blocks_[static_cast<size_t>(block)], before)) {
        return comment;
      }
      before = blocks_[static_cast<size_t>(block)].first_line;
      block = blocks_[static_cast<size_t>(block)].parent;
    }
    return heading_ ? &*heading_ : nullptr;
  }

 private:
  // What stands before the first field isn't about any figure, unless all are invented.
  void TakeHeading(absl::string_view text) {
    int first_field = 1;
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      line = absl::StripAsciiWhitespace(line);
      if (!line.empty() && line[0] != '#') break;
      ++first_field;
    }
    std::vector<Comment>& comments = blocks_[0].comments;
    while (!comments.empty() && comments.front().line < first_field) {
      if (absl::StrContains(comments.front().text, "invented")) {
        heading_ = comments.front();
        heading_->basis = Basis::kInvented;
      }
      comments.erase(comments.begin());
    }
  }

  const Comment* Behind(int line) const {
    for (const Block& block : blocks_) {
      for (const Comment& comment : block.comments) {
        if (comment.behind && comment.line == line && comment.basis != Basis::kNone) {
          return &comment;
        }
      }
    }
    return nullptr;
  }

  int InnermostAt(int line) const {
    int innermost = 0;
    for (size_t i = 1; i < blocks_.size(); ++i) {
      // Blocks come in the order of their beginning, so the last that holds the line is innermost.
      if (blocks_[i].first_line <= line && line <= blocks_[i].last_line) {
        innermost = static_cast<int>(i);
      }
    }
    return innermost;
  }

  static const Comment* LastBefore(const Block& block, int line) {
    const Comment* last = nullptr;
    for (const Comment& comment : block.comments) {
      if (comment.line >= line) break;
      if (comment.divider) {
        last = nullptr;
      } else if (comment.basis != Basis::kNone) {
        last = &comment;
      }
    }
    return last;
  }

  std::vector<Block> blocks_;
  std::optional<Comment> heading_;
};

// --- What figures there are ----------------------------------------------------------------------

double NumberOf(const Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetDouble(message, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(reflection.GetUInt64(message, field));
    default:
      return static_cast<double>(reflection.GetInt64(message, field));
  }
}

bool IsNumber(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_BOOL:
      return false;
    default:
      return true;
  }
}

bool IsCalendar(const FieldDescriptor* field) {
  return field->full_name() == "tranche.v1.Scenario.quarters" ||
         field->full_name() == "tranche.v1.Scenario.round_limit";
}

void CollectFigures(const Message& message, const SourceNode& source, const std::string& path,
                    std::vector<ScenarioFigure>* figures) {
  const Reflection& reflection = *message.GetReflection();
  for (const auto& [number, nodes] : source.fields) {
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByNumber(number);
    const std::string at = absl::StrCat(path, path.empty() ? "" : ".", field->name());
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (size_t i = 0; i < nodes.size(); ++i) {
        const int index = static_cast<int>(i);
        if (!field->is_repeated()) {
          CollectFigures(reflection.GetMessage(message, field), nodes[i], at, figures);
          continue;
        }
        const Message& element = reflection.GetRepeatedMessage(message, field, index);
        const std::string key = ElementKey(element);
        CollectFigures(element, nodes[i],
                       absl::StrCat(at, "[", key.empty() ? absl::StrCat(i) : key, "]"), figures);
      }
    } else if (IsNumber(field) && !IsCalendar(field)) {
      figures->push_back({.path = at,
                          .value = NumberOf(message, field),
                          .line = nodes[0].location.line,
                          .basis = Basis::kNone,
                          .comment = ""});
    }
  }
}

class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  // Lines and columns from 0.
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

absl::string_view BasisName(Basis basis) {
  switch (basis) {
    case Basis::kSource:
      return "source";
    case Basis::kEstimate:
      return "estimate";
    case Basis::kFitted:
      return "fitted";
    case Basis::kInvented:
      return "invented";
    case Basis::kNone:
      break;
  }
  return "unexplained";
}

absl::StatusOr<std::vector<ScenarioFigure>> ReadScenarioFigures(absl::string_view text,
                                                                absl::string_view filename) {
  v1::Scenario scenario;
  FirstError error;
  TextFormat::ParseInfoTree tree;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.WriteLocationsTo(&tree);
  if (!parser.ParseFromString(std::string(text), &scenario)) {
    return absl::InvalidArgumentError(absl::StrCat(filename, ":", error.text()));
  }
  const auto file = std::make_shared<const std::string>(filename);
  std::vector<ScenarioFigure> figures;
  CollectFigures(scenario, MakeSourceNode(scenario, &tree, {file, 1, 1}), "", &figures);
  std::stable_sort(
      figures.begin(), figures.end(),
      [](const ScenarioFigure& a, const ScenarioFigure& b) { return a.line < b.line; });
  const Explanations explanations(text);
  for (ScenarioFigure& figure : figures) {
    if (const Comment* comment = explanations.For(figure.line)) {
      figure.basis = comment->basis;
      figure.comment = comment->text;
    }
  }
  return figures;
}

}  // namespace tranche
