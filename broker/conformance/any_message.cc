#include "broker/conformance/any_message.h"

#include <limits>

#include "google/protobuf/descriptor.h"

namespace tranche {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

AnyMessage::AnyMessage(RandomStream random, std::vector<std::string> names, int32_t quarter)
    : random_(random), names_(std::move(names)), quarter_(quarter) {
  for (const char* name : {"", "nobody", "market", "nobody/talk"}) names_.emplace_back(name);
}

v1::Message AnyMessage::Mail(const std::string& recipient, uint64_t id) {
  v1::Message message;
  Fill(message);
  message.set_id(id);
  do {
    message.set_sender(names_[random_.UniformInt(names_.size())]);
  } while (message.sender() == recipient || message.sender().empty());
  message.set_quarter(quarter_);
  return message;
}

void AnyMessage::Fill(Message& message, int depth) {
  constexpr int kDeepest = 6;
  const Descriptor* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (depth > kDeepest || random_.Bernoulli(0.25)) continue;
    const int times = field->is_repeated() ? static_cast<int>(random_.UniformInt(4)) : 1;
    for (int n = 0; n < times; ++n) FillField(message, field, depth);
  }
}

int64_t AnyMessage::Integer(int64_t least, int64_t most) {
  switch (random_.UniformInt(6)) {
    case 0:
      return 0;
    case 1:
      return least;
    case 2:
      return most;
    case 3:
      return static_cast<int64_t>(random_.UniformInt(100));
    case 4:
      return quarter_ + static_cast<int64_t>(random_.UniformInt(6));
    default:
      return static_cast<int64_t>(random_.UniformInt(static_cast<uint64_t>(most)));
  }
}

void AnyMessage::FillField(Message& message, const FieldDescriptor* field, int depth) {
  const Reflection* reflection = message.GetReflection();
  const auto set = [&](auto setter, auto adder, auto value) {
    if (field->is_repeated()) {
      (reflection->*adder)(&message, field, value);
    } else {
      (reflection->*setter)(&message, field, value);
    }
  };
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return set(&Reflection::SetInt32, &Reflection::AddInt32,
                 static_cast<int32_t>(Integer(std::numeric_limits<int32_t>::min(),
                                              std::numeric_limits<int32_t>::max())));
    case FieldDescriptor::CPPTYPE_INT64:
      return set(&Reflection::SetInt64, &Reflection::AddInt64,
                 Integer(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()));
    case FieldDescriptor::CPPTYPE_UINT32:
      return set(&Reflection::SetUInt32, &Reflection::AddUInt32,
                 static_cast<uint32_t>(Integer(0, std::numeric_limits<uint32_t>::max())));
    case FieldDescriptor::CPPTYPE_UINT64:
      return set(&Reflection::SetUInt64, &Reflection::AddUInt64,
                 static_cast<uint64_t>(Integer(0, std::numeric_limits<int64_t>::max())));
    case FieldDescriptor::CPPTYPE_BOOL:
      return set(&Reflection::SetBool, &Reflection::AddBool, random_.Bernoulli(0.5));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return set(&Reflection::SetDouble, &Reflection::AddDouble, random_.Normal(0, 1e9));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* type = field->enum_type();
      const int any =
          static_cast<int>(random_.UniformInt(static_cast<uint64_t>(type->value_count())));
      return set(&Reflection::SetEnum, &Reflection::AddEnum, type->value(any));
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return set(&Reflection::SetString, &Reflection::AddString,
                 std::string(names_[random_.UniformInt(names_.size())]));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Fill(*(field->is_repeated() ? reflection->AddMessage(&message, field)
                                         : reflection->MutableMessage(&message, field)),
                  depth + 1);
    default:
      return;
  }
}

}  // namespace tranche
