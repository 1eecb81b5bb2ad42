#ifndef TRANCHE_INSPECTOR_API_PARAMETERS_H_
#define TRANCHE_INSPECTOR_API_PARAMETERS_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tranche {

// The parameters of a request, read by name. What is wrong with them shows in status(), which an
// answer asks once after it has read all that it knows: a parameter that nobody has read is an
// error too, so that a misspelt filter isn't taken for no filter.
class Parameters {
 public:
  // From a query string, percent-encoded. InvalidArgument says what is wrong.
  static absl::StatusOr<Parameters> Parse(absl::string_view query);

  // "" if it isn't given.
  std::string Text(const std::string& name);
  // An error if it isn't given, or is empty.
  std::string Required(const std::string& name);
  // All that are given by this name.
  std::vector<std::string> Texts(const std::string& name);
  // `otherwise` if it isn't given; an error outside first..last.
  int64_t Number(const std::string& name, int64_t otherwise, int64_t first, int64_t last);
  // A position; 0 if it isn't given.
  uint64_t Position(const std::string& name);
  // "1": true; "0" or not given: false.
  bool Flag(const std::string& name);
  // Makes it wrong in a way that only the reader knows.
  void Fail(absl::string_view message);

  // InvalidArgument: the first thing that is wrong.
  absl::Status status() const;

 private:
  std::vector<std::pair<std::string, std::string>> given_;
  std::set<std::string> known_;
  absl::Status failed_;
};

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_API_PARAMETERS_H_
