#include "sim/envelope.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "sim/threads.h"

namespace tranche {
namespace {

Verdict CheckRecipients(const World& world, AgentId sender, const v1::Message& move) {
  const auto refused = [](std::string explanation) {
    return Refused("recipients", std::move(explanation),
                   "agents in the market other than the sender, each once; none for a message to "
                   "the market");
  };
  // A message to everybody in a large market: sorting finds what is named twice.
  std::vector<AgentId> seen;
  if (move.recipients_size() > 1) seen.reserve(static_cast<size_t>(move.recipients_size()));
  for (const std::string& name : move.recipients()) {
    const AgentId recipient = world.FindAgent(name);
    if (!recipient.valid()) return refused(absl::StrCat("there is no agent \"", name, "\""));
    if (recipient == sender) return refused("it is addressed to its sender");
    if (!world.agents[recipient].active) return refused(absl::StrCat(name, " has left the market"));
    if (move.recipients_size() > 1) seen.push_back(recipient);
  }
  std::sort(seen.begin(), seen.end());
  const auto twice = std::adjacent_find(seen.begin(), seen.end());
  if (twice == seen.end()) return Accepted();
  return refused(absl::StrCat(world.name_of(*twice), " is named twice"));
}

Verdict CheckThread(World& world, const std::string& thread) {
  if (thread.empty()) return Accepted();
  if (thread.size() <= kMostThreadBytes && thread.back() != '/' &&
      std::all_of(thread.begin(), thread.end(),
                  [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); }) &&
      OpenerOf(world, thread).valid()) {
    return Accepted();
  }
  if (FindDeal(world, thread) != nullptr || FindContract(world, thread) != nullptr) {
    return Accepted();
  }
  return Refused("thread", "the thread's name isn't one an agent could have opened",
                 absl::StrCat("<agent>/<anything> in at most ", kMostThreadBytes,
                              " printable ASCII characters without spaces, or the name of a deal "
                              "or contract"));
}

bool IsAnswer(const v1::Message& move) {
  switch (move.body_case()) {
    case v1::Message::kTermSheet:
    case v1::Message::kCounterOffer:
    case v1::Message::kAcceptance:
    case v1::Message::kRefusal:
    case v1::Message::kFirstRefusalExercise:
      return true;
    default:
      return false;
  }
}

}  // namespace

Verdict CheckEnvelope(World& world, AgentId sender, const v1::Message& move) {
  int32_t& moves = world.moves_this_round[static_cast<size_t>(sender.value())];
  if (moves >= kMostMovesPerRound) {
    return Refused("flood", absl::StrCat("more than ", kMostMovesPerRound, " moves in one round"),
                   "the move in a later round");
  }
  ++moves;
  if (move.body_case() == v1::Message::BODY_NOT_SET) {
    return Refused("body", "the message has no body", "a message that says something");
  }
  if (move.ByteSizeLong() > kMostMessageBytes) {
    return Refused("size", absl::StrCat("the message has ", move.ByteSizeLong(), " bytes"),
                   absl::StrCat("at most ", kMostMessageBytes, " bytes"));
  }
  if (Verdict refused = CheckRecipients(world, sender, move)) return refused;
  if (Verdict refused = CheckThread(world, move.thread())) return refused;
  if (move.in_reply_to() >= move.id() && move.in_reply_to() != 0) {
    return Refused("in-reply-to", absl::StrCat("message ", move.in_reply_to(), " isn't sent yet"),
                   "the id of an earlier message");
  }
  if (IsAnswer(move) && move.in_reply_to() == 0) {
    return Refused("in-reply-to", "it doesn't say which message it answers",
                   "in_reply_to set to the id of the message answered");
  }
  return Accepted();
}

}  // namespace tranche
