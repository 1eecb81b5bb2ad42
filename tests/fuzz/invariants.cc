#include "tests/fuzz/invariants.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace tranche {
namespace {

// Verbs by which parties and reviewers act on a deal.
bool ActsOnDeal(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kAcceptance:
    case v1::Message::kWithdrawal:
    case v1::Message::kMergerNotification:
    case v1::Message::kSecondRequest:
    case v1::Message::kInformationResponse:
    case v1::Message::kStatementOfConcerns:
    case v1::Message::kRemedyOffer:
    case v1::Message::kDecision:
    case v1::Message::kLitigation:
      return true;
    default:
      return false;
  }
}

}  // namespace

void ExpectInvariants(const World& world) {
  for (const Segment& segment : world.segments) {
    if (segment.offerings.empty()) continue;
    double shares = 0;
    for (const Offering& offering : segment.offerings) {
      EXPECT_GE(offering.share, 0);
      EXPECT_GE(offering.wanted_mtok, 0);
      shares += offering.share;
    }
    // All customers of a market without labs have left it.
    EXPECT_TRUE(shares == 0 || std::abs(shares - 1) < 1e-9) << shares;
    EXPECT_GE(segment.adoption, 0);
    EXPECT_LE(segment.adoption, 1);
  }
  for (const Lab& lab : world.labs) {
    EXPECT_GE(lab.researchers, 0);
    EXPECT_LE(lab.inference_served_gpu_hours, lab.inference_wanted_gpu_hours);
    int64_t held = lab.cap_table.pool();
    for (const Holding& holding : lab.cap_table.holdings()) {
      EXPECT_GT(holding.shares, 0);
      held += holding.shares;
    }
    EXPECT_EQ(held, lab.cap_table.FullyDiluted());
  }
  const bool unlimited = world.scenario.switches().no_rationing();
  std::vector<int64_t> sold(static_cast<size_t>(world.clouds.size()), 0);
  for (const ComputeLot& lot : world.compute_lots) {
    EXPECT_LE(lot.used(), lot.gpu_hours);
    sold[static_cast<size_t>(lot.cloud.value())] += lot.used();
  }
  for (CloudId id : world.clouds.ids()) {
    const Cloud& cloud = world.clouds[id];
    // One that failed at this close has lost what it sold from.
    if (!world.agents[cloud.agent].active) continue;
    const double there =
        static_cast<double>(cloud.capacity_h100e()) * world.scenario.compute().hours_per_quarter();
    if (!unlimited) {
      EXPECT_LE(static_cast<double>(sold[static_cast<size_t>(id.value())]), there + 1);
    }
    if (!unlimited) {
      EXPECT_LE(cloud.utilisation, 1 + 1e-9);
    }
  }
  for (const Deal& deal : world.deals) {
    if (deal.outcome != v1::DealEnded::OUTCOME_PROHIBITED &&
        deal.outcome != v1::DealEnded::OUTCOME_VOTED_DOWN) {
      continue;
    }
    for (const TrancheState& tranche : deal.tranches) {
      EXPECT_NE(tranche.state, TrancheState::State::kDrawn) << deal.name << " was blocked";
    }
  }
}

void EndedDeals::Expect(absl::Span<const StoredRecord> records) {
  // Moves that were refused.
  std::set<uint64_t> refused;
  for (const StoredRecord& stored : records) {
    const v1::Message& message = stored.record->message();
    if (message.sender() == "market" && message.has_rejected()) {
      refused.insert(message.in_reply_to());
    }
  }
  const auto over = [&](const std::string& name, int32_t quarter) {
    const auto found = ended_.find(name);
    return found != ended_.end() && found->second < quarter;
  };
  for (const StoredRecord& stored : records) {
    const v1::LogRecord& record = *stored.record;
    if (record.has_ledger_entry()) {
      EXPECT_FALSE(over(record.ledger_entry().thread(), record.quarter()))
          << record.ledger_entry().kind() << " under " << record.ledger_entry().thread();
      continue;
    }
    if (!record.has_message()) continue;
    const v1::Message& message = record.message();
    if (message.sender() != "market") {
      if (ActsOnDeal(message) && over(message.thread(), record.quarter())) {
        EXPECT_TRUE(refused.contains(message.id()))
            << "message " << message.id() << " of " << message.sender() << " on "
            << message.thread();
      }
    } else if (message.has_closing()) {
      EXPECT_FALSE(over(message.closing().deal(), record.quarter())) << message.closing().deal();
    } else if (message.has_contract_signed()) {
      EXPECT_FALSE(over(message.contract_signed().contract(), record.quarter()));
    } else if (message.has_deal_ended()) {
      const v1::DealEnded::Outcome outcome = message.deal_ended().outcome();
      if (outcome == v1::DealEnded::OUTCOME_PROHIBITED ||
          outcome == v1::DealEnded::OUTCOME_VOTED_DOWN) {
        ended_[message.deal_ended().deal()] = record.quarter();
      }
    }
  }
}

}  // namespace tranche
