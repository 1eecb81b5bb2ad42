#include "broker/log/terms_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "broker/log/figures.h"
#include "broker/log/record_kind.h"
#include "sim/money.h"

namespace tranche {
namespace {

template <typename Enum>
std::string Words(Enum value) {
  return absl::StrReplaceAll(EnumWord(value), {{"-", " "}});
}

std::string NoteTermsText(const v1::NoteTerms& note) {
  std::vector<std::string> parts;
  parts.push_back(absl::StrCat(BasisPointsText(note.interest_bp()), " interest a year"));
  if (note.valuation_cap_cents() != 0) {
    parts.push_back(absl::StrCat("cap ", DollarsText(note.valuation_cap_cents())));
  }
  if (note.discount_bp() != 0) {
    parts.push_back(absl::StrCat(BasisPointsText(note.discount_bp()), " discount"));
  }
  if (note.maturity_quarter() != 0) {
    parts.push_back(absl::StrCat("due ", QuarterText(note.maturity_quarter())));
  }
  return absl::StrJoin(parts, ", ");
}

// The part of the lab that the money buys.
std::string StakeText(const v1::FundingTerms& terms) {
  if (terms.pre_money_cents() <= 0 || terms.amount_cents() <= 0) return "";
  const double post =
      static_cast<double>(terms.pre_money_cents()) + static_cast<double>(terms.amount_cents());
  return PpmText(static_cast<int64_t>(static_cast<double>(terms.amount_cents()) / post * 1e6));
}

std::string Price(const v1::FundingTerms& terms) {
  std::string text = DollarsText(terms.amount_cents());
  if (terms.instrument() == v1::INSTRUMENT_CONVERTIBLE_NOTE) {
    absl::StrAppend(&text, " convertible note, ", NoteTermsText(terms.note()));
  } else {
    absl::StrAppend(&text, " at ", DollarsText(terms.pre_money_cents()), " pre-money in ",
                    Words(terms.instrument()));
  }
  return text;
}

bool HasBoardRight(const v1::FundingTerms& terms) {
  return terms.board_right() == v1::BOARD_RIGHT_SEAT ||
         terms.board_right() == v1::BOARD_RIGHT_OBSERVER;
}

// What comes with the money, in a few words each.
std::vector<std::string> Strings(const v1::FundingTerms& terms) {
  std::vector<std::string> parts;
  if (HasBoardRight(terms)) parts.push_back(absl::StrCat("board ", Words(terms.board_right())));
  if (terms.pro_rata_right()) parts.emplace_back("pro-rata right");
  if (terms.information_right()) parts.emplace_back("information right");
  if (terms.liquidation_preference_bp() != 0) {
    parts.push_back(absl::StrCat(NumberText(terms.liquidation_preference_bp() / 10'000.0),
                                 "x liquidation preference"));
  }
  if (terms.early_access()) parts.emplace_back("early access to models");
  if (terms.embed_licence_bp() != 0) {
    parts.push_back(absl::StrCat("licence to embed for ", BasisPointsText(terms.embed_licence_bp()),
                                 " of revenue"));
  }
  if (terms.cloud_credits_bp() != 0) {
    parts.push_back(absl::StrCat(BasisPointsText(terms.cloud_credits_bp()), " in cloud credits"));
  }
  if (terms.firewall()) parts.emplace_back("firewall");
  if (terms.anti_dilution() > v1::ANTI_DILUTION_NONE) {
    parts.push_back(absl::StrCat("anti-dilution by ", Words(terms.anti_dilution())));
  }
  if (terms.option_pool_bp() != 0) {
    parts.push_back(absl::StrCat("option pool of ", BasisPointsText(terms.option_pool_bp())));
  }
  return parts;
}

}  // namespace

std::string ConditionText(const v1::TrancheCondition& condition) {
  switch (condition.condition_case()) {
    case v1::TrancheCondition::kClearance:
      return "on clearance";
    case v1::TrancheCondition::kQuarter:
      return absl::StrCat("from ", QuarterText(condition.quarter()));
    case v1::TrancheCondition::kAnnualisedRevenueCents:
      return absl::StrCat("at ", DollarsText(condition.annualised_revenue_cents()),
                          " annualised revenue");
    case v1::TrancheCondition::kCapabilityMillis:
      return absl::StrCat("on a model of ", CapabilityText(condition.capability_millis()));
    case v1::TrancheCondition::kListing:
      return "on listing";
    case v1::TrancheCondition::CONDITION_NOT_SET:
      break;
  }
  return "unconditionally";
}

std::string RemediesText(const google::protobuf::RepeatedPtrField<v1::Remedy>& remedies) {
  return absl::StrJoin(remedies, ", ", [](std::string* out, const v1::Remedy& remedy) {
    absl::StrAppend(out, Words(remedy.kind()));
    if (!remedy.subject().empty()) absl::StrAppend(out, " of ", remedy.subject());
    if (remedy.limit_bp() != 0) absl::StrAppend(out, " at ", BasisPointsText(remedy.limit_bp()));
  });
}

std::string TermsText(const v1::CloudCommitment& commitment) {
  return absl::StrCat(DollarsText(commitment.amount_cents()), " to be spent at ",
                      commitment.cloud(), " over ", Plural(commitment.term_quarters(), "quarter"),
                      commitment.exclusive() ? ", exclusive" : "",
                      commitment.exclusive_marketplace() ? ", exclusive marketplace" : "");
}

std::string TermsText(const v1::FundingTerms& terms) {
  std::vector<std::string> parts = {Price(terms)};
  if (terms.tranches_size() > 1) parts.push_back(Plural(terms.tranches_size(), "tranche"));
  if (HasBoardRight(terms)) parts.push_back(absl::StrCat("board ", Words(terms.board_right())));
  if (terms.has_cloud_commitment()) parts.push_back(TermsText(terms.cloud_commitment()));
  if (terms.excluded_investors_size() > 0) {
    parts.push_back(absl::StrCat("excludes ", absl::StrJoin(terms.excluded_investors(), " and ")));
  }
  return absl::StrJoin(parts, ", ");
}

std::vector<std::string> TermsLines(const v1::FundingTerms& terms) {
  std::vector<std::string> lines = {Price(terms)};
  if (const std::string stake = StakeText(terms); !stake.empty()) {
    absl::StrAppend(&lines.back(), " (", stake, " of the lab)");
  }
  int number = 0;
  for (const v1::Tranche& tranche : terms.tranches()) {
    lines.push_back(absl::StrCat("tranche ", ++number, ": ", DollarsText(tranche.amount_cents()),
                                 " ", ConditionText(tranche.condition())));
    if (tranche.expires_quarter() != 0) {
      absl::StrAppend(&lines.back(), ", until ", QuarterText(tranche.expires_quarter()));
    }
  }
  if (const std::vector<std::string> strings = Strings(terms); !strings.empty()) {
    lines.push_back(absl::StrJoin(strings, ", "));
  }
  if (terms.has_cloud_commitment()) lines.push_back(TermsText(terms.cloud_commitment()));
  if (terms.excluded_investors_size() > 0) {
    lines.push_back(
        absl::StrCat("no money from ", absl::StrJoin(terms.excluded_investors(), ", ")));
  }
  if (terms.outside_quarter() != 0) {
    lines.push_back(absl::StrCat("lapses unless closed by ", QuarterText(terms.outside_quarter())));
  }
  return lines;
}

std::string TermsText(const v1::CapacityTerms& terms) {
  std::vector<std::string> parts;
  parts.push_back(absl::StrCat(CountText(terms.accelerators_h100e()), " H100e from ",
                               QuarterText(terms.start_quarter()), " for ",
                               Plural(terms.term_quarters(), "quarter"), " at ",
                               UnitPriceText(terms.price_micros_per_gpu_hour()), " per GPU-hour"));
  if (terms.take_or_pay_bp() != 0) {
    parts.push_back(absl::StrCat(BasisPointsText(terms.take_or_pay_bp()), " take or pay"));
  }
  if (terms.prepayment_bp() != 0) {
    parts.push_back(absl::StrCat(BasisPointsText(terms.prepayment_bp()), " prepaid"));
  }
  if (terms.exclusive()) parts.emplace_back("exclusive");
  return absl::StrJoin(parts, ", ");
}

std::vector<std::string> TermsLines(const v1::CapacityTerms& terms) {
  std::vector<std::string> lines = {TermsText(terms)};
  std::vector<std::string> more;
  if (terms.ramp_quarters() != 0) {
    more.push_back(
        absl::StrCat("grows to its size over ", Plural(terms.ramp_quarters(), "quarter")));
  }
  if (terms.right_of_first_refusal()) more.emplace_back("right of first refusal");
  if (terms.most_favoured()) more.emplace_back("most favoured customer");
  if (terms.renewal_quarters() != 0) {
    more.push_back(
        absl::StrCat("option of ", Plural(terms.renewal_quarters(), "quarter"), " more"));
  }
  if (!terms.chip_maker().empty()) more.push_back(absl::StrCat("chips by ", terms.chip_maker()));
  if (!more.empty()) lines.push_back(absl::StrJoin(more, ", "));
  return lines;
}

std::string TermsText(const v1::MarketplaceTerms& terms) {
  return absl::StrCat("marketplace for ", BasisPointsText(terms.revenue_share_bp()),
                      " of what customers pay, ", Plural(terms.term_quarters(), "quarter"),
                      terms.exclusive() ? ", exclusive" : "");
}

std::string TermsText(const v1::LicenceTerms& terms) {
  return absl::StrCat("licence for ", DollarsText(terms.fee_cents_per_quarter()), " a quarter and ",
                      BasisPointsText(terms.royalty_bp()), " royalty, ",
                      Plural(terms.term_quarters(), "quarter"),
                      terms.early_access() ? ", early access to models" : "");
}

std::string TermsText(const v1::MergerTerms& terms) {
  return absl::StrCat("the whole of the lab for ", DollarsText(terms.price_cents()),
                      terms.break_fee_cents() != 0
                          ? absl::StrCat(", break fee ", DollarsText(terms.break_fee_cents()))
                          : "",
                      terms.outside_quarter() != 0
                          ? absl::StrCat(", by ", QuarterText(terms.outside_quarter()))
                          : "");
}

std::string TermsText(const v1::SecondaryTerms& terms) {
  return absl::StrCat(CountText(terms.shares()), " shares of ", terms.lab(), " at ",
                      UnitPriceText(terms.price_micros_per_share()), " each");
}

}  // namespace tranche
