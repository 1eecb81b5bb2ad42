#include "broker/ensemble/run_outcome.h"

#include <fnmatch.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "broker/log/record_kind.h"
#include "broker/protocol/sha256.h"
#include "sim/money.h"
#include "sim/world.h"

namespace tranche {
namespace {

bool Matches(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

int64_t DrawnCents(const Deal& deal) {
  int64_t drawn = 0;
  for (size_t i = 0; i < deal.tranches.size(); ++i) {
    if (deal.tranches[i].state != TrancheState::State::kDrawn) continue;
    drawn += deal.terms.tranches(static_cast<int>(i)).amount_cents();
  }
  return drawn;
}

void AddTerms(const Deal& deal, DealOutcome& outcome) {
  const bool closed = deal.closed_quarter != Quarter();
  switch (deal.kind) {
    case Deal::Kind::kFunding:
      outcome.kind = "funding";
      outcome.amount_cents = deal.terms.amount_cents();
      outcome.drawn_cents = DrawnCents(deal);
      return;
    case Deal::Kind::kMerger:
      outcome.kind = "merger";
      outcome.amount_cents = deal.merger.price_cents();
      outcome.drawn_cents = closed ? outcome.amount_cents : 0;
      return;
    case Deal::Kind::kSecondary:
      outcome.kind = "secondary";
      outcome.amount_cents =
          CostAtMicros(deal.secondary.price_micros_per_share(), deal.secondary.shares()).value();
      outcome.drawn_cents = closed ? outcome.amount_cents : 0;
      return;
  }
}

void SetValue(int metric, int quarter, double value, RunOutcome& outcome) {
  const auto quarters = static_cast<size_t>(outcome.quarters);
  const size_t at = static_cast<size_t>(metric) * quarters;
  if (at >= outcome.values.size()) {
    outcome.values.resize(at + quarters, std::numeric_limits<double>::quiet_NaN());
  }
  outcome.values[at + static_cast<size_t>(quarter)] = value;
}

// Feeds a hash with values whose ends can't be mistaken.
class Feed {
 public:
  void Add(absl::string_view text) {
    AddInteger(text.size());
    hash_.Update(text);
  }
  void AddInteger(uint64_t value) {
    char bytes[8];
    for (size_t i = 0; i < sizeof(bytes); ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    hash_.Update(absl::string_view(bytes, sizeof(bytes)));
  }
  void AddNumber(double value) {
    // Every NaN says the same: no figure.
    AddInteger(
        std::bit_cast<uint64_t>(value == value ? value : std::numeric_limits<double>::quiet_NaN()));
  }
  std::string Finish() { return absl::BytesToHexString(hash_.Finish()); }

 private:
  Sha256 hash_;
};

}  // namespace

bool MetricFilter::Wants(absl::string_view name, absl::string_view subject) const {
  if (patterns_.empty()) return true;
  const std::string short_form(name);
  const std::string full_form = absl::StrCat(name, ":", subject);
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
    return Matches(pattern, short_form) || Matches(pattern, full_form);
  });
}

int MetricIndex::Number(const MetricValue& metric, bool always) {
  text_.assign(metric.name.data(), metric.name.size());
  text_.push_back('\0');
  text_.append(metric.subject.data(), metric.subject.size());
  const auto [entry, is_new] = numbers_.try_emplace(text_, -1);
  if (is_new && (always || filter_.Wants(metric.name, metric.subject))) {
    entry->second = static_cast<int>(keys_.size());
    keys_.push_back(
        {std::string(metric.name), std::string(metric.subject), std::string(metric.unit)});
  }
  return entry->second;
}

void AddQuarter(const Market& market, int quarter, MetricIndex& index, RunOutcome& outcome) {
  VisitMetrics(market.world(), [&](const MetricValue& metric) {
    const int number = index.NumberOf(metric);
    if (number >= 0) SetValue(number, quarter, metric.value, outcome);
  });
}

void AddFailedTurns(const std::map<std::string, int64_t>& failed, int quarter, MetricIndex& index,
                    RunOutcome& outcome) {
  for (const auto& [agent, turns] : failed) {
    const auto value = static_cast<double>(turns);
    SetValue(index.NumberOfKept({kFailedTurns, agent, value, "turns"}), quarter, value, outcome);
  }
}

void AddDeals(const Market& market, RunOutcome& outcome) {
  const World& world = market.world();
  for (const Deal& deal : world.deals) {
    DealOutcome& written = outcome.deals.emplace_back();
    written.deal = deal.name;
    written.lab = world.agent_of(deal.lab).seat.name;
    written.investor = world.name_of(deal.investor);
    written.signed_quarter = deal.signed_quarter.ToString();
    if (deal.closed_quarter != Quarter()) written.closed_quarter = deal.closed_quarter.ToString();
    const bool ended = deal.outcome != v1::DealEnded::OUTCOME_UNSPECIFIED;
    written.state = ended ? "ended" : EnumWord(deal.state);
    if (ended) written.outcome = EnumWord(deal.outcome);
    written.reviews = static_cast<int64_t>(deal.reviews.size());
    AddTerms(deal, written);
  }
  std::sort(outcome.deals.begin(), outcome.deals.end(),
            [](const DealOutcome& a, const DealOutcome& b) { return a.deal < b.deal; });
}

std::string OutcomeDigest(const RunOutcome& outcome, const std::vector<MetricKey>& keys) {
  const auto quarters = static_cast<size_t>(outcome.quarters);
  std::vector<size_t> order(quarters == 0 ? 0 : outcome.values.size() / quarters);
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
  Feed feed;
  feed.Add(outcome.error);
  feed.AddInteger(static_cast<uint64_t>(outcome.rounds));
  for (const size_t metric : order) {
    // A metric that other runs have and this one doesn't is no part of it.
    bool any = false;
    for (size_t q = 0; q < quarters; ++q) {
      const double value = outcome.values[metric * quarters + q];
      any |= value == value;
    }
    if (!any) continue;
    feed.Add(keys[metric].name);
    feed.Add(keys[metric].subject);
    feed.Add(keys[metric].unit);
    for (size_t q = 0; q < quarters; ++q) feed.AddNumber(outcome.values[metric * quarters + q]);
  }
  for (const DealOutcome& deal : outcome.deals) {
    for (const std::string* text :
         {&deal.deal, &deal.kind, &deal.lab, &deal.investor, &deal.signed_quarter,
          &deal.closed_quarter, &deal.state, &deal.outcome}) {
      feed.Add(*text);
    }
    feed.AddInteger(static_cast<uint64_t>(deal.amount_cents));
    feed.AddInteger(static_cast<uint64_t>(deal.drawn_cents));
    feed.AddInteger(static_cast<uint64_t>(deal.reviews));
  }
  return feed.Finish();
}

}  // namespace tranche
