#ifndef TRANCHE_TESTS_BENCH_ALLOCATIONS_H_
#define TRANCHE_TESTS_BENCH_ALLOCATIONS_H_

#include <cstdint>

namespace tranche {

// Calls of operator new by this thread so far, in this program and the libraries it uses.
int64_t AllocationsOfThisThread();

}  // namespace tranche

#endif  // TRANCHE_TESTS_BENCH_ALLOCATIONS_H_
