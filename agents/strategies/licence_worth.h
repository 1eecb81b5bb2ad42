#ifndef TRANCHE_AGENTS_STRATEGIES_LICENCE_WORTH_H_
#define TRANCHE_AGENTS_STRATEGIES_LICENCE_WORTH_H_

#include <cstdint>

#include "tranche/v1/messages.pb.h"
#include "tranche/v1/terms.pb.h"

// What both sides of a licence to embed make of its terms.
//
// A royalty is the lab's part of what customers pay for its models in the partner's products; what
// is left pays the partner for its reach, as a marketplace's part does. Practice is the app stores'
// and clouds' 15 to 30%; of Microsoft's Copilots the press says that OpenAI gets about a fifth of
// the products' revenue, which is another base than the models' alone.
namespace tranche {

// The lab's part of the models' revenue that the terms come to: the royalty, and the fee against
// `embedded_revenue_cents`, the revenue a quarter that is expected there.
double LicenceYield(const v1::LicenceTerms& terms, double embedded_revenue_cents);

// What to do with a proposal.
struct LicenceReply {
  enum class Kind { kAccept, kCounter, kRefuse };
  Kind kind = Kind::kRefuse;
  v1::LicenceTerms counter;  // for kCounter
};

// How one side bargains: the royalty it opens with, the last it concedes to, and its proposals
// until then. A lab's opening is above its limit, a licensee's below.
struct LicenceTaste {
  double opening_royalty = 0.85;
  double limit_royalty = 0.75;
  int proposals = 2;
  // Whether unreleased models may be shown.
  bool early_access = false;
};

// A lab's answer after `made` proposals of its own.
LicenceReply LabOnLicence(const LicenceTaste& taste, const v1::LicenceTerms& terms, int made,
                          double embedded_revenue_cents);
// A licensee's.
LicenceReply LicenseeOnLicence(const LicenceTaste& taste, const v1::LicenceTerms& terms, int made,
                               double embedded_revenue_cents);

const v1::LicenceTerms& LicenceTermsIn(const v1::Message& proposal);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_LICENCE_WORTH_H_
