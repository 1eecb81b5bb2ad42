#include "broker/command/slurm_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

SlurmRun ARun() {
  SlurmRun run;
  run.request.job_name = "tranche-a";
  run.program = "/usr/bin/tranche";
  run.log = "/home/me/it's mine/a.tranche";
  run.request.folder = "/home/me/it's mine/a.slurm";
  run.run_arguments = {"/home/me/duopoly.textproto", "--seed", "7"};
  run.plugin_arguments = {"--plugin", "/home/me/lib bold.so"};
  run.nodes = 3;
  run.processes = 6;
  return run;
}

// As scontrol writes it, shortened.
std::string Description(const std::string& state, const std::string& exit_code) {
  return absl::StrCat(
      "JobId=6 JobName=tranche-a UserId=me(1000) JobState=", state,
      " Reason=None Dependency=(null) Requeue=1 Restarts=2 BatchFlag=1 ExitCode=", exit_code,
      " RunTime=00:00:02 TimeLimit=01:00:00 ReqNodeList=(null) ExcNodeList=(null) NodeList=n[1-3] "
      "BatchHost=n1 NumNodes=3\n");
}

SlurmEnd End(const std::string& state, const std::string& exit_code) {
  const auto job = ParseSlurmJob(Description(state, exit_code));
  EXPECT_TRUE(job.ok()) << job.status();
  EXPECT_TRUE(job->over()) << state;
  return ExplainEnd(*job, ARun());
}

TEST(SlurmJobTest, TheScriptAsksForWhatIsWanted) {
  SlurmRun run = ARun();
  run.request.partition = "long";
  run.request.time_limit = "2:00:00";
  run.request.sbatch_options = {"--mem=4G"};
  const std::string script = ComposeScript(run);
  EXPECT_THAT(script, testing::StartsWith("#!/bin/bash\n#SBATCH "));
  for (const char* line :
       {"\n#SBATCH --nodes=3\n", "\n#SBATCH --ntasks=6\n", "\n#SBATCH --partition=long\n",
        "\n#SBATCH --time=2:00:00\n", "\n#SBATCH --mem=4G\n",
        "\nrun_arguments=(/home/me/duopoly.textproto --seed 7)\n",
        "\nplugin_arguments=(--plugin '/home/me/lib bold.so')\n",
        "\nlog='/home/me/it'\\''s mine/a.tranche'\n"}) {
    EXPECT_THAT(script, HasSubstr(line));
  }
  EXPECT_THAT(script, testing::Not(HasSubstr("--account")));
}

TEST(SlurmJobTest, ASweepIsAnArrayOfShards) {
  SlurmSweep sweep;
  sweep.request = ARun().request;
  sweep.request.folder = "/home/me/s";
  sweep.program = "/usr/bin/tranche";
  sweep.sweep_arguments = {"/home/me/duopoly.textproto", "--seeds", "1..100"};
  sweep.tasks = 8;
  const std::string script = ComposeScript(sweep);
  for (const char* text :
       {"\n#SBATCH --array=1-8\n", "\n#SBATCH --output=/home/me/s/task-%a.txt\n", "\ntasks=8\n",
        "\nsweep_arguments=(/home/me/duopoly.textproto --seeds 1..100)\n",
        "--shard \"$SLURM_ARRAY_TASK_ID/$tasks\""}) {
    EXPECT_THAT(script, HasSubstr(text));
  }
  EXPECT_EQ(PartFile(sweep, 3), "/home/me/s/part-3.db");
}

TEST(SlurmJobTest, ADescriptionIsRead) {
  const auto job = ParseSlurmJob(Description("RUNNING", "0:0"));
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state, "RUNNING");
  EXPECT_EQ(job->nodes, "n[1-3]");
  EXPECT_EQ(job->restarts, 2);
  EXPECT_EQ(job->time_limit, "01:00:00");
  EXPECT_FALSE(job->over());
  EXPECT_FALSE(ParseSlurmJob("slurm_load_jobs error").ok());
}

TEST(SlurmJobTest, WhatAPartitionNeverGivesIsRecognised) {
  SlurmJob job;
  job.state = "PENDING";
  job.reason = "Resources";
  EXPECT_FALSE(job.can_never_start());
  job.reason = "PartitionTimeLimit";
  EXPECT_TRUE(job.can_never_start());
  EXPECT_THAT(ExplainNeverStarting(job).message(),
              AllOf(HasSubstr("PartitionTimeLimit"), HasSubstr("--time")));
}

TEST(SlurmJobTest, EveryEndSaysWhatHappenedAndWhatToDo) {
  EXPECT_TRUE(End("COMPLETED", "0:0").status.ok());
  struct Case {
    const char* state;
    const char* exit_code;
    const char* what;
    const char* advice;
    ExitCode expected;
  };
  for (const Case& c : {
           Case{"TIMEOUT", "0:15", "time limit of 01:00:00", "--resume", kExitStopped},
           Case{"FAILED", "64:0", "time limit of 01:00:00", "--resume", kExitStopped},
           Case{"CANCELLED", "0:15", "cancelled", "--resume", kExitStopped},
           Case{"NODE_FAIL", "0:0", "n[1-3] was lost", "sinfo -R", kExitRunFailed},
           Case{"OUT_OF_MEMORY", "0:125", "memory", "--mem", kExitRunFailed},
           Case{"PREEMPTED", "0:0", "another job", "--resume", kExitStopped},
           Case{"FAILED", "7:0", "quota", "make room", kExitIo},
           Case{"FAILED", "6:0", "stopped", "--resume", kExitStopped},
           Case{"FAILED", "3:0", "did not take", "output.txt", kExitBadScenario},
           Case{"FAILED", "4:0", "another run has it", "output.txt", kExitBadLog},
           Case{"FAILED", "1:0", "code 1", "output.txt", kExitRunFailed},
           Case{"FAILED", "0:9", "signal 9", "--resume", kExitRunFailed},
       }) {
    const SlurmEnd end = End(c.state, c.exit_code);
    EXPECT_EQ(end.exit_code, c.expected) << c.state << " " << c.exit_code;
    EXPECT_THAT(end.status.message(), AllOf(HasSubstr(c.what), HasSubstr(c.advice)))
        << c.state << " " << c.exit_code;
  }
}

TEST(SlurmJobTest, WhatSlurmRefusesComesWithAdvice) {
  // As sbatch 22.05 words them.
  EXPECT_THAT(
      ExplainSlurmError("sbatch",
                        "sbatch: error: invalid partition specified: x\nsbatch: error: Batch "
                        "job submission failed: Invalid partition name specified\n"),
      AllOf(HasSubstr("invalid partition specified: x"), HasSubstr("sinfo")));
  EXPECT_THAT(ExplainSlurmError(
                  "sbatch",
                  "sbatch: error: Munge encode failed: Failed to access \"/run/munge.sock\": No "
                  "such file or directory (Did you start munged?)\n"),
              HasSubstr("munged runs on this machine"));
  EXPECT_THAT(ExplainSlurmError("squeue", "squeue: error: Unable to contact slurm controller\n"),
              HasSubstr("scontrol ping"));
  EXPECT_THAT(ExplainSlurmError("sbatch", ""), HasSubstr("no reason"));
}

TEST(SlurmJobTest, WhatBecameOfTasksIsSummedUpByCause) {
  std::vector<SlurmJob> tasks;
  for (const auto& [state, code] : {std::pair("COMPLETED", "0:0"), std::pair("TIMEOUT", "0:0"),
                                    std::pair("TIMEOUT", "0:0"), std::pair("FAILED", "7:0")}) {
    tasks.push_back(*ParseSlurmJob(Description(state, code)));
  }
  EXPECT_THAT(SumUpFailures(tasks),
              AllOf(HasSubstr("2 tasks: the job's time limit of 01:00:00"), HasSubstr("--time"),
                    HasSubstr("1 task: the results could not be written"), HasSubstr("quota")));
  tasks.resize(1);
  EXPECT_EQ(SumUpFailures(tasks), "");
}

}  // namespace
}  // namespace tranche
