#ifndef TRANCHE_BROKER_SERVER_ADDRESS_H_
#define TRANCHE_BROKER_SERVER_ADDRESS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tranche {

// Where a broker is reached: "unix:PATH" or "HOST:PORT".
struct Address {
  // Exactly one of path and host is set.
  std::string path;
  std::string host;
  // 0: any free port.
  int port = 0;

  bool is_unix() const { return !path.empty(); }
  // As gRPC and the user write it.
  std::string ToString() const;
};

// Errors: InvalidArgument, which says what an address looks like.
absl::StatusOr<Address> ParseAddress(absl::string_view text);

// What keeps strangers away.
enum class Protection {
  kNone,
  // Both ends show a certificate of the run's.
  kMutualTls,
  // Nothing does, and the user has said that he knows.
  kInsecure,
};

// Whether `address` may be used so: TCP needs protection, or that its lack is known; a Unix socket
// is its owner's alone and takes none. Errors: InvalidArgument.
absl::Status CheckProtected(const Address& address, Protection protection);

// Makes `path` a place where a socket can be bound that nobody but its owner can reach: creates
// the directory with mode 0700 if it is missing. Errors: PermissionDenied if others can write to
// the directory (they could put a socket of their own there), AlreadyExists if a live process
// answers at `path`, InvalidArgument if the path is too long for a socket.
absl::Status PrepareSocketPath(const std::string& path);

// A directory of mode 0700 for the socket of a local run, removed with all in it when destroyed.
class SocketDirectory {
 public:
  static absl::StatusOr<std::unique_ptr<SocketDirectory>> Create();
  ~SocketDirectory();
  SocketDirectory(const SocketDirectory&) = delete;
  SocketDirectory& operator=(const SocketDirectory&) = delete;

  // The address of the socket in it.
  Address address() const;

 private:
  explicit SocketDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_SERVER_ADDRESS_H_
