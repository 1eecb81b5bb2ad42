#ifndef TRANCHE_SIM_DET_MATH_H_
#define TRANCHE_SIM_DET_MATH_H_

#include "absl/types/span.h"

// Elementary functions whose results are the same bits on every host.
//
// A run's digest may not depend on where it ran. The host's std::exp, log and pow do: glibc picks
// among variants by CPU (with and without FMA), and other libraries differ again. MPFR would be
// host-independent but is some fifty times slower; openlibm is compiled with contraction on some
// hosts. So sim/ uses these, which consist of IEEE-754 double +, -, *, / and sqrt in a fixed order
// and of integer operations on the bits: each of those is exact or correctly rounded everywhere,
// provided the compiler neither contracts a*b+c nor reorders (-ffp-contract=off, never
// -ffast-math; det_math_test checks it of the build it is in).
//
// The algorithms are those of fdlibm (Sun Microsystems, 1993, as maintained in FreeBSD's msun); the
// error bounds below are measured against MPFR in det_math_test. Special cases are those of C99
// Annex F (zeros, infinities, NaN); errno and floating-point exceptions are not specified.
namespace tranche {

// e^x, error below 1 ulp. Overflows to infinity above 709.78, underflows gradually below -708.4.
double DetExp(double x);

// e^x - 1 without cancellation near 0, error below 1 ulp.
double DetExpm1(double x);

// Natural logarithm, error below 1 ulp. DetLog(0) is -infinity, of a negative number NaN.
double DetLog(double x);

// log(1 + x) without cancellation near 0, error below 1 ulp.
double DetLog1p(double x);

// x^y, error below 1.5 ulp over the whole range. A negative x takes integral y only, else NaN.
double DetPow(double x, double y);

// Square root, correctly rounded as IEEE-754 requires of every host.
inline double DetSqrt(double x) { return __builtin_sqrt(x); }

// 1 / (1 + e^-x), between 0 and 1, without overflow for any x.
double DetLogistic(double x);

// log(sum of e^x), without overflow; summed in the order given. -infinity for an empty span.
double DetLogSumExp(absl::Span<const double> values);

// The quantile function of the standard normal distribution for p in [0, 1], relative error about
// 1e-15: algorithm AS 241, PPND16 (Wichura, 1988, Applied Statistics 37, 477-484).
// -infinity at 0, infinity at 1, NaN outside.
double DetNormalQuantile(double p);

}  // namespace tranche

#endif  // TRANCHE_SIM_DET_MATH_H_
