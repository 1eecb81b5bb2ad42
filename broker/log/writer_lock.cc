#include "broker/log/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace tranche {
namespace {

absl::Status OpenError(const std::string& path, int error) {
  const std::string message = absl::StrCat(path, ": can't be created: ", std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(absl::StrCat(message, "; create its folder first"));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(
          absl::StrCat(message, "; choose a folder you may write to"));
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(absl::StrCat(message, "; free some space"));
    default:
      return absl::UnavailableError(message);
  }
}

std::string Holder(int descriptor) {
  char text[32] = {};
  const ssize_t size = pread(descriptor, text, sizeof(text) - 1, 0);
  const absl::string_view id =
      absl::StripAsciiWhitespace(absl::string_view(text, size > 0 ? size : 0));
  return id.empty() ? "another process" : absl::StrCat("process ", id);
}

// False: another process has the lock. Those who only look whether it is taken hold it for an
// instant, which must not turn a writer away.
bool LockForWriting(int descriptor) {
  constexpr int kTries = 5;
  for (int tries = 1; flock(descriptor, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK || tries == kTries) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

}  // namespace

bool WriterLock::IsTaken(const std::string& log_path) {
  const int descriptor = open(absl::StrCat(log_path, "-lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool taken = flock(descriptor, LOCK_SH | LOCK_NB) != 0;
  close(descriptor);
  return taken;
}

absl::StatusOr<WriterLock> WriterLock::Take(const std::string& log_path) {
  const std::string path = absl::StrCat(log_path, "-lock");
  while (true) {
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) return OpenError(path, errno);
    WriterLock lock(path, descriptor);
    if (!LockForWriting(descriptor)) {
      const std::string holder = Holder(descriptor);
      close(std::exchange(lock.descriptor_, -1));  // not ours to remove
      return absl::FailedPreconditionError(absl::StrCat(
          log_path, ": ", holder, " is writing this log; wait until its run ends, or stop it"));
    }
    // A former holder may have removed the file between our open and our lock: then we hold a
    // lock that nobody else can see.
    struct stat ours = {};
    struct stat named = {};
    if (fstat(descriptor, &ours) != 0 || stat(path.c_str(), &named) != 0 ||
        ours.st_ino != named.st_ino || ours.st_dev != named.st_dev) {
      close(std::exchange(lock.descriptor_, -1));
      continue;
    }
    // Only for the message to others: the lock holds without it, on a full disk too.
    const std::string id = absl::StrCat(getpid(), "\n");
    if (ftruncate(descriptor, 0) == 0) {
      [[maybe_unused]] const ssize_t written = pwrite(descriptor, id.data(), id.size(), 0);
    }
    return lock;
  }
}

WriterLock::WriterLock(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  if (this != &other) {
    Free();
    path_ = std::move(other.path_);
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

WriterLock::~WriterLock() { Free(); }

void WriterLock::Free() {
  if (descriptor_ < 0) return;
  unlink(path_.c_str());
  close(std::exchange(descriptor_, -1));
}

}  // namespace tranche
