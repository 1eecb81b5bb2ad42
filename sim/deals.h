#ifndef TRANCHE_SIM_DEALS_H_
#define TRANCHE_SIM_DEALS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"
#include "sim/cap_table.h"
#include "sim/ids.h"
#include "sim/money.h"
#include "sim/quarter.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"
#include "tranche/v1/view.pb.h"

// What agents have proposed to each other, signed, and must perform.
namespace tranche {

// A proposal that may still be accepted, or has been agreed. Dead ones are dropped at the close.
struct Proposal {
  enum class State { kStanding, kAgreed, kSigned, kRefused, kWithdrawn, kReplaced, kExpired };
  uint64_t id = 0;  // of the message that made it
  AgentId sender;
  AgentId recipient;
  std::string thread;
  State state = State::kStanding;
  Quarter valid_through;
  // The message that made it: TermSheet, CounterOffer, CapacityQuote, MarketplaceOffer,
  // LicenceOffer, MergerProposal or SecondaryOffer.
  v1::Message message;
  // Place in World::proposals of the one made before it in the thread; -1: none.
  int32_t previous_in_thread = -1;
};

// A funding thread: a lab's open ask and who it went to.
struct FundingRound {
  std::string thread;
  LabId lab;
  v1::FundingAsk ask;
  std::vector<AgentId> invited;  // by ordinal
  Quarter opened;
  bool open = true;
  uint64_t message = 0;  // id of the ask
  // Signed so far, and at what price: all who join later pay the same. Zero before a priced part
  // is signed.
  Cents signed_amount;
  Cents pre_money;
  int64_t price_micros_per_share = 0;
  int64_t fully_diluted_at_signing = 0;
  Quarter last_signed;
};

// One regulator's review of one deal.
struct Review {
  RegulatorId regulator;
  v1::Jurisdiction jurisdiction = v1::JURISDICTION_UNSPECIFIED;
  v1::ReviewView::Phase phase = v1::ReviewView::PHASE_TO_BE_NOTIFIED;
  absl::CivilDay notified;
  // Last day of the present phase.
  absl::CivilDay phase_ends;
  std::vector<v1::Remedy> conditions;
  std::vector<v1::Remedy> remedies_offered;
  bool lab_accepts_conditions = false;
  bool investor_accepts_conditions = false;
  Quarter litigation_ends;
  uint64_t last_message = 0;  // latest word in the review, for in_reply_to
  uint64_t decision_message = 0;
  Quarter decided;
  // First day of the present phase, and the quarter of the second request.
  absl::CivilDay phase_began;
  Quarter requested;
  // The phase has been extended (commitments offered, a matter for the President), the notification
  // withdrawn and filed anew: each at most once in a phase or review.
  bool extended = false;
  bool refiled = false;

  bool cleared() const { return phase == v1::ReviewView::PHASE_CLEARED; }
};

// The consent to a deal that a company's shareholders must give; see sim/shareholders.h.
struct ShareholderConsent {
  int32_t rule = 0;  // in World::voting_rules
  v1::VoteView::State state = v1::VoteView::STATE_PENDING;
};

struct TrancheState {
  enum class State { kPending, kDrawn, kLapsed };
  State state = State::kPending;
  Quarter drawn;
};

// A signed investment (one investor's part of a round), purchase or secondary sale.
struct Deal {
  enum class Kind { kFunding, kMerger, kSecondary };
  std::string name;  // its thread: `<funding thread>/<investor>`
  Kind kind = Kind::kFunding;
  LabId lab;
  AgentId investor;  // or buyer
  AgentId seller;    // kSecondary only
  v1::FundingTerms terms;
  v1::MergerTerms merger;
  v1::SecondaryTerms secondary;
  // The round's one pre-money; price per share is fixed at signing.
  Cents pre_money;
  int64_t price_micros_per_share = 0;
  Quarter signed_quarter;
  absl::CivilDay signed_day;
  v1::DealDisclosure::State state = v1::DealDisclosure::STATE_SIGNED;
  v1::DealEnded::Outcome outcome = v1::DealEnded::OUTCOME_UNSPECIFIED;
  std::vector<Review> reviews;
  std::vector<ShareholderConsent> votes;
  std::vector<TrancheState> tranches;
  uint64_t signing_message = 0;
  Quarter closed_quarter;
  // A convertible note's principal drawn and interest accrued, until it converts or is repaid.
  Cents note_principal;
  Cents note_interest;
  // The priced round it belongs to: series, price and the fully diluted shares at signing.
  std::string round;
  ShareClassId series;
  SharePrice price;
  int64_t fully_diluted_at_signing = 0;

  // Neither ended nor performed to the last: a closed deal lives until its tranches are drawn or
  // lapsed; its outcome is set then, and its state stays closed. A note may outlive it.
  bool live() const {
    return state != v1::DealDisclosure::STATE_ENDED &&
           outcome == v1::DealEnded::OUTCOME_UNSPECIFIED;
  }
  bool pending() const {
    return state == v1::DealDisclosure::STATE_SIGNED ||
           state == v1::DealDisclosure::STATE_UNDER_REVIEW;
  }
};

// A contract in force: reserved capacity, marketplace, licence, or the spend commitment that came
// with an investment.
struct Contract {
  enum class Kind { kCapacity, kMarketplace, kLicence, kSpendCommitment };
  std::string name;  // its thread
  Kind kind = Kind::kCapacity;
  AgentId provider;  // the cloud; of a licence the lab
  AgentId customer;  // the lab; of a licence the agent whose group embeds the models
  v1::CapacityTerms capacity;
  v1::MarketplaceTerms marketplace;
  v1::LicenceTerms licence;
  v1::CloudCommitment commitment;
  Quarter signed_quarter;
  Quarter start;
  Quarter end;  // one after the last quarter of service
  bool active = true;
  // Already reserved when the ramp starts, and when that is; unset: with the service.
  int64_t ramp_from_h100e = 0;
  Quarter ramp_start;
  // Paid ahead and not yet used.
  Cents prepaid;
  // Spent so far against a spend commitment.
  Cents spent;

  // Accelerators reserved in `quarter`, H100-equivalents; 0 outside the term.
  int64_t ReservedIn(Quarter quarter) const;
  // The same and what the cloud holds for the customer's option to renew.
  int64_t HeldIn(Quarter quarter) const;
};

// Rights that come with a stake, beside the shares in the cap table.
struct Stake {
  GroupId holder;
  AgentId holder_agent;
  LabId lab;
  Cents cost;
  // Carrying value above cost (below: negative), as booked; see sim/marks.h.
  Cents marked;
  v1::BoardRight board_right = v1::BOARD_RIGHT_NONE;
  bool information_right = false;
  bool pro_rata_right = false;
  bool firewall = false;
  bool early_access = false;
  std::vector<GroupId> excluded_investors;
  // What regulators have imposed and binds as long as the stake is held.
  std::vector<v1::Remedy> conditions;
  // Whose regulators have imposed limits on data flows; in order, without duplicates.
  std::vector<v1::Jurisdiction> data_flow_limits;
  Quarter since;
};

// A lab's notice to a cloud with a right of first refusal that it means to accept a rival's quote.
struct FirstRefusal {
  enum class State { kAsked, kDeclined, kExercised };
  uint64_t notice = 0;  // id of the message
  LabId lab;
  CloudId holder;
  std::string thread;
  v1::CapacityTerms terms;
  Quarter asked;
  State state = State::kAsked;
};

// What a thread's name stands for. Look-ups only, never iterated; see sim/threads.h.
struct ThreadIndex {
  struct Thread {
    int32_t round = -1;          // in World::rounds
    int32_t last_proposal = -1;  // in World::proposals
    DealId deal;
    ContractId contract;
  };
  absl::flat_hash_map<std::string, Thread> by_name;
  // How many of each have been entered.
  int32_t rounds = 0;
  int32_t proposals = 0;
  int32_t deals = 0;
  int32_t contracts = 0;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_DEALS_H_
