#include "broker/command/logging.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "broker/log/json.h"
#include "spdlog/formatter.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

LogFormat g_format = LogFormat::kText;

class JsonLines final : public spdlog::formatter {
 public:
  explicit JsonLines(std::string component) : component_(std::move(component)) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const std::string_view level = spdlog::level::to_string_view(message.level).data();
    const std::string line = absl::StrCat(
        JsonObject()
            .Add("time",
                 JsonString(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromChrono(message.time),
                                             absl::UTCTimeZone())))
            .Add("level", JsonString(absl::string_view(level.data(), level.size())))
            .Add("component", JsonString(component_))
            .Add("pid", JsonNumber(int64_t{getpid()}))
            .Add("message",
                 JsonString(absl::string_view(message.payload.data(), message.payload.size())))
            .json(),
        "\n");
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonLines>(component_);
  }

 private:
  const std::string component_;
};

}  // namespace

void SetUpLogging(LogFormat format) {
  g_format = format;
  // What gRPC has to say is in the statuses it returns.
  setenv("GRPC_VERBOSITY", "NONE", /*replace=*/0);
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "tranche", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  if (format == LogFormat::kJson) {
    SetLogComponent("tranche");
    return;
  }
  // On a terminal a progress line may have to make room.
  const std::string make_room = isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "";
  spdlog::set_pattern(make_room + "%Y-%m-%d %H:%M:%S %l: %v");
}

void SetLogComponent(const std::string& component) {
  if (g_format == LogFormat::kJson) spdlog::set_formatter(std::make_unique<JsonLines>(component));
}

LogFormat CurrentLogFormat() { return g_format; }

void ReportError(const std::string& command, const absl::Status& status) {
  const std::string why(status.message());
  if (g_format == LogFormat::kJson) {
    spdlog::error("{}", why);
  } else {
    std::fprintf(stderr, "tranche %s: %s\n", command.c_str(), why.c_str());
  }
}

void Tell(const std::string& text) {
  if (g_format == LogFormat::kJson) {
    spdlog::info("{}", text);
  } else {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
}

}  // namespace tranche
