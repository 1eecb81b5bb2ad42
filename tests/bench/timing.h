#ifndef TRANCHE_TESTS_BENCH_TIMING_H_
#define TRANCHE_TESTS_BENCH_TIMING_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

// What the benches that compare two things in turns have in common.
namespace tranche {

using Clock = std::chrono::steady_clock;

inline double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The upper one of two in the middle. `values` isn't empty.
inline double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace tranche

#endif  // TRANCHE_TESTS_BENCH_TIMING_H_
