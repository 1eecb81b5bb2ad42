#include "broker/log/record_text.h"

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "broker/log/figures.h"
#include "broker/log/record_kind.h"
#include "broker/log/terms_text.h"
#include "google/protobuf/util/json_util.h"
#include "sim/check.h"

namespace tranche {
namespace {

template <typename Enum>
std::string Words(Enum value) {
  return absl::StrReplaceAll(EnumWord(value), {{"-", " "}});
}

// Words that a sender wrote, on one line.
std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\n", " "}, {"\r", " "}, {"\t", " "}});
}

// ": text" where there is one.
std::string Because(absl::string_view text) {
  return text.empty() ? "" : absl::StrCat(": ", OneLine(text));
}

std::string Until(int32_t quarter) {
  return quarter == 0 ? "" : absl::StrCat("; valid through ", QuarterText(quarter));
}

std::string CounterTerms(const v1::CounterOffer& counter) {
  switch (counter.terms_case()) {
    case v1::CounterOffer::kFunding:
      return TermsText(counter.funding());
    case v1::CounterOffer::kCapacity:
      return TermsText(counter.capacity());
    case v1::CounterOffer::kMarketplace:
      return TermsText(counter.marketplace());
    case v1::CounterOffer::kLicence:
      return TermsText(counter.licence());
    case v1::CounterOffer::kMerger:
      return TermsText(counter.merger());
    case v1::CounterOffer::kSecondary:
      return TermsText(counter.secondary());
    case v1::CounterOffer::TERMS_NOT_SET:
      break;
  }
  return "nothing";
}

std::string Text(const v1::FundingAsk& ask) {
  return absl::StrCat("seeks ", DollarsText(ask.amount_sought_cents()),
                      ask.minimum_cents() != 0
                          ? absl::StrCat(" (at least ", DollarsText(ask.minimum_cents()), ")")
                          : "",
                      ask.pre_money_cents() != 0
                          ? absl::StrCat(" at ", DollarsText(ask.pre_money_cents()), " pre-money")
                          : "",
                      " (", Words(ask.kind()), ")",
                      ask.target_close_quarter() != 0
                          ? absl::StrCat(", to close in ", QuarterText(ask.target_close_quarter()))
                          : "",
                      Because(ask.purpose()));
}

std::string Text(const v1::InformationReport& report) {
  return absl::StrFormat(
      "shows its books: revenue %s, net income %s, cash %s, runway %.1f quarters",
      DollarsText(report.revenue_cents()), DollarsText(report.net_income_cents()),
      DollarsText(report.cash_cents()), static_cast<double>(report.runway_millis()) / 1000);
}

std::string Text(const v1::PriceList& list) {
  return absl::StrCat("posts ",
                      absl::StrJoin(list.items(), ", ",
                                    [](std::string* out, const auto& item) {
                                      absl::StrAppend(out, Words(item.segment()), " ",
                                                      UnitPriceText(item.price_micros_per_mtok()));
                                    }),
                      " per million tokens");
}

std::string Pay(int64_t cash_cents_per_year, int64_t equity_cents_per_year) {
  return absl::StrCat(DollarsText(cash_cents_per_year), " cash and ",
                      DollarsText(equity_cents_per_year), " equity a year");
}

std::string Text(const v1::Decision& decision) {
  std::string text = absl::StrCat("rules: ", Words(decision.outcome()));
  if (decision.conditions_size() > 0) {
    absl::StrAppend(&text, " (", RemediesText(decision.conditions()), ")");
  }
  return absl::StrCat(text, " ", decision.deal(), Because(decision.reasons()));
}

std::string Text(const v1::DealSigned& deal) {
  std::string terms;
  switch (deal.terms_case()) {
    case v1::DealSigned::kFunding:
      terms = TermsText(deal.funding());
      break;
    case v1::DealSigned::kMerger:
      terms = TermsText(deal.merger());
      break;
    case v1::DealSigned::kSecondary:
      terms = TermsText(deal.secondary());
      break;
    case v1::DealSigned::TERMS_NOT_SET:
      break;
  }
  return absl::StrCat("signed: ", deal.investor(), " in ", deal.lab(), Because(terms));
}

std::string Text(const v1::Closing& closing) {
  return absl::StrCat(
      "closed ", closing.deal(), ", tranche ", closing.tranche() + 1, ": ",
      DollarsText(closing.cash_cents()), " in cash",
      closing.credits_cents() != 0
          ? absl::StrCat(" and ", DollarsText(closing.credits_cents()), " in credits")
          : "",
      closing.shares_issued() != 0
          ? absl::StrCat(" for ", CountText(closing.shares_issued()), " shares at ",
                         UnitPriceText(closing.price_micros_per_share()))
          : "",
      closing.post_money_cents() != 0
          ? absl::StrCat(", ", DollarsText(closing.post_money_cents()), " post-money")
          : "",
      ", holds ", PpmText(closing.holding_ppm()));
}

std::string Text(const v1::ContractSigned& contract) {
  std::string terms;
  switch (contract.terms_case()) {
    case v1::ContractSigned::kCapacity:
      terms = TermsText(contract.capacity());
      break;
    case v1::ContractSigned::kMarketplace:
      terms = TermsText(contract.marketplace());
      break;
    case v1::ContractSigned::kLicence:
      terms = TermsText(contract.licence());
      break;
    case v1::ContractSigned::kCommitment:
      terms = TermsText(contract.commitment());
      break;
    case v1::ContractSigned::TERMS_NOT_SET:
      break;
  }
  return absl::StrCat("contract of ", contract.provider(), " with ", contract.customer(),
                      Because(terms));
}

std::string Text(const v1::Insolvency& insolvency) {
  return absl::StrCat(insolvency.agent(), " is insolvent: ", DollarsText(insolvency.unpaid_cents()),
                      " unpaid, ", DollarsText(insolvency.recovered_cents()), " recovered");
}

// Sites under way when the run opened have numbers that no record could have.
std::string SiteName(uint64_t build) {
  constexpr uint64_t kNoRecord = uint64_t{1} << 62;
  return build < kNoRecord ? absl::StrCat("site #", build) : "the site";
}

std::string FundingText(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kFundingAsk:
      return Text(message.funding_ask());
    case v1::Message::kTermSheet:
      return absl::StrCat("offers ", TermsText(message.term_sheet().terms()),
                          Until(message.term_sheet().valid_through_quarter()));
    case v1::Message::kCounterOffer:
      return absl::StrCat("counters with ", CounterTerms(message.counter_offer()),
                          Until(message.counter_offer().valid_through_quarter()),
                          Because(message.counter_offer().note()));
    case v1::Message::kAcceptance:
      return absl::StrCat("accepts", Because(message.acceptance().note()));
    case v1::Message::kRefusal:
      return absl::StrCat("refuses (", Words(message.refusal().reason()), ")",
                          Because(message.refusal().note()));
    case v1::Message::kWithdrawal:
      return absl::StrCat("withdraws", Because(message.withdrawal().note()));
    case v1::Message::kDefinitiveAgreement:
      return absl::StrCat("signs the round at ",
                          DollarsText(message.definitive_agreement().pre_money_cents()),
                          " pre-money, combining ",
                          Plural(message.definitive_agreement().proposals_size(), "proposal"));
    case v1::Message::kSecondaryOffer:
      return absl::StrCat("offers ", TermsText(message.secondary_offer().terms()),
                          Until(message.secondary_offer().valid_through_quarter()));
    case v1::Message::kMergerProposal:
      return absl::StrCat("bids for ", TermsText(message.merger_proposal().terms()),
                          Until(message.merger_proposal().valid_through_quarter()));
    case v1::Message::kProRataExercise:
      return absl::StrCat("takes its pro-rata part: ",
                          DollarsText(message.pro_rata_exercise().amount_cents()));
    case v1::Message::kInformationReport:
      return Text(message.information_report());
    default:
      return "";
  }
}

std::string SupplyText(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kCapacityRequest:
      return absl::StrCat("asks for ", TermsText(message.capacity_request().terms()));
    case v1::Message::kCapacityQuote:
      return absl::StrCat("quotes ", TermsText(message.capacity_quote().terms()),
                          Until(message.capacity_quote().valid_through_quarter()));
    case v1::Message::kCapacityOrder:
      return absl::StrCat(
          "orders ", CountText(message.capacity_order().gpu_hours()), " GPU-hours on demand at ",
          message.capacity_order().cloud(), " for at most ",
          UnitPriceText(message.capacity_order().limit_price_micros_per_gpu_hour()));
    case v1::Message::kComputePriceList:
      return absl::StrCat(
          "posts ",
          UnitPriceText(message.compute_price_list().on_demand_price_micros_per_gpu_hour()),
          " per GPU-hour on demand");
    case v1::Message::kBuildOrder:
      return absl::StrCat("orders a site of ", PowerText(message.build_order().it_power_kw()),
                          " in ", message.build_order().region(), ", ",
                          Words(message.build_order().cooling()), "-cooled, chips by ",
                          message.build_order().chip_maker());
    case v1::Message::kBuildCancellation:
      return absl::StrCat("gives up ", SiteName(message.build_cancellation().build()));
    case v1::Message::kMarketplaceOffer:
      return absl::StrCat("offers ", TermsText(message.marketplace_offer().terms()),
                          Until(message.marketplace_offer().valid_through_quarter()));
    case v1::Message::kLicenceOffer:
      return absl::StrCat("offers ", TermsText(message.licence_offer().terms()),
                          Until(message.licence_offer().valid_through_quarter()));
    case v1::Message::kContractTermination:
      return absl::StrCat("terminates the contract",
                          Because(message.contract_termination().note()));
    case v1::Message::kFirstRefusalNotice:
      return absl::StrCat("means to accept a rival's quote: ",
                          TermsText(message.first_refusal_notice().terms()));
    case v1::Message::kFirstRefusalExercise:
      return message.first_refusal_exercise().exercised() ? "matches the rival's quote"
                                                          : "doesn't match the rival's quote";
    case v1::Message::kContractRenewal:
      return absl::StrCat("extends the contract by its option",
                          Because(message.contract_renewal().note()));
    default:
      return "";
  }
}

std::string ProductText(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kPriceList:
      return Text(message.price_list());
    case v1::Message::kTrainingPlan:
      return absl::StrCat("trains ", message.training_plan().run(), " with at most ",
                          CountText(message.training_plan().gpu_hours()), " GPU-hours");
    case v1::Message::kModelRelease:
      return absl::StrCat("releases ", message.model_release().run(), " as ",
                          message.model_release().model());
    case v1::Message::kServingPlan:
      return absl::StrCat("keeps ", BasisPointsText(message.serving_plan().training_share_bp()),
                          " for training, buys up to ",
                          CountText(message.serving_plan().on_demand_gpu_hours_limit()),
                          " GPU-hours on demand for customers");
    case v1::Message::kEarlyAccessGrant:
      return absl::StrCat("shows ", message.early_access_grant().run(), " before its release");
    case v1::Message::kJobOffer:
      return absl::StrCat("offers ", Plural(message.job_offer().positions(), "position"), " at ",
                          Pay(message.job_offer().cash_cents_per_year(),
                              message.job_offer().equity_cents_per_year()),
                          message.job_offer().poach_from().empty()
                              ? ""
                              : absl::StrCat(", to people of ", message.job_offer().poach_from()));
    case v1::Message::kRetentionOffer:
      return absl::StrCat("pays its people ",
                          Pay(message.retention_offer().cash_cents_per_year(),
                              message.retention_offer().equity_cents_per_year()));
    case v1::Message::kLayoff:
      return absl::StrCat("lets ", message.layoff().positions(), " people go");
    default:
      return "";
  }
}

std::string ReviewText(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kMergerNotification:
      return absl::StrCat("notifies ", message.merger_notification().deal(), " (",
                          Words(message.merger_notification().jurisdiction()), "), filed ",
                          DateText(message.merger_notification().filed()),
                          Because(message.merger_notification().rationale()));
    case v1::Message::kSecondRequest:
      return absl::StrCat("needs more on ", message.second_request().deal(),
                          Because(message.second_request().questions()));
    case v1::Message::kInformationResponse:
      return absl::StrCat("answers on ", message.information_response().deal(),
                          message.information_response().substantial_compliance()
                              ? ", certified complete"
                              : ", not yet complete",
                          Because(message.information_response().note()));
    case v1::Message::kStatementOfConcerns:
      return absl::StrCat(
          "is concerned about ", message.statement_of_concerns().deal(),
          Because(message.statement_of_concerns().concerns()),
          message.statement_of_concerns().remedies_sought_size() > 0
              ? absl::StrCat("; seeks ",
                             RemediesText(message.statement_of_concerns().remedies_sought()))
              : "");
    case v1::Message::kRemedyOffer:
      return absl::StrCat("offers remedies for ", message.remedy_offer().deal(), ": ",
                          RemediesText(message.remedy_offer().remedies()));
    case v1::Message::kDecision:
      return Text(message.decision());
    case v1::Message::kLitigation:
      return absl::StrCat("goes to court over ", message.litigation().deal(),
                          Because(message.litigation().grounds()));
    case v1::Message::kFilingRequired:
      return absl::StrCat(message.filing_required().deal(), " must be notified to ",
                          message.filing_required().regulator(), " (",
                          Words(message.filing_required().jurisdiction()), ")",
                          Because(message.filing_required().ground()));
    case v1::Message::kWaitingPeriodExpired:
      return absl::StrCat("waiting period of ", message.waiting_period_expired().deal(), " (",
                          Words(message.waiting_period_expired().jurisdiction()), ") expired ",
                          DateText(message.waiting_period_expired().expired()));
    case v1::Message::kCourtRuling:
      return absl::StrCat("court ",
                          message.court_ruling().prohibition_upheld() ? "upholds" : "lifts",
                          " the prohibition of ", message.court_ruling().deal());
    case v1::Message::kShareholderVote:
      return absl::StrCat("shareholders of ", message.shareholder_vote().company(),
                          message.shareholder_vote().approved() ? " approve " : " vote down ",
                          message.shareholder_vote().deal(), " (",
                          DateText(message.shareholder_vote().meeting()), ")");
    case v1::Message::kSeatBarred:
      return absl::StrCat("the law on interlocks makes the seat of ", message.seat_barred().deal(),
                          " an observer's: its investor sits at ", message.seat_barred().rival());
    default:
      return "";
  }
}

std::string MarketText(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kNote:
      return OneLine(message.note().text());
    case v1::Message::kAnnouncement:
      return absl::StrCat("announces: ", OneLine(message.announcement().text()));
    case v1::Message::kRejected:
      return absl::StrCat("refused by rule ", message.rejected().rule(),
                          Because(message.rejected().explanation()));
    case v1::Message::kDealSigned:
      return Text(message.deal_signed());
    case v1::Message::kClosing:
      return Text(message.closing());
    case v1::Message::kTrancheLapsed:
      return absl::StrCat("tranche ", message.tranche_lapsed().tranche() + 1, " of ",
                          message.tranche_lapsed().deal(), " lapsed",
                          Because(message.tranche_lapsed().reason()));
    case v1::Message::kDealEnded:
      return absl::StrCat(message.deal_ended().deal(),
                          " ended: ", Words(message.deal_ended().outcome()),
                          message.deal_ended().reason().empty()
                              ? ""
                              : absl::StrCat(" (", OneLine(message.deal_ended().reason()), ")"));
    case v1::Message::kContractSigned:
      return Text(message.contract_signed());
    case v1::Message::kContractEnded:
      return absl::StrCat("contract ", message.contract_ended().contract(), " ended",
                          Because(message.contract_ended().reason()));
    case v1::Message::kContractRepriced:
      return absl::StrCat(
          "contract ", message.contract_repriced().contract(), " now costs ",
          UnitPriceText(message.contract_repriced().price_micros_per_gpu_hour()),
          " per GPU-hour, not ",
          UnitPriceText(message.contract_repriced().former_price_micros_per_gpu_hour()));
    case v1::Message::kAntiDilutionIssue:
      return absl::StrCat(
          message.anti_dilution_issue().holder(), " gets ",
          CountText(message.anti_dilution_issue().shares_issued()), " shares against dilution of ",
          message.anti_dilution_issue().share_class(), ", now converting at ",
          UnitPriceText(message.anti_dilution_issue().conversion_price_micros_per_share()));
    case v1::Message::kRationing:
      return absl::StrCat(message.rationing().lab(), " got ",
                          CountText(message.rationing().served_gpu_hours()), " of ",
                          CountText(message.rationing().wanted_gpu_hours()), " GPU-hours at ",
                          message.rationing().cloud());
    case v1::Message::kBuildCompleted:
      return absl::StrCat(
          "site #", message.build_completed().build(), " in ", message.build_completed().region(),
          " is ready: ", CountText(message.build_completed().accelerators_h100e()), " H100e");
    case v1::Message::kTrainingCompleted:
      return absl::StrCat(message.training_completed().run(), " trained for ",
                          CountText(message.training_completed().gpu_hours()), " GPU-hours, now ",
                          CapabilityText(message.training_completed().capability_millis()));
    case v1::Message::kTalentMove:
      return absl::StrCat(
          message.talent_move().people(), " people moved from ",
          message.talent_move().from().empty() ? "the open market" : message.talent_move().from(),
          " to ",
          message.talent_move().to().empty() ? "the open market" : message.talent_move().to(),
          " for ",
          Pay(message.talent_move().cash_cents_per_year(),
              message.talent_move().equity_cents_per_year()));
    case v1::Message::kScheduledEvent:
      return absl::StrCat(message.scheduled_event().name(), " (",
                          DateText(message.scheduled_event().date()), ")",
                          Because(message.scheduled_event().description()));
    case v1::Message::kInsolvency:
      return Text(message.insolvency());
    case v1::Message::kDefaultNotice:
      return absl::StrCat(message.default_notice().debtor(), " owes ",
                          message.default_notice().creditor(), " ",
                          DollarsText(message.default_notice().unpaid_cents()), " and can't pay (",
                          message.default_notice().contract(), ")");
    case v1::Message::kProposalExpired:
      return absl::StrCat("proposal #", message.proposal_expired().proposal(), " expired");
    case v1::Message::kNoteConversion:
      return absl::StrCat("note of ", message.note_conversion().deal(), " became ",
                          CountText(message.note_conversion().shares_issued()), " shares at ",
                          UnitPriceText(message.note_conversion().price_micros_per_share()));
    case v1::Message::kRuleInForce:
      return absl::StrCat(message.rule_in_force().name(), " is in force",
                          Because(message.rule_in_force().description()));
    default:
      return "";
  }
}

std::string Text(const v1::Seat& seat) {
  std::string text =
      absl::StrCat(seat.agent(), " (", EnumWord(seat.role()), ") plays ", seat.strategy());
  if (seat.parameters_size() == 0) return text;
  return absl::StrCat(
      text, ": ",
      absl::StrJoin(seat.parameters(), ", ", [](std::string* out, const auto& parameter) {
        absl::StrAppend(out, parameter.name(), " ", NumberText(parameter.value()));
      }));
}

std::string Text(const v1::Relation& relation) {
  std::string text =
      absl::StrCat(Words(relation.kind()), " ", relation.from_group(), " → ", relation.to_group());
  switch (relation.kind()) {
    case v1::Relation::KIND_EQUITY:
    case v1::Relation::KIND_CONFLICT:
      absl::StrAppend(&text, " ", PpmText(relation.size()));
      break;
    case v1::Relation::KIND_SUPPLY:
    case v1::Relation::KIND_LICENCE:
    case v1::Relation::KIND_NOTE:
      absl::StrAppend(&text, " ", DollarsText(relation.size()));
      break;
    default:
      break;
  }
  return absl::StrCat(text, " since ", QuarterText(relation.since_quarter()));
}

}  // namespace

std::string MessageText(const v1::Message& message) {
  for (const auto text : {FundingText, SupplyText, ProductText, ReviewText, MarketText}) {
    if (std::string said = text(message); !said.empty()) return said;
  }
  return std::string(MessageKind(message));
}

std::string RecordText(const v1::LogRecord& record) {
  switch (record.record_case()) {
    case v1::LogRecord::kHeader:
      return absl::StrCat("scenario ", record.header().scenario_name(), ", seed ",
                          record.header().seed(), ", ",
                          QuarterText(record.header().first_quarter()), " to ",
                          QuarterText(record.header().end_quarter() - 1));
    case v1::LogRecord::kSeat:
      return Text(record.seat());
    case v1::LogRecord::kPublicView:
      return absl::StrCat("everybody sees ", Plural(record.public_view().labs_size(), "lab"), ", ",
                          Plural(record.public_view().clouds_size(), "cloud"), ", ",
                          Plural(record.public_view().deals_size(), "deal"), ", ",
                          Plural(record.public_view().events_size(), "event"));
    case v1::LogRecord::kAgentView:
      return absl::StrCat(record.agent_view().agent(), " sees cash ",
                          DollarsText(record.agent_view().books().cash_cents()), ", ",
                          Plural(record.agent_view().deals_size(), "deal"), ", ",
                          Plural(record.agent_view().contracts_size(), "contract"));
    case v1::LogRecord::kMessage:
      return MessageText(record.message());
    case v1::LogRecord::kPass:
      return absl::StrCat(record.pass().agent(), " passed its turn: it was late, or failed");
    case v1::LogRecord::kLedgerEntry: {
      const v1::LedgerEntry& entry = record.ledger_entry();
      return absl::StrCat(entry.kind(), " ", DollarsText(entry.amount_cents()), ": debit ",
                          entry.debit_entity(), " ", entry.debit_account(), ", credit ",
                          entry.credit_entity(), " ", entry.credit_account());
    }
    case v1::LogRecord::kMetric:
      return absl::StrCat(record.metric().name(), record.metric().subject().empty() ? "" : " of ",
                          record.metric().subject(), ": ", NumberText(record.metric().value()), " ",
                          record.metric().unit());
    case v1::LogRecord::kRelation:
      return Text(record.relation());
    case v1::LogRecord::kQuarterClosed:
      return absl::StrCat("closed after ", Plural(record.quarter_closed().rounds(), "round"),
                          record.quarter_closed().round_limit_reached() ? " (the limit)" : "",
                          ", digest ", absl::BytesToHexString(record.quarter_closed().digest()));
    case v1::LogRecord::kRunEnded:
      return absl::StrCat("the run is ", Words(record.run_ended().reason()));
    case v1::LogRecord::kCapTableEntry: {
      const v1::CapTableEntry& entry = record.cap_table_entry();
      return absl::StrCat(entry.holder(), " holds ", CountText(entry.shares()), " ",
                          entry.share_class(), " of ", entry.lab(), ", ",
                          PpmText(entry.stake_ppm()), ", ", DollarsText(entry.value_cents()));
    }
    case v1::LogRecord::kStatements:
      return absl::StrCat("books of ", record.statements().entity(), ", ",
                          Plural(record.statements().lines_size(), "line"));
    case v1::LogRecord::RECORD_NOT_SET:
      break;
  }
  return std::string(RecordKind(record));
}

std::vector<std::string> MessageLines(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kTermSheet:
      return TermsLines(message.term_sheet().terms());
    case v1::Message::kCounterOffer:
      if (message.counter_offer().has_funding()) {
        return TermsLines(message.counter_offer().funding());
      }
      if (message.counter_offer().has_capacity()) {
        return TermsLines(message.counter_offer().capacity());
      }
      return {};
    case v1::Message::kCapacityRequest:
      return TermsLines(message.capacity_request().terms());
    case v1::Message::kCapacityQuote:
      return TermsLines(message.capacity_quote().terms());
    case v1::Message::kDealSigned:
      if (message.deal_signed().has_funding()) return TermsLines(message.deal_signed().funding());
      return {};
    case v1::Message::kRejected:
      if (message.rejected().would_be_legal().empty()) return {};
      return {absl::StrCat("would be accepted: ", OneLine(message.rejected().would_be_legal()))};
    default:
      return {};
  }
}

std::string PartiesText(const v1::LogRecord& record) {
  if (record.has_agent_view()) return absl::StrCat("→ ", record.agent_view().agent());
  if (!record.has_message()) return "";
  const v1::Message& message = record.message();
  if (message.recipients().empty()) return message.sender();
  return absl::StrCat(message.sender(), " → ", absl::StrJoin(message.recipients(), ", "));
}

std::string RecordLine(const v1::LogRecord& record) {
  const std::string parties = PartiesText(record);
  return absl::StrCat("#", record.position(), " ", QuarterText(record.quarter()), " r",
                      record.round(), "  ", parties, parties.empty() ? "" : "  ",
                      RecordKind(record), "  ", RecordText(record));
}

std::string RecordJson(const v1::LogRecord& record) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails only for Any, which the contract doesn't use, and for text that isn't UTF-8, which
  // protobuf doesn't parse.
  TRANCHE_CHECK(google::protobuf::util::MessageToJsonString(record, &json, options).ok(),
                "every record has a JSON form");
  return json;
}

absl::Status ParseRecordJson(absl::string_view json, v1::LogRecord* record) {
  const auto parsed = google::protobuf::util::JsonStringToMessage(std::string(json), record);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("not a record in JSON: ", std::string(parsed.message())));
}

}  // namespace tranche
