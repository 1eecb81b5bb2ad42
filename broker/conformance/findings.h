#ifndef TRANCHE_BROKER_CONFORMANCE_FINDINGS_H_
#define TRANCHE_BROKER_CONFORMANCE_FINDINGS_H_

#include <vector>

#include "broker/conformance/conformance.h"

namespace tranche {

// Findings as they are made; those that say the same are counted.
class FindingList {
 public:
  void Add(ConformanceFinding finding);
  // Errors first.
  std::vector<ConformanceFinding> Take();

 private:
  std::vector<ConformanceFinding> findings_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_CONFORMANCE_FINDINGS_H_
