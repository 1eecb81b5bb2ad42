#include "broker/command/run_registry.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/log/json.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace tranche {
namespace {

namespace fs = std::filesystem;

std::string Directory() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime != '\0') return absl::StrCat(runtime, "/tranche");
  return absl::StrCat("/tmp/tranche-", geteuid());
}

absl::Status MakeDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", path));
  }
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
      (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(path, " isn't a directory of ours alone"));
  }
  return absl::OkStatus();
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// When the process was started, in clock ticks since boot; nothing if there is none.
std::optional<uint64_t> ProcessStart(int pid) {
  const std::string text = ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  // Behind the name come fields 3 and following; the start is the 22nd, see proc(5).
  const std::vector<std::string> fields = absl::StrSplit(text.substr(name_end + 2), ' ');
  constexpr size_t kStart = 22 - 3;
  uint64_t start = 0;
  const bool dead = !fields.empty() && (fields[0] == "Z" || fields[0] == "X");
  if (dead || fields.size() <= kStart || !absl::SimpleAtoi(fields[kStart], &start)) {
    return std::nullopt;
  }
  return start;
}

std::string ToJson(const RegisteredRun& run) {
  return JsonObject()
      .Add("pid", JsonNumber(int64_t{run.pid}))
      .Add("process_start", JsonString(absl::StrCat(run.process_start)))
      .Add("run", JsonString(run.run))
      .Add("scenario", JsonString(run.scenario))
      .Add("log", JsonString(run.log))
      .Add("control", JsonString(run.control))
      .json();
}

std::optional<RegisteredRun> FromJson(const std::string& json) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(json, &object).ok()) return std::nullopt;
  const auto text = [&object](const char* name) {
    const auto field = object.fields().find(name);
    return field == object.fields().end() ? std::string() : field->second.string_value();
  };
  RegisteredRun run;
  const auto pid = object.fields().find("pid");
  if (pid == object.fields().end() ||
      !absl::SimpleAtoi(text("process_start"), &run.process_start)) {
    return std::nullopt;
  }
  run.pid = static_cast<int>(pid->second.number_value());
  run.run = text("run");
  run.scenario = text("scenario");
  run.log = text("log");
  run.control = text("control");
  return run;
}

// Whole or not at all: somebody may be reading.
absl::Status WriteWhole(const std::string& path, const std::string& text) {
  const std::string draft = absl::StrCat(path, ".new");
  {
    std::ofstream out(draft, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", draft));
  }
  std::error_code error;
  fs::rename(draft, path, error);
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunRegistration>> RunRegistration::Enter(RegisteredRun run) {
  const std::string directory = Directory();
  if (absl::Status made = MakeDirectory(directory); !made.ok()) return made;
  run.pid = getpid();
  run.process_start = ProcessStart(run.pid).value_or(0);
  std::string path = absl::StrCat(directory, "/", run.pid, ".json");
  if (absl::Status written = WriteWhole(path, ToJson(run)); !written.ok()) return written;
  return std::unique_ptr<RunRegistration>(new RunRegistration(std::move(path)));
}

RunRegistration::~RunRegistration() { unlink(path_.c_str()); }

std::vector<RegisteredRun> RunningRuns() {
  std::vector<RegisteredRun> running;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(Directory(), error)) {
    if (entry.path().extension() != ".json") continue;
    const std::optional<RegisteredRun> run = FromJson(ReadFile(entry.path()));
    if (run.has_value() && ProcessStart(run->pid) == run->process_start) {
      running.push_back(*run);
    } else {
      unlink(entry.path().c_str());
    }
  }
  std::sort(running.begin(), running.end(),
            [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return running;
}

}  // namespace tranche
