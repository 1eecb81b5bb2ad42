// A strategy in Python plays as its twin in C++ does: the same run, to the digest.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/testing/source_tree.h"
#include "tests/testing/built_files.h"
#include "tests/testing/program.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

const char kStrategy[] = "harbor-fund=patient-investor:patience_quarters=1";

// The program that plays `arguments` with the Python package of this build.
std::vector<std::string> Python(std::vector<std::string> arguments) {
  const auto package = std::filesystem::path(ProgramPath()).parent_path().parent_path() / "python";
  std::vector<std::string> all = {absl::StrCat("PYTHONPATH=", package.string()),
                                  "/usr/bin/python3"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

// What stands in the JSON of a run's end.
std::string DigestIn(const std::string& json) {
  const size_t begin = json.find("\"digest\":\"");
  return begin == std::string::npos ? json : json.substr(begin, 10 + 64);
}

TEST(PythonSdkTest, ATwinInPythonEndsInTheSameDigest) {
  const TestDirectory directory;
  const std::string scenario = SourcePath("deploy/scenarios/duopoly.textproto");
  const ProgramEnd expected = Program::Run({"run", scenario, "--inline", "--json", "--strategy",
                                            kStrategy, "--log", directory.File("inline.tranche")});
  ASSERT_EQ(expected.code, 0) << expected.err;

  const std::string address = absl::StrCat("unix:", directory.File("socket/t.sock"));
  const auto broker = Program::Start({"run", scenario, "--json", "--strategy", kStrategy, "--serve",
                                      address, "--log", directory.File("served.tranche")});
  ASSERT_TRUE(broker->WaitForError("serving")) << broker->err();
  const auto others =
      Program::Start({"agent", "--connect", address, "aurora", "borealis", "european-commission",
                      "nimbus", "nimbus-ventures", "stratus", "us-antitrust"});
  const ProgramEnd twin = Program::Run(
      Python({SourcePath("tests/python/patient_investor.py"), "--connect", address, "harbor-fund"}),
      {.path = "/usr/bin/env"});
  EXPECT_EQ(twin.code, 0) << twin.err;
  const ProgramEnd end = broker->Wait();
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(DigestIn(end.out), DigestIn(expected.out));
}

TEST(PythonSdkTest, ItsRandomNumbersAreThoseOfTheCore) {
  // sim/philox_test.cc has the same known answers, of Random123.
  const ProgramEnd end =
      Program::Run(Python({"-c",
                           "from tranche.randomness import philox_4x32, stream_key\n"
                           "print(*(f'{word:x}' for word in philox_4x32((0, 0, 0, 0), (0, 0))), "
                           "f'{stream_key(\"a\"):x}')"}),
                   {.path = "/usr/bin/env"});
  EXPECT_EQ(end.out, "6627e8d5 e169c58d bc57ac4c 9b00dbd8 2c0bdbf481420f8\n") << end.err;
}

TEST(PythonSdkTest, ABrokerThatIsNotThereIsSaid) {
  const ProgramEnd end =
      Program::Run(Python({SourcePath("tests/python/patient_investor.py"), "--connect",
                           "unix:/nowhere/t.sock", "--patience", "0", "harbor-fund"}),
                   {.path = "/usr/bin/env"});
  EXPECT_EQ(end.code, 1);
  EXPECT_THAT(end.err, HasSubstr("no broker answered at unix:/nowhere/t.sock"));
}

}  // namespace
}  // namespace tranche
