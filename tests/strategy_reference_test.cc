// docs/strategy-reference.md lists every field that a strategy sees and everything it can say, with
// what the proto files say of them. TRANCHE_RENEW_DOCS=1 (see script/renew-docs) writes it anew.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "sim/testing/small_market.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/built_files.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::SourceLocation;

const char kPage[] = "docs/strategy-reference.md";
// What stands below it is written from the proto files.
const char kMark[] = "<!-- From here on written from the proto files by script/renew-docs. -->\n";
// Bodies from here on are the market's.
constexpr int kFirstOfMarket = 120;

template <typename D>
std::string CommentOf(const D* element) {
  SourceLocation location;
  EXPECT_TRUE(element->GetSourceLocation(&location)) << element->full_name();
  std::string text =
      absl::StrReplaceAll(absl::StrCat(location.leading_comments, " ", location.trailing_comments),
                          {{"\n", " "}, {"|", "\\|"}, {"<", "&lt;"}});
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

// "DealDisclosure.State", without the package.
template <typename D>
std::string NameOf(const D* type) {
  return type->full_name().substr(type->file()->package().size() + 1);
}

std::string LinkTo(const std::string& name) {
  return absl::StrCat("[`", name, "`](#",
                      absl::AsciiStrToLower(absl::StrReplaceAll(name, {{".", ""}})), ")");
}

// Writes the sections of the page, and remembers which types they have named.
class Reference {
 public:
  // A message and those that its fields hold, unless they have been written.
  void AddMessage(const Descriptor* message) {
    std::deque<const Descriptor*> waiting = {message};
    while (!waiting.empty()) {
      const Descriptor* next = waiting.front();
      waiting.pop_front();
      if (!written_.insert(next->full_name()).second) continue;
      AddTable(next);
      for (int i = 0; i < next->field_count(); ++i) {
        if (const Descriptor* type = next->field(i)->message_type()) waiting.push_back(type);
      }
    }
  }
  void AddHeading(absl::string_view title, absl::string_view text) {
    absl::StrAppend(&text_, "\n## ", title, "\n\n", text, "\n");
  }
  // All that were named.
  void AddEnums() {
    for (const EnumDescriptor* type : enums_) {
      absl::StrAppend(&text_, "\n### ", NameOf(type), "\n\n", CommentOf(type),
                      "\n\n| value | what it means |\n|---|---|\n");
      for (int i = 0; i < type->value_count(); ++i) {
        absl::StrAppend(&text_, "| `", type->value(i)->name(), "` | ", CommentOf(type->value(i)),
                        " |\n");
      }
    }
  }
  const std::string& text() const { return text_; }

 private:
  void AddTable(const Descriptor* message) {
    absl::StrAppend(&text_, "\n### ", NameOf(message), "\n\n", CommentOf(message), "\n");
    if (message->field_count() == 0) return;
    absl::StrAppend(&text_, "\n| field | type | what it is |\n|---|---|---|\n");
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      absl::StrAppend(&text_, "| `", field->name(), "` | ", TypeOf(field), " | ", CommentOf(field),
                      " |\n");
    }
  }

  std::string TypeOf(const FieldDescriptor* field) {
    std::string type = field->type_name();
    if (field->message_type() != nullptr) type = LinkTo(NameOf(field->message_type()));
    if (field->enum_type() != nullptr) {
      type = LinkTo(NameOf(field->enum_type()));
      if (named_enums_.insert(field->enum_type()->full_name()).second) {
        enums_.push_back(field->enum_type());
      }
    }
    if (field->is_repeated()) return absl::StrCat("list of ", type);
    if (field->real_containing_oneof() == nullptr) return type;
    return absl::StrCat(type, ", one of `", field->containing_oneof()->name(), "`");
  }

  std::string text_;
  std::set<std::string> written_;
  std::set<std::string> named_enums_;
  std::vector<const EnumDescriptor*> enums_;
};

class StrategyReferenceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(DocumentedProtoPath(), std::ios::binary);
    google::protobuf::FileDescriptorSet set;
    ASSERT_TRUE(set.ParseFromIstream(&in)) << DocumentedProtoPath();
    for (const auto& file : set.file()) ASSERT_NE(pool_.BuildFile(file), nullptr) << file.name();
  }

  const Descriptor* Message(const std::string& name) const {
    return pool_.FindMessageTypeByName("tranche.v1." + name);
  }

  std::string Written() const {
    Reference reference;
    reference.AddHeading("What everybody sees", "`view.market`, the same object all quarter.");
    reference.AddMessage(Message("PublicView"));
    reference.AddHeading("What the agent alone sees",
                         "`view.own`, taken at the quarter's opening.");
    reference.AddMessage(Message("AgentView"));
    const auto* bodies = Message("Message")->FindOneofByName("body");
    reference.AddHeading("What agents say",
                         "The bodies of [`Message`](#message) that `actions` sends, with the terms "
                         "they carry. Whose they are stands at each.");
    for (int i = 0; i < bodies->field_count(); ++i) {
      if (bodies->field(i)->number() < kFirstOfMarket) {
        reference.AddMessage(bodies->field(i)->message_type());
      }
    }
    reference.AddHeading("What the market says", "Further bodies, in `view.inbox` alone.");
    for (int i = 0; i < bodies->field_count(); ++i) {
      if (bodies->field(i)->number() >= kFirstOfMarket) {
        reference.AddMessage(bodies->field(i)->message_type());
      }
    }
    reference.AddHeading("The envelope", "What is around each body, in a move and in the inbox.");
    reference.AddMessage(Message("Message"));
    reference.AddHeading("Words", "Values of the fields that take one of a few.");
    reference.AddEnums();
    return reference.text();
  }

  DescriptorPool pool_;
};

TEST_F(StrategyReferenceTest, ThePageIsWhatTheProtoFilesSay) {
  const std::string page = ReadSourceFile(kPage);
  const size_t mark = page.find(kMark);
  ASSERT_NE(mark, std::string::npos) << kPage << " lacks the line " << kMark;
  const size_t begin = mark + sizeof(kMark) - 1;
  if (std::getenv("TRANCHE_RENEW_DOCS") != nullptr) {
    std::ofstream(SourcePath(kPage), std::ios::binary) << page.substr(0, begin) << Written();
    return;
  }
  EXPECT_EQ(page.substr(begin), Written())
      << kPage << " isn't what the proto files say: run script/renew-docs";
}

// The test above compares what the same code has written: this one looks for every name itself.
TEST_F(StrategyReferenceTest, EveryFieldOfAViewAndEveryActionIsThere) {
  const std::string page = ReadSourceFile(kPage);
  const auto* view = pool_.FindFileByName("tranche/v1/view.proto");
  ASSERT_NE(view, nullptr);
  for (int m = 0; m < view->message_type_count(); ++m) {
    const Descriptor* message = view->message_type(m);
    EXPECT_NE(page.find(absl::StrCat("\n### ", message->name(), "\n")), std::string::npos)
        << message->name();
    for (int i = 0; i < message->field_count(); ++i) {
      EXPECT_NE(page.find(absl::StrCat("\n| `", message->field(i)->name(), "` | ")),
                std::string::npos)
          << message->field(i)->full_name();
    }
  }
  const auto* bodies = Message("Message")->FindOneofByName("body");
  for (int i = 0; i < bodies->field_count(); ++i) {
    const std::string& name = bodies->field(i)->message_type()->name();
    EXPECT_NE(page.find(absl::StrCat("\n### ", name, "\n")), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace tranche
