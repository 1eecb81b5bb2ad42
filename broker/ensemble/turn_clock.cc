#include "broker/ensemble/turn_clock.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace tranche {

void TurnClock::Begin(absl::string_view agent, Quarter quarter, uint32_t round) {
  absl::MutexLock lock(&mutex_);
  ++turns_;
  open_ = true;
  turn_.agent.assign(agent.data(), agent.size());
  turn_.quarter = quarter;
  turn_.round = round;
}

void TurnClock::End() {
  absl::MutexLock lock(&mutex_);
  open_ = false;
}

std::optional<OpenTurn> TurnClock::Late(std::chrono::nanoseconds limit) {
  absl::MutexLock lock(&mutex_);
  if (seen_ != turns_) {
    seen_ = turns_;
    seen_since_ = Clock::now();
    told_ = false;
    return std::nullopt;
  }
  if (!open_ || told_ || limit.count() == 0 || Clock::now() - seen_since_ <= limit) {
    return std::nullopt;
  }
  told_ = true;
  return turn_;
}

std::string DescribeLate(const OpenTurn& turn, std::chrono::nanoseconds limit) {
  return absl::StrCat(turn.agent, " has been at its turn of ", turn.quarter.ToString(), ", round ",
                      turn.round, ", for more than ",
                      absl::FormatDuration(absl::FromChrono(limit)));
}

}  // namespace tranche
