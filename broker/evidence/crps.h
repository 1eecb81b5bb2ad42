#ifndef TRANCHE_BROKER_EVIDENCE_CRPS_H_
#define TRANCHE_BROKER_EVIDENCE_CRPS_H_

#include "absl/types/span.h"

namespace tranche {

// The continuous ranked probability score of an ensemble of at least two members against what was
// observed; in the unit of both, 0 at best, and for a forecast of a single value the absolute
// error. Gneiting and Raftery (2007), "Strictly Proper Scoring Rules, Prediction, and Estimation",
// Journal of the American Statistical Association 102, equation 21:
//
//   CRPS = E|X - y| - E|X - X'| / 2,
//
// with the second expectation over pairs of different members, so that the score doesn't depend on
// the size of the ensemble in the mean ("fair"): Ferro (2014), "Fair Scores for Ensemble
// Forecasts", Quarterly Journal of the Royal Meteorological Society 140. It may come out below 0 by
// chance.
double FairCrps(absl::Span<const double> members, double observed);

}  // namespace tranche

#endif  // TRANCHE_BROKER_EVIDENCE_CRPS_H_
