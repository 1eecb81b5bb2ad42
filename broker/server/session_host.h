#ifndef TRANCHE_BROKER_SERVER_SESSION_HOST_H_
#define TRANCHE_BROKER_SERVER_SESSION_HOST_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "broker/protocol/round_protocol.h"
#include "tranche/v1/broker.pb.h"

namespace tranche {

// The agent's end of a session, as its host sees it. Called with the host's mutex held: must not
// block and must not call the host back.
class SessionPeer {
 public:
  virtual ~SessionPeer() = default;
  // Sends after whatever was sent before.
  virtual void Send(v1::ToAgent message) = 0;
  // Ends the session once everything sent has gone out.
  virtual void End(const absl::Status& status) = 0;
};

// Whom the sessions of a server talk to. Called from any thread.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  // From here on `peer` gets what there is to say to the session.
  virtual SessionId Attach(std::shared_ptr<SessionPeer> peer) = 0;
  virtual void OnJoin(SessionId session, const v1::Join& join) = 0;
  virtual void OnMoves(SessionId session, v1::Moves moves) = 0;
  // The stream is gone: Cancelled if the agent closed it or it broke, InvalidArgument after a frame
  // that makes no sense. Later events of the session are ignored.
  virtual void OnLost(SessionId session, const absl::Status& why) = 0;
  // All is over with the session's stream; `intact`: whatever was sent has arrived.
  virtual void OnSessionDone(SessionId session, bool intact) = 0;
  // Of an agent that may be joined as; unspecified: there is no such agent.
  virtual v1::Role RoleOf(absl::string_view agent) const = 0;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_SESSION_HOST_H_
