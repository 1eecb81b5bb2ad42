#include "broker/command/new_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

NewAgent BoldLab(const std::string& language = "cpp") {
  NewAgent agent;
  agent.role = v1::ROLE_LAB;
  agent.name = "bold-lab";
  agent.language = language;
  return agent;
}

std::vector<std::string> PathsOf(const std::vector<ProjectFile>& files) {
  std::vector<std::string> paths;
  for (const ProjectFile& file : files) paths.push_back(file.path);
  return paths;
}

TEST(NewAgentTest, AProjectIsNamedAfterItsStrategy) {
  const auto cpp = MakeProject(BoldLab());
  ASSERT_TRUE(cpp.ok()) << cpp.status();
  EXPECT_THAT(PathsOf(*cpp), UnorderedElementsAre("CMakeLists.txt", "README.md", ".gitignore",
                                                  "bold_lab.cc", "bold_lab_test.cc"));
  const auto python = MakeProject(BoldLab("python"));
  ASSERT_TRUE(python.ok()) << python.status();
  EXPECT_THAT(PathsOf(*python),
              UnorderedElementsAre("README.md", ".gitignore", "bold_lab.py", "bold_lab_test.py"));
}

TEST(NewAgentTest, EveryRoleHasOneInEveryLanguageWithoutAGapLeft) {
  for (const char* language : {"cpp", "python"}) {
    for (const v1::Role role :
         {v1::ROLE_LAB, v1::ROLE_CLOUD, v1::ROLE_INVESTOR, v1::ROLE_REGULATOR}) {
      NewAgent agent = BoldLab(language);
      agent.role = role;
      const auto files = MakeProject(agent);
      ASSERT_TRUE(files.ok()) << files.status();
      EXPECT_TRUE(std::any_of(files->begin(), files->end(), [](const ProjectFile& file) {
        return absl::StrContains(file.text, "BoldLab") &&
               absl::StrContains(file.text, "\"bold-lab\"");
      }));
      for (const ProjectFile& file : *files) {
        for (const char* gap : {"@NAME@", "@FILE@", "@CLASS@", "@ROLE@", "@AGENT@", "@DEFAULT@",
                                "@PREFIX@", "@PROGRAM@", "@PYTHON@", "@SCENARIO@", "@DOCS@"}) {
          EXPECT_FALSE(absl::StrContains(file.text, gap)) << file.path << " " << gap;
        }
      }
    }
  }
}

TEST(NewAgentTest, ANameThatCannotBeIsRefused) {
  for (const char* name : {"", "Bold", "bold_lab", "bold--lab", "-bold", "class", "json"}) {
    NewAgent agent = BoldLab();
    agent.name = name;
    EXPECT_TRUE(absl::IsInvalidArgument(MakeProject(agent).status())) << name;
  }
  NewAgent taken = BoldLab();
  taken.name = "balanced-lab";
  EXPECT_TRUE(absl::IsAlreadyExists(MakeProject(taken).status()));
}

TEST(NewAgentTest, ALanguageWithoutATemplateIsRefusedWithThoseThereAre) {
  EXPECT_THAT(MakeProject(BoldLab("cobol")).status().message(), HasSubstr("cpp, python"));
}

TEST(NewAgentTest, NothingIsOverwritten) {
  const auto folder =
      std::filesystem::path(testing::TempDir()) / absl::StrCat("new_agent_test-", ::getpid());
  std::filesystem::create_directories(folder);
  const std::string path = folder.string();
  ASSERT_TRUE(WriteProject({{"src/a.cc", "a"}}, path).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(WriteProject({{"src/b.cc", "b"}}, path)));
  EXPECT_FALSE(std::filesystem::exists(folder / "src/b.cc"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tranche
