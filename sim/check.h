#ifndef TRANCHE_SIM_CHECK_H_
#define TRANCHE_SIM_CHECK_H_

#include <cstdio>
#include <cstdlib>
#include <string_view>

// TRANCHE_CHECK(condition, message) states an invariant: something that holds unless Tranche
// itself is wrong. It is active in every build, because a market that goes on after its books are
// broken is worse than one that stops. What a user or an agent can get wrong is an absl::Status.
//
// `message` is anything convertible to std::string_view and is evaluated only on failure, so
// absl::StrCat(...) costs nothing while the invariant holds.
#define TRANCHE_CHECK(condition, message)                                          \
  do {                                                                             \
    if (!(condition)) [[unlikely]] {                                               \
      ::tranche::internal::CheckFailed(__FILE__, __LINE__, #condition, (message)); \
    }                                                                              \
  } while (false)

namespace tranche::internal {

[[noreturn]] inline void CheckFailed(const char* file, int line, const char* condition,
                                     std::string_view message) {
  std::fprintf(stderr, "%s:%d: check failed: %s: %.*s\n", file, line, condition,
               static_cast<int>(message.size()), message.data());
  std::abort();
}

}  // namespace tranche::internal

#endif  // TRANCHE_SIM_CHECK_H_
