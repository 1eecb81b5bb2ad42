#ifndef TRANCHE_BROKER_PROTOCOL_TESTING_NOISE_H_
#define TRANCHE_BROKER_PROTOCOL_TESTING_NOISE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "sim/philox.h"

namespace tranche {

// Messages that a peer without sense could send: any field may be set, to anything that its type
// allows; strings are often `names`, so that some of it hits home.
class Noise {
 public:
  Noise(RandomStream random, std::vector<std::string> names)
      : random_(random), names_(std::move(names)) {}

  template <typename MessageT>
  MessageT Make(double density) {
    MessageT message;
    Fill(message, density, 0);
    return message;
  }
  RandomStream& random() { return random_; }

 private:
  using Field = google::protobuf::FieldDescriptor;
  static constexpr int kDeepest = 5;

  void Fill(google::protobuf::Message& message, double density, int depth) {
    const google::protobuf::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const Field& field = *type.field(i);
      // One alternative of a oneof is chosen below.
      if (field.real_containing_oneof() != nullptr || !random_.Bernoulli(density)) continue;
      Set(message, field, density, depth);
    }
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
      const google::protobuf::OneofDescriptor& oneof = *type.oneof_decl(i);
      if (!random_.Bernoulli(0.95)) continue;
      const uint64_t chosen = random_.UniformInt(static_cast<uint64_t>(oneof.field_count()));
      Set(message, *oneof.field(static_cast<int>(chosen)), density, depth);
    }
  }

  void Set(google::protobuf::Message& message, const Field& field, double density, int depth) {
    const google::protobuf::Reflection& reflect = *message.GetReflection();
    if (field.is_repeated()) {
      const uint64_t count = random_.UniformInt(4);
      for (uint64_t i = 0; i < count; ++i) Add(message, reflect, field, density, depth);
      return;
    }
    switch (field.cpp_type()) {
      case Field::CPPTYPE_INT32:
        return reflect.SetInt32(&message, &field, static_cast<int32_t>(Integer()));
      case Field::CPPTYPE_INT64:
        return reflect.SetInt64(&message, &field, Integer());
      case Field::CPPTYPE_UINT32:
        return reflect.SetUInt32(&message, &field, static_cast<uint32_t>(Integer()));
      case Field::CPPTYPE_UINT64:
        return reflect.SetUInt64(&message, &field, static_cast<uint64_t>(Integer()));
      case Field::CPPTYPE_DOUBLE:
        return reflect.SetDouble(&message, &field, random_.Normal(0, 1e6));
      case Field::CPPTYPE_FLOAT:
        return reflect.SetFloat(&message, &field, static_cast<float>(random_.Normal()));
      case Field::CPPTYPE_BOOL:
        return reflect.SetBool(&message, &field, random_.Bernoulli(0.5));
      case Field::CPPTYPE_ENUM:
        return reflect.SetEnumValue(&message, &field, Enum());
      case Field::CPPTYPE_STRING:
        return reflect.SetString(&message, &field, String());
      case Field::CPPTYPE_MESSAGE:
        if (depth < kDeepest) Fill(*reflect.MutableMessage(&message, &field), density, depth + 1);
    }
  }

  void Add(google::protobuf::Message& message, const google::protobuf::Reflection& reflect,
           const Field& field, double density, int depth) {
    switch (field.cpp_type()) {
      case Field::CPPTYPE_INT32:
        return reflect.AddInt32(&message, &field, static_cast<int32_t>(Integer()));
      case Field::CPPTYPE_INT64:
        return reflect.AddInt64(&message, &field, Integer());
      case Field::CPPTYPE_UINT32:
        return reflect.AddUInt32(&message, &field, static_cast<uint32_t>(Integer()));
      case Field::CPPTYPE_UINT64:
        return reflect.AddUInt64(&message, &field, static_cast<uint64_t>(Integer()));
      case Field::CPPTYPE_DOUBLE:
        return reflect.AddDouble(&message, &field, random_.Normal(0, 1e6));
      case Field::CPPTYPE_FLOAT:
        return reflect.AddFloat(&message, &field, static_cast<float>(random_.Normal()));
      case Field::CPPTYPE_BOOL:
        return reflect.AddBool(&message, &field, random_.Bernoulli(0.5));
      case Field::CPPTYPE_ENUM:
        return reflect.AddEnumValue(&message, &field, Enum());
      case Field::CPPTYPE_STRING:
        return reflect.AddString(&message, &field, String());
      case Field::CPPTYPE_MESSAGE:
        if (depth < kDeepest) Fill(*reflect.AddMessage(&message, &field), density, depth + 1);
    }
  }

  int64_t Integer() {
    switch (random_.UniformInt(6)) {
      case 0:
        return 0;
      case 1:
        return -static_cast<int64_t>(random_.UniformInt(1000));
      case 2:
        return static_cast<int64_t>(random_.UniformInt(12000));
      case 3:
        return static_cast<int64_t>(random_.UniformInt(1'000'000'000'000));
      case 4:
        return random_.Bernoulli(0.5) ? std::numeric_limits<int64_t>::max()
                                      : std::numeric_limits<int64_t>::min();
      default:
        return static_cast<int64_t>(random_.NextU64());
    }
  }

  // Mostly a value that exists, sometimes one that a later version might have.
  int Enum() { return static_cast<int>(random_.UniformInt(random_.Bernoulli(0.9) ? 6 : 1000)); }

  std::string String() {
    if (!names_.empty() && random_.Bernoulli(0.6)) {
      std::string name = names_[random_.UniformInt(names_.size())];
      if (random_.Bernoulli(0.3)) name += "/deal";
      return name;
    }
    std::string text(random_.UniformInt(random_.Bernoulli(0.02) ? 20000 : 20), ' ');
    for (char& c : text) c = static_cast<char>(random_.UniformInt(128));
    return text;
  }

  RandomStream random_;
  std::vector<std::string> names_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_TESTING_NOISE_H_
