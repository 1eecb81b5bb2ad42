// What must hold for every built-in strategy beyond what holds for any (broker/conformance/): it
// describes itself, is brief, and in a market built by hand comes to an end in every negotiation.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agents/strategies/testing/hand_view.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

constexpr int kMostOpeningMoves = 24;
constexpr int kMostMovesPerMessage = 4;
constexpr uint32_t kMostRounds = 10;

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
