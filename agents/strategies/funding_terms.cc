#include "agents/strategies/funding_terms.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

constexpr double kMostAmountCents = 1e16;

bool AtClearance(const v1::Tranche& tranche) { return tranche.condition().has_clearance(); }

}  // namespace

double StakeBought(const v1::FundingTerms& terms) {
  if (terms.instrument() == v1::INSTRUMENT_CONVERTIBLE_NOTE) return 0;
  const auto amount = static_cast<double>(terms.amount_cents());
  return PartOf(amount, amount + static_cast<double>(terms.pre_money_cents()));
}

double PartAtClearance(const v1::FundingTerms& terms) {
  double at_clearance = 0;
  for (const v1::Tranche& tranche : terms.tranches()) {
    if (AtClearance(tranche)) at_clearance += static_cast<double>(tranche.amount_cents());
  }
  return PartOf(at_clearance, static_cast<double>(terms.amount_cents()));
}

double PartAtRisk(const v1::FundingTerms& terms) {
  double at_risk = 0;
  for (const v1::Tranche& tranche : terms.tranches()) {
    if (AtClearance(tranche) || tranche.condition().has_quarter()) continue;
    at_risk += static_cast<double>(tranche.amount_cents());
  }
  return PartOf(at_risk, static_cast<double>(terms.amount_cents()));
}

bool Excludes(const v1::FundingTerms& terms, absl::string_view group) {
  return std::any_of(terms.excluded_investors().begin(), terms.excluded_investors().end(),
                     [group](const std::string& excluded) { return excluded == group; });
}

bool IsExclusive(const v1::FundingTerms& terms) {
  return terms.cloud_commitment().exclusive() || terms.cloud_commitment().exclusive_marketplace();
}

void ScaleAmount(v1::FundingTerms& terms, double amount_cents) {
  const int64_t amount = ToWhole(std::clamp(amount_cents, 1.0, kMostAmountCents));
  const auto before = static_cast<double>(terms.amount_cents());
  int64_t left = amount;
  for (int i = 0; i < terms.tranches_size(); ++i) {
    v1::Tranche& tranche = *terms.mutable_tranches(i);
    const bool last = i + 1 == terms.tranches_size();
    const double part = PartOf(static_cast<double>(tranche.amount_cents()), before);
    const int64_t share =
        last ? left : std::clamp<int64_t>(ToWhole(part * static_cast<double>(amount)), 0, left);
    tranche.set_amount_cents(share);
    left -= share;
  }
  terms.set_amount_cents(amount);
}

void RaisePartAtClearance(v1::FundingTerms& terms, double part) {
  const double wanted = std::clamp(part, 0.0, 1.0) * static_cast<double>(terms.amount_cents());
  if (PartAtClearance(terms) * static_cast<double>(terms.amount_cents()) >= wanted) return;
  const auto first =
      std::find_if(terms.mutable_tranches()->begin(), terms.mutable_tranches()->end(), AtClearance);
  int64_t due_at_clearance = ToWhole(wanted);
  const int64_t later = terms.amount_cents() - due_at_clearance;
  v1::FundingTerms changed = terms;
  changed.clear_tranches();
  v1::Tranche& tranche = *changed.add_tranches();
  if (first != terms.mutable_tranches()->end()) tranche = *first;
  tranche.mutable_condition()->set_clearance(true);
  tranche.set_amount_cents(due_at_clearance);
  // What is left keeps its conditions, in proportion.
  v1::FundingTerms rest;
  for (const v1::Tranche& other : terms.tranches()) {
    if (!AtClearance(other)) *rest.add_tranches() = other;
  }
  if (later > 0 && !rest.tranches().empty()) {
    int64_t sum = 0;
    for (const v1::Tranche& other : rest.tranches()) sum += other.amount_cents();
    rest.set_amount_cents(sum);
    ScaleAmount(rest, static_cast<double>(later));
    for (const v1::Tranche& other : rest.tranches()) {
      if (other.amount_cents() > 0) *changed.add_tranches() = other;
    }
  } else {
    tranche.set_amount_cents(terms.amount_cents());
  }
  terms = changed;
}

std::string Describe(const v1::FundingTerms& terms) {
  std::string text = Dollars(static_cast<double>(terms.amount_cents()));
  if (terms.instrument() == v1::INSTRUMENT_CONVERTIBLE_NOTE) {
    absl::StrAppend(&text, " as a convertible note");
    if (terms.note().valuation_cap_cents() > 0) {
      absl::StrAppend(&text, " capped at ",
                      Dollars(static_cast<double>(terms.note().valuation_cap_cents())));
    }
  } else {
    absl::StrAppend(&text, " at ", Dollars(static_cast<double>(terms.pre_money_cents())),
                    " pre-money");
  }
  const double at_clearance = PartAtClearance(terms);
  if (at_clearance < 0.995) absl::StrAppend(&text, ", ", Percent(at_clearance), " at clearance");
  if (terms.board_right() == v1::BOARD_RIGHT_SEAT) absl::StrAppend(&text, ", board seat");
  if (terms.board_right() == v1::BOARD_RIGHT_OBSERVER) absl::StrAppend(&text, ", observer");
  if (terms.has_cloud_commitment()) {
    const v1::CloudCommitment& commitment = terms.cloud_commitment();
    absl::StrAppend(&text, ", ", Dollars(static_cast<double>(commitment.amount_cents())), " at ",
                    commitment.cloud(), IsExclusive(terms) ? " exclusively" : "");
  }
  if (!terms.excluded_investors().empty()) {
    absl::StrAppend(&text, ", ", terms.excluded_investors_size(), " investors shut out");
  }
  return text;
}

}  // namespace tranche
