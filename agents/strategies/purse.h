#ifndef TRANCHE_AGENTS_STRATEGIES_PURSE_H_
#define TRANCHE_AGENTS_STRATEGIES_PURSE_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "tranche/v1/view.pb.h"

namespace tranche {

// What an investor can still promise in a quarter: the money of its view, which was taken at the
// opening, less what it has offered or agreed to since. In cents.
class Purse {
 public:
  void OnQuarter() { promised_.clear(); }

  // What is offered or agreed in `thread`, in place of what was before.
  void Promise(absl::string_view thread, double cents) { promised_[std::string(thread)] = cents; }
  void Release(absl::string_view thread) { promised_.erase(std::string(thread)); }

  // Not below zero. Without what is promised in `but_in`, which a new offer there would replace.
  double Uncommitted(const v1::AgentView& own, absl::string_view but_in = "") const {
    double money = static_cast<double>(own.investor().investable_cents());
    for (const auto& [thread, cents] : promised_) {
      if (but_in.empty() || thread != but_in) money -= cents;
    }
    return money > 0 ? money : 0;
  }

 private:
  std::map<std::string, double> promised_;
};

}  // namespace tranche

#endif  // TRANCHE_AGENTS_STRATEGIES_PURSE_H_
