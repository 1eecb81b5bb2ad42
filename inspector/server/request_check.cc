#include "inspector/server/request_check.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tranche {
namespace {

// "127.0.0.1:4711", "localhost:4711"; the port may be left out where it is HTTP's own.
bool IsThisServer(absl::string_view authority, uint16_t port) {
  constexpr uint16_t kHttpPort = 80;
  for (absl::string_view name : {"127.0.0.1", "localhost"}) {
    absl::string_view rest = authority;
    if (rest.size() < name.size() || !absl::EqualsIgnoreCase(rest.substr(0, name.size()), name)) {
      continue;
    }
    rest.remove_prefix(name.size());
    if (rest == absl::StrCat(":", port)) return true;
    if (rest.empty() && port == kHttpPort) return true;
  }
  return false;
}

}  // namespace

absl::Status CheckFromHere(absl::string_view host, absl::string_view origin, uint16_t port) {
  if (!IsThisServer(host, port)) {
    return absl::PermissionDeniedError("the Host header doesn't name this server");
  }
  if (origin.empty()) return absl::OkStatus();
  absl::string_view authority = origin;
  if (!absl::ConsumePrefix(&authority, "http://") || !IsThisServer(authority, port)) {
    return absl::PermissionDeniedError("the request comes from another page");
  }
  return absl::OkStatus();
}

}  // namespace tranche
