#include "sim/shareholders.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/closing.h"
#include "sim/dates.h"
#include "sim/notices.h"
#include "sim/ownership.h"
#include "sim/screens.h"
#include "sim/terms.h"
#include "sim/units.h"

namespace tranche {
namespace {

Cents ConsiderationOf(const Deal& deal) {
  switch (deal.kind) {
    case Deal::Kind::kFunding:
      return Cents(deal.terms.amount_cents());
    case Deal::Kind::kMerger:
      return Cents(deal.merger.price_cents());
    case Deal::Kind::kSecondary:
      return CostAtMicros(deal.secondary.price_micros_per_share(), deal.secondary.shares());
  }
  return Cents(0);
}

// New shares of the deal and of the others signed in its round.
int64_t IssuedInRound(const World& world, const Deal& deal) {
  int64_t issued = SharesOf(world, deal).issued;
  for (const Deal& other : world.deals) {
    if (other.kind == Deal::Kind::kFunding && other.lab == deal.lab && other.round == deal.round &&
        other.pending()) {
      issued += SharesOf(world, other).issued;
    }
  }
  return issued;
}

bool NeedsConsent(const World& world, const ShareholderRule& rule, const Deal& deal) {
  if (rule.deal > Cents(0) && rule.group.valid() &&
      world.agents[deal.investor].group == rule.group && ConsiderationOf(deal) >= rule.deal) {
    return true;
  }
  if (rule.issue <= 0 || rule.lab != deal.lab || !world.labs[deal.lab].listed) return false;
  if (deal.kind == Deal::Kind::kMerger) return true;
  const auto outstanding = static_cast<double>(world.labs[deal.lab].cap_table.FullyDiluted());
  return deal.kind == Deal::Kind::kFunding &&
         static_cast<double>(IssuedInRound(world, deal)) >= rule.issue * outstanding;
}

void Vote(World& world, Deal& deal, ShareholderConsent& consent, absl::CivilDay meeting,
          MarketOutput& out) {
  const ShareholderRule& rule = world.voting_rules[static_cast<size_t>(consent.rule)];
  RandomStream random = world.Random(absl::StrCat("vote/", rule.company, "/", deal.name));
  const bool approved = random.Bernoulli(rule.approval);
  consent.state = approved ? v1::VoteView::STATE_APPROVED : v1::VoteView::STATE_REJECTED;
  v1::ShareholderVote& body =
      *Notify(world, out, deal.name, {deal.investor, world.labs[deal.lab].agent, deal.seller})
           .mutable_shareholder_vote();
  body.set_deal(deal.name);
  body.set_company(rule.company);
  body.set_approved(approved);
  SetDate(meeting, body.mutable_meeting());
  if (approved) return;
  EndDeal(world, deal, v1::DealEnded::OUTCOME_VOTED_DOWN,
          absl::StrCat("the shareholders of ", rule.company, " voted against it"), out);
}

}  // namespace

void AddVotingRules(World& world) {
  const v1::Scenario& scenario = world.scenario;
  if (scenario.switches().no_shareholder_votes()) return;
  for (const v1::ShareholderVoteSpec& spec : scenario.shareholder_votes()) {
    ShareholderRule rule;
    rule.company = spec.company();
    rule.group = GroupOfHolder(world, spec.company());
    const AgentId agent = world.FindAgent(spec.company());
    if (agent.valid()) rule.lab = world.lab_of(agent);
    rule.deal = FromUsdMillions(spec.deal_usd_millions());
    rule.issue = spec.issue_percent() / 100;
    rule.approval = spec.approval_percent() / 100;
    rule.special_meeting_quarters = static_cast<int32_t>(spec.special_meeting_quarters());
    for (const v1::EventSpec& event : scenario.events()) {
      if (scenario.switches().no_scheduled_events()) break;
      if (event.shareholder_meeting() == spec.company())
        rule.meetings.push_back(DayOf(event.date()));
    }
    std::sort(rule.meetings.begin(), rule.meetings.end());
    world.voting_rules.push_back(std::move(rule));
  }
}

void OpenVotes(const World& world, Deal& deal) {
  deal.signed_day = DayOfRound(world);
  for (size_t i = 0; i < world.voting_rules.size(); ++i) {
    if (!NeedsConsent(world, world.voting_rules[i], deal)) continue;
    ShareholderConsent consent;
    consent.rule = static_cast<int32_t>(i);
    deal.votes.push_back(consent);
    deal.state = v1::DealDisclosure::STATE_UNDER_REVIEW;
  }
}

bool HasConsent(const Deal& deal) {
  return std::all_of(deal.votes.begin(), deal.votes.end(), [](const ShareholderConsent& consent) {
    return consent.state == v1::VoteView::STATE_APPROVED;
  });
}

std::optional<absl::CivilDay> MeetingFor(const ShareholderRule& rule, const Deal& deal) {
  std::optional<absl::CivilDay> first;
  const auto scheduled =
      std::lower_bound(rule.meetings.begin(), rule.meetings.end(), deal.signed_day + kNoticeDays);
  if (scheduled != rule.meetings.end()) first = *scheduled;
  if (rule.special_meeting_quarters > 0) {
    const absl::CivilDay special = (deal.signed_quarter + rule.special_meeting_quarters).LastDay();
    if (!first.has_value() || special < *first) first = special;
  }
  return first;
}

void HoldMeetings(World& world, MarketOutput& out) {
  if (world.voting_rules.empty()) return;
  for (Deal& deal : world.deals) {
    for (ShareholderConsent& consent : deal.votes) {
      if (!deal.pending() || consent.state != v1::VoteView::STATE_PENDING) continue;
      const std::optional<absl::CivilDay> meeting =
          MeetingFor(world.voting_rules[static_cast<size_t>(consent.rule)], deal);
      if (meeting.has_value() && *meeting <= world.quarter.LastDay()) {
        Vote(world, deal, consent, *meeting, out);
      }
    }
  }
}

void FillVote(const World& world, const Deal& deal, const ShareholderConsent& consent,
              v1::VoteView* view) {
  const ShareholderRule& rule = world.voting_rules[static_cast<size_t>(consent.rule)];
  view->set_company(rule.company);
  view->set_state(consent.state);
  if (const std::optional<absl::CivilDay> meeting = MeetingFor(rule, deal)) {
    SetDate(*meeting, view->mutable_meeting());
  }
}

}  // namespace tranche
