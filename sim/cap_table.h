#ifndef TRANCHE_SIM_CAP_TABLE_H_
#define TRANCHE_SIM_CAP_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/ids.h"
#include "sim/money.h"
#include "sim/quarter.h"

// Who owns a company: exact to the share and, when it is sold, to the cent.
//
// Follows the practice described in Feld and Mendelson, Venture Deals (4th edition, 2019), chapters
// 4, 5 and 8: a round is priced on the fully diluted shares before its new money, among them the
// enlarged option pool and the shares that notes convert into. Preferred shares convert one to one
// into common ones, more for those that are protected against a cheaper round. Left out: dividends
// and caps on participation.
namespace tranche {

using HolderId = Id<struct HolderTag>;
using ShareClassId = Id<struct ShareClassTag>;

// A price per share as an exact ratio: `shares` shares are worth `value`.
struct SharePrice {
  Cents value;
  int64_t shares = 1;

  static SharePrice FromMicros(int64_t micros_per_share);
  // In micro-dollars, rounded half to even.
  int64_t Micros() const { return MulDivRounded(value.value(), 10'000, shares); }
  // Whole shares that `amount` buys. What is left of the amount, less than one share's price, stays
  // with the company.
  int64_t SharesFor(Cents amount) const {
    return MulDivFloor(amount.value(), shares, value.value());
  }
  Cents ValueOf(int64_t share_count) const { return MulDiv(value, share_count, shares); }
};

// What holders of a series get when a later round is cheaper.
enum class DilutionProtection : uint8_t { kNone, kWeightedAverage, kFullRatchet };

// Common shares or a preferred series.
struct ShareClass {
  std::string name;
  bool preferred = false;
  // Preferred only. What it gets back before common shares get anything, per amount invested:
  // 10,000 is once.
  BasisPoints preference;
  // Shares in the rest beside its preference; otherwise it takes the better of the two.
  bool participating = false;
  // Higher ranks are paid first, equal ones side by side.
  int32_t seniority = 0;
  // Price in its round.
  SharePrice original_price;
  DilutionProtection protection = DilutionProtection::kNone;
  // Price at which it converts into common shares, micro-dollars: that of its round until a cheaper
  // one. Shares are counted as converted.
  int64_t conversion_price_micros = 0;
};

// A convertible note. Interest is simple and accrues by whole quarters.
struct ConvertibleNote {
  HolderId holder;
  Cents principal;
  BasisPoints interest_per_year;
  // Converts at no more than this, spread over the fully diluted shares before the round (without
  // notes and pool increase); zero: no cap.
  Cents valuation_cap;
  // Converts at the round's price less this.
  BasisPoints discount;
  Quarter issued;
  Quarter maturity;

  // Principal and interest at the end of `quarter`.
  Cents BalanceAt(Quarter quarter) const;
};

struct Holding {
  HolderId holder;
  ShareClassId share_class;
  int64_t shares = 0;
  // What was paid to the company for these shares; base of the liquidation preference.
  Cents invested;
};

struct RoundTerms {
  // Name of the new series, e.g. "Series C". Unused so far in this table.
  std::string series;
  Cents pre_money;
  // All the money the round is to bring; sizes the option pool.
  Cents new_money;
  BasisPoints preference = BasisPoints(10'000);
  bool participating = false;
  int32_t seniority = 0;
  DilutionProtection protection = DilutionProtection::kNone;
  // If positive, the pool is enlarged before the money to this part of all shares after it.
  int64_t pool_after_ppm = 0;
  Quarter quarter;
};

struct NoteConversion {
  HolderId holder;
  Cents amount;  // principal and interest
  int64_t shares = 0;
};

// Shares that a protected holder got for nothing.
struct ProtectionIssue {
  ShareClassId share_class;
  HolderId holder;
  int64_t shares = 0;
  int64_t conversion_price_micros = 0;
};

// A round whose price is fixed.
struct OpenedRound {
  ShareClassId series;
  // pre_money over the fully diluted shares before new money.
  SharePrice price;
  int64_t pool_increase = 0;
  std::vector<NoteConversion> conversions;
};

class CapTable {
 public:
  // A new table has one share class, common, and no shares.
  CapTable();

  static ShareClassId common() { return ShareClassId(0); }

  // The holder of this name, added if there is none. `group`: the corporate group that it is;
  // invalid: an outside holder.
  HolderId AddHolder(absl::string_view name, GroupId group = GroupId());
  // Invalid if there is none.
  HolderId FindHolder(absl::string_view name) const;
  HolderId FindHolder(GroupId group) const;
  const std::string& HolderName(HolderId holder) const;
  GroupId GroupOf(HolderId holder) const;
  int32_t holder_count() const { return static_cast<int32_t>(holders_.size()); }
  const ShareClass& share_class(ShareClassId id) const;
  int32_t class_count() const { return static_cast<int32_t>(classes_.size()); }

  // Adds a series outside a round: the state of an opening.
  ShareClassId AddClass(ShareClass share_class);
  // Issues shares as given, with what was paid for them; also to build the state of an opening.
  void Issue(ShareClassId share_class, HolderId holder, int64_t shares, Cents invested);
  void AddToPool(int64_t shares);

  // Fixes the price of a round, enlarges the pool, converts all notes into the new series and adds
  // it. No new money is booked yet: IssueAt does that as it comes in.
  // InvalidArgument, and nothing changes, if amounts aren't positive, nobody holds a share, the
  // series exists, or pool and notes would leave nothing to the present holders.
  absl::StatusOr<OpenedRound> OpenRound(const RoundTerms& terms);
  // Sells shares of a class for `amount` at `price`; returns how many.
  int64_t IssueAt(ShareClassId share_class, HolderId holder, Cents amount, SharePrice price);
  // Issues what protected series are due when `new_money` is sold at `price`, before it is sold:
  // series whose conversion price is above it. sim/anti_dilution.h has the equations.
  std::vector<ProtectionIssue> Protect(SharePrice price, Cents new_money);
  // Opens a round and sells it at once. `shares` gives the number of each investor's.
  struct Investment {
    HolderId holder;
    Cents amount;
  };
  struct ClosedRound {
    OpenedRound round;
    std::vector<int64_t> shares;
  };
  absl::StatusOr<ClosedRound> IssuePriced(const RoundTerms& terms,
                                          absl::Span<const Investment> investments);

  // Shares change hands, with their part of the preference. FailedPrecondition if the seller has
  // fewer.
  absl::Status Transfer(ShareClassId share_class, HolderId from, HolderId to, int64_t shares);
  // All shares go to one owner, notes and the unused pool are gone: the company has been bought.
  void TransferAllTo(HolderId buyer);
  // Gives shares of the pool to a holder, as common ones. FailedPrecondition if it has fewer.
  absl::Status GrantFromPool(HolderId holder, int64_t shares);

  void AddNote(const ConvertibleNote& note);
  absl::Span<const ConvertibleNote> notes() const { return notes_; }
  // Removes the note at this index of notes(): it has been repaid or written off.
  void RemoveNote(size_t index);

  // By class, then holder; none empty.
  absl::Span<const Holding> holdings() const { return holdings_; }
  int64_t SharesOf(HolderId holder) const;
  int64_t SharesOf(HolderId holder, ShareClassId share_class) const;
  int64_t pool() const { return pool_; }
  // All shares and the unused pool. Notes don't count until they convert.
  int64_t FullyDiluted() const;
  // Part of the fully diluted shares, rounded half to even. 0 if there are none.
  int64_t StakePpm(HolderId holder) const;
  // Who has a stake above 500,000 ppm; invalid if nobody has.
  HolderId MajorityHolder() const;

  // Who gets what, by HolderId, when the company is sold or wound up for `proceeds` after its other
  // debts: notes with interest, then preferences by seniority, then everybody pro rata to shares.
  // Holders of preferred shares that don't participate convert where that pays more. Unused options
  // get nothing. Sums to `proceeds` exactly; there must be a holder.
  std::vector<Cents> Waterfall(Cents proceeds, Quarter quarter) const;

 private:
  Holding& HoldingOf(ShareClassId share_class, HolderId holder);
  // All changes of holdings_ go through these two.
  void Give(ShareClassId share_class, HolderId holder, int64_t shares, Cents invested);
  void Take(ShareClassId share_class, HolderId holder, int64_t shares, Cents invested);

  struct Holder {
    std::string name;
    GroupId group;
  };

  std::vector<Holder> holders_;
  std::vector<HolderId> holder_of_group_;  // by group, as far as there are any
  std::vector<ShareClass> classes_;
  std::vector<Holding> holdings_;
  // Sums of holdings_: by holder, and of all.
  std::vector<int64_t> held_;
  int64_t issued_ = 0;
  std::vector<ConvertibleNote> notes_;
  int64_t pool_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_CAP_TABLE_H_
