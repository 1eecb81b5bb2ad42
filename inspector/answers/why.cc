#include "inspector/answers/why.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "broker/log/record_kind.h"
#include "broker/log/record_reader.h"
#include "broker/log/record_text.h"
#include "broker/log/run_log.h"
#include "inspector/answers/conversation.h"

namespace tranche {
namespace {

using Kinds = std::initializer_list<v1::Message::BodyCase>;

// Further steps would no longer be read.
constexpr size_t kMostSteps = 200;

struct Cause {
  uint64_t position = 0;
  std::string because;
};

// The jurisdiction that a step of a review names; unspecified if it names none.
v1::Jurisdiction JurisdictionOf(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kFilingRequired:
      return message.filing_required().jurisdiction();
    case v1::Message::kMergerNotification:
      return message.merger_notification().jurisdiction();
    case v1::Message::kWaitingPeriodExpired:
      return message.waiting_period_expired().jurisdiction();
    case v1::Message::kCourtRuling:
      return message.court_ruling().jurisdiction();
    default:
      return v1::JURISDICTION_UNSPECIFIED;
  }
}

bool IsIn(const v1::Message& message, Kinds kinds) {
  return absl::c_linear_search(kinds, message.body_case());
}

bool Between(const v1::Message& message, const std::string& one, const std::string& other) {
  const auto is_party = [&](const std::string& name) { return name == one || name == other; };
  return is_party(message.sender()) && absl::c_any_of(message.recipients(), is_party);
}

// The messages that may explain each other, in order, and what the rules say of them.
class Story {
 public:
  explicit Story(std::vector<v1::LogRecord> records) : records_(std::move(records)) {}

  const std::vector<v1::LogRecord>& records() const { return records_; }

  const v1::LogRecord* Find(uint64_t position) const {
    const auto found = absl::c_lower_bound(
        records_, position,
        [](const v1::LogRecord& record, uint64_t at) { return record.position() < at; });
    return found != records_.end() && found->position() == position ? &*found : nullptr;
  }

  // The nearest causes of `effect`, all of them before it.
  std::vector<Cause> CausesOf(const v1::LogRecord& effect) const;

 private:
  using Wanted = absl::FunctionRef<bool(const v1::Message&)>;

  // The last message of one of `kinds` before `effect` that `wanted` is true of.
  const v1::LogRecord* Last(const v1::LogRecord& effect, Kinds kinds, Wanted wanted) const {
    for (auto record = records_.rbegin(); record != records_.rend(); ++record) {
      if (record->position() >= effect.position()) continue;
      if (IsIn(record->message(), kinds) && wanted(record->message())) return &*record;
    }
    return nullptr;
  }
  // The same in the thread of `effect`.
  const v1::LogRecord* LastInThread(const v1::LogRecord& effect, Kinds kinds) const {
    return Last(effect, kinds, [&](const v1::Message& message) {
      return message.thread() == effect.message().thread();
    });
  }

  // The regulator whose review a message is a step of, by its jurisdiction where it names no agent.
  std::string RegulatorOf(const v1::LogRecord& record) const {
    const v1::Message& message = record.message();
    if (message.has_filing_required()) return message.filing_required().regulator();
    if (IsIn(message, {v1::Message::kSecondRequest, v1::Message::kStatementOfConcerns,
                       v1::Message::kDecision})) {
      return message.sender();
    }
    const v1::Jurisdiction jurisdiction = JurisdictionOf(message);
    if (jurisdiction != v1::JURISDICTION_UNSPECIFIED) {
      for (const v1::LogRecord& filed : records_) {
        const v1::FilingRequired& filing = filed.message().filing_required();
        if (filing.jurisdiction() == jurisdiction && !filing.regulator().empty()) {
          return filing.regulator();
        }
      }
      return "";
    }
    return message.recipients().empty() ? "" : message.recipients(0);
  }

  static void Add(const v1::LogRecord* cause, std::string because, std::vector<Cause>& causes) {
    if (cause != nullptr) causes.push_back({cause->position(), std::move(because)});
  }

  void AddClearances(const v1::LogRecord& effect, std::vector<Cause>& causes) const;
  void AddEndOfDeal(const v1::LogRecord& effect, std::vector<Cause>& causes) const;
  void AddSigning(const v1::LogRecord& effect, std::vector<Cause>& causes) const;
  void AddFailure(const v1::LogRecord& effect, std::vector<Cause>& causes) const;
  // The step before it in the same regulator's review.
  void AddReviewStep(const v1::LogRecord& effect, std::vector<Cause>& causes) const;

  std::vector<v1::LogRecord> records_;
};

void Story::AddClearances(const v1::LogRecord& effect, std::vector<Cause>& causes) const {
  // The last word of each regulator.
  absl::flat_hash_set<std::string> cleared;
  for (auto record = records_.rbegin(); record != records_.rend(); ++record) {
    const v1::Message& message = record->message();
    if (record->position() >= effect.position()) continue;
    if (message.thread() != effect.message().thread()) continue;
    const bool answered = message.has_acceptance() && [&] {
      const v1::LogRecord* ruling = Find(message.in_reply_to());
      return ruling != nullptr && ruling->message().has_decision();
    }();
    if (answered) {
      Add(&*record, "accepted the conditions of the clearance", causes);
      continue;
    }
    if (!IsIn(message, {v1::Message::kDecision, v1::Message::kWaitingPeriodExpired,
                        v1::Message::kCourtRuling})) {
      continue;
    }
    if (!cleared.insert(RegulatorOf(*record)).second) continue;
    Add(&*record, "cleared the way", causes);
  }
  absl::c_reverse(causes);
}

void Story::AddEndOfDeal(const v1::LogRecord& effect, std::vector<Cause>& causes) const {
  const v1::DealEnded& ended = effect.message().deal_ended();
  switch (ended.outcome()) {
    case v1::DealEnded::OUTCOME_COMPLETED:
      Add(LastInThread(effect, {v1::Message::kClosing}), "the last of the money moved", causes);
      Add(LastInThread(effect, {v1::Message::kTrancheLapsed}), "what wasn't drawn lapsed", causes);
      break;
    case v1::DealEnded::OUTCOME_PROHIBITED:
      Add(LastInThread(effect, {v1::Message::kCourtRuling, v1::Message::kDecision}),
          "the ruling that ended it", causes);
      break;
    case v1::DealEnded::OUTCOME_WITHDRAWN:
      Add(LastInThread(effect, {v1::Message::kWithdrawal}), "a party walked away", causes);
      break;
    case v1::DealEnded::OUTCOME_LAPSED:
      Add(LastInThread(effect, {v1::Message::kTrancheLapsed}), "a tranche lapsed", causes);
      if (causes.empty()) {
        Add(LastInThread(effect, {v1::Message::kDecision, v1::Message::kCourtRuling,
                                  v1::Message::kLitigation, v1::Message::kRemedyOffer,
                                  v1::Message::kStatementOfConcerns,
                                  v1::Message::kInformationResponse, v1::Message::kSecondRequest,
                                  v1::Message::kMergerNotification, v1::Message::kFilingRequired}),
            "how far its review had come", causes);
      }
      break;
    case v1::DealEnded::OUTCOME_FAILED_TO_FUND:
    case v1::DealEnded::OUTCOME_TARGET_INSOLVENT:
      AddFailure(effect, causes);
      break;
    default:
      break;
  }
  if (causes.empty()) {
    Add(LastInThread(effect, {v1::Message::kClosing, v1::Message::kDecision,
                              v1::Message::kWaitingPeriodExpired, v1::Message::kDealSigned}),
        "how far it had come", causes);
  }
}

void Story::AddSigning(const v1::LogRecord& effect, std::vector<Cause>& causes) const {
  const v1::Message& message = effect.message();
  std::string one = message.deal_signed().investor();
  std::string other = message.deal_signed().lab();
  if (message.has_contract_signed()) {
    one = message.contract_signed().provider();
    other = message.contract_signed().customer();
  }
  if (message.deal_signed().has_funding()) {
    Add(Last(effect, {v1::Message::kDefinitiveAgreement},
             [&](const v1::Message& earlier) {
               return earlier.sender() == other &&
                      absl::StartsWith(message.thread(), absl::StrCat(earlier.thread(), "/"));
             }),
        "the lab signed the round", causes);
  }
  // In the deal's own thread, or the one above it in which it was negotiated.
  const v1::LogRecord* agreed = Last(
      effect,
      {v1::Message::kAcceptance, v1::Message::kFirstRefusalExercise, v1::Message::kProRataExercise},
      [&](const v1::Message& earlier) {
        return Between(earlier, one, other) &&
               (earlier.thread() == message.thread() ||
                absl::StartsWith(message.thread(), absl::StrCat(earlier.thread(), "/")));
      });
  Add(agreed, "the terms were agreed", causes);
  if (agreed == nullptr) {
    // Signed with the deal that it comes with.
    Add(Last(effect, {v1::Message::kDealSigned, v1::Message::kClosing},
             [&](const v1::Message& earlier) {
               return absl::StartsWith(message.thread(), absl::StrCat(earlier.thread(), "/"));
             }),
        "it came with the deal", causes);
  }
}

void Story::AddFailure(const v1::LogRecord& effect, std::vector<Cause>& causes) const {
  const v1::LogRecord* failure = Last(
      effect, {v1::Message::kInsolvency, v1::Message::kDefaultNotice},
      [&](const v1::Message& message) {
        const std::string& failed = message.has_insolvency() ? message.insolvency().agent()
                                                             : message.default_notice().debtor();
        if (effect.message().has_insolvency()) {
          return message.has_default_notice() && failed == effect.message().insolvency().agent();
        }
        if (effect.message().has_default_notice()) return false;
        return absl::c_linear_search(effect.message().recipients(), failed) ||
               absl::StrContains(effect.message().thread(), failed);
      });
  Add(failure, "who couldn't pay", causes);
}

void Story::AddReviewStep(const v1::LogRecord& effect, std::vector<Cause>& causes) const {
  const std::string regulator = RegulatorOf(effect);
  const v1::LogRecord* before = nullptr;
  for (auto record = records_.rbegin(); before == nullptr && record != records_.rend(); ++record) {
    if (record->position() >= effect.position()) continue;
    if (record->message().thread() != effect.message().thread()) continue;
    if (!IsIn(record->message(), {v1::Message::kFilingRequired, v1::Message::kMergerNotification,
                                  v1::Message::kSecondRequest, v1::Message::kInformationResponse,
                                  v1::Message::kStatementOfConcerns, v1::Message::kRemedyOffer,
                                  v1::Message::kDecision, v1::Message::kLitigation})) {
      continue;
    }
    // The same notice goes to the parties and to the regulator: one is enough.
    if (record->message().body_case() == effect.message().body_case()) continue;
    if (RegulatorOf(*record) == regulator) before = &*record;
  }
  Add(before, "the step before it in the review", causes);
  if (before == nullptr) {
    Add(LastInThread(effect, {v1::Message::kDealSigned}), "the deal that needs the review", causes);
  }
}

std::vector<Cause> Story::CausesOf(const v1::LogRecord& effect) const {
  std::vector<Cause> causes;
  const v1::Message& message = effect.message();
  switch (message.body_case()) {
    case v1::Message::kDealEnded:
      AddEndOfDeal(effect, causes);
      break;
    case v1::Message::kClosing:
      Add(LastInThread(effect, {v1::Message::kClosing}), "the tranche before it", causes);
      if (causes.empty()) {
        AddClearances(effect, causes);
        Add(LastInThread(effect, {v1::Message::kDealSigned}), "what was signed", causes);
      }
      break;
    case v1::Message::kTrancheLapsed:
      Add(LastInThread(effect, {v1::Message::kClosing, v1::Message::kDealSigned}),
          "how far the deal had come", causes);
      break;
    case v1::Message::kDealSigned:
    case v1::Message::kContractSigned:
      AddSigning(effect, causes);
      break;
    case v1::Message::kContractEnded:
      Add(LastInThread(effect, {v1::Message::kContractTermination}), "a party ended it", causes);
      if (causes.empty() && absl::StrContains(message.contract_ended().reason(), "insolvent")) {
        AddFailure(effect, causes);
      }
      Add(LastInThread(effect, {v1::Message::kContractSigned}), "what was signed", causes);
      break;
    case v1::Message::kDefinitiveAgreement:
      for (const uint64_t proposal : message.definitive_agreement().proposals()) {
        Add(Find(proposal), "a proposal that it combines", causes);
      }
      break;
    case v1::Message::kFilingRequired:
    case v1::Message::kMergerNotification:
    case v1::Message::kSecondRequest:
    case v1::Message::kInformationResponse:
    case v1::Message::kStatementOfConcerns:
    case v1::Message::kRemedyOffer:
    case v1::Message::kDecision:
    case v1::Message::kLitigation:
    case v1::Message::kCourtRuling:
    case v1::Message::kWaitingPeriodExpired:
      AddReviewStep(effect, causes);
      break;
    case v1::Message::kInsolvency:
      AddFailure(effect, causes);
      break;
    case v1::Message::kProposalExpired:
      Add(Find(message.proposal_expired().proposal()), "the proposal that nobody took", causes);
      break;
    case v1::Message::kNoteConversion:
      Add(LastInThread(effect, {v1::Message::kClosing}), "the note that was bought", causes);
      break;
    default:
      break;
  }
  const bool known = absl::c_any_of(
      causes, [&](const Cause& cause) { return cause.position == message.in_reply_to(); });
  if (!known && message.in_reply_to() < effect.position()) {
    Add(Find(message.in_reply_to()), "what it answers", causes);
  }
  return causes;
}

// Depth first, so that each step follows what it explains.
std::vector<WhyStep> WalkBack(const Story& story, const v1::LogRecord& outcome) {
  std::vector<WhyStep> steps;
  absl::flat_hash_set<uint64_t> seen;
  struct Place {
    Cause cause;
    uint64_t explains;
    int depth;
  };
  std::vector<Place> open = {{{outcome.position(), ""}, 0, 0}};
  while (!open.empty() && steps.size() < kMostSteps) {
    const Place place = std::move(open.back());
    open.pop_back();
    const v1::LogRecord* record = story.Find(place.cause.position);
    if (record == nullptr || !seen.insert(place.cause.position).second) continue;
    steps.push_back({*record, place.explains, place.cause.because, place.depth});
    std::vector<Cause> causes = story.CausesOf(*record);
    absl::c_reverse(causes);  // the first is looked at first
    for (Cause& cause : causes) {
      open.push_back({std::move(cause), record->position(), place.depth + 1});
    }
  }
  return steps;
}

// What is asked about.
struct Subject {
  std::string name;
  // The thread that holds all that was said of it, the negotiation before the deal included.
  std::string thread;
  bool deal = false;
  bool contract = false;
  uint64_t from_message = 0;  // 0: from its outcome
};

absl::StatusOr<bool> Holds(const SqliteDatabase& database, absl::string_view query,
                           absl::string_view name) {
  bool found = false;
  absl::Status read = database.Query(
      query,
      [&found](const SqliteStatement&) {
        found = true;
        return false;
      },
      name);
  if (!read.ok()) return read;
  return found;
}

absl::StatusOr<Subject> FindSubject(const SqliteDatabase& database, absl::string_view name) {
  absl::StatusOr<std::string> thread = FindThread(database, name);
  if (!thread.ok()) {
    if (!absl::IsNotFound(thread.status())) return thread.status();
    return absl::NotFoundError(
        absl::StrCat(database.path(), ": there is no deal, contract, thread or message \"", name,
                     "\"; `tranche log --table deals` lists the deals"));
  }
  Subject subject;
  subject.name = *thread;
  if (*thread != name) {
    if (!absl::SimpleAtoi(absl::StripPrefix(name, "#"), &subject.from_message)) {
      return absl::InternalError("a name that isn't the thread's is a position");
    }
  }
  absl::StatusOr<bool> deal = Holds(database, "SELECT 1 FROM deals WHERE deal = ?1", subject.name);
  if (!deal.ok()) return deal.status();
  absl::StatusOr<bool> contract =
      Holds(database, "SELECT 1 FROM contracts WHERE contract = ?1", subject.name);
  if (!contract.ok()) return contract.status();
  subject.deal = *deal;
  subject.contract = *contract;
  subject.thread = subject.name;
  // `<opener>/<thread>` is what a negotiation is called, and what comes of it has one part more.
  for (size_t slash = subject.name.find('/'); slash != std::string::npos;
       slash = subject.name.find('/', slash + 1)) {
    if (slash == subject.name.find('/')) continue;
    std::string above = subject.name.substr(0, slash);
    absl::StatusOr<bool> said =
        Holds(database, "SELECT 1 FROM records WHERE thread = ?1 LIMIT 1", above);
    if (!said.ok()) return said.status();
    if (!*said) continue;
    subject.thread = std::move(above);
    break;
  }
  return subject;
}

absl::StatusOr<Story> ReadStory(const SqliteDatabase& database, const std::string& thread) {
  std::vector<v1::LogRecord> records;
  const auto keep = [&records](const v1::LogRecord& record, absl::string_view) {
    if (record.has_message()) records.push_back(record);
    return true;
  };
  RecordFilter of_thread;
  of_thread.thread = thread;
  if (absl::Status read = SelectRecords(database, of_thread, keep); !read.ok()) return read;
  // Failures have threads of their own.
  RecordFilter failures;
  failures.kinds = {"insolvency", "default_notice"};
  if (absl::Status read = SelectRecords(database, failures, keep); !read.ok()) return read;
  const auto by_position = [](const v1::LogRecord& a, const v1::LogRecord& b) {
    return a.position() < b.position();
  };
  absl::c_sort(records, by_position);
  records.erase(std::unique(records.begin(), records.end(),
                            [](const v1::LogRecord& a, const v1::LogRecord& b) {
                              return a.position() == b.position();
                            }),
                records.end());
  return Story(std::move(records));
}

// The message in which what became of the subject shows.
const v1::LogRecord* OutcomeOf(const Story& story, const Subject& subject) {
  if (subject.from_message != 0) return story.Find(subject.from_message);
  const auto last = [&](Kinds kinds) -> const v1::LogRecord* {
    const v1::LogRecord* found = nullptr;
    for (const v1::LogRecord& record : story.records()) {
      const std::string& thread = record.message().thread();
      const bool within =
          thread == subject.name || absl::StartsWith(thread, absl::StrCat(subject.name, "/"));
      if (within && (kinds.size() == 0 || IsIn(record.message(), kinds))) found = &record;
    }
    return found;
  };
  const v1::LogRecord* outcome = nullptr;
  if (subject.deal) {
    outcome = last({v1::Message::kDealEnded});
    if (outcome == nullptr) outcome = last({v1::Message::kClosing});
  } else if (subject.contract) {
    outcome = last({v1::Message::kContractEnded});
    if (outcome == nullptr) outcome = last({v1::Message::kContractSigned});
  }
  return outcome != nullptr ? outcome : last({});
}

absl::Status Summarise(const SqliteDatabase& database, const Subject& subject, Why& why) {
  if (subject.deal && subject.from_message == 0) {
    return database.Query(
        "SELECT investor, lab, state, coalesce(outcome, ''), coalesce(reason, ''), "
        "coalesce(ended_quarter, (SELECT max(quarter) FROM closings c WHERE c.deal = d.deal), "
        "signed_quarter) FROM deals d WHERE deal = ?1",
        [&why](const SqliteStatement& row) {
          why.outcome = std::string(row.text(2));
          if (!row.text(3).empty()) absl::StrAppend(&why.outcome, ": ", row.text(3));
          why.summary = absl::StrCat(row.text(0), " in ", row.text(1), ": ", why.outcome, " in ",
                                     row.text(5), row.text(4).empty() ? "" : ", ", row.text(4));
          return false;
        },
        subject.name);
  }
  const v1::LogRecord& outcome = why.steps.front().record;
  why.outcome = absl::StrReplaceAll(RecordKind(outcome), {{"_", " "}});
  why.summary = absl::StrCat(outcome.message().sender(), " ", RecordText(outcome));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Why> ExplainOutcome(const SqliteDatabase& database, absl::string_view name) {
  absl::StatusOr<Subject> subject = FindSubject(database, name);
  if (!subject.ok()) return subject.status();
  absl::StatusOr<Story> story = ReadStory(database, subject->thread);
  if (!story.ok()) return story.status();
  const v1::LogRecord* outcome = OutcomeOf(*story, *subject);
  if (outcome == nullptr) {
    return absl::NotFoundError(absl::StrCat(database.path(), ": nothing was said of ", name));
  }
  Why why;
  why.subject = subject->name;
  why.steps = WalkBack(*story, *outcome);
  if (absl::Status done = Summarise(database, *subject, why); !done.ok()) return done;
  return why;
}

}  // namespace tranche
