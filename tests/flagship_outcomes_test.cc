// The flagship's round is negotiated, not scripted: what comes of it differs from seed to seed.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "broker/inline/inline_run.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

// What a run says of OpenAI's first round.
struct RoundRecord {
  std::string thread;
  std::set<std::string> asked;
  std::set<std::string> offered;  // investors who sent a term sheet
  int counters = 0;
  int acceptances = 0;
  std::set<std::string> refused;
  std::map<std::string, v1::FundingTerms> signed_terms;  // by investor
  std::map<std::string, int64_t> paid_cents;
  std::map<std::string, v1::DealEnded::Outcome> ended;
  std::set<std::string> conditions;  // investors cleared on conditions
  int notifications = 0;
  int rulings = 0;
  int second_requests = 0;
  std::map<int32_t, int64_t> shares_by_quarter;

  std::string InvestorOf(absl::string_view deal) const {
    return absl::StartsWith(deal, thread + "/") ? std::string(deal.substr(thread.size() + 1)) : "";
  }

  void Add(const v1::LogRecord& record) {
    if (record.cap_table_entry().lab() == "openai") {
      shares_by_quarter[record.quarter()] += record.cap_table_entry().shares();
    }
    if (!record.has_message()) return;
    const v1::Message& message = record.message();
    if (message.has_funding_ask() && message.sender() == "openai" && thread.empty()) {
      thread = message.thread();
      asked.insert(message.recipients().begin(), message.recipients().end());
    }
    if (thread.empty()) return;
    if (message.thread() == thread) {
      if (message.has_term_sheet()) offered.insert(message.sender());
      if (message.has_counter_offer()) ++counters;
      if (message.has_acceptance()) ++acceptances;
      if (message.has_refusal() && message.sender() != "openai") refused.insert(message.sender());
    }
    const std::string signed_by = InvestorOf(message.deal_signed().deal());
    if (!signed_by.empty()) signed_terms[signed_by] = message.deal_signed().funding();
    const std::string paid_by = InvestorOf(message.closing().deal());
    if (!paid_by.empty()) {
      paid_cents[paid_by] += message.closing().cash_cents() + message.closing().credits_cents();
    }
    const std::string ended_with = InvestorOf(message.deal_ended().deal());
    if (!ended_with.empty()) ended[ended_with] = message.deal_ended().outcome();
    if (!InvestorOf(message.merger_notification().deal()).empty()) ++notifications;
    if (!InvestorOf(message.second_request().deal()).empty()) ++second_requests;
    const std::string ruled_on = InvestorOf(message.decision().deal());
    if (!ruled_on.empty()) {
      ++rulings;
      if (message.decision().outcome() == v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS) {
        conditions.insert(ruled_on);
      }
    }
  }

  // How the round ended, in a few words: what the seeds are told apart by.
  std::string Ending() const {
    std::string ending =
        signed_terms.contains("amazon")
            ? (paid_cents.contains("amazon") ? "amazon in" : "amazon stopped")
            : (refused.contains("amazon") ? "amazon declines" : "amazon walks away");
    for (const auto& [investor, outcome] : ended) {
      if (outcome == v1::DealEnded::OUTCOME_PROHIBITED) {
        absl::StrAppend(&ending, ", ", investor, " prohibited");
      } else if (outcome == v1::DealEnded::OUTCOME_LAPSED && !paid_cents.contains(investor)) {
        absl::StrAppend(&ending, ", ", investor, " lapsed");
      } else if (outcome == v1::DealEnded::OUTCOME_WITHDRAWN) {
        absl::StrAppend(&ending, ", ", investor, " withdrew");
      }
    }
    for (const std::string& investor : conditions) {
      absl::StrAppend(&ending, ", ", investor, " on conditions");
    }
    return ending;
  }
};

RoundRecord Play(const v1::Scenario& scenario, uint64_t seed) {
  RoundRecord round;
  InlineOptions options;
  options.on_quarter = [&round](absl::Span<const StoredRecord> records) {
    for (const StoredRecord& record : records) {
      round.Add(*record.record);
    }
    return absl::OkStatus();
  };
  auto run = InlineRun::Create(scenario, seed, *ResolveSeats(scenario), options);
  EXPECT_TRUE(run.ok()) << run.status();
  const auto result = (*run)->Play();
  EXPECT_TRUE(result.ok()) << result.status();
  return round;
}

TEST(FlagshipOutcomesTest, TheRoundIsNegotiatedReviewedAndPaid) {
  const RoundRecord round = Play(ShippedScenario("amazon-openai"), 1);
  EXPECT_GE(round.asked.size(), 4u);
  EXPECT_GE(round.offered.size(), 2u);
  EXPECT_GE(round.counters, 2);
  EXPECT_GE(round.acceptances, 1);
  EXPECT_GE(round.notifications, 1);
  EXPECT_GE(round.rulings, 1);
  ASSERT_FALSE(round.paid_cents.empty());
  // A thousand million shares at the opening; new ones were issued for the money.
  EXPECT_GT(round.shares_by_quarter.rbegin()->second, 1'000'000'000);
}

TEST(FlagshipOutcomesTest, FiftySeedsEndInMoreThanOneWay) {
  const v1::Scenario scenario = ShippedScenario("amazon-openai");
  std::map<std::string, int> endings;
  std::set<std::string> term_kinds;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const RoundRecord round = Play(scenario, seed);
    ++endings[round.Ending()];
    for (const auto& [investor, terms] : round.signed_terms) {
      if (terms.tranches_size() > 1) term_kinds.insert("tranches");
      if (terms.board_right() > v1::BOARD_RIGHT_NONE) term_kinds.insert("board");
      if (terms.has_cloud_commitment()) term_kinds.insert("cloud commitment");
      if (terms.firewall()) term_kinds.insert("firewall");
    }
  }
  std::string all;
  for (const auto& [ending, times] : endings) absl::StrAppend(&all, times, " x ", ending, "; ");
  RecordProperty("endings", all);
  std::cout << all << "\n";
  EXPECT_GE(endings.size(), 4u) << all;
  EXPECT_TRUE(term_kinds.contains("tranches"));
  EXPECT_TRUE(term_kinds.contains("board"));
  EXPECT_TRUE(term_kinds.contains("cloud commitment"));
}

}  // namespace
}  // namespace tranche
