#ifndef TRANCHE_BROKER_COMMAND_STANDARD_OUTPUT_H_
#define TRANCHE_BROKER_COMMAND_STANDARD_OUTPUT_H_

#include <ostream>
#include <streambuf>
#include <vector>

#include "broker/command/exit_codes.h"

namespace tranche {

// A file descriptor, usually 1, as a stream that knows why it can't be written: a reader that has
// seen enough (`tranche log run.tranche | head`) is no failure, a full disk is one. While it lives,
// SIGPIPE is ignored.
class StandardOutput : private std::streambuf {
 public:
  explicit StandardOutput(int descriptor);
  ~StandardOutput() override;
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  std::ostream& stream() { return stream_; }
  // Nobody reads any more, or nothing can be written: what is yet to come may be left out.
  bool closed();
  // Writes what is left. kExitOk if all was written or nobody wanted it; else kExitIo, and stderr
  // says why.
  ExitCode Finish();

  bool is_terminal() const { return is_terminal_; }
  // Whether to use colours: on a terminal, unless the environment has NO_COLOR (no-color.org).
  bool colours() const { return colours_; }

 private:
  int_type overflow(int_type character) override;
  int sync() override;
  bool WriteOut();

  const int descriptor_;
  const bool is_terminal_;
  const bool colours_;
  std::vector<char> buffer_;
  int error_ = 0;
  void (*former_handler_)(int);
  std::ostream stream_;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_STANDARD_OUTPUT_H_
