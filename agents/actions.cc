#include "agents/actions.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace tranche {

Actions::Actions(absl::string_view agent, RandomStream random,
                 google::protobuf::RepeatedPtrField<v1::Message>* moves)
    : agent_(agent), random_(random), moves_(moves) {}

v1::Message& Actions::Send(absl::Span<const absl::string_view> recipients,
                           absl::string_view thread) {
  v1::Message& message = Tell();
  for (absl::string_view recipient : recipients) message.add_recipients(std::string(recipient));
  message.set_thread(std::string(thread));
  return message;
}

v1::Message& Actions::Send(absl::string_view recipient, absl::string_view thread) {
  return Send(absl::MakeConstSpan(&recipient, 1), thread);
}

v1::Message& Actions::Tell() {
  if (moves_->size() <= kMostMovesPerTurn) return *moves_->Add();
  dropped_.Clear();
  return dropped_;
}

v1::Message& Actions::Reply(const v1::Message& message) {
  v1::Message& reply = Send(message.sender(), message.thread());
  reply.set_in_reply_to(message.id());
  return reply;
}

void Actions::Accept(const v1::Message& proposal, absl::string_view note) {
  Reply(proposal).mutable_acceptance()->set_note(std::string(note));
}

void Actions::Refuse(const v1::Message& proposal, v1::Refusal::Reason reason,
                     absl::string_view note) {
  v1::Refusal& refusal = *Reply(proposal).mutable_refusal();
  refusal.set_reason(reason);
  refusal.set_note(std::string(note));
}

std::string Actions::Thread(absl::string_view topic) const {
  return absl::StrCat(agent_, "/", topic);
}

}  // namespace tranche
