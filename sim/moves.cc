#include "sim/moves.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/building.h"
#include "sim/capability.h"
#include "sim/compute_market.h"
#include "sim/demand.h"
#include "sim/funding.h"
#include "sim/mergers.h"
#include "sim/ownership.h"
#include "sim/proposals.h"
#include "sim/review.h"
#include "sim/seat.h"
#include "sim/secondary.h"
#include "sim/supply.h"
#include "sim/supply_clauses.h"
#include "sim/talent.h"

namespace tranche {
namespace {

using Body = v1::Message;

// Sets of roles.
using Roles = unsigned;
constexpr Roles kLab = 1;
constexpr Roles kCloud = 2;
constexpr Roles kInvestor = 4;
constexpr Roles kRegulator = 8;
constexpr Roles kCompanies = kLab | kCloud | kInvestor;
constexpr Roles kAnyone = kCompanies | kRegulator;

// How many recipients: none for what is said to the market alone.
enum class Addressees { kNone, kOne, kSome, kAnyNumber };

// Who may send a body, to how many, of which roles. No senders: only the market says it.
struct Authority {
  Roles senders = 0;
  Addressees addressees = Addressees::kNone;
  Roles recipients = 0;
};

Authority AuthorityOf(v1::Message::BodyCase body) {
  switch (body) {
    case Body::kFundingAsk:
      return {kLab, Addressees::kSome, kCompanies};
    case Body::kTermSheet:
      return {kInvestor, Addressees::kOne, kLab};
    case Body::kCounterOffer:
      return {kCompanies, Addressees::kOne, kCompanies};
    case Body::kAcceptance:
    case Body::kRefusal:
    case Body::kWithdrawal:
      return {kCompanies, Addressees::kSome, kAnyone};
    case Body::kDefinitiveAgreement:
      return {kLab, Addressees::kSome, kInvestor};
    case Body::kSecondaryOffer:
      return {kInvestor, Addressees::kOne, kInvestor};
    case Body::kMergerProposal:
      return {kCompanies, Addressees::kOne, kLab};
    case Body::kProRataExercise:
      return {kInvestor, Addressees::kOne, kLab};
    case Body::kInformationReport:
      return {kLab, Addressees::kSome, kInvestor};

    case Body::kCapacityRequest:
      return {kLab, Addressees::kSome, kCloud};
    case Body::kCapacityQuote:
      return {kCloud, Addressees::kOne, kLab};
    case Body::kCapacityOrder:
      return {kLab, Addressees::kAnyNumber, kCloud};
    case Body::kComputePriceList:
    case Body::kBuildOrder:
    case Body::kBuildCancellation:
      return {kCloud, Addressees::kNone, 0};
    case Body::kMarketplaceOffer:
      return {kLab | kCloud, Addressees::kOne, kLab | kCloud};
    case Body::kLicenceOffer:
      return {kCompanies, Addressees::kOne, kCompanies};
    case Body::kContractTermination:
      return {kCompanies, Addressees::kAnyNumber, kCompanies};
    case Body::kContractRenewal:
      return {kLab, Addressees::kOne, kCloud};
    case Body::kFirstRefusalNotice:
      return {kLab, Addressees::kOne, kCloud};
    case Body::kFirstRefusalExercise:
      return {kCloud, Addressees::kOne, kLab};

    case Body::kPriceList:
    case Body::kTrainingPlan:
    case Body::kModelRelease:
    case Body::kServingPlan:
    case Body::kJobOffer:
    case Body::kRetentionOffer:
    case Body::kLayoff:
      return {kLab, Addressees::kNone, 0};
    case Body::kEarlyAccessGrant:
      return {kLab, Addressees::kSome, kCompanies};

    case Body::kMergerNotification:
    case Body::kInformationResponse:
    case Body::kRemedyOffer:
    case Body::kLitigation:
      return {kCompanies, Addressees::kSome, kAnyone};
    case Body::kSecondRequest:
    case Body::kStatementOfConcerns:
    case Body::kDecision:
      return {kRegulator, Addressees::kSome, kCompanies};

    case Body::kNote:
      return {kAnyone, Addressees::kSome, kAnyone};
    case Body::kAnnouncement:
      return {kAnyone, Addressees::kAnyNumber, kAnyone};

    default:
      return {};
  }
}

Roles SetOf(v1::Role role) {
  switch (role) {
    case v1::ROLE_LAB:
      return kLab;
    case v1::ROLE_CLOUD:
      return kCloud;
    case v1::ROLE_INVESTOR:
      return kInvestor;
    case v1::ROLE_REGULATOR:
      return kRegulator;
    default:
      return 0;
  }
}

std::string Names(Roles roles) {
  std::vector<absl::string_view> names;
  if (roles & kLab) names.push_back("labs");
  if (roles & kCloud) names.push_back("clouds");
  if (roles & kInvestor) names.push_back("investors");
  if (roles & kRegulator) names.push_back("regulators");
  return absl::StrJoin(names, ", ");
}

Verdict CheckAuthority(const World& world, AgentId sender, const v1::Message& move) {
  const Authority authority = AuthorityOf(move.body_case());
  if (!MaySay(world.agents[sender].seat.role, move.body_case())) {
    return Refused("authority",
                   absl::StrCat("no ", RoleName(world.agents[sender].seat.role), " can say this"),
                   authority.senders == 0 ? "only the market says this"
                                          : absl::StrCat("said by ", Names(authority.senders)));
  }
  const int recipients = move.recipients_size();
  const auto wrong = [&](absl::string_view would_be_legal) {
    return Refused("recipients", absl::StrCat("it goes to ", recipients, " recipients"),
                   std::string(would_be_legal));
  };
  switch (authority.addressees) {
    case Addressees::kNone:
      if (recipients != 0) return wrong("no recipients: it is said to the market alone");
      break;
    case Addressees::kOne:
      if (recipients != 1) return wrong("one recipient");
      break;
    case Addressees::kSome:
      if (recipients == 0) return wrong("at least one recipient");
      break;
    case Addressees::kAnyNumber:
      break;
  }
  for (const std::string& name : move.recipients()) {
    const AgentId recipient = world.FindAgent(name);
    if ((authority.recipients & SetOf(world.agents[recipient].seat.role)) == 0) {
      return Refused("recipients", absl::StrCat("this can't be said to ", name),
                     absl::StrCat("said to ", Names(authority.recipients)));
    }
  }
  return Accepted();
}

// A lab shows an unreleased run; regulators may have forbidden to show it to a holder's group.
Verdict ApplyEarlyAccessGrant(const World& world, AgentId sender, const v1::Message& move) {
  const LabId id = world.lab_of(sender);
  const std::string& run = move.early_access_grant().run();
  const auto& runs = world.labs[id].runs;
  if (std::none_of(runs.begin(), runs.end(),
                   [&](const TrainingRun& known) { return known.name == run; })) {
    return Refused("run", absl::StrCat("there is no unreleased run \"", run, "\""),
                   "the name of a run in training or not yet released");
  }
  for (const std::string& name : move.recipients()) {
    const Stake* stake = FindStake(world, id, world.agents[world.FindAgent(name)].group);
    if (stake == nullptr) continue;
    for (const v1::Remedy& condition : stake->conditions) {
      if (condition.kind() == v1::Remedy::KIND_NO_EARLY_ACCESS) {
        return Refused("condition",
                       absl::StrCat("a regulator's condition forbids early access for ", name),
                       "a grant to others");
      }
    }
  }
  return Accepted();
}

// Buys compute on demand where no exclusive contract binds the lab elsewhere.
Verdict ApplyOrder(World& world, AgentId sender, const v1::Message& move) {
  const AgentId cloud = world.FindAgent(move.capacity_order().cloud());
  if (cloud.valid() && world.cloud_of(cloud).valid()) {
    if (Verdict refused =
            CheckComputeExclusivity(world, world.lab_of(sender), world.cloud_of(cloud))) {
      return refused;
    }
  }
  return ApplyCapacityOrder(world, sender, move);
}

Verdict Announce(World& world, AgentId sender, const v1::Message& move) {
  v1::Statement statement;
  statement.set_agent(world.name_of(sender));
  statement.set_text(move.announcement().text());
  world.statements.push_back(std::move(statement));
  return Accepted();
}

}  // namespace

bool MaySay(v1::Role role, v1::Message::BodyCase body) {
  return (AuthorityOf(body).senders & SetOf(role)) != 0;
}

Verdict ApplyMove(World& world, AgentId sender, const v1::Message& move, MarketOutput& out) {
  if (Verdict refused = CheckAuthority(world, sender, move)) return refused;
  switch (move.body_case()) {
    case Body::kFundingAsk:
      return ApplyFundingAsk(world, sender, move);
    case Body::kTermSheet:
      return ApplyTermSheet(world, sender, move);
    case Body::kCounterOffer:
      return ApplyCounterOffer(world, sender, move);
    case Body::kAcceptance:
      return ApplyAcceptance(world, sender, move, out);
    case Body::kRefusal:
      return ApplyRefusal(world, sender, move, out);
    case Body::kWithdrawal:
      return ApplyWithdrawal(world, sender, move, out);
    case Body::kDefinitiveAgreement:
      return ApplyDefinitiveAgreement(world, sender, move, out);
    case Body::kSecondaryOffer:
      return ApplySecondaryOffer(world, sender, move);
    case Body::kMergerProposal:
      return ApplyMergerProposal(world, sender, move);
    case Body::kProRataExercise:
      return ApplyProRataExercise(world, sender, move, out);
    case Body::kInformationReport:
      return ApplyInformationReport(world, sender, move);

    case Body::kCapacityRequest:
      return ApplyCapacityRequest(world, sender, move);
    case Body::kCapacityQuote:
      return ApplyCapacityQuote(world, sender, move);
    case Body::kCapacityOrder:
      return ApplyOrder(world, sender, move);
    case Body::kComputePriceList:
      return ApplyComputePriceList(world, sender, move);
    case Body::kBuildOrder:
      return ApplyBuildOrder(world, sender, move);
    case Body::kBuildCancellation:
      return ApplyBuildCancellation(world, sender, move);
    case Body::kMarketplaceOffer:
      return ApplyMarketplaceOffer(world, sender, move);
    case Body::kLicenceOffer:
      return ApplyLicenceOffer(world, sender, move);
    case Body::kContractTermination:
      return ApplyContractTermination(world, sender, move, out);
    case Body::kContractRenewal:
      return ApplyContractRenewal(world, sender, move, out);
    case Body::kFirstRefusalNotice:
      return ApplyFirstRefusalNotice(world, sender, move);
    case Body::kFirstRefusalExercise:
      return ApplyFirstRefusalExercise(world, sender, move, out);

    case Body::kPriceList:
      return ApplyPriceList(world, sender, move);
    case Body::kTrainingPlan:
      return ApplyTrainingPlan(world, sender, move);
    case Body::kModelRelease:
      return ApplyModelRelease(world, sender, move);
    case Body::kServingPlan:
      return ApplyServingPlan(world, sender, move);
    case Body::kEarlyAccessGrant:
      return ApplyEarlyAccessGrant(world, sender, move);

    case Body::kJobOffer:
      return ApplyJobOffer(world, sender, move);
    case Body::kRetentionOffer:
      return ApplyRetentionOffer(world, sender, move);
    case Body::kLayoff:
      return ApplyLayoff(world, sender, move);

    case Body::kMergerNotification:
      return ApplyMergerNotification(world, sender, move);
    case Body::kSecondRequest:
      return ApplySecondRequest(world, sender, move);
    case Body::kInformationResponse:
      return ApplyInformationResponse(world, sender, move);
    case Body::kStatementOfConcerns:
      return ApplyStatementOfConcerns(world, sender, move);
    case Body::kRemedyOffer:
      return ApplyRemedyOffer(world, sender, move);
    case Body::kDecision:
      return ApplyDecision(world, sender, move);
    case Body::kLitigation:
      return ApplyLitigation(world, sender, move);

    case Body::kAnnouncement:
      return Announce(world, sender, move);
    default:  // a note
      return Accepted();
  }
}

}  // namespace tranche
