#include "broker/command/deadline_flag.h"

#include "absl/time/time.h"

namespace tranche {
namespace {

std::chrono::nanoseconds ParseDeadline(const std::string& text) {
  absl::Duration duration;
  if (text == "none") return std::chrono::nanoseconds::zero();
  if (!absl::ParseDuration(text, &duration) || duration <= absl::ZeroDuration()) {
    throw CLI::ValidationError("--deadline",
                               "\"" + text + "\" is no time: say 30s, 5m, 500ms, or none");
  }
  return absl::ToChronoNanoseconds(duration);
}

}  // namespace

void AddDeadlineFlag(CLI::App& command, std::chrono::nanoseconds& deadline,
                     const std::string& description) {
  command
      .add_option_function<std::string>(
          "--deadline", [&deadline](const std::string& text) { deadline = ParseDeadline(text); },
          description)
      ->default_str(absl::FormatDuration(absl::FromChrono(deadline)));
}

}  // namespace tranche
