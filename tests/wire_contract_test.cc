// What holds for every message of tranche.v1, checked on the proto files.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "tests/testing/built_files.h"
#include "tranche/v1/descriptor_set.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptor;
using google::protobuf::SourceLocation;

// The files of tranche.v1 as protoc read them, comments included.
class WireContractTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(DocumentedProtoPath(), std::ios::binary);
    FileDescriptorSet set;
    ASSERT_TRUE(set.ParseFromIstream(&in)) << DocumentedProtoPath();
    for (const FileDescriptorProto& proto : set.file()) {
      const FileDescriptor* file = pool_.BuildFile(proto);
      ASSERT_NE(file, nullptr) << proto.name();
      if (file->package() != "tranche.v1") continue;
      files_.insert(file->name());
      for (int i = 0; i < file->message_type_count(); ++i) Collect(file->message_type(i));
      for (int i = 0; i < file->enum_type_count(); ++i) enums_.push_back(file->enum_type(i));
      for (int i = 0; i < file->service_count(); ++i) {
        for (int m = 0; m < file->service(i)->method_count(); ++m) {
          methods_.push_back(file->service(i)->method(m));
        }
      }
    }
    ASSERT_FALSE(messages_.empty());
  }

  std::vector<const FieldDescriptor*> Fields() const {
    std::vector<const FieldDescriptor*> fields;
    for (const Descriptor* message : messages_) {
      for (int i = 0; i < message->field_count(); ++i) fields.push_back(message->field(i));
    }
    return fields;
  }

  std::set<std::string> files_;
  std::vector<const Descriptor*> messages_;
  std::vector<const EnumDescriptor*> enums_;
  std::vector<const MethodDescriptor*> methods_;

 private:
  void Collect(const Descriptor* message) {
    messages_.push_back(message);
    for (int i = 0; i < message->nested_type_count(); ++i) Collect(message->nested_type(i));
    for (int i = 0; i < message->enum_type_count(); ++i) enums_.push_back(message->enum_type(i));
  }

  DescriptorPool pool_;
};

// A sentence stands above it or behind it.
template <typename D>
testing::AssertionResult IsDocumented(const D* element) {
  SourceLocation location;
  if (!element->GetSourceLocation(&location)) {
    return testing::AssertionFailure() << element->full_name() << " has no place in its file";
  }
  const std::string text = location.leading_comments + location.trailing_comments;
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); })) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << element->file()->name() << ":" << location.start_line + 1
                                     << ": " << element->full_name() << " has no comment";
}

TEST_F(WireContractTest, EmbeddedDescriptorSetHoldsEveryFileAndItsImports) {
  FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(std::string(TrancheDescriptorSet())));
  // A pool takes a file only after all it imports: that it does proves the set is closed.
  DescriptorPool pool;
  std::set<std::string> embedded;
  for (const FileDescriptorProto& proto : set.file()) {
    ASSERT_NE(pool.BuildFile(proto), nullptr) << proto.name();
    if (proto.package() == "tranche.v1") embedded.insert(proto.name());
  }
  EXPECT_EQ(embedded, files_);
  EXPECT_NE(pool.FindServiceByName("tranche.v1.Broker"), nullptr);
}

// Every log stores the set, so that a comment corrected must not change a log.
TEST_F(WireContractTest, EmbeddedDescriptorSetHoldsNoComments) {
  FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(std::string(TrancheDescriptorSet())));
  for (const FileDescriptorProto& proto : set.file()) {
    EXPECT_FALSE(proto.has_source_code_info()) << proto.name();
  }
}

TEST_F(WireContractTest, EveryMessageAndFieldIsDocumented) {
  for (const Descriptor* message : messages_) EXPECT_TRUE(IsDocumented(message));
  for (const FieldDescriptor* field : Fields()) EXPECT_TRUE(IsDocumented(field));
}

TEST_F(WireContractTest, EveryEnumAndValueIsDocumented) {
  for (const EnumDescriptor* e : enums_) {
    EXPECT_TRUE(IsDocumented(e));
    for (int i = 0; i < e->value_count(); ++i) EXPECT_TRUE(IsDocumented(e->value(i)));
  }
}

TEST_F(WireContractTest, EveryCallIsDocumented) {
  ASSERT_FALSE(methods_.empty());
  for (const MethodDescriptor* method : methods_) EXPECT_TRUE(IsDocumented(method));
}

// Serialisation is deterministic because nothing on the wire or in the log is a map.
TEST_F(WireContractTest, NoFieldIsAMap) {
  for (const FieldDescriptor* field : Fields()) {
    EXPECT_FALSE(field->is_map()) << field->full_name();
  }
}

// Money, prices and ratios are integers. Fractions are for what people tune and what we measure:
// the scenario, a strategy's parameters and the metrics.
TEST_F(WireContractTest, NoMarketMessageHoldsAFraction) {
  const std::set<std::string> exempt = {"tranche.v1.Metric.value", "tranche.v1.Parameter.value"};
  for (const FieldDescriptor* field : Fields()) {
    const bool fraction = field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
                          field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT;
    if (field->file()->name() == "tranche/v1/scenario.proto") continue;
    if (exempt.contains(field->full_name())) continue;
    EXPECT_FALSE(fraction) << field->full_name();
  }
}

TEST_F(WireContractTest, EveryMessageReservesARange) {
  for (const Descriptor* message : messages_) {
    EXPECT_GT(message->reserved_range_count(), 0) << message->full_name();
  }
}

}  // namespace
}  // namespace tranche
