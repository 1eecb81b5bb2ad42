#include "broker/command/text_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace tranche {

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": it's a folder"));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    const std::string message =
        absl::StrCat(path, ": ", errno != 0 ? std::strerror(errno) : "it can't be opened");
    return errno == EACCES ? absl::PermissionDeniedError(message) : absl::NotFoundError(message);
  }
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return absl::UnavailableError(absl::StrCat(path, ": it can't be read"));
  return text;
}

absl::Status WriteTextFile(const std::string& path, absl::string_view text) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (file.is_open()) file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file.fail()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(path, ": ", errno != 0 ? std::strerror(errno) : "it can't be written"));
}

}  // namespace tranche
