#include "sim/philox.h"

#include <limits>

#include "sim/check.h"
#include "sim/det_math.h"

namespace tranche {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr uint32_t Low(uint64_t value) { return static_cast<uint32_t>(value); }
constexpr uint32_t High(uint64_t value) { return static_cast<uint32_t>(value >> 32); }

}  // namespace

std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  constexpr uint64_t kMultiplier0 = 0xD2511F53;
  constexpr uint64_t kMultiplier1 = 0xCD9E8D57;
  constexpr uint32_t kWeyl0 = 0x9E3779B9;  // Golden ratio.
  constexpr uint32_t kWeyl1 = 0xBB67AE85;  // sqrt(3) - 1.
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = kMultiplier0 * counter[0];
    const uint64_t product1 = kMultiplier1 * counter[2];
    counter = {High(product1) ^ counter[1] ^ key[0], Low(product1),
               High(product0) ^ counter[3] ^ key[1], Low(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

uint64_t StreamKey(absl::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

RandomStream::RandomStream(uint64_t seed, uint64_t stream_key, Quarter quarter, Round round)
    : key_{Low(seed), High(seed)},
      counter_{0,
               static_cast<uint32_t>(quarter.index()) << 16 | static_cast<uint32_t>(round.value()),
               Low(stream_key), High(stream_key)} {
  TRANCHE_CHECK(quarter.index() >= 0 && quarter.index() < (1 << 16), "quarter has no stream");
  TRANCHE_CHECK(round.value() >= 0 && round.value() < (1 << 16), "round has no stream");
}

uint32_t RandomStream::NextU32() {
  if (used_ == 4) {
    block_ = Philox4x32(counter_, key_);
    used_ = 0;
    ++counter_[0];
    TRANCHE_CHECK(counter_[0] != 0, "random stream is exhausted");
  }
  return block_[used_++];
}

uint64_t RandomStream::NextU64() {
  const uint64_t low = NextU32();
  return uint64_t{NextU32()} << 32 | low;
}

double RandomStream::Uniform() { return static_cast<double>(NextU64() >> 11) * 0x1p-53; }

double RandomStream::OpenUniform() { return static_cast<double>((NextU64() >> 11) | 1) * 0x1p-53; }

uint64_t RandomStream::UniformInt(uint64_t n) {
  TRANCHE_CHECK(n >= 1, "no integer to draw");
  Uint128 product = Uint128{NextU64()} * n;
  if (static_cast<uint64_t>(product) < n) {
    // Of the 2^64 draws the first 2^64 mod n would favour some results.
    const uint64_t surplus = (uint64_t{0} - n) % n;
    while (static_cast<uint64_t>(product) < surplus) product = Uint128{NextU64()} * n;
  }
  return static_cast<uint64_t>(product >> 64);
}

bool RandomStream::Bernoulli(double p) { return Uniform() < p; }

double RandomStream::Normal() { return DetNormalQuantile(OpenUniform()); }

double RandomStream::Normal(double mean, double standard_deviation) {
  return mean + standard_deviation * Normal();
}

double RandomStream::Exponential(double mean) { return -mean * DetLog(OpenUniform()); }

size_t RandomStream::WeightedIndex(absl::Span<const double> weights) {
  double sum = 0;
  size_t last_positive = weights.size();
  for (size_t i = 0; i < weights.size(); ++i) {
    TRANCHE_CHECK(weights[i] >= 0, "weights must not be negative");
    if (weights[i] > 0) last_positive = i;
    sum += weights[i];
  }
  TRANCHE_CHECK(last_positive < weights.size() && sum <= std::numeric_limits<double>::max(),
                "weights must be finite and not all zero");
  double rest = Uniform() * sum;
  for (size_t i = 0; i < last_positive; ++i) {
    if (rest < weights[i]) return i;
    rest -= weights[i];
  }
  return last_positive;
}

}  // namespace tranche
