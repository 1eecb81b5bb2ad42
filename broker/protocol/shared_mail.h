#ifndef TRANCHE_BROKER_PROTOCOL_SHARED_MAIL_H_
#define TRANCHE_BROKER_PROTOCOL_SHARED_MAIL_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "broker/protocol/round_engine.h"
#include "tranche/v1/broker.pb.h"

namespace tranche {

// Puts mail into the turns of one batch, so that what several of its agents read is in it once. A
// message to everybody names everybody: sent once for each, a round would cost as much as the
// square of the agents.
class SharedMail {
 public:
  // Puts what several of `turns` bring into `batch`.
  SharedMail(absl::Span<const AskedTurn* const> turns, v1::Turns& batch);

  // Puts an agent's mail into its turn, which is to go into the batch.
  void Deliver(absl::Span<const v1::Message* const> inbox, v1::Turn& turn) const;

 private:
  // Of a message in the batch's `shared`: its place, from 1.
  absl::flat_hash_map<const v1::Message*, uint32_t> places_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_PROTOCOL_SHARED_MAIL_H_
