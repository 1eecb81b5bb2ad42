#include "broker/arena/payoff.h"

#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "broker/ensemble/metric_names.h"
#include "sim/seat.h"
#include "sim/suggestion.h"

namespace tranche {
namespace {

absl::Status Malformed(absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the pay-off \"", text, "\" ", what,
                   "; it is metrics with + or - and spaces between them, as in \"net-income\" or "
                   "\"holdings-at-mark - holdings-at-cost\""));
}

// The table's metric of that name and subject, whatever its unit; null if there is none.
const MetricKey* FindMetric(const std::vector<MetricKey>& metrics, absl::string_view name,
                            absl::string_view subject) {
  for (const MetricKey& metric : metrics) {
    if (metric.name == name && metric.subject == subject) return &metric;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<Payoff> Payoff::Parse(absl::string_view text) {
  Payoff payoff;
  payoff.text_ = std::string(text);
  double sign = 1;
  bool wants_metric = true;
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (word == "+" || word == "-") {
      const bool leads = payoff.terms_.empty() && sign == 1 && word == "-";
      if (wants_metric && !leads) return Malformed(text, "has two signs together");
      sign = word == "-" ? -1 : 1;
      wants_metric = true;
      continue;
    }
    if (!wants_metric) return Malformed(text, "has two metrics without a sign between them");
    const std::pair<std::string, std::string> name_and_subject =
        absl::StrSplit(word, absl::MaxSplits(':', 1));
    if (name_and_subject.first.empty()) return Malformed(text, "has a metric without a name");
    payoff.terms_.push_back({sign, name_and_subject.first, name_and_subject.second});
    wants_metric = false;
  }
  if (wants_metric) return Malformed(text, "ends without a metric");
  return payoff;
}

absl::StatusOr<std::vector<double>> Payoff::Of(const OutcomeTable& table, size_t point,
                                               absl::string_view seat) const {
  std::vector<double> sums(table.seeds());
  const std::vector<MetricKey> metrics = table.metrics();
  for (const Term& term : terms_) {
    const absl::string_view subject = term.subject.empty() ? seat : term.subject;
    const MetricKey* metric = FindMetric(metrics, term.name, subject);
    if (metric == nullptr) {
      return absl::NotFoundError(
          absl::StrCat("no run has the metric ", term.name, " of ", subject,
                       "; docs/metrics.md lists metrics and whom they are about"));
    }
    const absl::Span<const double> values = table.Of(*metric, point);
    for (size_t seed = 0; seed < sums.size(); ++seed) sums[seed] += term.sign * values[seed];
  }
  return sums;
}

absl::Status Payoff::Check(v1::Role role) const {
  for (const Term& term : terms_) {
    const MetricName* known = FindMetricName(term.name);
    if (known == nullptr) {
      std::vector<std::string> names;
      for (const MetricName& name : MetricNames()) names.emplace_back(name.name);
      const std::string* near = NearestName(term.name, names);
      return absl::NotFoundError(
          absl::StrCat("no run has the metric ", term.name,
                       near == nullptr ? std::string("; docs/metrics.md lists metrics")
                                       : absl::StrCat(": did you mean \"", *near, "\"?")));
    }
    const bool is_theirs = role == v1::ROLE_LAB        ? known->lab
                           : role == v1::ROLE_CLOUD    ? known->cloud
                           : role == v1::ROLE_INVESTOR ? known->investor
                                                       : false;
    if (term.subject.empty() && !is_theirs) {
      return absl::NotFoundError(
          absl::StrCat("no ", RoleName(role), " has a metric ", term.name,
                       " of its own: name whose, "
                       "as in ",
                       term.name, ":SUBJECT; docs/metrics.md lists whom metrics are about"));
    }
  }
  return absl::OkStatus();
}

std::string Payoff::Unit(const OutcomeTable& table, absl::string_view seat) const {
  const std::vector<MetricKey> metrics = table.metrics();
  const Term& term = terms_[0];
  const MetricKey* metric =
      FindMetric(metrics, term.name, term.subject.empty() ? seat : term.subject);
  return metric == nullptr ? "" : metric->unit;
}

std::vector<std::string> Payoff::MetricPatterns() const {
  std::set<std::string> names;
  for (const Term& term : terms_) names.insert(term.name);
  return {names.begin(), names.end()};
}

DefaultPayoff DefaultPayoffOf(v1::Role role) {
  switch (role) {
    case v1::ROLE_INVESTOR:
      return {"holdings-at-mark - holdings-at-cost", "end"};
    case v1::ROLE_REGULATOR:
      return {"- hhi:models", "mean"};
    default:
      return {"net-income", "total"};
  }
}

}  // namespace tranche
