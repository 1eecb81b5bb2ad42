#include "broker/server/address.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tranche {
namespace {

constexpr absl::string_view kForms =
    "an address is unix:PATH or HOST:PORT, as in "
    "unix:/run/user/1000/tranche.sock or localhost:7410";

bool SomebodyListens(const std::string& path) {
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  const bool listens =
      connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(probe);
  return listens;
}

}  // namespace

std::string Address::ToString() const {
  return is_unix() ? absl::StrCat("unix:", path) : absl::StrCat(host, ":", port);
}

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  const auto malformed = [text](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" ", what, ": ", kForms));
  };
  Address address;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "unix:")) {
    // Both unix:PATH and unix:///PATH are in use.
    absl::ConsumePrefix(&rest, "//");
    if (rest.empty()) return malformed("names no socket");
    address.path = std::string(rest);
    return address;
  }
  const size_t colon = rest.rfind(':');
  if (colon == absl::string_view::npos) return malformed("has no port");
  if (colon == 0) return malformed("has no host");
  if (!absl::SimpleAtoi(rest.substr(colon + 1), &address.port) || address.port < 0 ||
      address.port > 65535) {
    return malformed("has no port from 0 to 65535");
  }
  address.host = std::string(rest.substr(0, colon));
  return address;
}

absl::Status CheckProtected(const Address& address, Protection protection) {
  if (address.is_unix()) {
    if (protection != Protection::kMutualTls) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("--identity is for TCP: ", address.ToString(),
                     " is a Unix socket, which nobody but its owner can open"));
  }
  if (protection != Protection::kNone) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "on ", address.ToString(),
      " anybody could listen in and play any agent: make certificates with tranche cert and name "
      "a folder of them by --identity, or use a Unix socket (unix:PATH), or say --insecure if the "
      "network is yours alone"));
}

absl::Status PrepareSocketPath(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the path of a Unix socket has at most ", sizeof(sockaddr_un::sun_path) - 1,
                     " bytes, this one has ", path.size(), ": ", path));
  }
  std::string directory = std::filesystem::path(path).parent_path().string();
  if (directory.empty()) directory = ".";
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::NotFoundError(
        absl::StrCat("cannot create ", directory, " for the socket: ", std::strerror(errno)));
  }
  struct stat status = {};
  if (stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return absl::NotFoundError(absl::StrCat(directory, " is not a directory"));
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 || status.st_uid != geteuid()) {
    return absl::PermissionDeniedError(
        absl::StrCat("others can write to ", directory,
                     ", so the socket would not be safe there: name one in "
                     "a directory of your own, as in unix:",
                     directory, "/tranche/broker.sock"));
  }
  if (SomebodyListens(path)) {
    return absl::AlreadyExistsError(
        absl::StrCat("another broker serves at ", path, ": stop it or name another socket"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<SocketDirectory>> SocketDirectory::Create() {
  std::error_code error;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  std::string base = runtime != nullptr ? runtime : "";
  if (base.empty() || access(base.c_str(), W_OK) != 0) {
    base = std::filesystem::temp_directory_path(error).string();
    if (error) base = "/tmp";
  }
  std::string path = absl::StrCat(base, "/tranche-XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return absl::UnavailableError(absl::StrCat("cannot create a directory for the run's socket in ",
                                               base, ": ", std::strerror(errno)));
  }
  return std::unique_ptr<SocketDirectory>(new SocketDirectory(std::move(path)));
}

SocketDirectory::~SocketDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Address SocketDirectory::address() const {
  return {.path = absl::StrCat(path_, "/broker.sock"), .host = "", .port = 0};
}

}  // namespace tranche
