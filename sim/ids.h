#ifndef TRANCHE_SIM_IDS_H_
#define TRANCHE_SIM_IDS_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

// Indices into the world's tables, each a type of its own so that a mix-up doesn't compile.
namespace tranche {

template <typename Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(int32_t value) : value_(value) {}
  constexpr int32_t value() const { return value_; }
  // False for a default-constructed Id, which names nothing.
  constexpr bool valid() const { return value_ >= 0; }
  friend constexpr auto operator<=>(Id, Id) = default;
  constexpr Id& operator++() {
    ++value_;
    return *this;
  }
  template <typename H>
  friend H AbslHashValue(H state, Id id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  int32_t value_ = -1;
};

// An agent's ordinal: its place among the agents' names in byte order.
using AgentId = Id<struct AgentTag>;
using GroupId = Id<struct GroupTag>;
using LabId = Id<struct LabTag>;
using CloudId = Id<struct CloudTag>;
using InvestorId = Id<struct InvestorTag>;
using RegulatorId = Id<struct RegulatorTag>;
using RegionId = Id<struct RegionTag>;
using ChipMakerId = Id<struct ChipMakerTag>;
using DealId = Id<struct DealTag>;
using ContractId = Id<struct ContractTag>;

// A vector that only its own kind of Id indexes.
template <typename IdT, typename T>
class IdVector {
 public:
  T& operator[](IdT id) { return items_[static_cast<size_t>(id.value())]; }
  const T& operator[](IdT id) const { return items_[static_cast<size_t>(id.value())]; }
  IdT Add(T item) {
    items_.push_back(std::move(item));
    return IdT(static_cast<int32_t>(items_.size()) - 1);
  }
  int32_t size() const { return static_cast<int32_t>(items_.size()); }
  bool empty() const { return items_.empty(); }
  bool Has(IdT id) const { return id.valid() && id.value() < size(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  void reserve(size_t n) { items_.reserve(n); }

  // All ids, in order: `for (LabId lab : world.labs.ids())`.
  class IdRange {
   public:
    struct Iterator {
      IdT id;
      IdT operator*() const { return id; }
      Iterator& operator++() {
        ++id;
        return *this;
      }
      friend bool operator==(Iterator, Iterator) = default;
    };
    explicit IdRange(int32_t size) : size_(size) {}
    Iterator begin() const { return {IdT(0)}; }
    Iterator end() const { return {IdT(size_)}; }

   private:
    int32_t size_;
  };
  IdRange ids() const { return IdRange(size()); }

 private:
  std::vector<T> items_;
};

}  // namespace tranche

#endif  // TRANCHE_SIM_IDS_H_
