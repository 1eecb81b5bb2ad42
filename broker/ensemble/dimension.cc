#include "broker/ensemble/dimension.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/log/figures.h"
#include "sim/scenario_path.h"

namespace tranche {
namespace {

using google::protobuf::FieldDescriptor;

constexpr int64_t kMostSeeds = 100'000'000;

absl::Status BadFlag(absl::string_view flag, absl::string_view wrong, absl::string_view right) {
  return absl::InvalidArgumentError(absl::StrCat("\"", flag, "\" ", wrong, "; ", right));
}

// Both sides of the first "=".
absl::StatusOr<std::pair<absl::string_view, absl::string_view>> SplitFlag(absl::string_view flag,
                                                                          absl::string_view form) {
  const size_t equals = flag.find('=');
  if (equals == absl::string_view::npos || equals == 0 || equals + 1 == flag.size()) {
    return BadFlag(flag, "isn't complete", absl::StrCat("write ", form));
  }
  return std::pair(flag.substr(0, equals), flag.substr(equals + 1));
}

absl::StatusOr<std::vector<std::string>> ParseList(absl::string_view flag,
                                                   absl::string_view values) {
  std::vector<std::string> list = absl::StrSplit(values, ',');
  absl::flat_hash_set<std::string> seen;
  for (const std::string& value : list) {
    if (value.empty()) return BadFlag(flag, "has an empty value", "write values between commas");
    if (!seen.insert(value).second) {
      return BadFlag(flag, absl::StrCat("has ", value, " twice"), "leave one out");
    }
  }
  return list;
}

bool HoldsWholeNumbers(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
}

// Appends "7" or "7..20".
absl::Status AddSeeds(absl::string_view flag, absl::string_view part, std::vector<int64_t>& seeds) {
  const std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(part, absl::MaxSplits("..", 1));
  int64_t first = 0;
  int64_t last = 0;
  const bool single = part.find("..") == absl::string_view::npos;
  if (!absl::SimpleAtoi(ends.first, &first) || first < 0 ||
      !absl::SimpleAtoi(single ? ends.first : ends.second, &last)) {
    return BadFlag(flag, absl::StrCat("has \"", part, "\""),
                   "seeds are whole numbers from 0, as in 1..100 or 1,5,9");
  }
  if (last < first) return BadFlag(flag, "counts down", "write the smaller seed first");
  if (last - first >= kMostSeeds) {
    return BadFlag(flag, absl::StrCat("has more than ", kMostSeeds, " seeds"), "ask for fewer");
  }
  for (int64_t seed = first;; ++seed) {
    seeds.push_back(seed);
    if (seed == last) return absl::OkStatus();
  }
}

}  // namespace

absl::StatusOr<Dimension> ParseLevels(absl::string_view flag) {
  const auto sides = SplitFlag(flag, "PATH=VALUE,VALUE as in compute.pue=1.1,1.3");
  if (!sides.ok()) return sides.status();
  absl::StatusOr<std::vector<std::string>> levels = ParseList(flag, sides->second);
  if (!levels.ok()) return levels.status();
  return Dimension{.path = std::string(sides->first), .levels = *std::move(levels)};
}

absl::StatusOr<Dimension> ParseRange(absl::string_view flag) {
  constexpr absl::string_view kForm = "PATH=LOW..HIGH as in compute.pue=1.05..1.5";
  const auto sides = SplitFlag(flag, kForm);
  if (!sides.ok()) return sides.status();
  const std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(sides->second, absl::MaxSplits("..", 1));
  Dimension range = {.path = std::string(sides->first)};
  if (!absl::SimpleAtod(ends.first, &range.low) || !absl::SimpleAtod(ends.second, &range.high)) {
    return BadFlag(flag, "has no range", absl::StrCat("write ", kForm));
  }
  if (!(range.low < range.high)) return BadFlag(flag, "is an empty range", "write LOW below HIGH");
  return range;
}

absl::StatusOr<Dimension> ParseStrategies(absl::string_view flag) {
  const auto sides =
      SplitFlag(flag, "AGENT=STRATEGY,STRATEGY as in openai=racing-lab,conserving-lab");
  if (!sides.ok()) return sides.status();
  if (sides->second.find(':') != absl::string_view::npos) {
    return BadFlag(
        flag, "gives parameters",
        absl::StrCat("vary them by --set agents[", sides->first, "].parameters[NAME]=VALUE,VALUE"));
  }
  absl::StatusOr<std::vector<std::string>> levels = ParseList(flag, sides->second);
  if (!levels.ok()) return levels.status();
  return Dimension{.path = absl::StrCat("agents[", sides->first, "].strategy"),
                   .levels = *std::move(levels)};
}

absl::StatusOr<std::vector<int64_t>> ParseSeeds(absl::string_view flag) {
  std::vector<int64_t> seeds;
  for (absl::string_view part : absl::StrSplit(flag, ',')) {
    if (absl::Status added = AddSeeds(flag, part, seeds); !added.ok()) return added;
  }
  std::vector<int64_t> sorted = seeds;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    return BadFlag(flag, absl::StrCat("has seed ", *twice, " twice"), "leave one out");
  }
  return seeds;
}

absl::StatusOr<std::string> ValueWithin(const Dimension& range, const v1::Scenario& scenario,
                                        double unit) {
  const absl::StatusOr<const FieldDescriptor*> field = FieldAt(scenario, range.path);
  if (!field.ok()) return field.status();
  if (HoldsWholeNumbers(**field)) {
    const double low = std::ceil(range.low);
    const double high = std::floor(range.high);
    if (low > high) {
      return absl::InvalidArgumentError(absl::StrCat(range.path, ": no whole number is from ",
                                                     range.low, " to ", range.high,
                                                     "; it holds whole numbers only"));
    }
    return NumberText(std::min(high, low + std::floor(unit * (high - low + 1))));
  }
  if ((*field)->cpp_type() != FieldDescriptor::CPPTYPE_DOUBLE) {
    return absl::InvalidArgumentError(
        absl::StrCat(range.path, ": it holds no numbers; name its values one by one"));
  }
  return NumberText(range.low + unit * (range.high - range.low));
}

}  // namespace tranche
