#include "broker/command/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "broker/command/logging.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

constexpr size_t kMostNames = 4;

std::string Names(const google::protobuf::RepeatedPtrField<std::string>& names) {
  const size_t shown = std::min<size_t>(kMostNames, names.size());
  std::string text = absl::StrJoin(names.begin(), names.begin() + static_cast<int>(shown), ", ");
  if (static_cast<size_t>(names.size()) > shown) {
    absl::StrAppend(&text, " and ", names.size() - shown, " more");
  }
  return text;
}

size_t TerminalWidth(FILE* out) {
  winsize size = {};
  return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string DescribeProgress(const v1::GetRunResponse& run) {
  const int32_t closed = run.quarter() - run.first_quarter();
  const int32_t total = run.end_quarter() - run.first_quarter();
  std::string text;
  if (closed < total) {
    text = absl::StrCat(Quarter::FromIndex(run.quarter()).ToString(), " (", closed + 1, " of ",
                        total, ")");
  }
  switch (run.state()) {
    case v1::GetRunResponse::STATE_GATHERING:
      absl::StrAppend(&text, " gathering agents");
      break;
    case v1::GetRunResponse::STATE_PAUSED:
      absl::StrAppend(&text, " round ", run.round(), ", paused");
      break;
    case v1::GetRunResponse::STATE_RUNNING:
      absl::StrAppend(&text, " round ", run.round());
      break;
    default:
      absl::StrAppend(&text, text.empty() ? "" : " ", "over");
  }
  if (!run.waiting_for().empty())
    absl::StrAppend(&text, ", waiting for ", Names(run.waiting_for()));
  return text;
}

Progress::Mode Progress::ModeFor(FILE* out, bool quiet) {
  if (quiet) return Mode::kQuiet;
  if (CurrentLogFormat() == LogFormat::kJson) return Mode::kLines;
  return isatty(fileno(out)) == 1 ? Mode::kTerminal : Mode::kLines;
}

void Progress::Update(const v1::GetRunResponse& run) {
  if (mode_ == Mode::kTerminal) {
    std::string line = DescribeProgress(run);
    // A line that wraps could not be taken back.
    line.resize(std::min(line.size(), TerminalWidth(out_) - 1));
    std::fprintf(out_, "\r\033[K%s", line.c_str());
    std::fflush(out_);
    line_shown_ = true;
  } else if (mode_ == Mode::kLines) {
    if (quarter_ == 0) quarter_ = run.quarter();
    for (; quarter_ < run.quarter(); ++quarter_) {
      const std::string line = absl::StrCat(Quarter::FromIndex(quarter_).ToString(), " closed (",
                                            quarter_ - run.first_quarter() + 1, " of ",
                                            run.end_quarter() - run.first_quarter(), ")");
      if (CurrentLogFormat() == LogFormat::kJson) {
        Tell(line);
      } else {
        std::fprintf(out_, "%s\n", line.c_str());
      }
    }
    std::fflush(out_);
  }
}

void Progress::Clear() {
  if (!line_shown_) return;
  std::fprintf(out_, "\r\033[K");
  std::fflush(out_);
  line_shown_ = false;
}

}  // namespace tranche
