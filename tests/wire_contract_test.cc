// What holds for every message of tranche.v1, checked on the proto files.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tranche/v1/descriptor_set.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

// The messages of tranche.v1, from the descriptor set that every log stores.
class WireContractTest : public testing::Test {
 protected:
  void SetUp() override {
    FileDescriptorSet set;
    ASSERT_TRUE(set.ParseFromString(std::string(TrancheDescriptorSet())));
    for (const FileDescriptorProto& proto : set.file()) {
      // A pool takes a file only after all it imports: that it does proves the set is closed.
      const FileDescriptor* file = pool_.BuildFile(proto);
      ASSERT_NE(file, nullptr) << proto.name();
      if (file->package() != "tranche.v1") continue;
      files_.insert(file->name());
      for (int i = 0; i < file->message_type_count(); ++i) Collect(file->message_type(i));
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
  DescriptorPool pool_;

 private:
  void Collect(const Descriptor* message) {
    if (message->options().map_entry()) return;
    messages_.push_back(message);
    for (int i = 0; i < message->nested_type_count(); ++i) Collect(message->nested_type(i));
  }
};

TEST_F(WireContractTest, EmbeddedDescriptorSetHoldsEveryFile) {
  std::set<std::string> in_tree;
  const auto folder = std::filesystem::path(TRANCHE_SOURCE_DIR) / "proto";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".proto") continue;
    in_tree.insert(entry.path().lexically_relative(folder).generic_string());
  }
  EXPECT_EQ(files_, in_tree);
  EXPECT_NE(pool_.FindServiceByName("tranche.v1.Broker"), nullptr);
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
