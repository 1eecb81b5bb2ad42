#include "sim/proposals.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/check.h"
#include "sim/closing.h"
#include "sim/funding.h"
#include "sim/mergers.h"
#include "sim/notices.h"
#include "sim/review.h"
#include "sim/secondary.h"
#include "sim/supply.h"
#include "sim/terms.h"
#include "sim/threads.h"

namespace tranche {
namespace {

using State = Proposal::State;

absl::string_view StateName(State state) {
  switch (state) {
    case State::kStanding:
      return "stands";
    case State::kAgreed:
      return "is agreed already";
    case State::kSigned:
      return "is signed already";
    case State::kRefused:
      return "has been refused";
    case State::kWithdrawn:
      return "has been withdrawn";
    case State::kReplaced:
      return "has been replaced";
    case State::kExpired:
      return "has expired";
  }
  return "";
}

Verdict NoSuchProposal(std::string explanation) {
  return Refused("proposal", std::move(explanation),
                 "a reply to a standing proposal that was made to you");
}

bool Addresses(const World& world, const v1::Message& move, AgentId agent) {
  const auto& names = move.recipients();
  return std::find(names.begin(), names.end(), world.name_of(agent)) != names.end();
}

// The move concerns `proposal`: it's in its thread and goes to the other side.
Verdict CheckConcerns(const World& world, const v1::Message& move, const Proposal& proposal,
                      AgentId counterparty) {
  if (move.thread() != proposal.thread) {
    return Refused("thread", absl::StrCat("the proposal was made in thread ", proposal.thread),
                   absl::StrCat("thread: \"", proposal.thread, "\""));
  }
  if (!Addresses(world, move, counterparty)) {
    return Refused("recipients", "it doesn't go to the other side of the proposal",
                   absl::StrCat(world.name_of(counterparty), " among the recipients"));
  }
  return Accepted();
}

// Sets `standing` to the proposal that the move answers, or says why it can't be answered.
Verdict FindAnswered(World& world, AgentId sender, const v1::Message& move, Proposal*& standing) {
  Proposal* proposal = FindProposal(world, move.in_reply_to());
  if (proposal == nullptr) {
    return NoSuchProposal(absl::StrCat("message ", move.in_reply_to(), " isn't a proposal"));
  }
  if (proposal->recipient != sender) {
    return NoSuchProposal(absl::StrCat("proposal ", proposal->id, " wasn't made to you"));
  }
  if (proposal->state != State::kStanding) {
    return NoSuchProposal(absl::StrCat("proposal ", proposal->id, " ", StateName(proposal->state)));
  }
  standing = proposal;
  return CheckConcerns(world, move, *proposal, proposal->sender);
}

// The deal of the move's thread if it answers the decision on one of its reviews, else null.
Deal* DealOfDecision(World& world, const v1::Message& move) {
  Deal* deal = FindDeal(world, move.thread());
  if (deal == nullptr) return nullptr;
  for (const Review& review : deal->reviews) {
    if (review.decision_message == move.in_reply_to() && review.decision_message != 0) return deal;
  }
  return nullptr;
}

// Whether the sender may offer these terms to its recipient in this thread.
Verdict CheckCounter(World& world, AgentId sender, AgentId recipient, const v1::Message& move) {
  switch (SubjectOf(move)) {
    case Subject::kFunding:
      return CheckFundingProposal(world, sender, recipient, move.thread(), FundingTermsOf(move));
    case Subject::kCapacity:
      return CheckCapacityProposal(world, sender, recipient, CapacityTermsOf(move));
    case Subject::kMarketplace:
      return CheckMarketplaceTerms(MarketplaceTermsOf(move));
    case Subject::kLicence:
      return CheckLicenceTerms(LicenceTermsOf(move));
    case Subject::kMerger:
      return CheckMergerProposal(world, sender, recipient, move.thread(), MergerTermsOf(move));
    case Subject::kSecondary:
      return CheckSecondaryProposal(world, sender, recipient, move.thread(),
                                    SecondaryTermsOf(move));
  }
  return Accepted();
}

void EndRound(World& world, FundingRound& round, State state) {
  round.open = false;
  for (Proposal& proposal : world.proposals) {
    if (proposal.thread == round.thread &&
        (proposal.state == State::kStanding || proposal.state == State::kAgreed)) {
      proposal.state = state;
    }
  }
}

void TellExpired(const World& world, MarketOutput& out, const Proposal& proposal) {
  const bool agreed = proposal.state == State::kAgreed;
  v1::Message& message = Notify(world, out, proposal.thread,
                                {proposal.sender, agreed ? proposal.recipient : AgentId()});
  message.set_in_reply_to(proposal.id);
  message.mutable_proposal_expired()->set_proposal(proposal.id);
}

}  // namespace

bool IsProposal(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kTermSheet:
    case v1::Message::kCapacityQuote:
    case v1::Message::kMarketplaceOffer:
    case v1::Message::kLicenceOffer:
    case v1::Message::kMergerProposal:
    case v1::Message::kSecondaryOffer:
      return true;
    case v1::Message::kCounterOffer:
      return message.counter_offer().terms_case() != v1::CounterOffer::TERMS_NOT_SET;
    default:
      return false;
  }
}

Subject SubjectOf(const v1::Message& proposal) {
  switch (proposal.body_case()) {
    case v1::Message::kTermSheet:
      return Subject::kFunding;
    case v1::Message::kCapacityQuote:
      return Subject::kCapacity;
    case v1::Message::kMarketplaceOffer:
      return Subject::kMarketplace;
    case v1::Message::kLicenceOffer:
      return Subject::kLicence;
    case v1::Message::kMergerProposal:
      return Subject::kMerger;
    case v1::Message::kSecondaryOffer:
      return Subject::kSecondary;
    default:
      break;
  }
  switch (proposal.counter_offer().terms_case()) {
    case v1::CounterOffer::kFunding:
      return Subject::kFunding;
    case v1::CounterOffer::kCapacity:
      return Subject::kCapacity;
    case v1::CounterOffer::kMarketplace:
      return Subject::kMarketplace;
    case v1::CounterOffer::kLicence:
      return Subject::kLicence;
    case v1::CounterOffer::kMerger:
      return Subject::kMerger;
    case v1::CounterOffer::kSecondary:
      return Subject::kSecondary;
    case v1::CounterOffer::TERMS_NOT_SET:
      break;
  }
  TRANCHE_CHECK(false, "only proposals have a subject");
  return Subject::kFunding;
}

const v1::FundingTerms& FundingTermsOf(const v1::Message& proposal) {
  return proposal.has_term_sheet() ? proposal.term_sheet().terms()
                                   : proposal.counter_offer().funding();
}
const v1::CapacityTerms& CapacityTermsOf(const v1::Message& proposal) {
  return proposal.has_capacity_quote() ? proposal.capacity_quote().terms()
                                       : proposal.counter_offer().capacity();
}
const v1::MarketplaceTerms& MarketplaceTermsOf(const v1::Message& proposal) {
  return proposal.has_marketplace_offer() ? proposal.marketplace_offer().terms()
                                          : proposal.counter_offer().marketplace();
}
const v1::LicenceTerms& LicenceTermsOf(const v1::Message& proposal) {
  return proposal.has_licence_offer() ? proposal.licence_offer().terms()
                                      : proposal.counter_offer().licence();
}
const v1::MergerTerms& MergerTermsOf(const v1::Message& proposal) {
  return proposal.has_merger_proposal() ? proposal.merger_proposal().terms()
                                        : proposal.counter_offer().merger();
}
const v1::SecondaryTerms& SecondaryTermsOf(const v1::Message& proposal) {
  return proposal.has_secondary_offer() ? proposal.secondary_offer().terms()
                                        : proposal.counter_offer().secondary();
}

AgentId RecipientOf(const World& world, const v1::Message& move) {
  TRANCHE_CHECK(move.recipients_size() == 1, "a proposal goes to one agent");
  return world.FindAgent(move.recipients(0));
}

Verdict MakeProposal(World& world, AgentId sender, const v1::Message& move, int32_t valid_through) {
  const AgentId recipient = RecipientOf(world, move);
  const AgentId opener = OpenerOf(world, move.thread());
  if (!opener.valid() || (opener != sender && opener != recipient)) {
    return Refused(
        "thread", "the thread was opened by neither side of the proposal",
        absl::StrCat("a thread ", world.name_of(sender), "/… or ", world.name_of(recipient), "/…"));
  }
  const Quarter valid =
      valid_through == 0 ? world.quarter : Quarter::FromIndex(std::max(0, valid_through));
  if (valid < world.quarter || valid > world.quarter + 8) {
    return Refused("validity", absl::StrCat("valid_through_quarter is ", valid_through),
                   absl::StrCat("0, or from ", world.quarter.index(), " (",
                                world.quarter.ToString(), ") to eight quarters later"));
  }
  if (Proposal* own = FindProposal(world, move.thread(), sender, recipient)) {
    if (own->state == State::kAgreed) {
      return Refused("agreed", absl::StrCat("proposal ", own->id, " in this thread is agreed"),
                     "other terms after that one is withdrawn");
    }
    own->state = State::kReplaced;
  }
  Proposal proposal;
  proposal.id = move.id();
  proposal.sender = sender;
  proposal.recipient = recipient;
  proposal.thread = move.thread();
  proposal.valid_through = valid;
  proposal.message = move;
  TRANCHE_CHECK(world.proposals.empty() || world.proposals.back().id < move.id(),
                "messages are applied in the order of their ids");
  world.proposals.push_back(std::move(proposal));
  return Accepted();
}

Verdict ApplyCounterOffer(World& world, AgentId sender, const v1::Message& move) {
  Proposal* answered = nullptr;
  if (Verdict refused = FindAnswered(world, sender, move, answered)) return refused;
  if (!IsProposal(move) || SubjectOf(move) != SubjectOf(answered->message)) {
    return Refused("terms", "the counter-offer is about something else than the proposal",
                   "terms of the kind it answers");
  }
  if (Verdict refused = CheckCounter(world, sender, answered->sender, move)) return refused;
  const uint64_t id = answered->id;
  if (Verdict refused =
          MakeProposal(world, sender, move, move.counter_offer().valid_through_quarter())) {
    return refused;
  }
  FindProposal(world, id)->state = State::kRefused;
  return Accepted();
}

Verdict ApplyAcceptance(World& world, AgentId sender, const v1::Message& move, MarketOutput& out) {
  if (Deal* deal = DealOfDecision(world, move)) {
    return AcceptConditions(world, *deal, sender, move, out);
  }
  Proposal* proposal = nullptr;
  if (Verdict refused = FindAnswered(world, sender, move, proposal)) return refused;
  Verdict refused;
  switch (SubjectOf(proposal->message)) {
    case Subject::kFunding:
      if ((refused = AgreeFunding(world, *proposal))) return refused;
      // What the accepter had itself on offer is settled with it.
      if (Proposal* own = FindProposal(world, proposal->thread, sender, proposal->sender)) {
        own->state = State::kReplaced;
      }
      proposal->state = State::kAgreed;
      return Accepted();
    case Subject::kCapacity:
      refused = SignReservation(world, *proposal, out);
      break;
    case Subject::kMarketplace:
      refused = SignMarketplace(world, *proposal, out);
      break;
    case Subject::kLicence:
      refused = SignLicence(world, *proposal, out);
      break;
    case Subject::kMerger:
      refused = SignMerger(world, *proposal, out);
      break;
    case Subject::kSecondary:
      refused = SignSecondary(world, *proposal, out);
      break;
  }
  if (!refused) proposal->state = State::kSigned;
  return refused;
}

Verdict ApplyRefusal(World& world, AgentId sender, const v1::Message& move, MarketOutput& out) {
  if (Deal* deal = DealOfDecision(world, move)) {
    return RefuseConditions(world, *deal, sender, move, out);
  }
  if (FindProposal(world, move.in_reply_to()) == nullptr) {
    if (DeclineFirstRefusal(world, sender, move.in_reply_to())) return Accepted();
    // An ask or a request turned down: a word to whoever made it.
    const AgentId opener = OpenerOf(world, move.thread());
    if (opener.valid() && opener != sender && Addresses(world, move, opener)) return Accepted();
  }
  Proposal* proposal = nullptr;
  if (Verdict refused = FindAnswered(world, sender, move, proposal)) return refused;
  proposal->state = State::kRefused;
  return Accepted();
}

Verdict ApplyWithdrawal(World& world, AgentId sender, const v1::Message& move, MarketOutput& out) {
  if (Proposal* proposal = FindProposal(world, move.in_reply_to())) {
    const bool own = proposal->sender == sender;
    const bool standing = proposal->state == State::kStanding && own;
    const bool agreed = proposal->state == State::kAgreed && (own || proposal->recipient == sender);
    if (!standing && !agreed) {
      return Refused("proposal",
                     absl::StrCat("proposal ", proposal->id,
                                  own || proposal->recipient == sender
                                      ? absl::StrCat(" ", StateName(proposal->state))
                                      : " isn't yours"),
                     "your own standing proposal, or one agreed and not yet signed");
    }
    const AgentId counterparty = own ? proposal->recipient : proposal->sender;
    if (Verdict refused = CheckConcerns(world, move, *proposal, counterparty)) return refused;
    proposal->state = State::kWithdrawn;
    return Accepted();
  }
  FundingRound* round = FindRound(world, move.thread());
  if (round != nullptr && world.labs[round->lab].agent == sender && round->open &&
      (move.in_reply_to() == 0 || move.in_reply_to() == round->message)) {
    EndRound(world, *round, State::kWithdrawn);
    return Accepted();
  }
  if (Deal* deal = FindDeal(world, move.thread()))
    return WithdrawFromDeal(world, *deal, sender, out);
  return Refused("proposal", "there is nothing of yours to take back here",
                 "a reply to your own proposal, or the thread of your open round or pending deal");
}

void ExpireProposals(World& world, MarketOutput& out) {
  for (Proposal& proposal : world.proposals) {
    const bool agreed = proposal.state == State::kAgreed;
    if (!agreed && proposal.state != State::kStanding) continue;
    const Quarter last = proposal.valid_through + (agreed ? 1 : 0);
    if (last <= world.quarter || !world.agents[proposal.sender].active ||
        !world.agents[proposal.recipient].active) {
      TellExpired(world, out, proposal);
      proposal.state = State::kExpired;
    }
  }
  for (FundingRound& round : world.rounds) {
    if (!round.open) continue;
    const Quarter target =
        std::max(round.opened, Quarter::FromIndex(round.ask.target_close_quarter()));
    if (target + 1 <= world.quarter || !world.agents[world.labs[round.lab].agent].active) {
      EndRound(world, round, State::kExpired);
    }
  }
  std::erase_if(world.proposals, [](const Proposal& proposal) {
    return proposal.state != State::kStanding && proposal.state != State::kAgreed;
  });
  // Holders may exercise their pro-rata rights through the quarter after a signing.
  std::erase_if(world.rounds, [&](const FundingRound& round) {
    return !round.open && round.last_signed < world.quarter;
  });
  std::erase_if(world.first_refusals, [&](const FirstRefusal& notice) {
    return notice.asked < world.quarter || notice.state == FirstRefusal::State::kExercised;
  });
  world.threads = {};
}

}  // namespace tranche
