#ifndef TRANCHE_SIM_PHILOX_H_
#define TRANCHE_SIM_PHILOX_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/quarter.h"

// Counter-based randomness: a draw is a pure function of where it is taken.
//
// Every agent and every module of the market draws from a stream of its own, named by what it is
// ("agent/openai", "module/demand"), and starts it anew in each quarter and round. Nobody shares a
// stream, so adding an agent or a draw moves nobody else's draws, and a run can resume at any
// quarter without having kept a generator's state.
namespace tranche {

// The block function Philox4x32-10 of Salmon, Moraes, Dror and Shaw (2011), "Parallel Random
// Numbers: As Easy as 1, 2, 3", SC11. Passes BigCrush; the known answers published with Random123
// are in the test.
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// The key of the stream with this name: its 64-bit FNV-1a hash, passed through the finaliser of
// SplitMix64 so that names that differ in one letter differ in half their key's bits.
uint64_t StreamKey(absl::string_view name);

// The draws of one stream in one round of one quarter. Sixteen bytes of state beyond its place;
// cheap to construct and to copy. Distinct (seed, stream, quarter, round) have distinct counters,
// thus no draw in common, for quarters before the year 16384, rounds below 65536 and 2^34 draws.
class RandomStream {
 public:
  // Aborts if quarter or round is out of that range.
  RandomStream(uint64_t seed, uint64_t stream_key, Quarter quarter, Round round);

  uint32_t NextU32();
  uint64_t NextU64();

  // Uniform in [0, 1), a multiple of 2^-53.
  double Uniform();
  // Uniform in {0, ..., n - 1} without bias; n >= 1. Lemire (2019), "Fast Random Integer Generation
  // in an Interval", ACM TOMACS 29.
  uint64_t UniformInt(uint64_t n);
  // True with probability p: never for p <= 0, always for p >= 1.
  bool Bernoulli(double p);
  // Standard normal, by inversion (DetNormalQuantile): one 64-bit draw each, |x| < 8.3.
  double Normal();
  double Normal(double mean, double standard_deviation);
  // Exponential with this mean, by inversion.
  double Exponential(double mean);
  // Index i with probability weights[i] / sum. Weights must be non-negative, finite and not all 0.
  size_t WeightedIndex(absl::Span<const double> weights);

 private:
  // Uniform in the open interval (0, 1), symmetric about 1/2: odd multiples of 2^-53.
  double OpenUniform();

  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_ = {};
  int used_ = 4;  // Words of block_ already handed out.
};

}  // namespace tranche

#endif  // TRANCHE_SIM_PHILOX_H_
