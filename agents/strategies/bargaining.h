#ifndef TRANCHE_AGENTS_STRATEGIES_BARGAINING_H_
#define TRANCHE_AGENTS_STRATEGIES_BARGAINING_H_

// How far to go, and when to stop.
namespace tranche {

// A time-dependent tactic of P. Faratin, C. Sierra and N. R. Jennings (1998), "Negotiation decision
// functions for autonomous agents", Robotics and Autonomous Systems 24, equations (2) to (4),
// polynomial form: in step t of `steps` an agent has conceded the part
//   k + (1 - k) (t / steps)^(1 / beta)
// of the way from its opening to its reservation value.
struct ConcessionRule {
  // Its own proposals until it stands at its reservation value; at least 1.
  int steps = 3;
  // Below 1 it holds out to the end ("Boulware"), above 1 it gives in early ("Conceder").
  double beta = 1;
  // k: conceded with the first proposal already.
  double at_once = 0;
};

// In [0, 1]; steps before the first count as the first, those beyond the last as the last.
double ConcededPart(const ConcessionRule& rule, int step);

// The value stood for after conceding `part`; `reservation` may be above or below `opening`.
double ConcededValue(double opening, double reservation, double part);

// What the side that moves first keeps of a divisible surplus in alternating offers, if a step of
// delay shrinks the surplus to `own_patience` of itself for it and `other_patience` for the other:
// (1 - d2) / (1 - d1 d2). A. Rubinstein (1982), "Perfect Equilibrium in a Bargaining Model",
// Econometrica 50. Patiences are cut to [0, 0.999].
double FirstMoverShare(double own_patience, double other_patience);

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_BARGAINING_H_
