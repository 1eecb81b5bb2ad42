#include "sim/philox.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace tranche {
namespace {

using Words = std::array<uint32_t, 4>;

RandomStream StreamOf(uint64_t seed, absl::string_view name, Quarter quarter = Quarter(2026, 1),
                      Round round = Round(0)) {
  return RandomStream(seed, StreamKey(name), quarter, round);
}

// Random123 1.14, tests/kat_vectors, "philox4x32 10".
TEST(PhiloxTest, GivesThePublishedKnownAnswers) {
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// Draws are a part of every run's digest, so the layout of the counter may not change by accident.
TEST(RandomStreamTest, DrawsAreTheBlocksOfItsPlace) {
  const uint64_t key = StreamKey("agent/openai");
  RandomStream stream(0x0123456789abcdef, key, Quarter(2026, 3), Round(7));
  for (uint32_t block = 0; block < 3; ++block) {
    const Words expected = Philox4x32({block, (2026u * 4 + 2) << 16 | 7, static_cast<uint32_t>(key),
                                       static_cast<uint32_t>(key >> 32)},
                                      {0x89abcdef, 0x01234567});
    for (const uint32_t word : expected) EXPECT_EQ(stream.NextU32(), word);
  }
}

TEST(RandomStreamTest, EveryPartOfThePlaceSelectsOtherDraws) {
  std::set<uint64_t> first_draws;
  first_draws.insert(StreamOf(1, "a").NextU64());
  first_draws.insert(StreamOf(2, "a").NextU64());
  first_draws.insert(StreamOf(uint64_t{1} << 32, "a").NextU64());
  first_draws.insert(StreamOf(1, "b").NextU64());
  first_draws.insert(StreamOf(1, "a", Quarter(2026, 2)).NextU64());
  first_draws.insert(StreamOf(1, "a", Quarter(2026, 1), Round(1)).NextU64());
  EXPECT_EQ(first_draws.size(), 6u);
}

TEST(RandomStreamTest, StreamKeysOfSimilarNamesDiffer) {
  std::set<uint64_t> keys;
  for (int i = 0; i < 10'000; ++i) keys.insert(StreamKey("agent/lab-" + std::to_string(i)));
  EXPECT_EQ(keys.size(), 10'000u);
  // FNV-1a of the empty string is its offset basis; of "a", 0xaf63dc4c8601ec8c (Fowler, Noll, Vo).
  // The finaliser is SplitMix64's (Steele, Lea and Flood, 2014).
  EXPECT_EQ(StreamKey(""), 0xf52a15e9a9b5e89b);
  EXPECT_EQ(StreamKey("a"), 0x2c0bdbf481420f8);
}

TEST(RandomStreamDeathTest, RefusesAPlaceItCannotEncode) {
  EXPECT_DEATH(RandomStream(1, 1, Quarter::FromIndex(-1), Round(0)), "quarter has no stream");
  EXPECT_DEATH(RandomStream(1, 1, Quarter(2026, 1), Round(1 << 16)), "round has no stream");
}

TEST(RandomStreamTest, UniformHasItsMomentsAndRange) {
  RandomStream stream = StreamOf(3, "uniform");
  constexpr int kDraws = 200'000;
  double sum = 0;
  double square_sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.Uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    square_sum += u * u;
  }
  // Five standard errors.
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
  EXPECT_NEAR(square_sum / kDraws, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kDraws));
}

TEST(RandomStreamTest, UniformIntIsFlat) {
  RandomStream stream = StreamOf(4, "dice");
  constexpr int kDraws = 70'000;
  std::array<int, 7> counts = {};
  for (int i = 0; i < kDraws; ++i) ++counts[stream.UniformInt(7)];
  double chi_squared = 0;
  for (const int count : counts) {
    chi_squared += (count - kDraws / 7.0) * (count - kDraws / 7.0) / (kDraws / 7.0);
  }
  EXPECT_LT(chi_squared, 22.46);  // The 99.9% point with 6 degrees of freedom.
  EXPECT_EQ(stream.UniformInt(1), 0u);
}

// With n = 3 * 2^62 a draw without rejection would be a multiple of 3 half of the time.
TEST(RandomStreamTest, UniformIntRejectsWhatWouldBias) {
  RandomStream stream = StreamOf(5, "large");
  const uint64_t n = uint64_t{3} << 62;
  constexpr int kDraws = 60'000;
  std::array<int, 3> residues = {};
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t draw = stream.UniformInt(n);
    ASSERT_LT(draw, n);
    ++residues[draw % 3];
  }
  for (const int count : residues)
    EXPECT_NEAR(count, kDraws / 3.0, 5 * std::sqrt(kDraws * 2 / 9.0));
}

TEST(RandomStreamTest, NormalMatchesTheNormalDistribution) {
  RandomStream stream = StreamOf(6, "normal");
  constexpr int kDraws = 200'000;
  double sum = 0;
  double square_sum = 0;
  double fourth_sum = 0;
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.Normal();
    sum += x;
    square_sum += x * x;
    fourth_sum += x * x * x * x;
    if (std::abs(x) > 2) ++beyond_two;
  }
  EXPECT_NEAR(sum / kDraws, 0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(square_sum / kDraws, 1, 5 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(fourth_sum / kDraws, 3, 5 * std::sqrt(96.0 / kDraws));
  EXPECT_NEAR(static_cast<double>(beyond_two) / kDraws, 0.0455003, 5 * std::sqrt(0.0434 / kDraws));
}

TEST(RandomStreamTest, NormalTakesMeanAndDeviation) {
  EXPECT_EQ(StreamOf(7, "n").Normal(10, 2), 10 + 2 * StreamOf(7, "n").Normal());
}

TEST(RandomStreamTest, ExponentialHasItsMeanAndTail) {
  RandomStream stream = StreamOf(8, "exponential");
  constexpr int kDraws = 200'000;
  double sum = 0;
  int beyond_mean = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.Exponential(2.5);
    ASSERT_GT(x, 0);
    sum += x;
    if (x > 2.5) ++beyond_mean;
  }
  EXPECT_NEAR(sum / kDraws, 2.5, 5 * 2.5 / std::sqrt(kDraws));
  EXPECT_NEAR(static_cast<double>(beyond_mean) / kDraws, std::exp(-1),
              5 * 0.4823 / std::sqrt(kDraws));
}

TEST(RandomStreamTest, BernoulliIsCertainAtTheEndsAndFairBetween) {
  RandomStream stream = StreamOf(9, "coin");
  int heads = 0;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_FALSE(stream.Bernoulli(0));
    ASSERT_TRUE(stream.Bernoulli(1));
    heads += stream.Bernoulli(0.3) ? 1 : 0;
  }
  EXPECT_NEAR(heads, 30'000, 5 * std::sqrt(100'000 * 0.21));
}

TEST(RandomStreamTest, WeightedIndexFollowsItsWeightsAndSkipsZeros) {
  RandomStream stream = StreamOf(10, "weights");
  const std::vector<double> weights = {0, 1, 0, 3, 0};
  std::array<int, 5> counts = {};
  for (int i = 0; i < 40'000; ++i) ++counts[stream.WeightedIndex(weights)];
  EXPECT_EQ(counts[0] + counts[2] + counts[4], 0);
  EXPECT_NEAR(counts[3], 30'000, 5 * std::sqrt(40'000 * 0.1875));
  EXPECT_DEATH(stream.WeightedIndex(std::vector<double>{0, 0}), "not all zero");
  EXPECT_DEATH(stream.WeightedIndex(std::vector<double>{1, -1}), "must not be negative");
}

}  // namespace
}  // namespace tranche
