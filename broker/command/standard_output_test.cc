#include "broker/command/standard_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace tranche {
namespace {

TEST(StandardOutputTest, WritesAllThatIsGiven) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::string expected;
  {
    StandardOutput output(ends[1]);
    for (int i = 0; i < 1000; ++i) {
      output.stream() << "line " << i << "\n";
      expected += "line " + std::to_string(i) + "\n";
    }
    EXPECT_FALSE(output.closed());
    EXPECT_FALSE(output.colours());
    EXPECT_EQ(output.Finish(), kExitOk);
  }
  close(ends[1]);
  std::string read_back;
  char block[4096];
  for (ssize_t n = 0; (n = read(ends[0], block, sizeof(block))) > 0;) read_back.append(block, n);
  EXPECT_EQ(read_back, expected);
  close(ends[0]);
}

TEST(StandardOutputTest, AReaderThatLeavesIsNoFailure) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  StandardOutput output(ends[1]);
  output.stream() << "seen" << std::flush;
  close(ends[0]);
  EXPECT_TRUE(output.closed());
  for (int i = 0; i < 100'000; ++i) output.stream() << "not wanted\n";
  EXPECT_TRUE(output.closed());
  EXPECT_EQ(output.Finish(), kExitOk);
  close(ends[1]);
}

TEST(StandardOutputTest, AFullDiskIsAFailure) {
  const int full = open("/dev/full", O_WRONLY);
  if (full < 0) GTEST_SKIP() << "no /dev/full here";
  StandardOutput output(full);
  output.stream() << "something";
  EXPECT_EQ(output.Finish(), kExitIo);
  close(full);
}

}  // namespace
}  // namespace tranche
