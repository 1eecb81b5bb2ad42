#ifndef TRANCHE_SIM_TESTING_NEGOTIATION_H_
#define TRANCHE_SIM_TESTING_NEGOTIATION_H_

#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "sim/closing.h"
#include "sim/envelope.h"
#include "sim/genesis.h"
#include "sim/moves.h"
#include "sim/ownership.h"
#include "sim/proposals.h"
#include "sim/review.h"
#include "sim/shareholders.h"
#include "sim/supply.h"
#include "sim/testing/small_market.h"
#include "sim/threads.h"
#include "sim/treasury.h"
#include "sim/world.h"

// The duopoly at the table: agents make moves, and quarters close as far as negotiation goes.
namespace tranche {

constexpr int64_t kMillion = 100'000'000;  // of dollars, in cents
constexpr int64_t kBillion = 1000 * kMillion;

class NegotiationTest : public ::testing::Test {
 protected:
  class Mailbox : public MarketOutput {
   public:
    v1::Message* AddMessage() override { return &messages.emplace_back(); }
    v1::LogRecord* AddRecord() override { return nullptr; }
    std::deque<v1::Message> messages;
  };

  NegotiationTest() { Open(DuopolyScenario()); }

  // Starts over with another scenario.
  void Open(const v1::Scenario& scenario) {
    auto built = BuildWorld(scenario, 7);
    TRANCHE_CHECK(built.ok(), built.status().ToString());
    owned = *std::move(built);
    owned->ledger.OpenQuarter();
    owned->round = 1;
  }
  // Nothing needs clearance.
  void SetRegulatorsAside() { world().has_regime = {}; }

  World& world() { return *owned; }
  AgentId Agent(absl::string_view name) { return world().FindAgent(name); }
  LabId LabNamed(absl::string_view name) { return world().lab_of(Agent(name)); }
  Lab& TheLab(absl::string_view name) { return world().labs[LabNamed(name)]; }
  GroupId GroupOf(absl::string_view agent) { return world().agents[Agent(agent)].group; }
  EntityId Books(absl::string_view agent) { return world().agents[Agent(agent)].entity; }
  Cents CashOf(absl::string_view agent) { return world().ledger.Cash(Books(agent)); }
  Deal& TheDeal(absl::string_view name) {
    Deal* deal = FindDeal(world(), name);
    TRANCHE_CHECK(deal != nullptr, std::string(name));
    return *deal;
  }

  // Makes a move; empty if it was accepted, else the name of the rule.
  std::string Move(absl::string_view sender, std::initializer_list<absl::string_view> recipients,
                   absl::string_view thread, v1::Message body, uint64_t in_reply_to = 0) {
    body.set_id(++last_id);
    body.set_sender(std::string(sender));
    body.set_quarter(world().quarter.index());
    for (absl::string_view recipient : recipients) body.add_recipients(std::string(recipient));
    body.set_thread(std::string(thread));
    body.set_in_reply_to(in_reply_to);
    const AgentId agent = Agent(sender);
    Verdict verdict = CheckEnvelope(world(), agent, body);
    if (!verdict) verdict = ApplyMove(world(), agent, body, mail);
    if (!verdict) return "";
    EXPECT_FALSE(verdict->explanation.empty());
    EXPECT_FALSE(verdict->would_be_legal.empty());
    return verdict->rule;
  }

  void CloseQuarter() {
    AdvanceReviews(world(), mail);
    HoldMeetings(world(), mail);
    CloseDeals(world(), mail);
    ExpireContracts(world(), mail);
    ExpireProposals(world(), mail);
    const absl::Status balanced = world().ledger.CheckBalanced();
    EXPECT_TRUE(balanced.ok()) << balanced;
    world().ledger.CloseQuarter();
    ++world().quarter;
    world().round = 1;
    world().moves_this_round.assign(world().moves_this_round.size(), 0);
    world().ledger.OpenQuarter();
  }

  // Messages the market has sent with this kind of body.
  std::vector<v1::Message> Sent(v1::Message::BodyCase body) {
    std::vector<v1::Message> found;
    for (const v1::Message& message : mail.messages) {
      if (message.body_case() == body) found.push_back(message);
    }
    return found;
  }

  // --- Usual moves -------------------------------------------------------------------------------

  std::string Ask(absl::string_view lab, absl::string_view thread, int64_t amount,
                  int64_t pre_money, std::initializer_list<absl::string_view> investors,
                  int64_t minimum = 0) {
    v1::Message move;
    v1::FundingAsk& ask = *move.mutable_funding_ask();
    ask.set_kind(v1::FundingAsk::KIND_PRIMARY);
    ask.set_amount_sought_cents(amount);
    ask.set_minimum_cents(minimum);
    ask.set_pre_money_cents(pre_money);
    ask.set_target_close_quarter(world().quarter.index());
    return Move(lab, investors, thread, move);
  }

  // Preferred shares, all at clearance, without any right.
  v1::FundingTerms Terms(int64_t amount, int64_t pre_money) {
    v1::FundingTerms terms;
    terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
    terms.set_amount_cents(amount);
    terms.set_pre_money_cents(pre_money);
    v1::Tranche& tranche = *terms.add_tranches();
    tranche.set_amount_cents(amount);
    tranche.mutable_condition()->set_clearance(true);
    terms.set_board_right(v1::BOARD_RIGHT_NONE);
    terms.set_liquidation_preference_bp(10'000);
    terms.set_outside_quarter(world().quarter.index() + 3);
    return terms;
  }
  v1::FundingTerms Note(int64_t amount) {
    v1::FundingTerms terms = Terms(amount, 0);
    terms.set_instrument(v1::INSTRUMENT_CONVERTIBLE_NOTE);
    terms.mutable_note()->set_interest_bp(800);
    terms.mutable_note()->set_discount_bp(2'000);
    terms.mutable_note()->set_maturity_quarter(world().quarter.index() + 6);
    return terms;
  }

  std::string Offer(absl::string_view investor, absl::string_view lab, absl::string_view thread,
                    const v1::FundingTerms& terms) {
    v1::Message move;
    *move.mutable_term_sheet()->mutable_terms() = terms;
    return Move(investor, {lab}, thread, move, FindRound(world(), thread)->message);
  }
  std::string Accept(absl::string_view agent, absl::string_view other, absl::string_view thread,
                     uint64_t message) {
    v1::Message move;
    move.mutable_acceptance();
    return Move(agent, {other}, thread, move, message);
  }
  std::string Refuse(absl::string_view agent, absl::string_view other, absl::string_view thread,
                     uint64_t message) {
    v1::Message move;
    move.mutable_refusal();
    return Move(agent, {other}, thread, move, message);
  }
  std::string Withdraw(absl::string_view agent, absl::string_view other, absl::string_view thread,
                       uint64_t message = 0) {
    v1::Message move;
    move.mutable_withdrawal();
    return Move(agent, {other}, thread, move, message);
  }
  std::string SignRound(absl::string_view lab, absl::string_view thread, int64_t pre_money,
                        std::initializer_list<absl::string_view> investors,
                        std::initializer_list<uint64_t> proposals) {
    v1::Message move;
    v1::DefinitiveAgreement& agreement = *move.mutable_definitive_agreement();
    agreement.set_pre_money_cents(pre_money);
    for (uint64_t proposal : proposals) agreement.add_proposals(proposal);
    return Move(lab, investors, thread, move);
  }
  // A round of one investor from ask to signature. Returns the deal's name.
  std::string SignWith(absl::string_view investor, const v1::FundingTerms& terms,
                       absl::string_view lab = "aurora", absl::string_view topic = "round") {
    const std::string thread = absl::StrCat(lab, "/", topic);
    const int64_t pre_money = terms.pre_money_cents() > 0 ? terms.pre_money_cents() : kBillion;
    EXPECT_EQ(Ask(lab, thread, terms.amount_cents(), pre_money, {investor}), "");
    EXPECT_EQ(Offer(investor, lab, thread, terms), "");
    const uint64_t offer = last_id;
    EXPECT_EQ(Accept(lab, investor, thread, offer), "");
    EXPECT_EQ(SignRound(lab, thread, terms.pre_money_cents(), {investor}, {offer}), "");
    return absl::StrCat(thread, "/", investor);
  }

  std::string Notify(absl::string_view party, absl::string_view deal,
                     absl::string_view regulator = "us-antitrust",
                     v1::Jurisdiction jurisdiction = v1::JURISDICTION_US_ANTITRUST) {
    v1::Message move;
    move.mutable_merger_notification()->set_deal(std::string(deal));
    move.mutable_merger_notification()->set_jurisdiction(jurisdiction);
    return Move(party, {regulator}, deal, move);
  }
  std::string Decide(absl::string_view regulator, absl::string_view deal,
                     v1::Decision::Outcome outcome, std::vector<v1::Remedy> conditions = {}) {
    v1::Message move;
    v1::Decision& decision = *move.mutable_decision();
    decision.set_deal(std::string(deal));
    decision.set_outcome(outcome);
    for (const v1::Remedy& condition : conditions) *decision.add_conditions() = condition;
    const Deal& about = TheDeal(deal);
    return Move(regulator, {world().name_of(about.investor), world().agent_of(about.lab).seat.name},
                deal, move);
  }
  static v1::Remedy Condition(v1::Remedy::Kind kind, uint32_t limit_bp = 0,
                              absl::string_view subject = "") {
    v1::Remedy remedy;
    remedy.set_kind(kind);
    remedy.set_limit_bp(limit_bp);
    remedy.set_subject(std::string(subject));
    return remedy;
  }

  Mailbox mail;
  uint64_t last_id = 0;

 private:
  std::unique_ptr<World> owned;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_TESTING_NEGOTIATION_H_
