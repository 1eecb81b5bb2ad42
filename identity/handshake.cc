#include "identity/handshake.h"

#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "identity/openssl.h"

namespace tranche {
namespace {

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// OpenSSL writes to its socket without asking for no signal: while this lives, a peer that hangs up
// is an error of the write and not the end of the program.
class WithoutSigPipe {
 public:
  WithoutSigPipe() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutSigPipe() {
    constexpr timespec kNow = {};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &kNow);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutSigPipe(const WithoutSigPipe&) = delete;
  WithoutSigPipe& operator=(const WithoutSigPipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

// Waits for `events`; false when the time is over.
bool Await(int descriptor, short events, absl::Time deadline) {
  const absl::Duration left = deadline - absl::Now();
  if (left <= absl::ZeroDuration()) return false;
  pollfd what = {descriptor, events, 0};
  return poll(&what, 1, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1) > 0;
}

absl::StatusOr<Socket> Connect(const std::string& host, int port, absl::Time deadline) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      error != 0) {
    return absl::UnavailableError(
        absl::StrCat("no machine is known as ", host, " here: ", gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
  std::string why = "no address";
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    Socket socket(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    int error = 0;
    if (connect(socket.get(), address->ai_addr, address->ai_addrlen) != 0) error = errno;
    if (error == EINPROGRESS) {
      if (Await(socket.get(), POLLOUT, deadline)) {
        socklen_t size = sizeof(error);
        getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      } else {
        error = ETIMEDOUT;
      }
    }
    if (error == 0) return socket;
    why = std::strerror(error);
  }
  return absl::UnavailableError(
      absl::StrCat("cannot connect to ", host, " port ", port, ": ", why));
}

openssl::SslContext NewContext(const Credentials* credentials) {
  openssl::SslContext context(SSL_CTX_new(TLS_client_method()));
  // The broker's certificate is looked at afterwards, for a better answer than "failed".
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.get(), kHttp2, sizeof(kHttp2));
  if (credentials != nullptr) {
    const openssl::X509Certificate certificate =
        openssl::ParseCertificate(credentials->certificate);
    const openssl::Key key = openssl::ParseKey(credentials->key);
    SSL_CTX_use_certificate(context.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
  }
  return context;
}

// Whether the last error is a connection that ended before the peer had said all. That is a matter
// of the network, and says nothing of who is at its other end.
bool WasCutOff() {
  const auto code = ERR_peek_error();
  return ERR_GET_LIB(code) == ERR_LIB_SSL &&
         ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

// OK when both have shaken hands; NotFound: the peer's answer isn't TLS; Unavailable: no answer, or
// not the whole of one.
absl::Status ShakeHands(SSL& ssl, int descriptor, absl::Time deadline) {
  while (true) {
    const int result = SSL_connect(&ssl);
    if (result == 1) return absl::OkStatus();
    const int error = SSL_get_error(&ssl, result);
    const bool in_time = error == SSL_ERROR_WANT_READ    ? Await(descriptor, POLLIN, deadline)
                         : error == SSL_ERROR_WANT_WRITE ? Await(descriptor, POLLOUT, deadline)
                                                         : true;
    if (!in_time) return absl::UnavailableError("no answer");
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) continue;
    if (error == SSL_ERROR_SSL && !WasCutOff()) return absl::NotFoundError(openssl::LastError());
    ERR_clear_error();
    return absl::UnavailableError("it hung up");
  }
}

}  // namespace

absl::Status TryHandshake(const std::string& host, int port, const Credentials* credentials,
                          absl::Duration timeout) {
  const WithoutSigPipe no_signal;
  const absl::Time deadline = absl::Now() + timeout;
  const absl::StatusOr<Socket> socket = Connect(host, port, deadline);
  if (!socket.ok()) return socket.status();

  const std::string who = absl::StrCat("who answers at ", host, ":", port);
  const openssl::SslContext context = NewContext(credentials);
  const openssl::Ssl ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), socket->get());
  const absl::Status shaken = ShakeHands(*ssl, socket->get(), deadline);
  if (absl::IsUnavailable(shaken)) {
    return absl::UnavailableError(absl::StrCat(who, " doesn't shake hands: ", shaken.message()));
  }
  if (credentials == nullptr) {
    if (!shaken.ok()) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrCat(
        who,
        " speaks TLS only: name the folder with your certificate by --identity, and leave "
        "--insecure out"));
  }
  if (!shaken.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(who, " doesn't speak TLS (", shaken.message(),
                                                      "): is it a broker served with --insecure?"));
  }
  const openssl::X509Certificate shown(SSL_get1_peer_certificate(ssl.get()));
  const auto verified = VerifyCertificate(openssl::ToPem(*shown), credentials->authority,
                                          CertificateUse::kServer, absl::Now());
  if (!verified.ok()) {
    return absl::UnauthenticatedError(absl::StrCat(who, " isn't the broker of run ",
                                                   credentials->identity.run, ": ",
                                                   verified.status().message()));
  }
  return absl::OkStatus();
}

}  // namespace tranche
