#ifndef TRANCHE_BROKER_STATISTICS_STUDENT_T_H_
#define TRANCHE_BROKER_STATISTICS_STUDENT_T_H_

// Student's t distribution, from the regularised incomplete beta function. Accurate to about 1e-12,
// and the same bits on every host (sim/det_math.h).
namespace tranche {

// ln Γ(x), x > 0: Lanczos's approximation with g = 7 and nine terms (Lanczos 1964, SIAM Journal on
// Numerical Analysis 1; coefficients of Godfrey 2001).
double LogGamma(double x);

// I_x(a, b) for a, b > 0 and x in [0, 1], by Lentz's continued fraction (Abramowitz and Stegun
// 1964, 26.5.8).
double IncompleteBeta(double a, double b, double x);

// P(T <= t) with `degrees` of freedom, which is above 0 and need not be whole.
double StudentTCdf(double t, double degrees);

// The t with P(T <= t) = p, p in (0, 1).
double StudentTQuantile(double p, double degrees);

}  // namespace tranche

#endif  // TRANCHE_BROKER_STATISTICS_STUDENT_T_H_
