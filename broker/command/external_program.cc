#include "broker/command/external_program.h"

#include <boost/asio/io_context.hpp>
#include <boost/process/args.hpp>
#include <boost/process/async.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/io.hpp>
#include <boost/process/search_path.hpp>
#include <future>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace tranche {

absl::StatusOr<ExternalResult> RunExternal(const std::string& program,
                                           const std::vector<std::string>& arguments) {
  namespace process = boost::process;
  const bool is_path = program.find('/') != std::string::npos;
  const std::string path = is_path ? program : process::search_path(program).string();
  if (path.empty()) {
    return absl::NotFoundError(absl::StrCat("there is no program ", program, " on the path here"));
  }
  boost::asio::io_context io;
  std::future<std::string> out;
  std::future<std::string> err;
  std::error_code error;
  process::child child(process::exe = path, process::args = arguments,
                       process::std_in<process::null, process::std_out> out, process::std_err > err,
                       io, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat("cannot start ", program, ": ", error.message()));
  }
  io.run();
  child.wait(error);
  return ExternalResult{child.exit_code(), out.get(), err.get()};
}

}  // namespace tranche
