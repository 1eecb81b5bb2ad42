#ifndef TRANCHE_BROKER_COMMAND_LOGGING_H_
#define TRANCHE_BROKER_COMMAND_LOGGING_H_

#include <string>

#include "absl/status/status.h"

// What a command tells of its doings, on stderr: stdout is for what it was asked for.
namespace tranche {

enum class LogFormat {
  // For people.
  kText,
  // For collectors of logs: one JSON object a line, everything in it.
  //
  //   {"time":"2026-03-01T12:00:00.000Z","level":"warning","component":"run","pid":7,"message":"…"}
  kJson,
};

// Sets up the process' log. May be called again.
void SetUpLogging(LogFormat format);

// Which part of a run this process is, as in "run" or "agent openai"; in JSON only.
void SetLogComponent(const std::string& component);

LogFormat CurrentLogFormat();

// Says why a command failed, as in "tranche run: MESSAGE".
void ReportError(const std::string& command, const absl::Status& status);

// Tells a person something; `text` ends without a newline. In JSON it's a line of level "info".
void Tell(const std::string& text);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LOGGING_H_
