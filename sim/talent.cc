#include "sim/talent.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/det_math.h"
#include "sim/money.h"
#include "sim/notices.h"

namespace tranche {
namespace {

constexpr int64_t kMostPositions = 10'000;

Verdict CheckPay(int64_t cash_cents, int64_t equity_cents) {
  if (cash_cents >= 0 && equity_cents >= 0 && cash_cents + equity_cents > 0 &&
      cash_cents <= int64_t{1} << 50 && equity_cents <= int64_t{1} << 50) {
    return Accepted();
  }
  return Refused("pay",
                 absl::StrCat("pay of ", FormatDollars(Cents(cash_cents)), " in cash and ",
                              FormatDollars(Cents(equity_cents)), " in equity a year"),
                 "cash and equity that aren't negative, and not both zero");
}

// Utility of working for `lab` at this pay.
double UtilityAt(const World& world, const Lab& lab, Cents cash, Cents equity) {
  const v1::TalentSpec& spec = world.scenario.talent();
  constexpr double kLn2 = 0.6931471805599453;
  const double pay = std::max(1.0, EffectivePay(world, cash, equity));
  return spec.pay_weight() * DetLog(pay) / kLn2 + spec.prestige_weight() * lab.capability;
}

// Rounds a number of people up or down so that its mean is `expected`.
int64_t RoundPeople(double expected, RandomStream& random) {
  const auto whole = static_cast<int64_t>(expected);
  return whole + (random.Bernoulli(expected - static_cast<double>(whole)) ? 1 : 0);
}

void Employ(Lab& lab, int64_t people, Cents cash, Cents equity) {
  const int64_t total = lab.researchers + people;
  // Mean pay of the old and the new.
  lab.cash_pay = Cents(MulDiv(lab.cash_pay, lab.researchers, total).value() +
                       MulDiv(cash, people, total).value());
  lab.equity_pay = Cents(MulDiv(lab.equity_pay, lab.researchers, total).value() +
                         MulDiv(equity, people, total).value());
  lab.researchers = total;
}

void CarryKnowHow(const World& world, const Lab& from, Lab& to, int64_t people) {
  if (from.researchers + people == 0 || to.efficiency >= from.efficiency) return;
  const double part = static_cast<double>(people) / static_cast<double>(from.researchers + people);
  const double closed = std::min(1.0, part * world.scenario.talent().know_how_carried());
  to.efficiency += closed * (from.efficiency - to.efficiency);
}

// One source of people (a lab, or the open market) and the offers made to them.
void ClearSource(World& world, LabId source, absl::Span<const JobOfferState* const> offers,
                 RandomStream& random, MarketOutput& out) {
  const v1::TalentSpec& spec = world.scenario.talent();
  const int64_t people =
      source.valid() ? world.labs[source].researchers : world.researchers_available;
  if (people == 0 || offers.empty()) return;

  double stay = 0;
  if (source.valid()) {
    const Lab& lab = world.labs[source];
    stay = UtilityAt(world, lab, lab.cash_pay, lab.equity_pay);
  } else {
    // An idle researcher compares with the mean lab.
    int labs = 0;
    for (const Lab& lab : world.labs) {
      if (!world.agents[lab.agent].active) continue;
      stay += UtilityAt(world, lab, lab.cash_pay, lab.equity_pay);
      ++labs;
    }
    if (labs > 0) stay /= labs;
  }
  std::vector<double> weights;
  double total = 1;  // exp(stay - stay)
  for (const JobOfferState* offer : offers) {
    const double utility =
        UtilityAt(world, world.labs[offer->employer], offer->cash, offer->equity);
    const double friction = source.valid() ? spec.mobility_friction() : 0;
    // Beyond e^40 everybody goes; keeps the exponential finite.
    weights.push_back(DetExp(std::min(40.0, utility - friction - stay)));
    total += weights.back();
  }
  int64_t left = people;
  for (size_t i = 0; i < offers.size(); ++i) {
    const JobOfferState& offer = *offers[i];
    const double expected = static_cast<double>(people) * weights[i] / total;
    const int64_t moving = std::min({RoundPeople(expected, random), offer.positions, left});
    if (moving <= 0) continue;
    left -= moving;
    if (source.valid()) {
      world.labs[source].researchers -= moving;
      CarryKnowHow(world, world.labs[source], world.labs[offer.employer], moving);
    } else {
      world.researchers_available -= moving;
    }
    Employ(world.labs[offer.employer], moving, offer.cash, offer.equity);

    const AgentId employer = world.labs[offer.employer].agent;
    v1::Message& message = source.valid()
                               ? Notify(world, out, "", {employer, world.labs[source].agent})
                               : Notify(world, out, "", {employer});
    message.set_in_reply_to(offer.message);
    v1::TalentMove* move = message.mutable_talent_move();
    if (source.valid()) move->set_from(world.agent_of(source).seat.name);
    move->set_to(world.agent_of(offer.employer).seat.name);
    move->set_people(static_cast<uint32_t>(moving));
    move->set_cash_cents_per_year(offer.cash.value());
    move->set_equity_cents_per_year(offer.equity.value());
  }
}

}  // namespace

double EffectivePay(const World& world, Cents cash, Cents equity) {
  return static_cast<double>(cash.value()) +
         world.scenario.talent().equity_weight() * static_cast<double>(equity.value());
}

Verdict ApplyJobOffer(World& world, AgentId sender, const v1::Message& move) {
  const v1::JobOffer& offer = move.job_offer();
  if (world.scenario.switches().no_talent()) {
    return Refused("switched-off", "the scenario has no market for talent", "no job offers");
  }
  if (offer.positions() < 1 || offer.positions() > kMostPositions) {
    return Refused("positions", absl::StrCat(offer.positions(), " positions"),
                   absl::StrCat("1 to ", kMostPositions, " positions"));
  }
  if (Verdict pay = CheckPay(offer.cash_cents_per_year(), offer.equity_cents_per_year())) {
    return pay;
  }
  JobOfferState state;
  state.employer = world.lab_of(sender);
  if (!offer.poach_from().empty()) {
    const AgentId rival = world.FindAgent(offer.poach_from());
    if (!rival.valid() || !world.lab_of(rival).valid() || !world.agents[rival].active ||
        rival == sender) {
      return Refused("poach-from", absl::StrCat("\"", offer.poach_from(), "\" isn't a rival lab"),
                     "the name of another active lab, or empty for the open market");
    }
    state.poach_from = world.lab_of(rival);
  }
  state.positions = offer.positions();
  state.cash = Cents(offer.cash_cents_per_year());
  state.equity = Cents(offer.equity_cents_per_year());
  state.message = move.id();
  for (JobOfferState& standing : world.job_offers) {
    if (standing.employer == state.employer && standing.poach_from == state.poach_from) {
      standing = state;
      return Accepted();
    }
  }
  world.job_offers.push_back(state);
  return Accepted();
}

Verdict ApplyRetentionOffer(World& world, AgentId sender, const v1::Message& move) {
  const v1::RetentionOffer& offer = move.retention_offer();
  if (Verdict pay = CheckPay(offer.cash_cents_per_year(), offer.equity_cents_per_year())) {
    return pay;
  }
  Lab& lab = world.labs[world.lab_of(sender)];
  lab.cash_pay = Cents(offer.cash_cents_per_year());
  lab.equity_pay = Cents(offer.equity_cents_per_year());
  return Accepted();
}

Verdict ApplyLayoff(World& world, AgentId sender, const v1::Message& move) {
  Lab& lab = world.labs[world.lab_of(sender)];
  const int64_t positions = move.layoff().positions();
  if (positions < 1 || positions > lab.researchers) {
    return Refused("positions", absl::StrCat("lay off ", positions, " of ", lab.researchers),
                   absl::StrCat("1 to ", lab.researchers, " people"));
  }
  lab.researchers -= positions;
  world.researchers_available += positions;
  return Accepted();
}

void ClearTalent(World& world, MarketOutput& out) {
  if (!world.scenario.switches().no_talent()) {
    RandomStream random = world.Random("talent");
    std::sort(world.job_offers.begin(), world.job_offers.end(),
              [](const JobOfferState& a, const JobOfferState& b) {
                if (a.poach_from != b.poach_from) return a.poach_from < b.poach_from;
                return a.employer < b.employer;
              });
    std::vector<const JobOfferState*> offers;
    for (size_t i = 0; i < world.job_offers.size();) {
      const LabId source = world.job_offers[i].poach_from;
      offers.clear();
      for (; i < world.job_offers.size() && world.job_offers[i].poach_from == source; ++i) {
        if (world.agents[world.labs[world.job_offers[i].employer].agent].active) {
          offers.push_back(&world.job_offers[i]);
        }
      }
      ClearSource(world, source, offers, random, out);
    }
    world.researchers_available += world.scenario.talent().entrants_per_quarter();
  }
  world.job_offers.clear();
  for (Lab& lab : world.labs) lab.researchers_history.push_back(lab.researchers);
}

}  // namespace tranche
