// What is learnt from peers that aren't brokers. What brokers' certificates tell is in
// broker/server/access_test.cc.

#include "identity/handshake.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "identity/authority.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(60);

// Accepts one connection on a port of the kernel's choice, reads what comes first, and does
// `answer` with the connection before it closes it.
class Peer {
 public:
  explicit Peer(std::function<void(int)> answer) : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, any, size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, any, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer)] {
      const int connection = accept(listener_, nullptr, nullptr);
      std::array<char, 4096> hello = {};
      EXPECT_GT(read(connection, hello.data(), hello.size()), 0);
      answer(connection);
      close(connection);
    });
  }
  ~Peer() {
    thread_.join();
    close(listener_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  int port() const { return port_; }

 private:
  const int listener_;
  int port_ = 0;
  std::thread thread_;
};

Credentials Own() {
  const Validity validity = {absl::Now() - absl::Hours(1), absl::Now() + absl::Hours(1)};
  const Authority authority = Authority::Create("a-run", validity);
  const Identity identity = {
      .run = "a-run", .kind = Identity::Kind::kAgents, .agents = {{"aurora", v1::ROLE_LAB}}};
  const absl::StatusOr<KeyPair> issued = authority.Issue(identity, {}, validity);
  EXPECT_TRUE(issued.ok()) << issued.status();
  return {.folder = "",
          .authority = authority.certificate(),
          .certificate = issued->certificate,
          .key = issued->key,
          .identity = identity};
}

absl::Status HandshakeWith(std::function<void(int)> answer) {
  const Credentials own = Own();
  const Peer peer(std::move(answer));
  return TryHandshake("127.0.0.1", peer.port(), &own, kPatience);
}

TEST(HandshakeTest, AConnectionThatIsClosedSaysNothingOfThePeer) {
  const absl::Status found = HandshakeWith([](int /*connection*/) {});
  EXPECT_TRUE(absl::IsUnavailable(found)) << found;
}

TEST(HandshakeTest, AConnectionThatIsCutWithinAnAnswerSaysNothingOfThePeer) {
  const absl::Status found = HandshakeWith([](int connection) {
    // The head of a TLS record of 122 bytes, of which two follow.
    constexpr std::array<unsigned char, 7> kBeginning = {0x16, 0x03, 0x03, 0, 122, 2, 0};
    EXPECT_EQ(write(connection, kBeginning.data(), kBeginning.size()),
              static_cast<ssize_t>(kBeginning.size()));
  });
  EXPECT_TRUE(absl::IsUnavailable(found)) << found;
}

TEST(HandshakeTest, AConnectionThatIsResetSaysNothingOfThePeer) {
  const absl::Status found = HandshakeWith([](int connection) {
    constexpr linger kAtOnce = {1, 0};
    EXPECT_EQ(setsockopt(connection, SOL_SOCKET, SO_LINGER, &kAtOnce, sizeof(kAtOnce)), 0);
  });
  EXPECT_TRUE(absl::IsUnavailable(found)) << found;
}

TEST(HandshakeTest, AnAnswerThatIsNoTlsIsSaidToBeNone) {
  const absl::Status found = HandshakeWith([](int connection) {
    const std::string answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
    EXPECT_EQ(write(connection, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
  });
  EXPECT_TRUE(absl::IsFailedPrecondition(found)) << found;
  EXPECT_THAT(found.message(), HasSubstr("doesn't speak TLS"));
}

}  // namespace
}  // namespace tranche
