#ifndef TRANCHE_BROKER_COMMAND_LOG_TALK_H_
#define TRANCHE_BROKER_COMMAND_LOG_TALK_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "broker/log/sqlite.h"

// A log as talk, printed: its threads, one of them as a conversation, and how an outcome came
// about.
namespace tranche {

// A line for each thread, in the order of their first messages: how many messages, when, among
// whom.
absl::Status PrintThreads(const SqliteDatabase& database, std::ostream& out);

// The thread and those below it, each answer indented below what it answers. Terms stand in full
// where they are new; where they take the place of others, with what has changed.
absl::Status PrintThread(const SqliteDatabase& database, const std::string& name, bool colours,
                         std::ostream& out);
// The same as one JSON object.
absl::Status PrintThreadJson(const SqliteDatabase& database, const std::string& name,
                             std::ostream& out);

// From an outcome back to its causes, each indented below what it explains.
absl::Status PrintWhy(const SqliteDatabase& database, const std::string& name, bool colours,
                      std::ostream& out);
// The same as one JSON object.
absl::Status PrintWhyJson(const SqliteDatabase& database, const std::string& name,
                          std::ostream& out);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LOG_TALK_H_
