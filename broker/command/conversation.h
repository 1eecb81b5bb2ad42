#ifndef TRANCHE_BROKER_COMMAND_CONVERSATION_H_
#define TRANCHE_BROKER_COMMAND_CONVERSATION_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/log/run_log.h"

// A log as talk: who opened what, and who answered whom.
namespace tranche {

// The thread that `name` means: a thread's own name, or "#123" or "123" for the one that message
// 123 belongs to. NotFound if the log holds neither.
absl::StatusOr<std::string> FindThread(const RunLog& log, absl::string_view name);

// The thread and those below it, each answer indented below what it answers, terms in full.
absl::Status PrintConversation(const RunLog& log, const std::string& thread, std::ostream& out);

// A line for each thread, in the order of their first messages: how many messages, when, among
// whom.
absl::Status PrintThreads(const RunLog& log, std::ostream& out);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_CONVERSATION_H_
