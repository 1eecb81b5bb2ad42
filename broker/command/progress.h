#ifndef TRANCHE_BROKER_COMMAND_PROGRESS_H_
#define TRANCHE_BROKER_COMMAND_PROGRESS_H_

#include <cstdint>
#include <cstdio>
#include <string>

#include "tranche/v1/broker.pb.h"

namespace tranche {

// Where a run stands in one line: quarter, round, and who is awaited.
std::string DescribeProgress(const v1::GetRunResponse& run);

// Tells a person how a run is going. On a terminal it is one line that changes; elsewhere a line
// for each quarter that closes.
class Progress {
 public:
  enum class Mode { kQuiet, kLines, kTerminal };

  // What suits `out`: a terminal or not.
  static Mode ModeFor(FILE* out, bool quiet);

  Progress(FILE* out, Mode mode) : out_(out), mode_(mode) {}
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // The run stands so. Call as often as the line shall change.
  void Update(const v1::GetRunResponse& run);
  // Takes the changing line away, so that something else can be written.
  void Clear();

  Mode mode() const { return mode_; }

 private:
  FILE* const out_;
  const Mode mode_;
  bool line_shown_ = false;
  int32_t quarter_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_PROGRESS_H_
