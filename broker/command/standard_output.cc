#include "broker/command/standard_output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tranche {
namespace {

constexpr size_t kBufferSize = size_t{64} * 1024;

bool WantsColours() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

}  // namespace

StandardOutput::StandardOutput(int descriptor)
    : descriptor_(descriptor),
      is_terminal_(isatty(descriptor) == 1),
      colours_(is_terminal_ && WantsColours()),
      buffer_(kBufferSize),
      former_handler_(signal(SIGPIPE, SIG_IGN)),
      stream_(this) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

StandardOutput::~StandardOutput() {
  WriteOut();
  signal(SIGPIPE, former_handler_);
}

bool StandardOutput::closed() {
  if (error_ != 0) return true;
  pollfd state = {.fd = descriptor_, .events = 0, .revents = 0};
  return poll(&state, 1, 0) == 1 && (state.revents & (POLLERR | POLLNVAL)) != 0;
}

ExitCode StandardOutput::Finish() {
  WriteOut();
  if (error_ == 0 || error_ == EPIPE) return kExitOk;
  std::fprintf(stderr, "tranche: the output can't be written: %s\n", std::strerror(error_));
  return kExitIo;
}

bool StandardOutput::WriteOut() {
  const char* at = pbase();
  while (error_ == 0 && at < pptr()) {
    const ssize_t written = write(descriptor_, at, static_cast<size_t>(pptr() - at));
    if (written >= 0) {
      at += written;
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return error_ == 0;
}

StandardOutput::int_type StandardOutput::overflow(int_type character) {
  if (!WriteOut()) return traits_type::eof();
  if (!traits_type::eq_int_type(character, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(character);
    pbump(1);
  }
  return traits_type::not_eof(character);
}

int StandardOutput::sync() { return WriteOut() ? 0 : -1; }

}  // namespace tranche
