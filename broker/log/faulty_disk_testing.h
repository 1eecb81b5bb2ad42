#ifndef TRANCHE_BROKER_LOG_FAULTY_DISK_TESTING_H_
#define TRANCHE_BROKER_LOG_FAULTY_DISK_TESTING_H_

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace tranche {

// While it lives, all that SQLite opens stands on a disk that fails as it is told: a wrapper around
// SQLite's own file system that also remembers what has been synced, so that a power cut can be
// staged at any write.
class FaultyDisk {
 public:
  FaultyDisk() {
    TheDisk() = this;
    original_ = sqlite3_vfs_find(nullptr);
    vfs_ = *original_;
    vfs_.pNext = nullptr;
    vfs_.zName = "faulty-disk";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + original_->szOsFile;
    vfs_.xOpen = Open;
    vfs_.xDelete = [](sqlite3_vfs*, const char* name, int sync) {
      TheDisk()->files_.erase(name);
      return TheDisk()->original_->xDelete(TheDisk()->original_, name, sync);
    };
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultyDisk() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(original_, 1);
    TheDisk() = nullptr;
  }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // After `writes` more writes every further one fails with `code` (SQLITE_FULL,
  // SQLITE_IOERR_WRITE), the first of them after half of its bytes.
  void FailAfter(int64_t writes, int code) {
    writes_left_ = writes;
    code_ = code;
  }
  void Heal() { writes_left_ = -1; }
  bool has_failed() const { return failed_; }
  int64_t writes() const { return writes_; }
  int64_t syncs() const { return syncs_; }

  // The power goes out now: `to` gets the files of the folder `from` as the disk may hold them,
  // with all that was synced, and of each later write all, half or nothing, as `chance` (below its
  // argument) says.
  void CutPower(const std::string& from, const std::string& to,
                const std::function<int(int)>& chance) const {
    for (const auto& [name, file] : files_) {
      const std::filesystem::path path = name;
      if (path.parent_path() != from || absl::EndsWith(name, "-shm")) continue;
      std::string image = file.synced;
      for (const auto& [offset, bytes] : file.unsynced) {
        const int fate = chance(3);
        if (fate == 0) continue;
        const std::string part = fate == 1 ? bytes.substr(0, bytes.size() / 2) : bytes;
        if (image.size() < offset + part.size()) image.resize(offset + part.size());
        std::copy(part.begin(), part.end(), image.begin() + static_cast<ptrdiff_t>(offset));
      }
      std::ofstream(to / path.filename(), std::ios::binary) << image;
    }
  }

 private:
  // SQLite's handle of an open file, followed in memory by that of the original file system.
  struct File {
    sqlite3_file base;
    const char* name;
    sqlite3_file* original() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  struct Content {
    std::string synced;
    std::vector<std::pair<size_t, std::string>> unsynced;
    std::string current;
  };

  static FaultyDisk*& TheDisk() {
    static FaultyDisk* disk = nullptr;
    return disk;
  }
  static File* Of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static sqlite3_file* Original(sqlite3_file* file) { return Of(file)->original(); }

  static int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    FaultyDisk& disk = *TheDisk();
    File* ours = Of(file);
    ours->base.pMethods = nullptr;
    ours->name = name;
    const int code =
        disk.original_->xOpen(disk.original_, name, ours->original(), flags, out_flags);
    if (code == SQLITE_OK) ours->base.pMethods = Methods();
    if (code == SQLITE_OK && name != nullptr) disk.files_.try_emplace(name);
    return code;
  }

  static int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    FaultyDisk& disk = *TheDisk();
    if (disk.writes_left_ == 0) {
      if (!disk.failed_) {
        Keep(file, bytes, size / 2, offset);
        Original(file)->pMethods->xWrite(Original(file), bytes, size / 2, offset);
      }
      disk.failed_ = true;
      return disk.code_;
    }
    if (disk.writes_left_ > 0) --disk.writes_left_;
    ++disk.writes_;
    Keep(file, bytes, size, offset);
    return Original(file)->pMethods->xWrite(Original(file), bytes, size, offset);
  }

  static void Keep(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    if (Of(file)->name == nullptr) return;
    Content& content = TheDisk()->files_[Of(file)->name];
    const std::string data(static_cast<const char*>(bytes), static_cast<size_t>(size));
    const size_t at = static_cast<size_t>(offset);
    content.unsynced.emplace_back(at, data);
    if (content.current.size() < at + data.size()) content.current.resize(at + data.size());
    std::copy(data.begin(), data.end(), content.current.begin() + static_cast<ptrdiff_t>(at));
  }

  static int Sync(sqlite3_file* file, int flags) {
    ++TheDisk()->syncs_;
    if (Of(file)->name != nullptr) {
      Content& content = TheDisk()->files_[Of(file)->name];
      content.synced = content.current;
      content.unsynced.clear();
    }
    return Original(file)->pMethods->xSync(Original(file), flags);
  }

  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (Of(file)->name != nullptr) {
      Content& content = TheDisk()->files_[Of(file)->name];
      content.current.resize(static_cast<size_t>(size));
      content.synced = content.current;
      content.unsynced.clear();
    }
    return Original(file)->pMethods->xTruncate(Original(file), size);
  }

  static const sqlite3_io_methods* Methods() {
    static const sqlite3_io_methods methods = [] {
      sqlite3_io_methods m = {};
      m.iVersion = 2;
      m.xClose = [](sqlite3_file* f) { return Original(f)->pMethods->xClose(Original(f)); };
      m.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
        return Original(f)->pMethods->xRead(Original(f), to, size, at);
      };
      m.xWrite = Write;
      m.xTruncate = Truncate;
      m.xSync = Sync;
      m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
        return Original(f)->pMethods->xFileSize(Original(f), size);
      };
      m.xLock = [](sqlite3_file* f, int level) {
        return Original(f)->pMethods->xLock(Original(f), level);
      };
      m.xUnlock = [](sqlite3_file* f, int level) {
        return Original(f)->pMethods->xUnlock(Original(f), level);
      };
      m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
        return Original(f)->pMethods->xCheckReservedLock(Original(f), out);
      };
      m.xFileControl = [](sqlite3_file* f, int op, void* argument) {
        return Original(f)->pMethods->xFileControl(Original(f), op, argument);
      };
      m.xSectorSize = [](sqlite3_file* f) {
        return Original(f)->pMethods->xSectorSize(Original(f));
      };
      m.xDeviceCharacteristics = [](sqlite3_file* f) {
        return Original(f)->pMethods->xDeviceCharacteristics(Original(f));
      };
      m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
        return Original(f)->pMethods->xShmMap(Original(f), page, size, extend, out);
      };
      m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
        return Original(f)->pMethods->xShmLock(Original(f), offset, n, flags);
      };
      m.xShmBarrier = [](sqlite3_file* f) { Original(f)->pMethods->xShmBarrier(Original(f)); };
      m.xShmUnmap = [](sqlite3_file* f, int remove) {
        return Original(f)->pMethods->xShmUnmap(Original(f), remove);
      };
      return m;
    }();
    return &methods;
  }

  sqlite3_vfs* original_ = nullptr;
  sqlite3_vfs vfs_ = {};
  std::map<std::string, Content> files_;
  int64_t writes_left_ = -1;
  int code_ = SQLITE_FULL;
  bool failed_ = false;
  int64_t writes_ = 0;
  int64_t syncs_ = 0;
};

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_FAULTY_DISK_TESTING_H_
