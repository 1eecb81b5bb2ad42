#include "agents/strategies/concerns.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "agents/strategies/directory.h"
#include "agents/strategies/figures.h"

namespace tranche {
namespace {

// Severities of what no figure measures.
constexpr double kInterlockSeverity = 1.6;
constexpr double kExclusivitySeverity = 1.3;
constexpr double kInformationSeverity = 1.1;
constexpr double kForeignControlSeverity = 3;
constexpr double kForeignInfluenceSeverity = 1.4;
// A change of the modified HHI this many times the threshold can't be met by rights alone.
constexpr double kOwnershipItselfFactor = 4;
constexpr uint32_t kDivestToBp = 500;
// Stakes up to a tenth count as passive (16 CFR 802.9; 31 CFR 800.243); a stake of a tenth here and
// in a rival is at the threshold, of less than half of it no concern, and of twice it one that
// conduct can't meet.
constexpr double kPassiveStake = 0.1;
constexpr double kLeastDualSeverity = 0.5;
constexpr double kDualItselfFactor = 2;
// What remedies take away of a concern: conduct alone, shares sold or not bought, a term struck
// out, and what mitigates a foreign hold on a developer.
constexpr double kConductCure = 0.65;
constexpr double kStructuralCure = 0.9;
constexpr double kTermCure = 0.95;
constexpr double kMitigationCure = 0.85;
constexpr double kMostSeverity = 10;

v1::Remedy Remedy(v1::Remedy::Kind kind) {
  v1::Remedy remedy;
  remedy.set_kind(kind);
  return remedy;
}

// Half of what the deal would add to the stake.
v1::Remedy StakeCap(const v1::PublicView& market, const v1::ReviewFile& file) {
  const double held = DisclosedStakePpm(market, file.investor_group(), file.lab()) / 100.0;
  const double after = std::max(static_cast<double>(file.stake_after_bp()), held);
  v1::Remedy remedy = Remedy(v1::Remedy::KIND_STAKE_CAP);
  remedy.set_limit_bp(
      static_cast<uint32_t>(ToWhole(std::clamp((held + after) / 2, held + 1, 9'999.0))));
  return remedy;
}

// The rival whose stake could be sold down; empty if none can be.
absl::string_view RivalToSell(const v1::PublicView& market, const v1::ReviewFile& file) {
  for (const std::string& rival : file.rivals_held()) {
    if (GroupOf(market, rival) == file.investor_group()) continue;
    if (DisclosedStakePpm(market, file.investor_group(), rival) > 100 * kDivestToBp) return rival;
  }
  return "";
}

// The largest stake that all can see the investor's group to have in a rival of the lab, ppm.
uint32_t LargestRivalStakePpm(const v1::PublicView& market, const v1::ReviewFile& file) {
  uint32_t largest = 0;
  for (const std::string& rival : file.rivals_held()) {
    if (GroupOf(market, rival) == file.investor_group()) continue;
    largest = std::max(largest, DisclosedStakePpm(market, file.investor_group(), rival));
  }
  return largest;
}

std::string AgainstThresholds(absl::string_view index, uint32_t level, uint32_t change,
                              const v1::ReviewRegime& regime) {
  return absl::StrFormat("%s %d, up %d by the deal, against thresholds of %d and %d", index, level,
                         change, regime.hhi_threshold(), regime.hhi_change_threshold());
}

bool Over(uint32_t level, uint32_t change, const v1::ReviewRegime& regime) {
  return level > regime.hhi_threshold() && change > regime.hhi_change_threshold();
}

double Excess(double value, double threshold) {
  return std::min(threshold > 0 ? value / threshold : 1.0, kMostSeverity);
}

void AddCombination(const v1::PublicView& market, const v1::ReviewRegime& regime,
                    const v1::ReviewFile& file, std::vector<Concern>& concerns) {
  if (!file.has_control() && !file.has_merger()) return;
  const bool concentrated = Over(file.hhi(), file.hhi_change(), regime);
  const bool dominant = file.combined_share_bp() > regime.share_threshold_bp() &&
                        file.hhi_change() > regime.hhi_change_threshold();
  if (!concentrated && !dominant) return;
  Concern& concern = concerns.emplace_back();
  concern.severity =
      std::max(concentrated ? Excess(file.hhi_change(), regime.hhi_change_threshold()) : 0,
               dominant ? Excess(file.combined_share_bp(), regime.share_threshold_bp()) : 0);
  concern.reason = absl::StrCat("Control would combine rivals: ",
                                AgainstThresholds("HHI", file.hhi(), file.hhi_change(), regime),
                                "; combined share ", Percent(file.combined_share_bp() / 1e4));
  if (!file.has_merger()) concern.remedies.push_back(StakeCap(market, file));
  concern.cure = kStructuralCure;
}

void AddPartialOwnership(const v1::PublicView& market, const v1::ReviewRegime& regime,
                         const v1::ReviewFile& file, std::vector<Concern>& concerns) {
  if (!Over(file.mhhi(), file.mhhi_change(), regime)) return;
  Concern& concern = concerns.emplace_back();
  concern.severity = Excess(file.mhhi_change(), regime.hhi_change_threshold());
  concern.reason = absl::StrCat(
      file.investor_group(), " would hold stakes in rivals (",
      absl::StrJoin(file.rivals_held(), ", "),
      "): ", AgainstThresholds("modified HHI", file.mhhi(), file.mhhi_change(), regime));
  concern.remedies.push_back(Remedy(v1::Remedy::KIND_FIREWALL));
  if (!file.has_merger() && file.terms().board_right() > v1::BOARD_RIGHT_NONE) {
    concern.remedies.push_back(Remedy(v1::Remedy::KIND_NO_BOARD_SEAT));
  }
  concern.cure = kConductCure;
  if (concern.severity < kOwnershipItselfFactor) return;
  concern.cure = kStructuralCure;
  const absl::string_view rival = RivalToSell(market, file);
  if (!rival.empty()) {
    v1::Remedy& sale = concern.remedies.emplace_back(Remedy(v1::Remedy::KIND_DIVESTITURE));
    sale.set_subject(std::string(rival));
    sale.set_limit_bp(kDivestToBp);
  } else if (!file.has_merger()) {
    concern.remedies.push_back(StakeCap(market, file));
  }
}

void AddDualStake(const v1::PublicView& market, const v1::ReviewRegime& regime,
                  const v1::ReviewFile& file, std::vector<Concern>& concerns) {
  if (file.hhi() <= regime.hhi_threshold() || file.has_merger()) return;
  const double rival = LargestRivalStakePpm(market, file) / 1e6;
  const double here = file.stake_after_bp() / 1e4;
  const double severity = std::min(here, rival) / kPassiveStake;
  if (severity < kLeastDualSeverity) return;
  Concern& concern = concerns.emplace_back();
  concern.severity = std::min(severity, kMostSeverity);
  concern.reason = absl::StrCat(file.investor_group(), " would hold ", Percent(here), " here and ",
                                Percent(rival), " of a rival");
  concern.remedies.push_back(Remedy(v1::Remedy::KIND_FIREWALL));
  concern.cure = kConductCure;
  if (concern.severity < kDualItselfFactor) return;
  concern.cure = kStructuralCure;
  const absl::string_view sold = RivalToSell(market, file);
  if (sold.empty()) {
    concern.remedies.push_back(StakeCap(market, file));
  } else {
    v1::Remedy& sale = concern.remedies.emplace_back(Remedy(v1::Remedy::KIND_DIVESTITURE));
    sale.set_subject(std::string(sold));
    sale.set_limit_bp(kDivestToBp);
  }
}

void AddTerms(const v1::ReviewFile& file, std::vector<Concern>& concerns) {
  // Of two companies that become one no directors are in common.
  if (file.interlock() && !file.has_merger()) {
    Concern& concern = concerns.emplace_back();
    concern.severity = kInterlockSeverity;
    concern.reason = "A director in common with a competitor (Clayton Act section 8)";
    concern.remedies.push_back(Remedy(v1::Remedy::KIND_NO_BOARD_SEAT));
  }
  if (file.exclusive_terms()) {
    Concern& concern = concerns.emplace_back();
    concern.severity = kExclusivitySeverity;
    concern.reason = "Exclusive dealing would close a cloud or marketplace to rivals";
    concern.remedies.push_back(Remedy(v1::Remedy::KIND_NO_EXCLUSIVITY));
    concern.remedies.push_back(Remedy(v1::Remedy::KIND_NON_DISCRIMINATION));
    concern.cure = kTermCure;
  }
  const bool sees = file.terms().early_access() || file.terms().information_right();
  if (!file.rivals_held().empty() && sees && !file.terms().firewall()) {
    Concern& concern = concerns.emplace_back();
    concern.severity = kInformationSeverity;
    concern.reason = absl::StrCat("The investor would see the lab's plans while it holds ",
                                  absl::StrJoin(file.rivals_held(), ", "));
    concern.remedies.push_back(Remedy(v1::Remedy::KIND_FIREWALL));
    concern.cure = kTermCure;
    if (file.terms().early_access()) {
      concern.remedies.push_back(Remedy(v1::Remedy::KIND_NO_EARLY_ACCESS));
    }
  }
}

void AddForeignInvestor(const v1::ReviewFile& file, std::vector<Concern>& concerns) {
  if (!file.foreign_investor()) return;
  const bool influence = file.terms().board_right() > v1::BOARD_RIGHT_NONE;
  const bool passive = file.stake_after_bp() <= 1e4 * kPassiveStake && !influence;
  if (!file.has_control() && !file.has_merger() && passive && !file.terms().early_access()) return;
  const bool controls = file.has_control() || file.has_merger();
  Concern& concern = concerns.emplace_back();
  concern.severity = controls ? kForeignControlSeverity : kForeignInfluenceSeverity;
  concern.reason = absl::StrCat("A foreign investor with ", Percent(file.stake_after_bp() / 1e4),
                                controls    ? " would control"
                                : influence ? " would sit with"
                                : !passive  ? " would be no passive holder of"
                                            : " would see into",
                                " a developer of critical technology");
  concern.remedies.push_back(Remedy(v1::Remedy::KIND_DATA_FLOW_LIMITS));
  concern.cure = kMitigationCure;
  if (!file.has_merger() && influence) {
    concern.remedies.push_back(Remedy(v1::Remedy::KIND_NO_BOARD_SEAT));
  }
  if (!file.has_merger() && file.terms().early_access()) {
    concern.remedies.push_back(Remedy(v1::Remedy::KIND_NO_EARLY_ACCESS));
  }
}

bool Covers(absl::Span<const v1::Remedy> remedies, const v1::Remedy& needed) {
  return std::any_of(remedies.begin(), remedies.end(), [&](const v1::Remedy& remedy) {
    return remedy.kind() == needed.kind() && remedy.subject() == needed.subject() &&
           remedy.limit_bp() <= needed.limit_bp();
  });
}

}  // namespace

std::vector<Concern> ConcernsAbout(const v1::PublicView& market, const v1::ReviewRegime& regime,
                                   const v1::ReviewFile& file) {
  std::vector<Concern> concerns;
  if (regime.jurisdiction() == v1::JURISDICTION_CFIUS) {
    AddForeignInvestor(file, concerns);
    return concerns;
  }
  AddCombination(market, regime, file, concerns);
  AddPartialOwnership(market, regime, file, concerns);
  AddDualStake(market, regime, file, concerns);
  AddTerms(file, concerns);
  return concerns;
}

double TotalSeverity(absl::Span<const Concern> concerns) {
  double total = 0;
  for (const Concern& concern : concerns) total += concern.severity;
  return total;
}

double ResidualSeverity(absl::Span<const Concern> concerns, absl::Span<const v1::Remedy> remedies,
                        double distrust) {
  double residual = 0;
  for (const Concern& concern : concerns) {
    const bool met = !concern.remedies.empty() &&
                     std::all_of(concern.remedies.begin(), concern.remedies.end(),
                                 [&](const v1::Remedy& r) { return Covers(remedies, r); });
    residual += concern.severity * (met ? 1 - concern.cure * (1 - distrust) : 1);
  }
  return residual;
}

std::vector<v1::Remedy> RemediesFor(absl::Span<const Concern> concerns) {
  std::vector<v1::Remedy> all;
  for (const Concern& concern : concerns) {
    for (const v1::Remedy& remedy : concern.remedies) {
      if (!Covers(all, remedy)) all.push_back(remedy);
    }
  }
  return all;
}

std::string ReasonsInWords(absl::Span<const Concern> concerns) {
  return absl::StrCat(
      absl::StrJoin(concerns, ". ",
                    [](std::string* out, const Concern& concern) { out->append(concern.reason); }),
      ".");
}

}  // namespace tranche
