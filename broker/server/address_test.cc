#include "broker/server/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    path_ = absl::StrCat(::testing::TempDir(), "/address-XXXXXX");
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

mode_t ModeOf(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

TEST(AddressTest, UnixSocketsAndHostsWithPortsAreAddresses) {
  EXPECT_EQ(ParseAddress("unix:/run/t.sock")->path, "/run/t.sock");
  EXPECT_EQ(ParseAddress("unix:///run/t.sock")->path, "/run/t.sock");
  EXPECT_EQ(ParseAddress("unix:t.sock")->path, "t.sock");
  EXPECT_EQ(ParseAddress("broker.example:7410")->host, "broker.example");
  EXPECT_EQ(ParseAddress("broker.example:7410")->port, 7410);
  EXPECT_EQ(ParseAddress("[::1]:0")->host, "[::1]");
}

TEST(AddressTest, AnAddressIsWrittenAsItIsRead) {
  for (const char* text : {"unix:/run/t.sock", "localhost:7410", "[::1]:7410"}) {
    EXPECT_EQ(ParseAddress(text)->ToString(), text);
  }
}

TEST(AddressTest, OtherTextIsAnErrorThatSaysWhatAnAddressIs) {
  for (const char* text : {"", "unix:", "localhost", ":7410", "localhost:", "localhost:http",
                           "localhost:65536", "localhost:-1"}) {
    const auto address = ParseAddress(text);
    ASSERT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(address.status().message()), HasSubstr("unix:PATH or HOST:PORT"));
  }
}

TEST(AddressTest, AMissingSocketDirectoryIsMadeForItsOwnerAlone) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(PrepareSocketPath(absl::StrCat(directory.path(), "/mine/t.sock")).ok());
  EXPECT_EQ(ModeOf(absl::StrCat(directory.path(), "/mine")), 0700);
}

TEST(AddressTest, ADirectoryOthersCanWriteToIsRefused) {
  const TemporaryDirectory directory;
  ASSERT_EQ(chmod(directory.path().c_str(), 0777), 0);
  EXPECT_EQ(PrepareSocketPath(absl::StrCat(directory.path(), "/t.sock")).code(),
            absl::StatusCode::kPermissionDenied);
}

TEST(AddressTest, ASocketSomebodyAnswersAtIsNotTaken) {
  const TemporaryDirectory directory;
  const std::string path = absl::StrCat(directory.path(), "/t.sock");
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::strcpy(address.sun_path, path.c_str());
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  EXPECT_EQ(PrepareSocketPath(path).code(), absl::StatusCode::kAlreadyExists);
  // What a dead broker left behind is no obstacle.
  close(listener);
  EXPECT_TRUE(PrepareSocketPath(path).ok());
}

TEST(AddressTest, APathTooLongForASocketIsRefused) {
  EXPECT_EQ(PrepareSocketPath(std::string(200, 'x')).code(), absl::StatusCode::kInvalidArgument);
}

TEST(AddressTest, TheDirectoryOfALocalRunIsItsOwnersAndGoesAway) {
  std::string path;
  {
    const auto directory = SocketDirectory::Create();
    ASSERT_TRUE(directory.ok()) << directory.status();
    path = std::filesystem::path((*directory)->address().path).parent_path();
    EXPECT_EQ(ModeOf(path), 0700);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace tranche
