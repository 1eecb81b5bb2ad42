#ifndef TRANCHE_AGENTS_PLUGIN_ABI_H_
#define TRANCHE_AGENTS_PLUGIN_ABI_H_

#include <absl/base/config.h>
#include <google/protobuf/stubs/common.h>

#include <string>

#include "agents/plugin/sdk_version.h"

// What a plug-in and the program that loads it have to agree on, because they hand each other C++
// objects. Each is compiled with this header, by its own compiler with its own flags, and thereby
// describes itself; the host compares the two before a line of the plug-in runs.
//
//   description := "tranche-plugin 1\n" { name "=" value "\n" }
//
// A name that begins with "built-" is told to people and not compared: assertions and optimisation
// change nothing that crosses the border.

#define TRANCHE_PLUGIN_STRING_OF(x) #x
#define TRANCHE_PLUGIN_STRING(x) TRANCHE_PLUGIN_STRING_OF(x)

#if defined(_GLIBCXX_RELEASE)
#define TRANCHE_PLUGIN_LIBRARY "libstdc++ " TRANCHE_PLUGIN_STRING(_GLIBCXX_RELEASE)
#elif defined(_LIBCPP_VERSION)
#define TRANCHE_PLUGIN_LIBRARY "libc++ " TRANCHE_PLUGIN_STRING(_LIBCPP_VERSION)
#else
#define TRANCHE_PLUGIN_LIBRARY "unknown"
#endif

#if defined(_GLIBCXX_USE_CXX11_ABI)
#define TRANCHE_PLUGIN_STRING_ABI TRANCHE_PLUGIN_STRING(_GLIBCXX_USE_CXX11_ABI)
#else
#define TRANCHE_PLUGIN_STRING_ABI "none"
#endif

// Containers that check their iterators are laid out otherwise.
#if defined(_GLIBCXX_DEBUG)
#define TRANCHE_PLUGIN_DEBUG_CONTAINERS "yes"
#else
#define TRANCHE_PLUGIN_DEBUG_CONTAINERS "no"
#endif

#if defined(__SANITIZE_ADDRESS__)
#define TRANCHE_PLUGIN_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define TRANCHE_PLUGIN_SANITIZER "thread"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TRANCHE_PLUGIN_SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define TRANCHE_PLUGIN_SANITIZER "thread"
#endif
#endif
#if !defined(TRANCHE_PLUGIN_SANITIZER)
#define TRANCHE_PLUGIN_SANITIZER "none"
#endif

// A strategy whose sums depend on the compiler's mood would break the promise of one digest.
#if defined(__FAST_MATH__)
#define TRANCHE_PLUGIN_FLOATING_POINT "-ffast-math"
#elif defined(__FLT_EVAL_METHOD__)
#define TRANCHE_PLUGIN_FLOATING_POINT \
  "IEEE 754, evaluation method " TRANCHE_PLUGIN_STRING(__FLT_EVAL_METHOD__)
#else
#define TRANCHE_PLUGIN_FLOATING_POINT "unknown"
#endif

#if defined(NDEBUG)
#define TRANCHE_PLUGIN_ASSERTIONS "off"
#else
#define TRANCHE_PLUGIN_ASSERTIONS "on"
#endif

#if defined(__clang__)
#define TRANCHE_PLUGIN_COMPILER "clang " __clang_version__
#else
#define TRANCHE_PLUGIN_COMPILER "g++ " __VERSION__
#endif

#define TRANCHE_PLUGIN_ABI_DESCRIPTION \
  "tranche-plugin 1\n"                                                                             \
  "tranche=" TRANCHE_SDK_VERSION "\n"                                                              \
  "sdk-headers=" TRANCHE_SDK_HEADERS "\n"                                                          \
  "wire=" TRANCHE_SDK_WIRE "\n"                                                                    \
  "c++-library=" TRANCHE_PLUGIN_LIBRARY "\n"                                                       \
  "c++11-strings=" TRANCHE_PLUGIN_STRING_ABI "\n"                                                  \
  "debug-containers=" TRANCHE_PLUGIN_DEBUG_CONTAINERS "\n"                                         \
  "protobuf=" TRANCHE_PLUGIN_STRING(GOOGLE_PROTOBUF_VERSION) "\n"                                  \
  "abseil=" TRANCHE_PLUGIN_STRING(ABSL_LTS_RELEASE_VERSION) "\n"                                   \
  "sanitizer=" TRANCHE_PLUGIN_SANITIZER "\n"                                                       \
  "floating-point=" TRANCHE_PLUGIN_FLOATING_POINT "\n"                                             \
  "built-with=" TRANCHE_PLUGIN_COMPILER "\n"                                                       \
  "built-with-assertions=" TRANCHE_PLUGIN_ASSERTIONS "\n"

// The name under which a plug-in's description is found in its file.
#define TRANCHE_PLUGIN_ABI_SYMBOL tranche_plugin_abi

#endif  // TRANCHE_AGENTS_PLUGIN_ABI_H_
