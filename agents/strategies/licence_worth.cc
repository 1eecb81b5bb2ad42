#include "agents/strategies/licence_worth.h"

#include <algorithm>

#include "agents/strategies/bargaining.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

constexpr uint32_t kLongestTermQuarters = 20;

double StandsFor(const LicenceTaste& taste, int made) {
  return ConcededValue(taste.opening_royalty, taste.limit_royalty,
                       ConcededPart({.steps = taste.proposals}, made));
}

v1::LicenceTerms AtRoyalty(const LicenceTaste& taste, const v1::LicenceTerms& terms,
                           double royalty) {
  v1::LicenceTerms ours = terms;
  ours.set_royalty_bp(
      static_cast<uint32_t>(ToWhole(1e4 * std::clamp(RoundedTo(royalty, 0.005), 0.0, 1.0))));
  ours.set_term_quarters(std::clamp(terms.term_quarters(), 1U, kLongestTermQuarters));
  ours.set_early_access(terms.early_access() && taste.early_access);
  return ours;
}

}  // namespace

double LicenceYield(const v1::LicenceTerms& terms, double embedded_revenue_cents) {
  const double royalty = std::min(terms.royalty_bp(), 10'000U) / 1e4;
  const auto fee = std::max(static_cast<double>(terms.fee_cents_per_quarter()), 0.0);
  return royalty + std::min(PartOf(fee, std::max(embedded_revenue_cents, 1.0)), 1.0);
}

LicenceReply LabOnLicence(const LicenceTaste& taste, const v1::LicenceTerms& terms, int made,
                          double embedded_revenue_cents) {
  const double stands_for = StandsFor(taste, made);
  const bool shows_too_much = terms.early_access() && !taste.early_access;
  if (LicenceYield(terms, embedded_revenue_cents) >= stands_for && !shows_too_much) {
    return {LicenceReply::Kind::kAccept, {}};
  }
  if (made >= taste.proposals) return {LicenceReply::Kind::kRefuse, {}};
  return {LicenceReply::Kind::kCounter, AtRoyalty(taste, terms, stands_for)};
}

LicenceReply LicenseeOnLicence(const LicenceTaste& taste, const v1::LicenceTerms& terms, int made,
                               double embedded_revenue_cents) {
  const double stands_for = StandsFor(taste, made);
  if (LicenceYield(terms, embedded_revenue_cents) <= stands_for) {
    return {LicenceReply::Kind::kAccept, {}};
  }
  if (made >= taste.proposals) return {LicenceReply::Kind::kRefuse, {}};
  v1::LicenceTerms ours = AtRoyalty(taste, terms, stands_for);
  ours.set_fee_cents_per_quarter(0);
  return {LicenceReply::Kind::kCounter, ours};
}

const v1::LicenceTerms& LicenceTermsIn(const v1::Message& proposal) {
  return proposal.has_licence_offer() ? proposal.licence_offer().terms()
                                      : proposal.counter_offer().licence();
}

}  // namespace tranche
