#ifndef TRANCHE_BROKER_LOG_SAMPLE_RUN_TESTING_H_
#define TRANCHE_BROKER_LOG_SAMPLE_RUN_TESTING_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "broker/log/run_log.h"
#include "broker/protocol/hash_chain.h"
#include "broker/protocol/record.h"
#include "sim/quarter.h"
#include "tranche/v1/log.pb.h"

namespace tranche {

// A folder of the test's own, gone when it ends. In memory where the system offers that: the tests
// sync a lot.
class TestFolder {
 public:
  TestFolder() {
    const bool in_memory = access("/dev/shm", W_OK) == 0;
    std::string name = (in_memory ? "/dev/shm" : std::filesystem::temp_directory_path().string()) +
                       "/tranche-log-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Records as a run makes them, with something of most kinds in every quarter: a round is asked
// for, offered, countered, signed, reviewed and closed; prices, builds and contracts are made; one
// move is refused; books are written.
class SampleRun {
 public:
  static constexpr int kQuarters = 3;

  explicit SampleRun(int quarters = kQuarters, uint64_t seed = 7) : quarters_(quarters) {
    for (int i = 0; i < quarters; ++i) {
      begins_.push_back(records_.size());
      if (i == 0) AddOpening(seed);
      AddQuarter(Quarter(2026, 1) + i);
      if (i + 1 == quarters) {
        Add().mutable_run_ended()->set_reason(v1::RunEnded::REASON_COMPLETED);
        Store(nullptr);
      }
    }
    begins_.push_back(records_.size());
  }

  // The records of the i-th quarter, from 0.
  absl::Span<const StoredRecord> quarter(int i) const {
    return absl::MakeSpan(stored_).subspan(begins_[i], begins_[i + 1] - begins_[i]);
  }
  absl::Span<const StoredRecord> records() const { return stored_; }
  int quarters() const { return quarters_; }
  // Position of the first record of a kind, or of the `nth` (from 0).
  uint64_t Find(v1::Message::BodyCase body, int nth = 0) const {
    for (const auto& record : records_) {
      if (record->message().body_case() == body && nth-- == 0) return record->position();
    }
    return 0;
  }
  static std::string deal(Quarter quarter) {
    return absl::StrCat("openai/round-", quarter.ToString(), "/amazon");
  }

 private:
  v1::LogRecord& Add() {
    v1::LogRecord& record = *records_.emplace_back(std::make_unique<v1::LogRecord>());
    record.set_position(records_.size());
    record.set_quarter(quarter_.index());
    record.set_round(round_);
    return record;
  }
  // Keeps the last record as it stands; a null `closed` for one outside the chain.
  void Store(HashChain* chain) {
    v1::LogRecord& record = *records_.back();
    if (record.has_quarter_closed()) {
      chain->CloseQuarter(&record);
    } else if (chain != nullptr) {
      chain->Add(CanonicalBytes(record));
    }
    stored_.push_back({&record, CanonicalBytes(record)});
  }
  template <typename Fill>
  uint64_t AddRecord(Fill fill) {
    v1::LogRecord& record = Add();
    fill(record);
    Store(&chain_);
    return record.position();
  }
  template <typename Fill>
  uint64_t AddMessage(const std::string& sender, const std::vector<std::string>& recipients,
                      const std::string& thread, uint64_t in_reply_to, Fill fill) {
    return AddRecord([&](v1::LogRecord& record) {
      v1::Message& message = *record.mutable_message();
      message.set_id(record.position());
      message.set_quarter(record.quarter());
      message.set_round(record.round());
      message.set_sender(sender);
      for (const std::string& recipient : recipients) message.add_recipients(recipient);
      message.set_thread(thread);
      message.set_in_reply_to(in_reply_to);
      fill(message);
    });
  }

  void AddOpening(uint64_t seed) {
    quarter_ = Quarter(2026, 1);
    AddRecord([&](v1::LogRecord& record) {
      v1::RunHeader& header = *record.mutable_header();
      header.set_scenario_name("sample");
      header.set_scenario_digest(std::string(64, 'a'));
      header.set_scenario("not read by the log");
      header.set_seed(seed);
      header.set_protocol("tranche.v1");
      header.set_first_quarter(quarter_.index());
      header.set_end_quarter((quarter_ + quarters_).index());
    });
    const std::pair<const char*, v1::Role> agents[] = {{"amazon", v1::ROLE_INVESTOR},
                                                       {"aws", v1::ROLE_CLOUD},
                                                       {"ftc", v1::ROLE_REGULATOR},
                                                       {"openai", v1::ROLE_LAB}};
    uint32_t ordinal = 0;
    for (const auto& agent : agents) {
      AddRecord([&](v1::LogRecord& record) {
        v1::Seat& seat = *record.mutable_seat();
        seat.set_ordinal(ordinal++);
        seat.set_agent(agent.first);
        seat.set_role(agent.second);
        seat.set_strategy("sample-strategy");
        v1::Parameter& parameter = *seat.add_parameters();
        parameter.set_name("patience_quarters");
        parameter.set_value(0.1);
      });
    }
  }

  void AddQuarter(Quarter quarter);
  void AddViews();
  void AddFunding();
  void AddReviewAndClosing();
  void AddProducts();
  void AddBooks();

  int quarters_;
  Quarter quarter_;
  uint32_t round_ = 0;
  HashChain chain_;
  std::vector<std::unique_ptr<v1::LogRecord>> records_;
  std::vector<StoredRecord> stored_;
  std::vector<size_t> begins_;
};

inline void SampleRun::AddQuarter(Quarter quarter) {
  quarter_ = quarter;
  round_ = 0;
  AddViews();
  AddFunding();
  AddReviewAndClosing();
  AddProducts();
  AddBooks();
  AddRecord([](v1::LogRecord& record) {
    record.mutable_quarter_closed()->set_rounds(3);
    record.mutable_quarter_closed()->set_round_limit_reached(false);
  });
}

inline void SampleRun::AddViews() {
  AddRecord([&](v1::LogRecord& record) {
    v1::PublicView& view = *record.mutable_public_view();
    view.set_quarter(quarter_.index());
    view.set_first_quarter(Quarter(2026, 1).index());
    view.set_end_quarter((Quarter(2026, 1) + quarters_).index());
    for (const char* name : {"amazon", "aws", "ftc", "openai"}) {
      v1::AgentProfile& agent = *view.add_agents();
      agent.set_name(name);
      agent.set_group(absl::string_view(name) == "aws" ? "amazon" : name);
      agent.set_home("US");
      agent.set_active(true);
      if (absl::string_view(name) == "ftc") {
        agent.set_jurisdiction(v1::JURISDICTION_US_ANTITRUST);
      }
    }
    v1::LabDisclosure& lab = *view.add_labs();
    lab.set_lab("openai");
    v1::SegmentPrice& price = *lab.add_prices();
    price.set_segment(v1::SEGMENT_DEVELOPERS);
    price.set_price_micros_per_mtok(2'500'000);
    v1::CloudDisclosure& cloud = *view.add_clouds();
    cloud.set_cloud("aws");
    cloud.set_on_demand_price_micros_per_gpu_hour(3'900'000);
  });
  for (const char* name : {"amazon", "openai"}) {
    AddRecord([&](v1::LogRecord& record) {
      v1::AgentView& view = *record.mutable_agent_view();
      view.set_agent(name);
      view.mutable_books()->set_cash_cents(123'456'789'00);
    });
  }
}

inline void SampleRun::AddFunding() {
  const std::string thread = absl::StrCat("openai/round-", quarter_.ToString());
  round_ = 1;
  const uint64_t ask = AddMessage("openai", {"amazon"}, thread, 0, [&](v1::Message& message) {
    v1::FundingAsk& body = *message.mutable_funding_ask();
    body.set_kind(v1::FundingAsk::KIND_PRIMARY);
    body.set_amount_sought_cents(100'000'000'000'00);
    body.set_pre_money_cents(830'000'000'000'00);
    body.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
    body.set_target_close_quarter(quarter_.index());
    body.set_purpose("compute, and people");
  });
  round_ = 2;
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(50'000'000'000'00);
  terms.set_pre_money_cents(830'000'000'000'00);
  v1::Tranche& first = *terms.add_tranches();
  first.set_amount_cents(30'000'000'000'00);
  first.mutable_condition()->set_clearance(true);
  v1::Tranche& second = *terms.add_tranches();
  second.set_amount_cents(20'000'000'000'00);
  second.mutable_condition()->set_quarter((quarter_ + 2).index());
  terms.set_board_right(v1::BOARD_RIGHT_OBSERVER);
  terms.mutable_cloud_commitment()->set_cloud("aws");
  terms.mutable_cloud_commitment()->set_amount_cents(38'000'000'000'00);
  terms.mutable_cloud_commitment()->set_term_quarters(28);
  terms.set_outside_quarter((quarter_ + 3).index());
  const uint64_t offer = AddMessage("amazon", {"openai"}, thread, ask, [&](v1::Message& message) {
    *message.mutable_term_sheet()->mutable_terms() = terms;
  });
  AddMessage("openai", {"amazon"}, thread, offer,
             [](v1::Message& message) { message.mutable_acceptance(); });
  AddMessage("market", {"amazon", "openai"}, SampleRun::deal(quarter_), 0,
             [&](v1::Message& message) {
               v1::DealSigned& body = *message.mutable_deal_signed();
               body.set_deal(SampleRun::deal(quarter_));
               body.set_lab("openai");
               body.set_investor("amazon");
               *body.mutable_funding() = terms;
             });
}

inline void SampleRun::AddReviewAndClosing() {
  const std::string deal = SampleRun::deal(quarter_);
  for (const char* recipient : {"amazon", "ftc"}) {
    AddMessage("market", {recipient}, deal, 0, [&](v1::Message& message) {
      v1::FilingRequired& body = *message.mutable_filing_required();
      body.set_deal(deal);
      body.set_jurisdiction(v1::JURISDICTION_US_ANTITRUST);
      body.set_regulator("ftc");
      body.set_investor("amazon");
      body.set_lab("openai");
      body.set_ground("transaction of $50.0B is above $133M");
    });
  }
  AddMessage("amazon", {"ftc"}, deal, 0, [&](v1::Message& message) {
    v1::MergerNotification& body = *message.mutable_merger_notification();
    body.set_deal(deal);
    body.set_jurisdiction(v1::JURISDICTION_US_ANTITRUST);
    body.mutable_filed()->set_year(quarter_.year());
    body.mutable_filed()->set_month(quarter_.number() * 3 - 2);
    body.mutable_filed()->set_day(9);
  });
  round_ = 3;
  AddMessage("ftc", {"amazon", "openai"}, deal, 0, [&](v1::Message& message) {
    v1::Decision& body = *message.mutable_decision();
    body.set_deal(deal);
    body.set_outcome(v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS);
    body.add_conditions()->set_kind(v1::Remedy::KIND_FIREWALL);
    v1::Remedy& cap = *body.add_conditions();
    cap.set_kind(v1::Remedy::KIND_STAKE_CAP);
    cap.set_limit_bp(900);
  });
  AddMessage("market", {"amazon", "openai"}, deal, 0, [&](v1::Message& message) {
    v1::Closing& body = *message.mutable_closing();
    body.set_deal(deal);
    body.set_cash_cents(30'000'000'000'00);
    body.set_shares_issued(1'000'000);
    body.set_price_micros_per_share(830'000'000);
    body.set_post_money_cents(860'000'000'000'00);
    body.set_holding_ppm(34'884);
  });
}

inline void SampleRun::AddProducts() {
  AddMessage("openai", {}, "", 0, [](v1::Message& message) {
    v1::PriceList::Item& item = *message.mutable_price_list()->add_items();
    item.set_segment(v1::SEGMENT_SMALL_BUSINESSES);
    item.set_price_micros_per_mtok(1'900'000);
  });
  // A move that the market refuses: aws isn't a lab.
  const uint64_t refused = AddMessage("aws", {}, "", 0, [](v1::Message& message) {
    v1::PriceList::Item& item = *message.mutable_price_list()->add_items();
    item.set_segment(v1::SEGMENT_CONSUMERS);
    item.set_price_micros_per_mtok(1);
  });
  AddMessage("market", {"aws"}, "", refused, [](v1::Message& message) {
    message.mutable_rejected()->set_rule("authority");
    message.mutable_rejected()->set_explanation("a cloud posts no token prices");
  });
  const uint64_t build = AddMessage("aws", {}, "", 0, [](v1::Message& message) {
    v1::BuildOrder& body = *message.mutable_build_order();
    body.set_region("northern-virginia");
    body.set_it_power_kw(250'000);
    body.set_cooling(v1::COOLING_LIQUID);
    body.set_chip_maker("nvidia");
  });
  AddMessage("market", {"aws"}, "", 0, [&](v1::Message& message) {
    v1::BuildCompleted& body = *message.mutable_build_completed();
    body.set_build(build);
    body.set_region("northern-virginia");
    body.set_accelerators_h100e(160'000);
  });
  const std::string contract = absl::StrCat("openai/capacity-", quarter_.ToString());
  AddMessage("market", {"aws", "openai"}, contract, 0, [&](v1::Message& message) {
    v1::ContractSigned& body = *message.mutable_contract_signed();
    body.set_contract(contract);
    body.set_provider("aws");
    body.set_customer("openai");
    body.mutable_capacity()->set_accelerators_h100e(100'000);
    body.mutable_capacity()->set_start_quarter((quarter_ + 1).index());
    body.mutable_capacity()->set_term_quarters(12);
    body.mutable_capacity()->set_price_micros_per_gpu_hour(2'100'000);
    body.mutable_capacity()->set_take_or_pay_bp(8'000);
  });
}

inline void SampleRun::AddBooks() {
  AddRecord([&](v1::LogRecord& record) {
    v1::LedgerEntry& entry = *record.mutable_ledger_entry();
    entry.set_kind("equity-issue");
    entry.set_debit_entity("openai");
    entry.set_debit_account("cash");
    entry.set_credit_entity("openai");
    entry.set_credit_account("equity");
    entry.set_amount_cents(30'000'000'000'00);
    entry.set_thread(SampleRun::deal(quarter_));
  });
  for (int i = 0; i < 20; ++i) {
    AddRecord([&](v1::LogRecord& record) {
      v1::Metric& metric = *record.mutable_metric();
      metric.set_name(absl::StrCat("metric-", i));
      metric.set_subject(i % 2 == 0 ? "openai" : "");
      metric.set_value(i / 7.0);
      metric.set_unit("ratio");
    });
  }
  AddRecord([&](v1::LogRecord& record) {
    v1::CapTableEntry& entry = *record.mutable_cap_table_entry();
    entry.set_lab("openai");
    entry.set_holder("amazon");
    entry.set_share_class("series-g");
    entry.set_shares(1'000'000);
    entry.set_stake_ppm(34'884);
    entry.set_value_cents(30'000'000'000'00);
  });
  AddRecord([&](v1::LogRecord& record) {
    v1::Statements& statements = *record.mutable_statements();
    statements.set_entity("openai");
    for (const char* account : {"revenue", "cost-of-revenue"}) {
      v1::StatementLine& line = *statements.add_lines();
      line.set_statement("income");
      line.set_account(account);
      line.set_amount_cents(-5'00);
    }
  });
  AddRecord([&](v1::LogRecord& record) {
    v1::Relation& relation = *record.mutable_relation();
    relation.set_kind(v1::Relation::KIND_EQUITY);
    relation.set_from_group("amazon");
    relation.set_to_group("openai");
    relation.set_size(34'884);
    relation.set_since_quarter(quarter_.index());
  });
}

// The whole run in a finished file.
inline void WriteSampleLog(const std::string& path, const SampleRun& run) {
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
  ASSERT_TRUE(log.ok()) << log.status();
  for (int i = 0; i < run.quarters(); ++i) {
    ASSERT_EQ((*log)->Append(run.quarter(i)), absl::OkStatus());
  }
  ASSERT_EQ((*log)->Finish(), absl::OkStatus());
}

// Canonical bytes of all records read before the first error.
struct ReadResult {
  absl::Status status;
  std::vector<std::string> records;
};
inline ReadResult ReadAll(const RunLog& log) {
  ReadResult result;
  result.status = log.Read(1, [&](const v1::LogRecord& record) {
    result.records.push_back(CanonicalBytes(record));
    return true;
  });
  return result;
}

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_SAMPLE_RUN_TESTING_H_
