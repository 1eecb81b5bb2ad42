#include "broker/protocol/shared_mail.h"

#include "absl/algorithm/container.h"

namespace tranche {

SharedMail::SharedMail(absl::Span<const AskedTurn* const> turns, v1::Turns& batch) {
  if (turns.size() < 2) return;
  absl::flat_hash_map<const v1::Message*, int> readers;
  for (const AskedTurn* turn : turns) {
    for (const v1::Message* message : turn->inbox) {
      // At the second reader, so that places follow the order of delivery.
      if (++readers[message] != 2) continue;
      *batch.add_shared() = *message;
      places_[message] = static_cast<uint32_t>(batch.shared_size());
    }
  }
}

void SharedMail::Deliver(absl::Span<const v1::Message* const> inbox, v1::Turn& turn) const {
  const auto place = [this](const v1::Message* message) {
    const auto found = places_.find(message);
    return found == places_.end() ? 0 : found->second;
  };
  const bool reads_shared =
      absl::c_any_of(inbox, [&](const v1::Message* message) { return place(message) != 0; });
  for (const v1::Message* message : inbox) {
    const uint32_t at = place(message);
    if (reads_shared) turn.add_mail(at);
    if (at == 0) *turn.add_inbox() = *message;
  }
}

}  // namespace tranche
