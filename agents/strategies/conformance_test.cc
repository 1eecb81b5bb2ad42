// What must hold for every registered strategy, whatever it plays: deterministic, robust against
// views and mail of any content, brief, never talking to itself, and coming to an end in every
// negotiation.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/strategies/testing/hand_view.h"
#include "agents/strategy.h"
#include "sim/philox.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

constexpr int kMostOpeningMoves = 24;
constexpr int kMostMovesPerMessage = 4;
constexpr uint32_t kMostRounds = 10;

const std::vector<std::string>& Names() {
  static const std::vector<std::string> names = {
      "alpha", "beta", "nimbus", "stratus", "nimbus-ventures", "harbor",
      "ftc",   "",     "nobody", "market",  "alpha/talk",      "alpha/talk/nimbus-ventures"};
  return names;
}

// Fills a message with anything its fields can hold: small numbers, huge ones, names that exist and
// such that don't, unset parts.
class Filler {
 public:
  explicit Filler(uint64_t seed)
      : random_(seed, StreamKey("filler"), Quarter::FromIndex(kTestQuarter), Round(1)) {}

  RandomStream& random() { return random_; }

  void Fill(google::protobuf::Message& message, int depth = 0) {
    const Descriptor* type = message.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (depth > 6 || random_.Bernoulli(0.25)) continue;
      const int times = field->is_repeated() ? static_cast<int>(random_.UniformInt(4)) : 1;
      for (int n = 0; n < times; ++n) FillField(message, field, depth);
    }
  }

 private:
  int64_t Integer(int64_t least, int64_t most) {
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
        return kTestQuarter + static_cast<int64_t>(random_.UniformInt(6));
      default:
        return static_cast<int64_t>(random_.UniformInt(static_cast<uint64_t>(most)));
    }
  }

  void FillField(google::protobuf::Message& message, const FieldDescriptor* field, int depth) {
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
        return set(
            &Reflection::SetInt64, &Reflection::AddInt64,
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
        return set(&Reflection::SetEnum, &Reflection::AddEnum,
                   type->value(static_cast<int>(
                       random_.UniformInt(static_cast<uint64_t>(type->value_count())))));
      }
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string& name = Names()[random_.UniformInt(Names().size())];
        if (field->is_repeated()) {
          reflection->AddString(&message, field, name);
        } else {
          reflection->SetString(&message, field, name);
        }
        return;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(*(field->is_repeated() ? reflection->AddMessage(&message, field)
                                    : reflection->MutableMessage(&message, field)),
             depth + 1);
        return;
      default:
        return;
    }
  }

  RandomStream random_;
};

std::string AgentOf(v1::Role role) {
  switch (role) {
    case v1::ROLE_LAB:
      return "alpha";
    case v1::ROLE_CLOUD:
      return "nimbus";
    case v1::ROLE_INVESTOR:
      return "nimbus-ventures";
    default:
      return "ftc";
  }
}

v1::AgentView OwnViewOf(v1::Role role) {
  switch (role) {
    case v1::ROLE_LAB:
      return HandLab();
    case v1::ROLE_CLOUD:
      return HandCloud();
    case v1::ROLE_INVESTOR:
      return HandInvestor("nimbus-ventures");
    default: {
      v1::AgentView own;
      own.set_agent("ftc");
      return own;
    }
  }
}

// A message of any kind, from another agent or the market.
v1::Message AnyMessage(Filler& filler, const std::string& recipient, uint64_t id) {
  v1::Message message;
  filler.Fill(message);
  message.set_id(id);
  do {
    message.set_sender(Names()[filler.random().UniformInt(Names().size())]);
  } while (message.sender() == recipient || message.sender().empty());
  message.set_quarter(kTestQuarter);
  return message;
}

void CheckMoves(const std::vector<v1::Message>& moves, const std::string& agent, size_t inbox) {
  EXPECT_LE(moves.size(), kMostOpeningMoves + kMostMovesPerMessage * inbox);
  for (const v1::Message& move : moves) {
    EXPECT_NE(move.body_case(), v1::Message::BODY_NOT_SET);
    for (const std::string& recipient : move.recipients()) {
      EXPECT_NE(recipient, agent) << move.ShortDebugString();
    }
    EXPECT_LE(move.ByteSizeLong(), size_t{16} * 1024) << move.ShortDebugString();
  }
}

class ConformanceTest : public testing::TestWithParam<const StrategyInfo*> {
 protected:
  const std::string agent_ = AgentOf(GetParam()->role);
};

TEST_P(ConformanceTest, DescribesItself) {
  EXPECT_FALSE(GetParam()->summary.empty());
  EXPECT_EQ(FindStrategy(GetParam()->name), GetParam());
}

TEST_P(ConformanceTest, SurvivesEmptyViews) {
  HandSeat seat(agent_, GetParam()->name);
  for (uint32_t round = 1; round <= 3; ++round) {
    CheckMoves(seat.Turn({}, {}, round, {}), agent_, 0);
  }
}

TEST_P(ConformanceTest, SurvivesAnyViewAndMail) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Filler filler(seed);
    HandSeat seat(agent_, GetParam()->name, seed);
    for (int32_t quarter = 0; quarter < 3; ++quarter) {
      // Half of the time the view makes sense and only the mail doesn't.
      v1::PublicView market = HandMarket();
      v1::AgentView own = OwnViewOf(GetParam()->role);
      if (seed % 2 == 0) {
        filler.Fill(market);
        filler.Fill(own);
      }
      market.set_quarter(kTestQuarter + quarter);
      own.set_agent(agent_);
      std::vector<v1::Message> spoken;
      for (uint32_t round = 1; round <= 4; ++round) {
        std::vector<v1::Message> inbox;
        for (int i = 0; i < 12; ++i) {
          inbox.push_back(
              AnyMessage(filler, agent_, uint64_t{100} * round + static_cast<uint64_t>(i)));
          // Some of it belongs to what the strategy has begun.
          if (!spoken.empty() && filler.random().Bernoulli(0.5)) {
            inbox.back().set_thread(spoken[filler.random().UniformInt(spoken.size())].thread());
          }
        }
        spoken = seat.Turn(market, own, round, inbox);
        CheckMoves(spoken, agent_, inbox.size());
      }
    }
  }
}

TEST_P(ConformanceTest, SameTurnsSameMoves) {
  std::vector<std::string> played[2];
  for (std::vector<std::string>& moves : played) {
    Filler filler(7);
    HandSeat seat(agent_, GetParam()->name, 7);
    for (uint32_t round = 1; round <= 5; ++round) {
      std::vector<v1::Message> inbox;
      inbox.reserve(10);
      for (int i = 0; i < 10; ++i)
        inbox.push_back(AnyMessage(filler, agent_, uint64_t{10} * round));
      for (const v1::Message& move :
           seat.Turn(HandMarket(), OwnViewOf(GetParam()->role), round, inbox)) {
        moves.push_back(move.SerializeAsString());
      }
    }
  }
  EXPECT_EQ(played[0], played[1]);
}

// A counterparty that never gives in: it answers whatever can be answered with terms as bad as it
// can make them, forever.
class Stubborn {
 public:
  // What it says first, to a strategy that waits to be asked.
  std::vector<v1::Message> Opening(v1::Role role, const std::string& agent) {
    std::vector<v1::Message> opening;
    if (role == v1::ROLE_CLOUD) {
      v1::Message& request = Add(opening, "alpha", "alpha/capacity", agent);
      *request.mutable_capacity_request()->mutable_terms() = PoorCapacity();
      v1::Message& offer = Add(opening, "beta", "beta/marketplace", agent);
      offer.mutable_marketplace_offer()->mutable_terms()->set_term_quarters(8);
    }
    if (role == v1::ROLE_INVESTOR) {
      v1::FundingAsk& ask = *Add(opening, "alpha", "alpha/round", agent).mutable_funding_ask();
      ask.set_kind(v1::FundingAsk::KIND_PRIMARY);
      ask.set_amount_sought_cents(2 * kBillion);
      ask.set_pre_money_cents(28 * kBillion);
    }
    return opening;
  }

  std::vector<v1::Message> Answers(const std::vector<v1::Message>& moves,
                                   const std::string& agent) {
    std::vector<v1::Message> answers;
    for (const v1::Message& move : moves) {
      for (const std::string& recipient : move.recipients()) {
        v1::Message answer;
        if (move.has_funding_ask()) {
          *answer.mutable_term_sheet()->mutable_terms() = PoorFunding(move);
        } else if (move.has_term_sheet() || move.counter_offer().has_funding()) {
          v1::FundingTerms terms = PoorFunding(move);
          if (agent != "alpha") terms.set_pre_money_cents(30 * kBillion);
          *answer.mutable_counter_offer()->mutable_funding() = terms;
        } else if (move.has_capacity_request()) {
          *answer.mutable_capacity_quote()->mutable_terms() = PoorCapacity();
        } else if (move.has_capacity_quote() || move.counter_offer().has_capacity()) {
          *answer.mutable_counter_offer()->mutable_capacity() = PoorCapacity();
        } else if (move.has_marketplace_offer() || move.counter_offer().has_marketplace()) {
          v1::MarketplaceTerms& terms = *answer.mutable_counter_offer()->mutable_marketplace();
          terms.set_revenue_share_bp(agent == "alpha" ? 4'000 : 10);
          terms.set_term_quarters(8);
        } else {
          continue;
        }
        v1::Message& sent = Add(answers, recipient, move.thread(), agent);
        const uint64_t id = sent.id();
        sent.MergeFrom(answer);
        sent.set_id(id);
        sent.set_in_reply_to(move.id());
      }
    }
    return answers;
  }

 private:
  v1::Message& Add(std::vector<v1::Message>& messages, const std::string& from,
                   const std::string& thread, const std::string& to) {
    v1::Message& message = messages.emplace_back();
    message.set_id(next_id_++);
    message.set_sender(from);
    message.set_thread(thread);
    message.add_recipients(to);
    return message;
  }

  static v1::CapacityTerms PoorCapacity() {
    v1::CapacityTerms terms;
    terms.set_accelerators_h100e(20'000);
    terms.set_start_quarter(kTestQuarter + 1);
    terms.set_term_quarters(8);
    // Just below what is posted: too dear for a lab, and it asks a cloud for nearly nothing.
    terms.set_price_micros_per_gpu_hour(700'000);
    return terms;
  }

  static v1::FundingTerms PoorFunding(const v1::Message& move) {
    v1::FundingTerms terms;
    terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
    terms.set_amount_cents(kBillion / 2);
    terms.set_pre_money_cents(move.has_funding_ask() ? 18 * kBillion : 19 * kBillion);
    v1::Tranche& tranche = *terms.add_tranches();
    tranche.set_amount_cents(kBillion / 2);
    tranche.mutable_condition()->set_clearance(true);
    terms.set_board_right(v1::BOARD_RIGHT_SEAT);
    terms.set_outside_quarter(kTestQuarter + 4);
    return terms;
  }

  uint64_t next_id_ = 1;
};

TEST_P(ConformanceTest, NegotiationsEndEvenWithWhomNobodyCanAgree) {
  HandSeat seat(agent_, GetParam()->name, 3);
  Stubborn others;
  const v1::PublicView market = HandMarket();
  const v1::AgentView own = OwnViewOf(GetParam()->role);
  std::vector<v1::Message> moves = seat.Turn(market, own, 1, {});
  std::vector<v1::Message> inbox = others.Answers(moves, agent_);
  for (v1::Message& message : others.Opening(GetParam()->role, agent_)) inbox.push_back(message);
  uint32_t round = 1;
  while (!inbox.empty()) {
    ASSERT_LE(++round, kMostRounds) << inbox.front().ShortDebugString();
    moves = seat.Turn(market, own, round, inbox);
    CheckMoves(moves, agent_, inbox.size());
    inbox = others.Answers(moves, agent_);
  }
}

TEST(StrategiesTest, EveryRoleHasItsDefault) {
  for (const v1::Role role :
       {v1::ROLE_LAB, v1::ROLE_CLOUD, v1::ROLE_INVESTOR, v1::ROLE_REGULATOR}) {
    const StrategyInfo* info = FindStrategy(DefaultStrategy(role));
    ASSERT_NE(info, nullptr) << DefaultStrategy(role);
    EXPECT_EQ(info->role, role);
  }
}

std::string TestName(const testing::TestParamInfo<const StrategyInfo*>& info) {
  std::string name = info.param->name;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ConformanceTest, testing::ValuesIn(RegisteredStrategies()), TestName);

}  // namespace
}  // namespace tranche
