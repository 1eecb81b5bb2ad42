#ifndef TRANCHE_INSPECTOR_SERVER_REQUEST_CHECK_H_
#define TRANCHE_INSPECTOR_SERVER_REQUEST_CHECK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tranche {

// Whether a request comes from the page that this server serves, or from a program of the same
// user, rather than from some other page that the user's browser shows.
//
// The server listens on loopback only, but so does every browser's reach: a page from anywhere may
// name 127.0.0.1, or have a name of its own resolved to it ("DNS rebinding"). The first shows in
// Origin, the second in Host. `host` and `origin` are the headers' values; `origin` is empty if
// there is none. PermissionDenied says which of them is wrong.
absl::Status CheckFromHere(absl::string_view host, absl::string_view origin, uint16_t port);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_SERVER_REQUEST_CHECK_H_
