#include "identity/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/time/clock.h"
#include "identity/authority.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kAgents = Identity::Kind::kAgents;

class CredentialsTest : public ::testing::Test {
 protected:
  CredentialsTest() {
    root_ = (std::filesystem::temp_directory_path() / "credentials-XXXXXX").string();
    EXPECT_NE(mkdtemp(root_.data()), nullptr);
    Write("aurora", authority_, authority_);
  }
  ~CredentialsTest() override { std::filesystem::remove_all(root_); }

  std::string Folder(const std::string& name) const { return root_ + "/" + name; }
  // Credentials of aurora, issued by one authority and believing in another.
  void Write(const std::string& name, const Authority& issuer, const Authority& believed) {
    const auto own =
        issuer.Issue({.run = issuer.run(), .kind = kAgents, .agents = {{"aurora", v1::ROLE_LAB}}},
                     {}, validity_);
    ASSERT_TRUE(own.ok()) << own.status();
    const absl::Status written = WriteCredentials(Folder(name), believed.certificate(), *own);
    ASSERT_TRUE(written.ok()) << written;
  }
  void Overwrite(const std::string& file, const std::string& text) const {
    std::ofstream(Folder("aurora") + "/" + file, std::ios::binary) << text;
  }
  absl::Status Load(const std::string& name, Identity::Kind kind = kAgents) const {
    return LoadCredentials(Folder(name), kind, now_).status();
  }
  static mode_t ModeOf(const std::string& path) {
    struct stat status = {};
    EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  const absl::Time now_ = absl::Now();
  const Validity validity_ = {now_ - absl::Hours(1), now_ + absl::Hours(1)};
  const Authority authority_ = Authority::Create("a-run", validity_);
  std::string root_;
};

TEST_F(CredentialsTest, WhatIsWrittenIsRead) {
  const auto loaded = LoadCredentials(Folder("aurora"), kAgents, now_);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->identity.ToString(), "agent aurora of run a-run");
  EXPECT_EQ(loaded->authority, authority_.certificate());
}

TEST_F(CredentialsTest, FilesAreTheirOwnersAlone) {
  EXPECT_EQ(ModeOf(Folder("aurora")), 0700U);
  for (const char* file : {"/ca.crt", "/tls.crt", "/tls.key"}) {
    EXPECT_EQ(ModeOf(Folder("aurora") + file), 0600U) << file;
  }
}

TEST_F(CredentialsTest, AFolderThatIsThereIsLeftAlone) {
  EXPECT_TRUE(absl::IsAlreadyExists(WriteCredentials(Folder("aurora"), "", {})));
  EXPECT_TRUE(Load("aurora").ok());
}

TEST_F(CredentialsTest, AMissingFileIsNamed) {
  std::filesystem::remove(Folder("aurora") + "/tls.key");
  const absl::Status loaded = Load("aurora");
  EXPECT_TRUE(absl::IsNotFound(loaded));
  EXPECT_THAT(loaded.message(), AllOf(HasSubstr("aurora/tls.key"), HasSubstr("tranche cert")));
}

TEST_F(CredentialsTest, AKeyThatEverybodyCanReadIsRefused) {
  chmod((Folder("aurora") + "/tls.key").c_str(), 0644);
  const absl::Status loaded = Load("aurora");
  EXPECT_TRUE(absl::IsPermissionDenied(loaded));
  EXPECT_THAT(loaded.message(), AllOf(HasSubstr("tls.key"), HasSubstr("chmod 600")));
}

TEST_F(CredentialsTest, AnothersKeyIsNoticed) {
  Write("borealis", authority_, authority_);
  std::filesystem::copy_file(Folder("borealis") + "/tls.key", Folder("aurora") + "/tls.key",
                             std::filesystem::copy_options::overwrite_existing);
  const absl::Status loaded = Load("aurora");
  EXPECT_TRUE(absl::IsInvalidArgument(loaded));
  EXPECT_THAT(loaded.message(), HasSubstr("isn't the key of"));
}

TEST_F(CredentialsTest, WhatIsNoKeyOrCertificateIsNamed) {
  Overwrite("tls.key", "nothing");
  EXPECT_THAT(Load("aurora").message(), HasSubstr("aurora/tls.key holds no private key"));
  Overwrite("tls.crt", "nothing");
  EXPECT_THAT(Load("aurora").message(), HasSubstr("aurora/tls.crt: holds no certificate"));
}

TEST_F(CredentialsTest, AnotherKindIsRefused) {
  const absl::Status loaded = Load("aurora", Identity::Kind::kOperator);
  EXPECT_TRUE(absl::IsPermissionDenied(loaded));
  EXPECT_THAT(loaded.message(), AllOf(HasSubstr("agent aurora"), HasSubstr("the operator")));
}

TEST_F(CredentialsTest, AnotherAuthoritysCertificateIsRefused) {
  Write("mixed", Authority::Create("b-run", validity_), authority_);
  const absl::Status loaded = Load("mixed");
  EXPECT_TRUE(absl::IsUnauthenticated(loaded));
  EXPECT_THAT(loaded.message(), AllOf(HasSubstr("mixed/tls.crt"), HasSubstr("b-run"),
                                      HasSubstr("authority of another run")));
}

TEST_F(CredentialsTest, AnExpiredOneIsRefused) {
  const auto loaded = LoadCredentials(Folder("aurora"), kAgents, now_ + absl::Hours(2));
  EXPECT_TRUE(absl::IsUnauthenticated(loaded.status()));
  EXPECT_THAT(loaded.status().message(), AllOf(HasSubstr("tls.crt"), HasSubstr("expired at")));
}

}  // namespace
}  // namespace tranche
