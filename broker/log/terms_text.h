#ifndef TRANCHE_BROKER_LOG_TERMS_TEXT_H_
#define TRANCHE_BROKER_LOG_TERMS_TEXT_H_

#include <string>
#include <vector>

#include "google/protobuf/repeated_field.h"
#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// Terms in words. `TermsText` is one line with what matters most; `TermsLines` is all of them, a
// line each.
namespace tranche {

// "$50.0B at $830B pre-money in preferred equity, 3 tranches, board seat".
std::string TermsText(const v1::FundingTerms& terms);
std::string TermsText(const v1::CapacityTerms& terms);
std::string TermsText(const v1::MarketplaceTerms& terms);
std::string TermsText(const v1::LicenceTerms& terms);
std::string TermsText(const v1::MergerTerms& terms);
std::string TermsText(const v1::SecondaryTerms& terms);
std::string TermsText(const v1::CloudCommitment& commitment);

std::vector<std::string> TermsLines(const v1::FundingTerms& terms);
std::vector<std::string> TermsLines(const v1::CapacityTerms& terms);

// "on clearance", "from 2026Q3", "at $40.0B annualised revenue".
std::string ConditionText(const v1::TrancheCondition& condition);
// "firewall, stake cap at 9%".
std::string RemediesText(const google::protobuf::RepeatedPtrField<v1::Remedy>& remedies);

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_TERMS_TEXT_H_
