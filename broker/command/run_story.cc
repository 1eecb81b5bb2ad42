#include "broker/command/run_story.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tranche/v1/scenario.pb.h"

namespace tranche {
namespace {

class StoryReader {
 public:
  RunStory story;

  void Add(const v1::LogRecord& record) {
    const Quarter quarter = Quarter::FromIndex(record.quarter());
    switch (record.record_case()) {
      case v1::LogRecord::kHeader:
        AddHeader(record.header());
        break;
      case v1::LogRecord::kSeat:
        story.seats.push_back(record.seat());
        break;
      case v1::LogRecord::kMessage:
        AddMessage(quarter, record.message());
        break;
      case v1::LogRecord::kPass:
        ++story.passes[record.pass().agent()].turns;
        break;
      case v1::LogRecord::kMetric:
        AddMetric(record.metric());
        break;
      case v1::LogRecord::kRelation:
        if (quarter != relations_of_) story.relations.clear();
        relations_of_ = quarter;
        story.relations.push_back(record.relation());
        break;
      case v1::LogRecord::kQuarterClosed:
        ++story.closed_quarters;
        story.digest = record.quarter_closed().digest();
        break;
      default:
        break;
    }
  }

 private:
  void AddHeader(const v1::RunHeader& header) {
    story.scenario = header.scenario_name();
    story.seed = header.seed();
    story.first = Quarter::FromIndex(header.first_quarter());
    story.end = Quarter::FromIndex(header.end_quarter());
    v1::Scenario scenario;
    if (scenario.ParseFromString(header.scenario())) story.title = scenario.title();
  }

  void AddMessage(Quarter quarter, const v1::Message& message) {
    if (message.sender() != "market") ++story.messages;
    switch (message.body_case()) {
      case v1::Message::kFundingAsk: {
        RoundStory round;
        round.thread = message.thread();
        round.lab = message.sender();
        round.opened = quarter;
        round.ask = message.funding_ask();
        story.rounds.push_back(std::move(round));
        break;
      }
      case v1::Message::kTermSheet:
      case v1::Message::kCounterOffer:
      case v1::Message::kAcceptance:
      case v1::Message::kRefusal:
      case v1::Message::kWithdrawal:
        CountWord(message);
        break;
      case v1::Message::kRejected:
        if (message.sender() == "market") ++story.rejected;
        break;
      case v1::Message::kDealSigned:
        AddDeal(quarter, message.deal_signed());
        break;
      case v1::Message::kClosing:
        AddClosing(quarter, message.closing());
        break;
      case v1::Message::kTrancheLapsed:
        if (DealStory* deal = FindDeal(message.tranche_lapsed().deal())) ++deal->lapsed_tranches;
        break;
      case v1::Message::kDealEnded:
        if (DealStory* deal = FindDeal(message.deal_ended().deal())) {
          deal->outcome = message.deal_ended().outcome();
          deal->reason = message.deal_ended().reason();
          deal->ended = quarter;
        }
        break;
      case v1::Message::kDecision:
        story.rulings.push_back({quarter, message.sender(), message.decision()});
        break;
      case v1::Message::kSecondRequest:
        ++story.second_requests;
        break;
      case v1::Message::kWaitingPeriodExpired:
        ++story.expired_waiting_periods;
        break;
      case v1::Message::kInsolvency:
        story.insolvencies.emplace_back(quarter, message.insolvency());
        break;
      default:
        break;
    }
  }

  // What is said in a funding thread, or in the thread of one of its deals.
  void CountWord(const v1::Message& message) {
    for (RoundStory& round : story.rounds) {
      if (message.thread() != round.thread) continue;
      if (message.has_term_sheet()) ++round.term_sheets;
      if (message.has_counter_offer()) ++round.counter_offers;
      if (message.has_acceptance()) ++round.acceptances;
      if (message.has_refusal()) ++round.refusals;
      if (message.has_withdrawal()) ++round.withdrawals;
    }
  }

  void AddDeal(Quarter quarter, const v1::DealSigned& terms) {
    DealStory deal;
    deal.name = terms.deal();
    deal.signed_quarter = quarter;
    deal.terms = terms;
    for (RoundStory& round : story.rounds) {
      if (absl::string_view(deal.name).substr(0, round.thread.size() + 1) == round.thread + "/") {
        round.deals.push_back(std::move(deal));
        return;
      }
    }
    story.other_deals.push_back(std::move(deal));
  }

  void AddClosing(Quarter quarter, const v1::Closing& closing) {
    DealStory* deal = FindDeal(closing.deal());
    if (deal == nullptr) return;
    if (deal->drawn_cents == 0) deal->first_closing = quarter;
    deal->drawn_cents += closing.cash_cents() + closing.credits_cents();
    deal->holding_ppm = closing.holding_ppm();
    deal->post_money_cents = closing.post_money_cents();
  }

  DealStory* FindDeal(absl::string_view name) {
    for (RoundStory& round : story.rounds) {
      for (DealStory& deal : round.deals) {
        if (deal.name == name) return &deal;
      }
    }
    for (DealStory& deal : story.other_deals) {
      if (deal.name == name) return &deal;
    }
    return nullptr;
  }

  void AddMetric(const v1::Metric& metric) {
    auto [path, added] =
        story.metrics.try_emplace({metric.name(), metric.subject()}, RunStory::MetricPath());
    if (added) path->second.first = metric.value();
    path->second.last = metric.value();
  }

  Quarter relations_of_;
};

// Why turns were passed is no part of the records: it stands among what happened to the processes.
absl::Status AddFailures(const RunLog& log, RunStory& story) {
  return log.ReadTable("operations", [&story](absl::Span<const std::string> columns,
                                              absl::Span<const TableCell> row) {
    const auto cell = [&](absl::string_view name) {
      const auto column = absl::c_find(columns, name);
      return column == columns.end() ? absl::string_view()
                                     : row[static_cast<size_t>(column - columns.begin())].bytes;
    };
    if (cell("kind") != "failed") return true;
    PassStory& pass = story.passes[std::string(cell("agent"))];
    if (++pass.failed == 1) pass.first_failure = std::string(cell("detail"));
    return true;
  });
}

}  // namespace

absl::StatusOr<RunStory> ReadRunStory(const RunLog& log) {
  StoryReader reader;
  const absl::Status read = log.Read(1, [&reader](const v1::LogRecord& record) {
    reader.Add(record);
    return true;
  });
  if (!read.ok()) return read;
  if (!reader.story.passes.empty()) {
    const absl::Status added = AddFailures(log, reader.story);
    if (!added.ok()) return added;
  }
  return std::move(reader.story);
}

}  // namespace tranche
