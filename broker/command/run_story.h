#ifndef TRANCHE_BROKER_COMMAND_RUN_STORY_H_
#define TRANCHE_BROKER_COMMAND_RUN_STORY_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "broker/log/run_log.h"
#include "sim/quarter.h"
#include "tranche/v1/log.pb.h"
#include "tranche/v1/messages.pb.h"

// What a run came to, gathered from its log in one pass: what the summary prints.
namespace tranche {

// One investor's part of a round, a purchase or a secondary sale.
struct DealStory {
  std::string name;
  Quarter signed_quarter;
  v1::DealSigned terms;
  // Cash and credits that have moved, and the last closing.
  int64_t drawn_cents = 0;
  int64_t lapsed_tranches = 0;
  Quarter first_closing;
  uint32_t holding_ppm = 0;
  int64_t post_money_cents = 0;
  v1::DealEnded::Outcome outcome = v1::DealEnded::OUTCOME_UNSPECIFIED;
  std::string reason;
  Quarter ended;
};

// What was asked for, and how much was said about it.
struct RoundStory {
  std::string thread;
  std::string lab;
  Quarter opened;
  v1::FundingAsk ask;
  int term_sheets = 0;
  int counter_offers = 0;
  int acceptances = 0;
  int refusals = 0;
  int withdrawals = 0;
  std::vector<DealStory> deals;
};

struct RulingStory {
  Quarter quarter;
  std::string regulator;
  v1::Decision decision;
};

// Turns that an agent passed because it couldn't play them.
struct PassStory {
  int64_t turns = 0;
  int64_t failed = 0;         // those in which its strategy failed; in the others it was late
  std::string first_failure;  // when, and in its own words
};

struct RunStory {
  std::string scenario;
  std::string title;
  uint64_t seed = 0;
  Quarter first;
  Quarter end;  // one after the last planned
  int32_t closed_quarters = 0;
  std::string digest;  // 32 bytes
  // Messages by agents, and those the market refused.
  int64_t messages = 0;
  int64_t rejected = 0;
  std::map<std::string, PassStory> passes;  // by agent

  std::vector<RoundStory> rounds;
  std::vector<DealStory> other_deals;
  std::vector<RulingStory> rulings;
  int second_requests = 0;
  int expired_waiting_periods = 0;
  std::vector<std::pair<Quarter, v1::Insolvency>> insolvencies;
  // By name and subject: value in the first and in the last closed quarter that has it.
  struct MetricPath {
    double first = 0;
    double last = 0;
  };
  std::map<std::pair<std::string, std::string>, MetricPath> metrics;
  std::vector<v1::Seat> seats;
  // The graph at the last close.
  std::vector<v1::Relation> relations;
};

absl::StatusOr<RunStory> ReadRunStory(const RunLog& log);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_RUN_STORY_H_
