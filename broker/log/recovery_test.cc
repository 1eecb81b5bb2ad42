// What a log holds after its writer died, the power went out, or the disk was full: every quarter
// whose Append had returned, whole, and nothing of any other but perhaps the whole next one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/log/faulty_disk_testing.h"
#include "broker/log/run_log.h"
#include "broker/log/sample_run_testing.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;

// Whole quarters of `run` that the log at `path` holds; -1 if it holds anything else. The log must
// be sound, and its run must be able to go on to the end.
int WholeQuarters(const std::string& path, const SampleRun& run) {
  int quarters = -1;
  {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path);
    EXPECT_TRUE(log.ok()) << log.status();
    if (!log.ok()) return -1;
    const ReadResult read = ReadAll(**log);
    EXPECT_EQ(read.status, absl::OkStatus());
    EXPECT_EQ((*log)->Verify(), absl::OkStatus());
    size_t records = 0;
    for (int i = 0; i <= run.quarters(); ++i) {
      if (records == read.records.size()) quarters = i;
      if (i < run.quarters()) records += run.quarter(i).size();
    }
    for (size_t i = 0; i < read.records.size(); ++i) {
      EXPECT_EQ(read.records[i], run.records()[i].bytes);
    }
  }
  if (quarters < 0 || quarters == run.quarters()) return quarters;

  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToAppend(path);
  EXPECT_TRUE(log.ok()) << log.status();
  if (!log.ok()) return -1;
  for (int i = quarters; i < run.quarters(); ++i) {
    EXPECT_EQ((*log)->Append(run.quarter(i)), absl::OkStatus());
  }
  EXPECT_EQ((*log)->Finish(), absl::OkStatus());
  EXPECT_EQ((*log)->Verify(), absl::OkStatus());
  return quarters;
}

// Runs `child` in a process of its own and returns how it ended, as waitpid says.
template <typename Child>
int InAnotherProcess(Child child) {
  const pid_t pid = fork();
  if (pid == 0) {
    child();
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

TEST(RecoveryTest, AKilledWriterLeavesEveryCommittedQuarter) {
  const SampleRun run(5);
  for (int committed = 0; committed < run.quarters(); ++committed) {
    TestFolder folder;
    const std::string path = folder.File("run.tranche");
    const int status = InAnotherProcess([&] {
      absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
      if (!log.ok()) _exit(1);
      for (int i = 0; i < committed; ++i) {
        if (!(*log)->Append(run.quarter(i)).ok()) _exit(1);
      }
      kill(getpid(), SIGKILL);
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_TRUE(std::filesystem::exists(path + "-wal")) << "nothing was folded in";

    // A copy of the files is as good as they are.
    TestFolder copy;
    for (absl::string_view suffix : {"", "-wal"}) {
      std::filesystem::copy(absl::StrCat(path, suffix),
                            copy.File(absl::StrCat("copy.tranche", suffix)));
    }
    EXPECT_EQ(WholeQuarters(copy.File("copy.tranche"), run), committed);
    EXPECT_EQ(WholeQuarters(path, run), committed);
    EXPECT_FALSE(std::filesystem::exists(path + "-lock"));
  }
}

TEST(RecoveryTest, AKillWithinAnAppendLeavesNoPartOfIt) {
  // Killed at every write of the second quarter's Append and of what comes after.
  const SampleRun run;
  for (int64_t write = 0;; write += 3) {
    TestFolder folder;
    const std::string path = folder.File("run.tranche");
    const int status = InAnotherProcess([&] {
      absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
      if (!log.ok() || !(*log)->Append(run.quarter(0)).ok()) _exit(1);
      // A file size limit kills at the first byte beyond it.
      const auto size = static_cast<rlim_t>(std::filesystem::file_size(path + "-wal"));
      signal(SIGXFSZ, SIG_DFL);
      const rlimit limit = {.rlim_cur = size + static_cast<rlim_t>(write) * 4096,
                            .rlim_max = RLIM_INFINITY};
      setrlimit(RLIMIT_FSIZE, &limit);
      if (!(*log)->Append(run.quarter(1)).ok()) _exit(2);
      _exit(0);
    });
    const bool killed = WIFSIGNALED(status);
    if (!killed) {
      ASSERT_EQ(WEXITSTATUS(status), 0);
      EXPECT_EQ(WholeQuarters(path, run), 2);
      EXPECT_GT(write, 15) << "the limit has stopped some";
      return;
    }
    EXPECT_EQ(WTERMSIG(status), SIGXFSZ);
    EXPECT_EQ(WholeQuarters(path, run), 1) << "write " << write;
  }
}

TEST(RecoveryTest, AppendReturnsOnlyWhenItsQuarterIsOnDisk) {
  const SampleRun run;
  TestFolder folder;
  FaultyDisk disk;
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(folder.File("run.tranche"));
  ASSERT_TRUE(log.ok()) << log.status();
  for (int i = 0; i < run.quarters(); ++i) {
    const int64_t before = disk.syncs();
    ASSERT_EQ((*log)->Append(run.quarter(i)), absl::OkStatus());
    EXPECT_GT(disk.syncs(), before);
    TestFolder after;
    disk.CutPower(folder.path(), after.path(), [](int) { return 0; });  // nothing unsynced survives
    EXPECT_EQ(WholeQuarters(after.File("run.tranche"), run), i + 1);
  }
}

TEST(RecoveryTest, APowerCutAtAnyWriteLeavesWholeQuarters) {
  const SampleRun run;
  bool reached_the_end = false;
  int cuts = 0;
  for (int64_t write = 0; !reached_the_end; write += 1 + write / 12) {
    TestFolder folder;
    FaultyDisk disk;
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(folder.File("run.tranche"));
    ASSERT_TRUE(log.ok()) << log.status();
    disk.FailAfter(write, SQLITE_IOERR_WRITE);
    int committed = 0;
    for (int i = 0; i < run.quarters(); ++i) {
      if (!(*log)->Append(run.quarter(i)).ok()) break;
      ++committed;
    }
    if (committed == run.quarters()) (*log)->Finish().IgnoreError();
    reached_the_end = !disk.has_failed();
    disk.Heal();
    for (uint32_t seed = 0; seed < 3; ++seed) {
      TestFolder after;
      uint32_t state = seed * 7919 + static_cast<uint32_t>(write);
      disk.CutPower(folder.path(), after.path(), [&state](int below) {
        state = state * 1664525 + 1013904223;  // Numerical Recipes' linear congruential generator
        return static_cast<int>((state >> 16) % static_cast<uint32_t>(below));
      });
      const int held = WholeQuarters(after.File("run.tranche"), run);
      EXPECT_GE(held, committed) << "write " << write << ", seed " << seed;
      EXPECT_LE(held, committed + 1) << "write " << write << ", seed " << seed;
      ++cuts;
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(cuts, 30);
}

TEST(RecoveryTest, AFullDiskKeepsEveryQuarterCommittedBefore) {
  const SampleRun run;
  int filled = 0;
  for (int64_t write = 0;; write += 1 + write / 12) {
    TestFolder folder;
    const std::string path = folder.File("run.tranche");
    FaultyDisk disk;
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_EQ((*log)->Append(run.quarter(0)), absl::OkStatus());
    disk.FailAfter(write, SQLITE_FULL);
    const absl::Status full = (*log)->Append(run.quarter(1));
    if (full.ok()) break;
    ++filled;
    EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
    EXPECT_THAT(full.message(), HasSubstr("the disk is full"));
    EXPECT_THAT(full.message(), HasSubstr(path));
    EXPECT_EQ(*(*log)->LastPosition(), run.quarter(0).size());

    // When there is space again, the same log goes on.
    disk.Heal();
    EXPECT_EQ((*log)->Append(run.quarter(1)), absl::OkStatus());
    log->reset();
    EXPECT_EQ(WholeQuarters(path, run), 2) << "write " << write;
  }
  EXPECT_GT(filled, 5);
}

TEST(RecoveryTest, ASizeLimitReadsAsAFullDisk) {
  const SampleRun run(30);
  TestFolder folder;
  const std::string path = folder.File("run.tranche");
  const int status = InAnotherProcess([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {.rlim_cur = 1'200'000, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
    if (!log.ok()) _exit(100);
    for (int i = 0; i < run.quarters(); ++i) {
      absl::Status appended = (*log)->Append(run.quarter(i));
      if (absl::IsResourceExhausted(appended)) _exit(i);
      if (!appended.ok()) _exit(101);
    }
    _exit(102);
  });
  ASSERT_TRUE(WIFEXITED(status));
  const int committed = WEXITSTATUS(status);
  EXPECT_GT(committed, 0);
  EXPECT_LT(committed, run.quarters());
  EXPECT_EQ(WholeQuarters(path, run), committed);
}

TEST(RecoveryTest, ALogThatCantBeMadeLeavesNothing) {
  int failures = 0;
  for (int64_t write = 0;; write += 1 + write / 12) {
    TestFolder folder;
    FaultyDisk disk;
    disk.FailAfter(write, SQLITE_FULL);
    const absl::Status created = RunLog::Create(folder.File("run.tranche")).status();
    if (created.ok()) break;
    ++failures;
    EXPECT_EQ(created.code(), absl::StatusCode::kResourceExhausted) << created;
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << write;
  }
  EXPECT_GT(failures, 3);
}

// As somebody who is not root, whom permissions don't stop.
template <typename Check>
void ExpectAsNobody(Check check) {
  const int status = InAnotherProcess([&] {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) _exit(77);
    _exit(check());
  });
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "can't become another user";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ReadOnlyFolderTest, AFinishedLogIsReadable) {
  const SampleRun run;
  TestFolder folder;
  const std::string path = folder.File("run.tranche");
  WriteSampleLog(path, run);
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  ExpectAsNobody([&] {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path);
    if (!log.ok()) return 1;
    if (!(*log)->Verify().ok()) return 2;
    return ReadAll(**log).records.size() == run.records().size() ? 0 : 3;
  });
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
}

TEST(ReadOnlyFolderTest, AStoppedRunsLogIsReadable) {
  // Closed in order but not finished: still in write-ahead mode.
  const SampleRun run;
  TestFolder folder;
  const std::string path = folder.File("run.tranche");
  {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
    ASSERT_TRUE(log.ok());
    ASSERT_EQ((*log)->Append(run.quarter(0)), absl::OkStatus());
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  ExpectAsNobody([&] {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(path);
    if (!log.ok()) return 1;
    return ReadAll(**log).records.size() == run.quarter(0).size() ? 0 : 2;
  });
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
}

TEST(ReadOnlyFolderTest, NothingIsWrittenThere) {
  const SampleRun run;
  TestFolder folder;
  const std::string path = folder.File("run.tranche");
  {
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::Create(path);
    ASSERT_TRUE(log.ok());
    ASSERT_EQ((*log)->Append(run.quarter(0)), absl::OkStatus());
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  ExpectAsNobody([&] {
    if (!absl::IsPermissionDenied(RunLog::Create(folder.File("new.tranche")).status())) return 1;
    return absl::IsPermissionDenied(RunLog::OpenToAppend(path).status()) ? 0 : 2;
  });
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
}

}  // namespace
}  // namespace tranche
