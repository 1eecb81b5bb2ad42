#ifndef TRANCHE_SIM_REMEDIES_H_
#define TRANCHE_SIM_REMEDIES_H_

#include "absl/types/span.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "sim/deals.h"
#include "sim/rules.h"
#include "sim/world.h"
#include "tranche/v1/terms.pb.h"

// What a regulator's conditions do to a deal.
//
//   no board seat      board_right becomes BOARD_RIGHT_NONE
//   firewall           firewall is set; the stake carries it
//   no exclusivity     exclusive and exclusive_marketplace of the cloud commitment are cleared
//   data-flow limits   binds the stake: the lab serves from the regulator's country and pays for
//                      the security programme (sim/data_flows.h)
//   non-discrimination binds the stake: the group's clouds quote the lab's rivals no more than they
//                      charge the lab (sim/supply.h)
//   stake cap          the amount is cut, from the last tranche on, so that the group's stake is at
//                      most limit_bp; of a sale of shares, their number
//   divestiture        when the deal closes the group sells, at the last price and to outside
//                      investors, what it holds of `subject` above limit_bp
//   no early access    early_access is cleared; the lab may grant none to the group
namespace tranche {

// Rule "remedy": there is at least one, each makes sense for this deal, and something of the deal
// is left.
Verdict CheckRemedies(const World& world, const Deal& deal,
                      const google::protobuf::RepeatedPtrField<v1::Remedy>& remedies);

// Rewrites the deal's terms. The remedies must have passed CheckRemedies.
void AmendTerms(const World& world, absl::Span<const v1::Remedy> remedies, Deal& deal);

// Nothing is left to buy.
bool IsEmpty(const Deal& deal);

}  // namespace tranche

#endif  // TRANCHE_SIM_REMEDIES_H_
