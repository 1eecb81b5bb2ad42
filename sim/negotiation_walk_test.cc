// Random walks through the negotiation: agents say what they please, mostly sense, and whatever
// they say the books balance, shares add up, and nobody sells what it hasn't got.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/philox.h"
#include "sim/terms.h"
#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class NegotiationWalkTest : public NegotiationTest, public ::testing::WithParamInterface<int> {
 protected:
  static constexpr int kQuarters = 8;
  static constexpr int kRounds = 12;
  static constexpr int kMovesPerRound = 60;

  RandomStream random{static_cast<uint64_t>(GetParam()), StreamKey("walk"), Quarter(2026, 1),
                      Round(0)};
  std::vector<uint64_t> said = {0};
  std::vector<std::string> threads = {"", "aurora/c", "borealis/c"};

  template <typename T>
  const T& AnyOf(const std::vector<T>& from) {
    return from[random.UniformInt(from.size())];
  }
  bool Often() { return random.Bernoulli(0.85); }
  std::string AnyAgent() { return world().seats[random.UniformInt(world().seats.size())].name; }
  std::string AnyLab() { return Often() ? (Often() ? "aurora" : "borealis") : AnyAgent(); }
  // Mostly a sum that fits, now and then one at the edges.
  int64_t AnyAmount() {
    if (Often()) return static_cast<int64_t>(1 + random.UniformInt(3 * kBillion));
    const std::vector<int64_t> edges = {0, 1, -1, kMostCents, INT64_MAX, INT64_MIN, 20 * kBillion};
    return AnyOf(edges);
  }
  int64_t AnyPreMoney() {
    return Often() ? static_cast<int64_t>(1 + random.UniformInt(10 * kBillion)) : AnyAmount();
  }
  int32_t AnyQuarter() {
    if (Often()) return world().quarter.index() + static_cast<int32_t>(random.UniformInt(6));
    const std::vector<int32_t> edges = {0, -1, INT32_MAX, INT32_MIN, world().quarter.index() - 1};
    return AnyOf(edges);
  }

  v1::FundingTerms AnyFundingTerms() {
    v1::FundingTerms terms =
        random.Bernoulli(0.8) ? Terms(AnyAmount(), AnyPreMoney()) : Note(AnyAmount());
    if (random.Bernoulli(0.3) && terms.amount_cents() > 2) {
      const int64_t half = terms.amount_cents() / 2;
      terms.mutable_tranches(0)->set_amount_cents(terms.amount_cents() - half);
      v1::Tranche& later = *terms.add_tranches();
      later.set_amount_cents(half);
      later.mutable_condition()->set_quarter(AnyQuarter());
      later.set_expires_quarter(AnyQuarter());
    }
    terms.set_board_right(static_cast<v1::BoardRight>(random.UniformInt(4)));
    terms.set_pro_rata_right(random.Bernoulli(0.5));
    terms.set_liquidation_preference_bp(random.Bernoulli(0.8) ? 10'000 : 15'000);
    if (random.Bernoulli(0.2)) {
      v1::CloudCommitment& commitment = *terms.mutable_cloud_commitment();
      commitment.set_cloud(AnyAgent());
      commitment.set_amount_cents(AnyAmount());
      commitment.set_term_quarters(static_cast<uint32_t>(random.UniformInt(10)));
      commitment.set_exclusive(random.Bernoulli(0.3));
    }
    if (random.Bernoulli(0.1)) terms.set_cloud_credits_bp(3'000);
    if (random.Bernoulli(0.1)) terms.add_excluded_investors(AnyAgent());
    if (random.Bernoulli(0.2)) terms.set_embed_licence_bp(1'000);
    terms.set_outside_quarter(AnyQuarter());
    return terms;
  }
  v1::CapacityTerms AnyCapacityTerms() {
    v1::CapacityTerms terms;
    terms.set_accelerators_h100e(Often() ? static_cast<int64_t>(random.UniformInt(20'000))
                                         : AnyAmount());
    terms.set_start_quarter(AnyQuarter());
    terms.set_term_quarters(static_cast<uint32_t>(random.UniformInt(12)));
    terms.set_ramp_quarters(static_cast<uint32_t>(random.UniformInt(4)));
    terms.set_price_micros_per_gpu_hour(Often() ? 2'000'000 : AnyAmount());
    terms.set_take_or_pay_bp(static_cast<uint32_t>(random.UniformInt(10'001)));
    terms.set_prepayment_bp(static_cast<uint32_t>(random.UniformInt(2'000)));
    terms.set_exclusive(random.Bernoulli(0.1));
    terms.set_right_of_first_refusal(random.Bernoulli(0.1));
    return terms;
  }
  v1::Remedy AnyRemedy() {
    return Condition(static_cast<v1::Remedy::Kind>(random.UniformInt(9)),
                     static_cast<uint32_t>(random.UniformInt(11'000)), AnyLab());
  }

  // What `agent` might say in answer to a message or out of the blue.
  void Talk() {
    std::string sender = AnyAgent();
    std::string recipient = Often() ? AnyLab() : AnyAgent();
    std::string thread = AnyOf(threads);
    uint64_t answers = AnyOf(said);
    v1::Message move;
    switch (random.UniformInt(24)) {
      case 0: {
        sender = AnyLab();
        v1::FundingAsk& ask = *move.mutable_funding_ask();
        ask.set_kind(static_cast<v1::FundingAsk::Kind>(random.UniformInt(5)));
        ask.set_amount_sought_cents(AnyAmount());
        ask.set_pre_money_cents(AnyAmount());
        ask.set_target_close_quarter(AnyQuarter());
        thread = absl::StrCat(sender, "/", random.UniformInt(6));
        recipient = Often() ? "harbor-fund" : "nimbus-ventures";
        break;
      }
      case 1:
      case 2:
        *move.mutable_term_sheet()->mutable_terms() = AnyFundingTerms();
        sender = Often() ? "harbor-fund" : "nimbus-ventures";
        for (const FundingRound& round : world().rounds) {
          if (random.Bernoulli(0.5)) {
            thread = round.thread;
            recipient = world().agent_of(round.lab).seat.name;
          }
        }
        answers = last_id;
        break;
      case 3:
      case 4:
      case 5:
      case 6:
        // Somebody answers a standing proposal.
        for (const Proposal& proposal : world().proposals) {
          if (proposal.state != Proposal::State::kStanding || !random.Bernoulli(0.4)) continue;
          sender = world().name_of(proposal.recipient);
          recipient = world().name_of(proposal.sender);
          thread = proposal.thread;
          answers = proposal.id;
        }
        switch (random.UniformInt(5)) {
          case 0:
            move.mutable_refusal();
            break;
          case 1:
            *move.mutable_counter_offer()->mutable_funding() = AnyFundingTerms();
            break;
          default:
            move.mutable_acceptance();
        }
        break;
      case 7:
      case 8:
        // A lab signs what is agreed.
        for (const Proposal& proposal : world().proposals) {
          if (proposal.state != Proposal::State::kAgreed) continue;
          const bool by_lab = world().lab_of(proposal.sender).valid();
          sender = world().name_of(by_lab ? proposal.sender : proposal.recipient);
          recipient = world().name_of(by_lab ? proposal.recipient : proposal.sender);
          thread = proposal.thread;
          move.mutable_definitive_agreement()->clear_proposals();
          move.mutable_definitive_agreement()->add_proposals(proposal.id);
          move.mutable_definitive_agreement()->set_pre_money_cents(
              Often() ? FundingTermsOf(proposal.message).pre_money_cents() : AnyAmount());
        }
        if (!move.has_definitive_agreement()) move.mutable_definitive_agreement();
        break;
      case 9:
      case 10:
      case 11:
      case 20:
      case 21:
      case 22:
      case 23:
        // Something happens in a review.
        for (const Deal& deal : world().deals) {
          if (deal.reviews.empty() || !deal.pending() || !random.Bernoulli(0.5)) continue;
          thread = deal.name;
          const Review& review = deal.reviews[random.UniformInt(deal.reviews.size())];
          recipient = world().name_of(world().regulators[review.regulator].agent);
          sender = world().name_of(deal.investor);
          answers = review.decision_message;
          move.Clear();
          switch (random.UniformInt(7)) {
            case 0:
              move.mutable_merger_notification()->set_deal(deal.name);
              move.mutable_merger_notification()->set_jurisdiction(review.jurisdiction);
              break;
            case 1:
              move.mutable_information_response()->set_deal(deal.name);
              move.mutable_information_response()->set_substantial_compliance(true);
              break;
            case 2:
              move.mutable_litigation()->set_deal(deal.name);
              break;
            case 3:
              move.mutable_acceptance();
              if (random.Bernoulli(0.5)) sender = world().agent_of(deal.lab).seat.name;
              break;
            case 4:
              if (!random.Bernoulli(0.03)) return;
              move.mutable_withdrawal();
              answers = 0;
              break;
            case 5:
              std::swap(sender, recipient);
              move.mutable_second_request()->set_deal(deal.name);
              break;
            default:
              std::swap(sender, recipient);
              move.mutable_decision()->set_deal(deal.name);
              move.mutable_decision()->set_outcome(
                  static_cast<v1::Decision::Outcome>(random.UniformInt(4)));
              *move.mutable_decision()->add_conditions() = AnyRemedy();
          }
        }
        if (move.body_case() == v1::Message::BODY_NOT_SET) move.mutable_note();
        break;
      case 12:
      case 13:
        *move.mutable_capacity_quote()->mutable_terms() = AnyCapacityTerms();
        sender = Often() ? "stratus" : "nimbus";
        thread = absl::StrCat(AnyLab(), "/", random.UniformInt(20));
        recipient = thread.substr(0, thread.find('/'));
        break;
      case 14:
        move.mutable_contract_termination();
        for (const Contract& contract : world().contracts) {
          if (contract.active && random.Bernoulli(0.1)) {
            thread = contract.name;
            sender = world().name_of(random.Bernoulli(0.5) ? contract.provider : contract.customer);
          }
        }
        break;
      case 15: {
        sender = Often() ? "harbor-fund" : "nimbus-ventures";
        recipient = sender == "harbor-fund" ? "nimbus-ventures" : "harbor-fund";
        thread = absl::StrCat(sender, "/", random.UniformInt(20));
        v1::SecondaryTerms& terms = *move.mutable_secondary_offer()->mutable_terms();
        terms.set_lab(AnyLab());
        terms.set_shares(static_cast<int64_t>(random.UniformInt(5'000'000)));
        terms.set_price_micros_per_share(Often() ? 100'000'000 : AnyAmount());
        break;
      }
      case 16:
        if (!random.Bernoulli(0.005)) return;
        thread = absl::StrCat(sender, "/", random.UniformInt(20));
        move.mutable_merger_proposal()->mutable_terms()->set_price_cents(AnyAmount());
        move.mutable_merger_proposal()->mutable_terms()->set_outside_quarter(AnyQuarter());
        break;
      case 17:
        sender = Often() ? "harbor-fund" : "nimbus-ventures";
        move.mutable_pro_rata_exercise()->set_amount_cents(AnyAmount() / 10);
        for (const FundingRound& round : world().rounds) {
          if (random.Bernoulli(0.5)) thread = round.thread;
        }
        break;
      case 18:
        *move.mutable_first_refusal_notice()->mutable_terms() = AnyCapacityTerms();
        sender = "aurora";
        recipient = "nimbus";
        thread = "aurora/c";
        break;
      default:
        move.mutable_marketplace_offer()->mutable_terms()->set_term_quarters(4);
        move.mutable_marketplace_offer()->mutable_terms()->set_exclusive(random.Bernoulli(0.3));
        sender = Often() ? "stratus" : "nimbus";
        thread = absl::StrCat(sender, "/", random.UniformInt(20));
    }
    if (Move(sender, {recipient}, thread, move, answers).empty()) ++accepted;
    said.push_back(last_id);
    if (!thread.empty()) threads.push_back(thread);
  }

  void CheckInvariants() {
    const absl::Status balanced = world().ledger.CheckBalanced();
    ASSERT_TRUE(balanced.ok()) << balanced;
    for (LabId lab : world().labs.ids()) {
      const CapTable& table = world().labs[lab].cap_table;
      int64_t shares = table.pool();
      for (const Holding& holding : table.holdings()) shares += holding.shares;
      EXPECT_EQ(shares, table.FullyDiluted());
      double financial = 0;
      for (const Interest& interest : InterestsIn(world(), lab)) financial += interest.financial;
      EXPECT_LE(financial, 1 + 1e-5);
    }
    for (CloudId cloud : world().clouds.ids()) {
      // Fleets don't shrink here and sites come on time: what was promised can be kept.
      for (int32_t q = 0; q < 20; ++q) {
        EXPECT_GE(UncommittedCapacity(world(), cloud, world().quarter + q), least_spare[q]);
      }
    }
    for (const Contract& contract : world().contracts) EXPECT_GE(contract.prepaid, Cents(0));
    for (const Stake& stake : world().stakes) EXPECT_GE(stake.cost, Cents(0));
    for (const Deal& deal : world().deals) {
      // A tranche is drawn only of a deal that has closed, and that only with every clearance.
      for (const TrancheState& tranche : deal.tranches) {
        if (tranche.state == TrancheState::State::kDrawn) {
          EXPECT_FALSE(deal.pending());
          EXPECT_TRUE(IsCleared(deal));
        }
      }
    }
  }

  int accepted = 0;
  // The opening's own contracts may promise more than there is in some quarter ahead.
  std::vector<int64_t> least_spare;
};

TEST_P(NegotiationWalkTest, NothingThatIsSaidBreaksTheMarket) {
  for (int32_t q = 0; q < 20; ++q) {
    int64_t least = 0;
    for (CloudId cloud : world().clouds.ids()) {
      for (int32_t later = q; later < q + kQuarters; ++later) {
        least = std::min(least, UncommittedCapacity(world(), cloud, world().quarter + later));
      }
    }
    least_spare.push_back(least);
  }
  for (int quarter = 0; quarter < kQuarters; ++quarter) {
    for (int round = 1; round <= kRounds; ++round) {
      world().round = static_cast<uint32_t>(round);
      world().moves_this_round.assign(world().moves_this_round.size(), 0);
      for (int move = 0; move < kMovesPerRound; ++move) Talk();
    }
    CloseQuarter();
    CheckInvariants();
  }
  // The walk gets somewhere: rounds are signed and close.
  EXPECT_GT(accepted, 100);
  EXPECT_FALSE(Sent(v1::Message::kClosing).empty());
  EXPECT_FALSE(Sent(v1::Message::kContractSigned).empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, NegotiationWalkTest, ::testing::Range(0, 8));

}  // namespace
}  // namespace tranche
