#include "tests/fuzz/fuzzing_strategy.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

constexpr size_t kHeardLimit = 200;

template <typename T>
const T& Pick(const std::vector<T>& items, RandomStream& random) {
  return items[random.UniformInt(items.size())];
}

// What an agent tells the market alone.
bool IsForTheMarket(v1::Message::BodyCase body) {
  switch (body) {
    case v1::Message::kCapacityOrder:
    case v1::Message::kComputePriceList:
    case v1::Message::kBuildOrder:
    case v1::Message::kBuildCancellation:
    case v1::Message::kPriceList:
    case v1::Message::kTrainingPlan:
    case v1::Message::kModelRelease:
    case v1::Message::kServingPlan:
    case v1::Message::kJobOffer:
    case v1::Message::kRetentionOffer:
    case v1::Message::kLayoff:
    case v1::Message::kAnnouncement:
      return true;
    default:
      return false;
  }
}

}  // namespace

void FuzzingStrategy::OnTurn(const TurnView& view, Actions& actions) {
  Learn(view);
  if (inner_ != nullptr) inner_->OnTurn(view, actions);
  RandomStream& random = actions.random();
  for (int i = 0; i < random_moves_; ++i) {
    v1::Message& move = actions.Tell();
    move = RandomMove(random);
  }
}

void FuzzingStrategy::Learn(const TurnView& view) {
  if (view.round == 1) {
    quarter_ = view.quarter;
    own_name_ = view.own.agent();
    words_.clear();
    agents_.clear();
    for (const v1::AgentProfile& agent : view.market.agents()) {
      agents_.push_back(agent.name());
      words_.push_back(agent.name());
      words_.push_back(agent.group());
    }
    for (const v1::DealDisclosure& deal : view.market.deals()) words_.push_back(deal.deal());
    for (const v1::GridRegion& region : view.market.regions()) words_.push_back(region.region());
    for (const v1::ChipMaker& maker : view.market.chip_makers()) {
      words_.push_back(maker.chip_maker());
    }
    for (const v1::ContractView& contract : view.own.contracts()) {
      words_.push_back(contract.contract());
    }
    for (const v1::DealView& deal : view.own.deals()) words_.push_back(deal.deal());
    words_.push_back(absl::StrCat(view.own.agent(), "/", view.quarter));
    words_.push_back(absl::StrCat(view.own.agent(), "/fuzz"));
    words_.push_back(view.own.lab().run());
    words_.push_back("market");
    words_.push_back("");
  }
  for (const v1::Message* message : view.inbox) {
    heard_.push_back(*message);
    if (heard_.size() > kHeardLimit) heard_.pop_front();
  }
}

std::string FuzzingStrategy::RandomText(RandomStream& random) {
  if (random.Bernoulli(0.85)) return Pick(words_, random);
  if (random.Bernoulli(0.5) && !heard_.empty()) {
    return heard_[random.UniformInt(heard_.size())].thread();
  }
  std::string text(random.UniformInt(random.Bernoulli(0.02) ? 5000 : 40), '\0');
  for (char& c : text) c = static_cast<char>(' ' + random.UniformInt(95));
  return text;
}

int64_t FuzzingStrategy::RandomInteger(RandomStream& random) {
  switch (random.UniformInt(8)) {
    case 0:
      return 0;
    case 1:
      return static_cast<int64_t>(random.UniformInt(20));
    case 2:
      return static_cast<int64_t>(random.UniformInt(10'001));
    case 3:
      return quarter_ + static_cast<int64_t>(random.UniformInt(20)) - 5;
    case 4:
      return -static_cast<int64_t>(random.UniformInt(1'000'000));
    case 5:
      return random.Bernoulli(0.5) ? std::numeric_limits<int64_t>::max()
                                   : std::numeric_limits<int64_t>::min();
    default:
      // Any size, evenly over the powers of two.
      return static_cast<int64_t>(random.NextU64() >> (1 + random.UniformInt(62)));
  }
}

void FuzzingStrategy::FillRandomly(google::protobuf::Message& message, RandomStream& random,
                                   int depth) {
  const Reflection& reflection = *message.GetReflection();
  const google::protobuf::Descriptor& descriptor = *message.GetDescriptor();
  const auto fill_one = [&](const FieldDescriptor& field, auto set_text, auto set_integer,
                            auto set_enum, auto set_bool, auto child) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        set_text(RandomText(random));
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth > 0) FillRandomly(*child(), random, depth - 1);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        set_enum(static_cast<int>(
            random.UniformInt(static_cast<uint64_t>(field.enum_type()->value_count()) + 1)));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        set_bool(random.Bernoulli(0.5));
        break;
      default:
        set_integer(RandomInteger(random));
    }
  };
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    // One of each oneof, by chance the last set; the others mostly present.
    if (!field.is_repeated() && !random.Bernoulli(0.9)) continue;
    if (field.real_containing_oneof() != nullptr && !random.Bernoulli(0.4)) continue;
    const int times = field.is_repeated() ? static_cast<int>(random.UniformInt(4)) : 1;
    for (int k = 0; k < times; ++k) {
      const bool repeated = field.is_repeated();
      fill_one(
          field,
          [&](std::string text) {
            repeated ? reflection.AddString(&message, &field, std::move(text))
                     : reflection.SetString(&message, &field, std::move(text));
          },
          [&](int64_t value) {
            switch (field.cpp_type()) {
              case FieldDescriptor::CPPTYPE_INT32:
                repeated ? reflection.AddInt32(&message, &field, static_cast<int32_t>(value))
                         : reflection.SetInt32(&message, &field, static_cast<int32_t>(value));
                break;
              case FieldDescriptor::CPPTYPE_UINT32:
                repeated ? reflection.AddUInt32(&message, &field, static_cast<uint32_t>(value))
                         : reflection.SetUInt32(&message, &field, static_cast<uint32_t>(value));
                break;
              case FieldDescriptor::CPPTYPE_UINT64:
                repeated ? reflection.AddUInt64(&message, &field, static_cast<uint64_t>(value))
                         : reflection.SetUInt64(&message, &field, static_cast<uint64_t>(value));
                break;
              default:
                repeated ? reflection.AddInt64(&message, &field, value)
                         : reflection.SetInt64(&message, &field, value);
            }
          },
          [&](int value) {
            repeated ? reflection.AddEnumValue(&message, &field, value)
                     : reflection.SetEnumValue(&message, &field, value);
          },
          [&](bool value) {
            repeated ? reflection.AddBool(&message, &field, value)
                     : reflection.SetBool(&message, &field, value);
          },
          [&] {
            return repeated ? reflection.AddMessage(&message, &field)
                            : reflection.MutableMessage(&message, &field);
          });
    }
  }
}

v1::Message FuzzingStrategy::RandomMove(RandomStream& random) {
  v1::Message move;
  const v1::Message* about =
      heard_.empty() || random.Bernoulli(0.4) ? nullptr : &heard_[random.UniformInt(heard_.size())];
  // What others said, with other figures, is likelier to be legal than noise.
  if (about != nullptr && random.Bernoulli(0.3)) move = *about;
  const google::protobuf::OneofDescriptor& body =
      *v1::Message::descriptor()->FindOneofByName("body");
  if (move.body_case() == v1::Message::BODY_NOT_SET || random.Bernoulli(0.5)) {
    const FieldDescriptor& field =
        *body.field(static_cast<int>(random.UniformInt(static_cast<uint64_t>(body.field_count()))));
    FillRandomly(*move.GetReflection()->MutableMessage(&move, &field), random, 4);
    if (random.Bernoulli(0.01)) move.clear_body();
  }
  // Mostly addressed as the contract asks, so that the rules behind the envelope get their turn.
  move.clear_recipients();
  const bool for_the_market = IsForTheMarket(move.body_case()) == random.Bernoulli(0.95);
  if (!for_the_market) {
    const bool answer = about != nullptr && about->sender() != "market" && random.Bernoulli(0.7);
    move.add_recipients(answer ? about->sender() : Pick(agents_, random));
    while (random.Bernoulli(0.03)) move.add_recipients(RandomText(random));
  }
  if (about != nullptr && random.Bernoulli(0.8)) {
    move.set_thread(about->thread());
  } else if (for_the_market && random.Bernoulli(0.9)) {
    move.clear_thread();
  } else {
    move.set_thread(random.Bernoulli(0.7) ? absl::StrCat(own_name_, "/", random.UniformInt(50))
                                          : RandomText(random));
  }
  move.set_in_reply_to(about != nullptr && random.Bernoulli(0.8)
                           ? about->id()
                           : static_cast<uint64_t>(RandomInteger(random)));
  return move;
}

}  // namespace tranche
