// Runs over TCP as users set them up: certificates from `tranche cert`, a broker, agents in processes
// of their own. What is let in ends in the digest of an undisturbed run; what isn't is told why, by
// whichever side finds out first.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/command/exit_codes.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

const std::string kDuopoly = SourcePath("deploy/scenarios/duopoly.textproto");

std::string DigestOf(const ProgramEnd& end) {
  std::smatch match;
  static const std::regex kDigest("\"digest\":\"([0-9a-f]{64})\"");
  return std::regex_search(end.out, match, kDigest) ? match[1].str() : "none: " + end.err;
}

class CertificatesTest : public ::testing::Test {
 protected:
  std::string MakeCertificates(const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"cert", kDuopoly, "--out", directory_.File(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramEnd made = Program::Run(arguments);
    EXPECT_EQ(made.code, kExitOk) << made.err;
    return directory_.File(name);
  }
  void Serve(const std::string& certificates) {
    broker_ = Program::Start({"run", kDuopoly, "--json", "--serve", "127.0.0.1:0", "--identity",
                              certificates + "/broker", "--log", directory_.File("run.tranche")});
    ASSERT_TRUE(broker_->WaitForError("--identity FOLDER\n")) << broker_->err();
    std::smatch match;
    const std::string said = broker_->err();
    ASSERT_TRUE(std::regex_search(said, match, std::regex("at (127.0.0.1:[0-9]+)\n"))) << said;
    address_ = match[1];
  }
  ProgramEnd Join(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"agent", "--connect", address_, "--patience", "20"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Program::Run(arguments);
  }

  const TestDirectory directory_;
  std::unique_ptr<Program> broker_;
  std::string address_;
};

TEST_F(CertificatesTest, ARunOverTlsEndsInTheDigestOfAnInlineOne) {
  const std::string certificates = MakeCertificates("c", {"--agents-per-process", "4"});
  Serve(certificates);
  std::vector<std::unique_ptr<Program>> agents;
  for (const auto& process : fs::directory_iterator(certificates + "/processes")) {
    agents.push_back(Program::Start(
        {"agent", "--connect", address_, "--identity", process.path().string()}));
  }
  const ProgramEnd end = broker_->Wait();
  EXPECT_EQ(end.code, kExitOk) << end.err;
  for (const auto& agent : agents) EXPECT_EQ(agent->Wait().code, kExitOk);
  EXPECT_EQ(DigestOf(end), DigestOf(Program::Run({"run", kDuopoly, "--inline", "--json", "--log",
                                                  directory_.File("inline.tranche")})));
}

TEST_F(CertificatesTest, AnAgentIsToldWhyItIsNotLetIn) {
  const std::string ours = MakeCertificates("ours");
  const std::string theirs = MakeCertificates("theirs", {"--run", "another"});
  Serve(ours);
  // Found out here, before anything is sent.
  ProgramEnd end = Join({"borealis", "--identity", ours + "/agents/aurora"});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, AllOf(HasSubstr("aurora"), HasSubstr("can't play borealis")));
  end = Join({"aurora", "--identity", ours + "/operator"});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("the operator of run duopoly"));
  // Found out by shaking hands.
  end = Join({"aurora", "--identity", theirs + "/agents/aurora"});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("was issued by the authority of another run"));
  end = Join({"aurora", "--insecure"});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("speaks TLS only"));
  // Found out by the broker: its own authority's word for a certificate that isn't that authority's.
  fs::copy_file(ours + "/agents/aurora/ca.crt", theirs + "/agents/aurora/ca.crt",
                fs::copy_options::overwrite_existing);
  end = Join({"aurora", "--identity", theirs + "/agents/aurora"});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("authority of another run"));
}

TEST_F(CertificatesTest, NothingServesOverTcpWithAnAgentsCertificate) {
  const std::string certificates = MakeCertificates("c");
  const ProgramEnd end = Program::Run({"run", kDuopoly, "--serve", "127.0.0.1:0", "--identity",
                                       certificates + "/agents/aurora", "--log",
                                       directory_.File("run.tranche")});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("takes that of the broker"));
  EXPECT_FALSE(fs::exists(directory_.File("run.tranche")));
}

TEST_F(CertificatesTest, ATreeOfCertificatesIsNeverOverwritten) {
  const std::string certificates = MakeCertificates("c");
  const ProgramEnd again = Program::Run({"cert", kDuopoly, "--out", certificates});
  EXPECT_EQ(again.code, kExitUsage);
  EXPECT_THAT(again.err, HasSubstr(certificates));
  struct stat status = {};
  ASSERT_EQ(stat(certificates.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

}  // namespace
}  // namespace tranche
