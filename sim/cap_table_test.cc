#include "sim/cap_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/philox.h"

namespace tranche {
namespace {

constexpr Quarter kNow(2026, 1);

RoundTerms Terms(absl::string_view series, int64_t pre_money_dollars) {
  RoundTerms terms;
  terms.series = std::string(series);
  terms.pre_money = FromDollars(pre_money_dollars);
  terms.quarter = kNow;
  return terms;
}

TEST(CapTableTest, MajorityIsMoreThanHalfOfTheRoundedStake) {
  CapTable table;
  const HolderId founders = table.AddHolder("founders");
  const HolderId buyer = table.AddHolder("buyer");
  EXPECT_FALSE(table.MajorityHolder().valid());
  table.Issue(CapTable::common(), founders, 5'000'000, Cents(0));
  table.Issue(CapTable::common(), buyer, 5'000'000, Cents(0));
  EXPECT_FALSE(table.MajorityHolder().valid());
  // One share more is still a stake of 500,000 ppm; eleven more aren't.
  table.Issue(CapTable::common(), buyer, 1, Cents(0));
  EXPECT_FALSE(table.MajorityHolder().valid());
  table.Issue(CapTable::common(), buyer, 10, Cents(0));
  EXPECT_EQ(table.MajorityHolder(), buyer);
  ASSERT_TRUE(table.Transfer(CapTable::common(), buyer, founders, 100).ok());
  EXPECT_EQ(table.MajorityHolder(), founders);
  table.AddToPool(1'000'000);
  EXPECT_FALSE(table.MajorityHolder().valid());
  table.TransferAllTo(buyer);
  EXPECT_EQ(table.MajorityHolder(), buyer);
}

// A company through an option pool, two priced rounds and a note conversion.
//
// The first round is the example of Feld and Mendelson, Venture Deals, chapter "The Capitalization
// Table": founders hold 2,000,000 shares; $5M come in at $10M pre-money with a pool of 20% of the
// company after the money. Founders then own 46.67%, the investors 33.33%, at $3.50 a share. (The
// book rounds its 857,142.86 and 1,428,571.43 shares to the nearest; here they are rounded down.)
class VentureDealsExample : public testing::Test {
 protected:
  VentureDealsExample() {
    table_.Issue(CapTable::common(), founders_, 2'000'000, Cents(0));
    RoundTerms terms = Terms("Series A", 10'000'000);
    terms.pool_after_ppm = 200'000;
    series_a_ = *table_.IssuePriced(terms, {{{venture_, FromDollars(5'000'000)}}});
  }

  // One year ago: $1M at 8% simple interest, cap and discount as given.
  void AddNote(int64_t cap_dollars, int64_t discount_bp) {
    ConvertibleNote note;
    note.holder = angel_;
    note.principal = FromDollars(1'000'000);
    note.interest_per_year = BasisPoints(800);
    note.valuation_cap = FromDollars(cap_dollars);
    note.discount = BasisPoints(discount_bp);
    note.issued = kNow - 4;
    note.maturity = kNow + 4;
    table_.AddNote(note);
  }

  CapTable table_;
  const HolderId founders_ = table_.AddHolder("founders");
  const HolderId venture_ = table_.AddHolder("venture");
  const HolderId angel_ = table_.AddHolder("angel");
  const HolderId growth_ = table_.AddHolder("growth");
  CapTable::ClosedRound series_a_;
};

TEST_F(VentureDealsExample, FirstRoundWithOptionPool) {
  EXPECT_EQ(table_.SharesOf(founders_), 2'000'000);
  EXPECT_EQ(table_.pool(), 857'142);
  EXPECT_EQ(table_.SharesOf(venture_), 1'428'571);
  EXPECT_EQ(table_.FullyDiluted(), 4'285'713);
  EXPECT_EQ(table_.StakePpm(founders_), 466'667);
  EXPECT_EQ(table_.StakePpm(venture_), 333'333);
  EXPECT_EQ(series_a_.round.price.Micros(), 3'500'001);  // $10M over 2,857,142 shares.
  EXPECT_EQ(series_a_.round.price.ValueOf(1'428'571), FromDollars(5'000'000));
}

// By hand: the cap converts 1,080,000 * 4,285,713 / 20,000,000 = 231,428.5 shares; the discount
// 1,080,000 / (0.8 * P), P = 40,000,000 / F, would convert 0.03375 F = 149,694 with
// F = 4,285,713 / (1 - 0.03375). The cap is better, F = 4,285,713 + 231,428 = 4,517,141, and
// $10M buy F / 4 = 1,129,285.25 shares.
TEST_F(VentureDealsExample, SecondRoundConvertsTheNoteAtItsCap) {
  AddNote(20'000'000, 2'000);
  const absl::StatusOr<CapTable::ClosedRound> series_b =
      table_.IssuePriced(Terms("Series B", 40'000'000), {{{growth_, FromDollars(10'000'000)}}});
  ASSERT_TRUE(series_b.ok()) << series_b.status();
  ASSERT_EQ(series_b->round.conversions.size(), 1u);
  EXPECT_EQ(series_b->round.conversions[0].amount, FromDollars(1'080'000));
  EXPECT_EQ(series_b->round.conversions[0].shares, 231'428);
  EXPECT_EQ(table_.SharesOf(angel_), 231'428);
  EXPECT_EQ(series_b->round.price.shares, 4'517'141);
  EXPECT_EQ(series_b->shares, std::vector<int64_t>{1'129'285});
  EXPECT_EQ(table_.FullyDiluted(), 5'646'426);
  // The new money owns exactly what it pays for: 10 / (40 + 10).
  EXPECT_EQ(table_.StakePpm(growth_), 200'000);
  EXPECT_EQ(series_b->round.pool_increase, 0);
  EXPECT_TRUE(table_.notes().empty());
}

// By hand: with a cap of $100M the discount is better, n = 0.03375 F; the pool after the money is
// 0.1 * 1.25 F = 0.125 F. F = 4,285,713 - 857,142 + 0.125 F + 0.03375 F, thus F = 4,075,567.0 if
// the pool were enlarged, but 0.125 F is only 509,445 < 857,142: no increase, and
// F = 4,285,713 / (1 - 0.03375) = 4,435,408.0, n = 149,695.0.
TEST_F(VentureDealsExample, DiscountAppliesWhereItIsBetterThanTheCap) {
  AddNote(100'000'000, 2'000);
  RoundTerms terms = Terms("Series B", 40'000'000);
  terms.pool_after_ppm = 100'000;
  const absl::StatusOr<CapTable::ClosedRound> series_b =
      table_.IssuePriced(terms, {{{growth_, FromDollars(10'000'000)}}});
  ASSERT_TRUE(series_b.ok()) << series_b.status();
  const int64_t converted = table_.SharesOf(angel_);
  EXPECT_EQ(converted, 149'694);
  EXPECT_EQ(series_b->round.price.shares, 4'285'713 + converted);
  // At most a share's rounding from 20% below the price.
  const double price = 40'000'000.0 / static_cast<double>(series_b->round.price.shares);
  EXPECT_NEAR(1'080'000.0 / static_cast<double>(converted), 0.8 * price, 1e-4);
}

TEST_F(VentureDealsExample, PoolAndDiscountedNoteAreSolvedTogether) {
  AddNote(0, 2'000);
  RoundTerms terms = Terms("Series B", 40'000'000);
  terms.pool_after_ppm = 250'000;
  ASSERT_TRUE(table_.IssuePriced(terms, {{{growth_, FromDollars(10'000'000)}}}).ok());
  EXPECT_NEAR(static_cast<double>(table_.pool()) / static_cast<double>(table_.FullyDiluted()), 0.25,
              1e-6);
  EXPECT_EQ(table_.StakePpm(growth_), 200'000);
  // $1.08M at a 20% discount stand for $1.35M of the $50M.
  EXPECT_EQ(table_.StakePpm(angel_), 27'000);
}

TEST_F(VentureDealsExample, TranchesOfARoundComeInAtItsPrice) {
  RoundTerms terms = Terms("Series B", 40'000'000);
  terms.new_money = FromDollars(10'000'000);
  const absl::StatusOr<OpenedRound> round = table_.OpenRound(terms);
  ASSERT_TRUE(round.ok());
  const int64_t before = table_.FullyDiluted();
  EXPECT_EQ(table_.IssueAt(round->series, growth_, FromDollars(4'000'000), round->price), 428'571);
  EXPECT_EQ(table_.IssueAt(round->series, growth_, FromDollars(6'000'000), round->price), 642'856);
  EXPECT_EQ(table_.FullyDiluted(), before + 428'571 + 642'856);
}

TEST_F(VentureDealsExample, InvalidRoundsAreRefusedAndChangeNothing) {
  AddNote(0, 2'000);
  const int64_t before = table_.FullyDiluted();
  EXPECT_EQ(table_.OpenRound(Terms("Series B", 0)).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(table_.OpenRound(Terms("Series A", 1)).status().message(),
            "Series A has been issued already");
  // $1.35M of claims against $1M of company.
  EXPECT_EQ(table_.OpenRound(Terms("Series B", 1'000'000)).status().message(),
            "at this valuation the notes and the option pool leave nothing to the present holders");
  RoundTerms pool = Terms("Series B", 40'000'000);
  pool.new_money = FromDollars(40'000'000);
  pool.pool_after_ppm = 500'000;  // Half of the company after the money is all of it before.
  EXPECT_EQ(table_.OpenRound(pool).status().code(), absl::StatusCode::kInvalidArgument);
  pool.pool_after_ppm = 1'000'000;
  EXPECT_EQ(table_.OpenRound(pool).status().code(), absl::StatusCode::kInvalidArgument);
  RoundTerms flood = Terms("Series B", 2'000'000);
  flood.new_money = Cents(int64_t{1} << 56);
  EXPECT_EQ(table_.OpenRound(flood).status().message(),
            "the valuation is too low for so much money");
  flood.new_money += Cents(1);
  EXPECT_EQ(table_.OpenRound(flood).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CapTable().OpenRound(Terms("Series A", 1)).status().message(),
            "nobody holds a share to be priced");
  EXPECT_EQ(
      table_.IssuePriced(Terms("Series B", 40'000'000), {{{growth_, Cents(0)}}}).status().code(),
      absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(table_.FullyDiluted(), before);
  EXPECT_EQ(table_.class_count(), 2);
  EXPECT_EQ(table_.notes().size(), 1u);
}

TEST_F(VentureDealsExample, SecondarySaleMovesSharesAndTheirPreference) {
  const ShareClassId series_a = series_a_.round.series;
  ASSERT_TRUE(table_.Transfer(series_a, venture_, growth_, 428'571).ok());
  EXPECT_EQ(table_.SharesOf(venture_), 1'000'000);
  EXPECT_EQ(table_.SharesOf(growth_), 428'571);
  EXPECT_EQ(table_.FullyDiluted(), 4'285'713);
  // A sale for exactly the preference pays it in proportion to the shares.
  const std::vector<Cents> payouts = table_.Waterfall(FromDollars(1'000'000), kNow);
  EXPECT_EQ(payouts[1], MulDiv(FromDollars(1'000'000), 1'000'000, 1'428'571));
  EXPECT_EQ(payouts[1] + payouts[3], FromDollars(1'000'000));

  EXPECT_EQ(table_.Transfer(series_a, venture_, growth_, 1'000'001).message(),
            "venture holds 1000000 shares of Series A, not 1000001");
  ASSERT_TRUE(table_.Transfer(series_a, venture_, growth_, 1'000'000).ok());
  EXPECT_EQ(table_.SharesOf(venture_), 0);
  ASSERT_EQ(table_.holdings().size(), 2u);
  EXPECT_EQ(table_.holdings()[1].invested, FromDollars(5'000'000));
}

TEST_F(VentureDealsExample, GrantsComeOutOfThePool) {
  const HolderId staff = table_.AddHolder("staff");
  ASSERT_TRUE(table_.GrantFromPool(staff, 57'142).ok());
  EXPECT_EQ(table_.pool(), 800'000);
  EXPECT_EQ(table_.SharesOf(staff), 57'142);
  EXPECT_EQ(table_.FullyDiluted(), 4'285'713);
  EXPECT_EQ(table_.GrantFromPool(staff, 800'001).message(),
            "the option pool has 800000 shares left, not 800001");
}

TEST_F(VentureDealsExample, BuyerOfTheCompanyOwnsAllOfIt) {
  AddNote(0, 0);
  table_.TransferAllTo(growth_);
  EXPECT_EQ(table_.StakePpm(growth_), 1'000'000);
  EXPECT_EQ(table_.FullyDiluted(), 3'428'571);
  EXPECT_TRUE(table_.notes().empty());
}

TEST(ConvertibleNoteTest, InterestIsSimpleAndByWholeQuarters) {
  ConvertibleNote note;
  note.principal = FromDollars(1'000'000);
  note.interest_per_year = BasisPoints(600);
  note.issued = Quarter(2026, 1);
  EXPECT_EQ(note.BalanceAt(Quarter(2026, 1)), FromDollars(1'000'000));
  EXPECT_EQ(note.BalanceAt(Quarter(2026, 2)), FromDollars(1'015'000));
  EXPECT_EQ(note.BalanceAt(Quarter(2028, 1)), FromDollars(1'120'000));
}

TEST(SharePriceTest, RoundsDownSharesAndHalfToEvenValues) {
  const SharePrice price = SharePrice::FromMicros(3'500'000);
  EXPECT_EQ(price.Micros(), 3'500'000);
  EXPECT_EQ(price.SharesFor(FromDollars(10)), 2);
  EXPECT_EQ(price.ValueOf(3), Cents(1'050));
  EXPECT_EQ((SharePrice{FromDollars(1), 3}).ValueOf(2), Cents(67));
}

// Founders 6M common, A: 2M shares for $2M, 1x non-participating, B: 2M shares for $10M, 1x,
// senior to A. Conversion: A once a share is worth more than $1, B once more than $5.
class WaterfallTest : public testing::Test {
 protected:
  void Build(bool b_participates) {
    table_.Issue(CapTable::common(), founders_, 6'000'000, Cents(0));
    const SharePrice unused;
    const ShareClassId a =
        table_.AddClass({"Series A", true, BasisPoints(10'000), false, 1, unused});
    const ShareClassId b =
        table_.AddClass({"Series B", true, BasisPoints(10'000), b_participates, 2, unused});
    table_.Issue(a, a_, 2'000'000, FromDollars(2'000'000));
    table_.Issue(b, b_, 2'000'000, FromDollars(10'000'000));
  }

  // Whole dollars of founders, A and B.
  std::vector<int64_t> Pay(int64_t dollars) {
    std::vector<int64_t> paid;
    for (const Cents payout : table_.Waterfall(FromDollars(dollars), kNow)) {
      paid.push_back(payout.value() / 100);
    }
    return paid;
  }

  CapTable table_;
  const HolderId founders_ = table_.AddHolder("founders");
  const HolderId a_ = table_.AddHolder("a");
  const HolderId b_ = table_.AddHolder("b");
};

TEST_F(WaterfallTest, WithoutParticipationEachTakesTheBetterOfTwo) {
  Build(false);
  EXPECT_EQ(Pay(0), (std::vector<int64_t>{0, 0, 0}));
  EXPECT_EQ(Pay(8'000'000), (std::vector<int64_t>{0, 0, 8'000'000}));
  EXPECT_EQ(Pay(11'000'000), (std::vector<int64_t>{0, 1'000'000, 10'000'000}));
  // $6M for founders' 6M shares: a dollar each, less than A's share of conversion.
  EXPECT_EQ(Pay(15'000'000), (std::vector<int64_t>{3'000'000, 2'000'000, 10'000'000}));
  // A converts: $24M to 8M shares.
  EXPECT_EQ(Pay(34'000'000), (std::vector<int64_t>{18'000'000, 6'000'000, 10'000'000}));
  // All convert: $6 a share.
  EXPECT_EQ(Pay(60'000'000), (std::vector<int64_t>{36'000'000, 12'000'000, 12'000'000}));
}

TEST_F(WaterfallTest, ParticipatingSharesTakeBoth) {
  Build(true);
  // $10M to B, then $50M to 10M shares.
  EXPECT_EQ(Pay(60'000'000), (std::vector<int64_t>{30'000'000, 10'000'000, 20'000'000}));
}

TEST_F(WaterfallTest, NotesArePaidFirst) {
  Build(false);
  ConvertibleNote note;
  note.holder = founders_;
  note.principal = FromDollars(4'000'000);
  note.issued = kNow;
  table_.AddNote(note);
  EXPECT_EQ(Pay(3'000'000), (std::vector<int64_t>{3'000'000, 0, 0}));
  EXPECT_EQ(Pay(14'000'000), (std::vector<int64_t>{4'000'000, 0, 10'000'000}));
}

// On random companies: payouts sum to the proceeds, nobody loses when proceeds rise, and no holder
// of convertible shares would have got more by choosing otherwise (but for a rounded cent).
TEST(WaterfallPropertyTest, SumsRisesAndIsAnEquilibrium) {
  RandomStream random(1, StreamKey("test/waterfall"), kNow, Round(0));
  for (int company = 0; company < 300; ++company) {
    CapTable table;
    const HolderId founders = table.AddHolder("founders");
    table.Issue(CapTable::common(), founders, 1 + static_cast<int64_t>(random.UniformInt(1'000)),
                Cents(0));
    const int classes = 1 + static_cast<int>(random.UniformInt(4));
    int64_t preferences = 0;
    for (int k = 0; k < classes; ++k) {
      const Cents invested(static_cast<int64_t>(random.UniformInt(1'000'000)));
      preferences += invested.value();
      const ShareClassId series = table.AddClass({std::to_string(k),
                                                  true,
                                                  BasisPoints(10'000),
                                                  random.Bernoulli(0.3),
                                                  static_cast<int32_t>(random.UniformInt(3)),
                                                  {}});
      table.Issue(series, table.AddHolder(std::to_string(k)),
                  1 + static_cast<int64_t>(random.UniformInt(1'000)), invested);
    }
    std::vector<Cents> previous(static_cast<size_t>(table.holder_count()));
    for (int step = 0; step < 12; ++step) {
      const Cents proceeds(preferences * step / 4 + int64_t{1'000} * step);
      const std::vector<Cents> payouts = table.Waterfall(proceeds, kNow);
      Cents sum;
      for (size_t i = 0; i < payouts.size(); ++i) {
        sum += payouts[i];
        ASSERT_GE(payouts[i] + Cents(1), previous[i]);
      }
      ASSERT_EQ(sum, proceeds);
      previous = payouts;

      // Whoever converts gets its preference at least; nobody gains by having common shares
      // instead.
      for (size_t i = 0; i < table.holdings().size(); ++i) {
        const Holding holding = table.holdings()[i];
        const ShareClass& kind = table.share_class(holding.share_class);
        if (!kind.preferred || kind.participating) continue;
        CapTable without;
        for (int32_t h = 0; h < table.holder_count(); ++h) {
          without.AddHolder(table.HolderName(HolderId(h)));
        }
        for (int32_t c = 1; c < table.class_count(); ++c) {
          without.AddClass(table.share_class(ShareClassId(c)));
        }
        for (const Holding& other : table.holdings()) {
          const bool turned = other.holder == holding.holder;
          without.Issue(turned ? CapTable::common() : other.share_class, other.holder, other.shares,
                        turned ? Cents(0) : other.invested);
        }
        const size_t me = static_cast<size_t>(holding.holder.value());
        if (payouts[0] > Cents(0)) {
          ASSERT_GE(payouts[me] + Cents(1), holding.invested);
        }
        ASSERT_GE(payouts[me] + Cents(1), without.Waterfall(proceeds, kNow)[me]);
      }
    }
  }
}

}  // namespace
}  // namespace tranche
