#include "sim/cap_table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/check.h"

namespace tranche {
namespace {

__extension__ using Int128 = __int128;

// More shares than any company has; an iteration that gets here diverges.
constexpr int64_t kMaxShares = int64_t{1} << 46;
// $720 trillion. With kMaxShares it keeps every product below within 128 bits.
constexpr Cents kMaxValuation(int64_t{1} << 56);

// Shares that `balance` converts into when `capitalisation` shares, `round_shares` with all
// conversions and the pool increase, stand for `pre_money`: the better of cap and discount, each
// rounded down. Without either the round's own price.
Int128 ConversionShares(const ConvertibleNote& note, Cents balance, Cents pre_money,
                        int64_t capitalisation, int64_t round_shares) {
  const Int128 discounted = Int128{balance.value()} * 10'000 * round_shares /
                            (Int128{pre_money.value()} * (10'000 - note.discount.value()));
  if (note.valuation_cap <= Cents(0)) return discounted;
  const Int128 capped = Int128{balance.value()} * capitalisation / note.valuation_cap.value();
  return std::max(discounted, capped);
}

}  // namespace

SharePrice SharePrice::FromMicros(int64_t micros_per_share) {
  return {Cents(micros_per_share), 10'000};
}

Cents ConvertibleNote::BalanceAt(Quarter quarter) const {
  const int64_t quarters = std::max(quarter - issued, 0);
  return principal + MulDiv(principal, interest_per_year.value() * quarters, 40'000);
}

CapTable::CapTable() : classes_(1) { classes_[0].name = "common"; }

HolderId CapTable::AddHolder(absl::string_view name, GroupId group) {
  HolderId holder = FindHolder(name);
  if (!holder.valid()) {
    holders_.push_back({std::string(name), GroupId()});
    held_.push_back(0);
    holder = HolderId(holder_count() - 1);
  }
  if (group.valid()) {
    holders_[static_cast<size_t>(holder.value())].group = group;
    const auto place = static_cast<size_t>(group.value());
    if (place >= holder_of_group_.size()) holder_of_group_.resize(place + 1);
    holder_of_group_[place] = holder;
  }
  return holder;
}

HolderId CapTable::FindHolder(absl::string_view name) const {
  const auto found = std::find_if(holders_.begin(), holders_.end(),
                                  [name](const Holder& holder) { return holder.name == name; });
  if (found == holders_.end()) return HolderId();
  return HolderId(static_cast<int32_t>(found - holders_.begin()));
}

HolderId CapTable::FindHolder(GroupId group) const {
  const auto place = static_cast<size_t>(group.value());
  return place < holder_of_group_.size() ? holder_of_group_[place] : HolderId();
}

const std::string& CapTable::HolderName(HolderId holder) const {
  return holders_[static_cast<size_t>(holder.value())].name;
}

GroupId CapTable::GroupOf(HolderId holder) const {
  return holders_[static_cast<size_t>(holder.value())].group;
}

const ShareClass& CapTable::share_class(ShareClassId id) const {
  return classes_[static_cast<size_t>(id.value())];
}

ShareClassId CapTable::AddClass(ShareClass share_class) {
  classes_.push_back(std::move(share_class));
  return ShareClassId(class_count() - 1);
}

Holding& CapTable::HoldingOf(ShareClassId share_class, HolderId holder) {
  TRANCHE_CHECK(holder.valid() && holder.value() < holder_count(), "no such holder");
  TRANCHE_CHECK(share_class.valid() && share_class.value() < class_count(), "no such class");
  const auto place = std::lower_bound(
      holdings_.begin(), holdings_.end(), std::pair(share_class, holder),
      [](const Holding& a, const auto& key) { return std::pair(a.share_class, a.holder) < key; });
  if (place != holdings_.end() && place->share_class == share_class && place->holder == holder) {
    return *place;
  }
  return *holdings_.insert(place, {holder, share_class, 0, Cents(0)});
}

void CapTable::Issue(ShareClassId share_class, HolderId holder, int64_t shares, Cents invested) {
  TRANCHE_CHECK(shares >= 0 && shares <= kMaxShares, "number of shares out of range");
  if (shares > 0) Give(share_class, holder, shares, invested);
}

void CapTable::AddToPool(int64_t shares) {
  TRANCHE_CHECK(shares >= 0 && shares <= kMaxShares, "number of shares out of range");
  pool_ += shares;
}

absl::StatusOr<OpenedRound> CapTable::OpenRound(const RoundTerms& terms) {
  const int64_t capitalisation = FullyDiluted();
  if (terms.pre_money <= Cents(0) || terms.new_money < Cents(0)) {
    return absl::InvalidArgumentError("a priced round needs a positive pre-money valuation");
  }
  if (terms.pre_money > kMaxValuation || terms.new_money > kMaxValuation) {
    return absl::InvalidArgumentError("the valuation is beyond any company's");
  }
  if (capitalisation <= 0) return absl::InvalidArgumentError("nobody holds a share to be priced");
  if (terms.pool_after_ppm < 0 || terms.pool_after_ppm >= 1'000'000) {
    return absl::InvalidArgumentError("the option pool must be less than the whole company");
  }
  for (const ShareClass& existing : classes_) {
    if (existing.name == terms.series) {
      return absl::InvalidArgumentError(absl::StrCat(terms.series, " has been issued already"));
    }
  }
  for (const ConvertibleNote& note : notes_) {
    if (note.discount.value() < 0 || note.discount.value() >= 10'000) {
      return absl::InvalidArgumentError("a note's discount must be less than the whole price");
    }
  }

  // The price depends on the number of shares, which depends through pool and discounts on the
  // price. Each step only adds shares, so that the least number that satisfies every rounded-down
  // condition at once is reached from below; the added parts shrink geometrically unless they make
  // up the whole company.
  const Int128 post_money = Int128{terms.pre_money.value()} + terms.new_money.value();
  const auto pool_increase = [&](int64_t shares) -> Int128 {
    // shares * (post_money / pre_money) is the total after the money.
    const Int128 target = Int128{shares} * post_money * terms.pool_after_ppm /
                          (Int128{terms.pre_money.value()} * 1'000'000);
    return std::max<Int128>(target - pool_, 0);
  };
  int64_t round_shares = capitalisation;
  for (;;) {
    Int128 next = capitalisation + pool_increase(round_shares);
    for (const ConvertibleNote& note : notes_) {
      next += ConversionShares(note, note.BalanceAt(terms.quarter), terms.pre_money, capitalisation,
                               round_shares);
    }
    if (next > kMaxShares) {
      return absl::InvalidArgumentError(
          "at this valuation the notes and the option pool leave nothing to the present holders");
    }
    if (next == round_shares) break;
    round_shares = static_cast<int64_t>(next);
  }

  if (round_shares * post_money / terms.pre_money.value() > kMaxShares) {
    return absl::InvalidArgumentError("the valuation is too low for so much money");
  }

  OpenedRound round;
  round.price = {terms.pre_money, round_shares};
  round.series = AddClass({terms.series, true, terms.preference, terms.participating,
                           terms.seniority, round.price, terms.protection, round.price.Micros()});
  round.pool_increase = static_cast<int64_t>(pool_increase(round_shares));
  pool_ += round.pool_increase;
  for (const ConvertibleNote& note : notes_) {
    const Cents balance = note.BalanceAt(terms.quarter);
    const int64_t shares = static_cast<int64_t>(
        ConversionShares(note, balance, terms.pre_money, capitalisation, round_shares));
    Issue(round.series, note.holder, shares, balance);
    round.conversions.push_back({note.holder, balance, shares});
  }
  notes_.clear();
  return round;
}

std::vector<ProtectionIssue> CapTable::Protect(SharePrice price, Cents new_money) {
  const int64_t price_micros = price.Micros();
  const Int128 outstanding = FullyDiluted();         // A
  const Int128 issued = price.SharesFor(new_money);  // C
  std::vector<ProtectionIssue> due;
  for (int32_t i = 0; i < class_count(); ++i) {
    ShareClass& series = classes_[static_cast<size_t>(i)];
    if (series.protection == DilutionProtection::kNone ||
        series.conversion_price_micros <= price_micros || price_micros <= 0) {
      continue;
    }
    // More shares are more / over of those held.
    Int128 more;
    Int128 over;
    if (series.protection == DilutionProtection::kFullRatchet) {
      more = series.conversion_price_micros - price_micros;
      over = price_micros;
      series.conversion_price_micros = price_micros;
    } else {
      const Int128 at_old_price =
          Int128{new_money.value()} * 10'000 / series.conversion_price_micros;  // B
      more = issued - at_old_price;
      over = outstanding + at_old_price;
      series.conversion_price_micros =
          static_cast<int64_t>(series.conversion_price_micros * over / (outstanding + issued));
    }
    if (more <= 0 || over <= 0) continue;
    for (const Holding& holding : holdings_) {
      if (holding.share_class != ShareClassId(i)) continue;
      const Int128 shares = std::min<Int128>(holding.shares * more / over, kMaxShares);
      if (shares > 0) {
        due.push_back({ShareClassId(i), holding.holder, static_cast<int64_t>(shares),
                       series.conversion_price_micros});
      }
    }
  }
  Int128 total = outstanding + issued;
  for (const ProtectionIssue& issue : due) total += issue.shares;
  // A company can't have more: then nobody is made whole.
  if (total > kMaxShares) return {};
  for (const ProtectionIssue& issue : due) {
    Issue(issue.share_class, issue.holder, issue.shares, Cents(0));
  }
  return due;
}

int64_t CapTable::IssueAt(ShareClassId share_class, HolderId holder, Cents amount,
                          SharePrice price) {
  TRANCHE_CHECK(amount >= Cents(0), "an investment isn't negative");
  const int64_t shares = price.SharesFor(amount);
  Issue(share_class, holder, shares, amount);
  return shares;
}

absl::StatusOr<CapTable::ClosedRound> CapTable::IssuePriced(
    const RoundTerms& terms, absl::Span<const Investment> investments) {
  RoundTerms with_total = terms;
  with_total.new_money = Cents(0);
  for (const Investment& investment : investments) {
    if (investment.amount <= Cents(0)) {
      return absl::InvalidArgumentError("an investment must be positive");
    }
    with_total.new_money += investment.amount;
  }
  absl::StatusOr<OpenedRound> round = OpenRound(with_total);
  if (!round.ok()) return round.status();
  ClosedRound closed;
  for (const auto& [holder, amount] : investments) {
    closed.shares.push_back(IssueAt(round->series, holder, amount, round->price));
  }
  closed.round = *std::move(round);
  return closed;
}

void CapTable::Give(ShareClassId share_class, HolderId holder, int64_t shares, Cents invested) {
  Holding& holding = HoldingOf(share_class, holder);
  holding.shares += shares;
  holding.invested += invested;
  held_[static_cast<size_t>(holder.value())] += shares;
  issued_ += shares;
}

void CapTable::Take(ShareClassId share_class, HolderId holder, int64_t shares, Cents invested) {
  Holding& holding = HoldingOf(share_class, holder);
  holding.shares -= shares;
  holding.invested -= invested;
  held_[static_cast<size_t>(holder.value())] -= shares;
  issued_ -= shares;
  if (holding.shares == 0) holdings_.erase(holdings_.begin() + (&holding - holdings_.data()));
}

absl::Status CapTable::Transfer(ShareClassId share_class, HolderId from, HolderId to,
                                int64_t shares) {
  TRANCHE_CHECK(shares >= 0, "a number of shares isn't negative");
  const int64_t held = SharesOf(from, share_class);
  if (shares > held) {
    return absl::FailedPreconditionError(
        absl::StrCat(HolderName(from), " holds ", held, " shares of ",
                     this->share_class(share_class).name, ", not ", shares));
  }
  if (shares == 0) return absl::OkStatus();
  // The rounded part of the preference moves; the rest stays, so that none is lost.
  const Cents invested = MulDiv(HoldingOf(share_class, from).invested, shares, held);
  Take(share_class, from, shares, invested);
  Issue(share_class, to, shares, invested);
  return absl::OkStatus();
}

void CapTable::TransferAllTo(HolderId buyer) {
  const std::vector<Holding> all = holdings_;
  for (const Holding& holding : all) {
    Take(holding.share_class, holding.holder, holding.shares, holding.invested);
    Give(holding.share_class, buyer, holding.shares, holding.invested);
  }
  notes_.clear();
  pool_ = 0;
}

absl::Status CapTable::GrantFromPool(HolderId holder, int64_t shares) {
  TRANCHE_CHECK(shares >= 0, "a number of shares isn't negative");
  if (shares > pool_) {
    return absl::FailedPreconditionError(
        absl::StrCat("the option pool has ", pool_, " shares left, not ", shares));
  }
  pool_ -= shares;
  Issue(common(), holder, shares, Cents(0));
  return absl::OkStatus();
}

void CapTable::AddNote(const ConvertibleNote& note) { notes_.push_back(note); }

void CapTable::RemoveNote(size_t index) {
  TRANCHE_CHECK(index < notes_.size(), "no such note");
  notes_.erase(notes_.begin() + static_cast<ptrdiff_t>(index));
}

int64_t CapTable::SharesOf(HolderId holder) const {
  return holder.valid() ? held_[static_cast<size_t>(holder.value())] : 0;
}

int64_t CapTable::SharesOf(HolderId holder, ShareClassId share_class) const {
  for (const Holding& holding : holdings_) {
    if (holding.holder == holder && holding.share_class == share_class) return holding.shares;
  }
  return 0;
}

int64_t CapTable::FullyDiluted() const { return issued_ + pool_; }

int64_t CapTable::StakePpm(HolderId holder) const {
  const int64_t total = FullyDiluted();
  return total == 0 ? 0 : MulDivRounded(SharesOf(holder), 1'000'000, total);
}

HolderId CapTable::MajorityHolder() const {
  const int64_t total = FullyDiluted();
  for (HolderId holder(0); holder.value() < holder_count(); ++holder) {
    // Only a holder of more than half can have a stake that rounds to more than half.
    if (SharesOf(holder) > total / 2 && StakePpm(holder) > 500'000) return holder;
  }
  return HolderId();
}

std::vector<Cents> CapTable::Waterfall(Cents proceeds, Quarter quarter) const {
  TRANCHE_CHECK(proceeds >= Cents(0), "proceeds aren't negative");
  TRANCHE_CHECK(!holdings_.empty(), "nobody to pay");
  std::vector<Cents> payouts(holders_.size());
  Cents rest = proceeds;
  // Pays each of `claims` in full or, if the rest doesn't suffice, in proportion.
  const auto pay = [&](absl::Span<const HolderId> claimants, absl::Span<const int64_t> claims) {
    const Cents due(std::accumulate(claims.begin(), claims.end(), int64_t{0}));
    const Cents paid = std::min(rest, due);
    if (paid == Cents(0)) return;
    const std::vector<Cents> parts = SplitProRata(paid, claims);
    for (size_t i = 0; i < claims.size(); ++i) {
      payouts[static_cast<size_t>(claimants[i].value())] += parts[i];
    }
    rest -= paid;
  };

  std::vector<HolderId> claimants;
  std::vector<int64_t> claims;
  for (const ConvertibleNote& note : notes_) {
    claimants.push_back(note.holder);
    claims.push_back(note.BalanceAt(quarter).value());
  }
  pay(claimants, claims);

  // Which holdings give up their preference for a part of the rest? The less preference a share
  // has, the earlier; each converts if that pays at least its preference once all before it have.
  std::vector<Cents> preferences(holdings_.size());
  std::vector<size_t> undecided;
  Int128 preference_sum = 0;
  Int128 sharing = 0;
  for (size_t i = 0; i < holdings_.size(); ++i) {
    const ShareClass& kind = share_class(holdings_[i].share_class);
    if (kind.preferred) preferences[i] = holdings_[i].invested * kind.preference;
    preference_sum += preferences[i].value();
    if (kind.preferred && !kind.participating) {
      undecided.push_back(i);
    } else {
      sharing += holdings_[i].shares;
    }
  }
  const auto less_preference_a_share = [&](size_t a, size_t b) {
    return Int128{preferences[a].value()} * holdings_[b].shares <
           Int128{preferences[b].value()} * holdings_[a].shares;
  };
  std::stable_sort(undecided.begin(), undecided.end(), less_preference_a_share);
  std::vector<bool> shares_in_rest(holdings_.size(), true);
  for (const size_t i : undecided) shares_in_rest[i] = false;
  for (const size_t i : undecided) {
    const Int128 to_share = rest.value() - (preference_sum - preferences[i].value());
    const Int128 sharing_with_it = sharing + holdings_[i].shares;
    if (to_share < 0 ||
        to_share * holdings_[i].shares < Int128{preferences[i].value()} * sharing_with_it) {
      break;
    }
    preference_sum -= preferences[i].value();
    sharing = sharing_with_it;
    preferences[i] = Cents(0);
    shares_in_rest[i] = true;
  }

  std::vector<int32_t> ranks;
  for (const ShareClass& kind : classes_) ranks.push_back(kind.seniority);
  std::sort(ranks.rbegin(), ranks.rend());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  for (const int32_t rank : ranks) {
    claimants.clear();
    claims.clear();
    for (size_t i = 0; i < holdings_.size(); ++i) {
      if (share_class(holdings_[i].share_class).seniority != rank) continue;
      claimants.push_back(holdings_[i].holder);
      claims.push_back(preferences[i].value());
    }
    pay(claimants, claims);
  }
  if (rest == Cents(0)) return payouts;

  std::vector<int64_t> weights;
  for (size_t i = 0; i < holdings_.size(); ++i) {
    weights.push_back(shares_in_rest[i] ? holdings_[i].shares : 0);
  }
  const std::vector<Cents> parts = SplitProRata(rest, weights);
  for (size_t i = 0; i < holdings_.size(); ++i) {
    payouts[static_cast<size_t>(holdings_[i].holder.value())] += parts[i];
  }
  return payouts;
}

}  // namespace tranche
