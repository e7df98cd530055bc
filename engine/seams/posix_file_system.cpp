#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

// Calls until no signal interrupts it.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class Descriptor {
 public:
  Descriptor(const char* operation, const std::string& path, int flags)
      : number_(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); })) {
    if (number_ < 0) throw IoError(operation, path, errno);
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

class PosixFile final : public WritableFile {
 public:
  PosixFile(const char* operation, const std::string& path, int flags)
      : path_(path), file_(operation, path, flags) {}

  // Of many bytes the disk gets the first while the last are still being copied for it.
  void append(std::string_view bytes) override {
    constexpr std::size_t kAtOnce = 4 << 20;
    while (bytes.size() > kAtOnce) {
      write(bytes.substr(0, kAtOnce));
      bytes.remove_prefix(kAtOnce);
      start_the_disk();
    }
    write(bytes);
  }

  void sync() override {
    if (uninterrupted([&] { return ::fsync(file_.get()); }) < 0) {
      throw IoError("sync", path_, errno);
    }
  }

  void close() override {
    // Never twice, not even after EINTR: the number may be another file's by then.
    if (::close(file_.release()) < 0 && errno != EINTR) throw IoError("close", path_, errno);
  }

 private:
  // Only a hint, which may fail. The last pages will be written to again, and would have to wait
  // for the disk then.
  void start_the_disk() const {
    constexpr off_t kWhole = 1 << 20;
    const off_t end = ::lseek(file_.get(), 0, SEEK_CUR);
    if (end >= kWhole) ::sync_file_range(file_.get(), 0, end - end % kWhole, SYNC_FILE_RANGE_WRITE);
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written =
          uninterrupted([&] { return ::write(file_.get(), bytes.data(), bytes.size()); });
      if (written < 0) throw IoError("write", path_, errno);
      if (written == 0) throw IoError("write", path_, EIO);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  std::string path_;
  Descriptor file_;
};

// False when nothing is there.
bool status_of(const std::string& path, struct stat& status) {
  if (::stat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw IoError("look at", path, errno);
}

// Up to that many bytes of a file, or of what a link says; "" where there is none.
std::string head_of(const char* path) {
  char bytes[64] = {};
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const ssize_t got = ::read(file, bytes, sizeof bytes);
  ::close(file);
  return {bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}
std::string link_at(const char* path) {
  char bytes[64] = {};
  const ssize_t got = ::readlink(path, bytes, sizeof bytes);
  return {bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

// Tells those apart that share a disk but do not see each other's processes: machines, a machine
// before and after a restart, containers.
std::uint32_t machine_number() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  const std::string text =
      name + head_of("/proc/sys/kernel/random/boot_id") + link_at("/proc/self/ns/pid");
  return static_cast<std::uint32_t>(std::hash<std::string>{}(text));
}

struct Owner {
  std::uint32_t machine = 0;
  pid_t process = 0;
};

// "m.<machine>-<process>-<number>.tmp".
std::optional<Owner> owner_of(std::string_view temporary) {
  temporary.remove_suffix(std::min<std::size_t>(temporary.size(), 4));
  temporary.remove_prefix(temporary.rfind('.') + 1);
  Owner owner;
  const char* end = temporary.data() + temporary.size();
  const auto machine = std::from_chars(temporary.data(), end, owner.machine);
  if (machine.ec != std::errc() || machine.ptr == end || *machine.ptr != '-') return std::nullopt;
  const auto process = std::from_chars(machine.ptr + 1, end, owner.process);
  if (process.ec != std::errc() || process.ptr == end || owner.process <= 0) return std::nullopt;
  return owner;
}

class PosixFileSystem final : public FileSystem {
 public:
  std::unique_ptr<WritableFile> create(const std::string& path) override {
    return std::make_unique<PosixFile>("create", path, O_WRONLY | O_CREAT | O_TRUNC);
  }

  std::unique_ptr<WritableFile> open_append(const std::string& path) override {
    return std::make_unique<PosixFile>("open", path, O_WRONLY | O_CREAT | O_APPEND);
  }

  std::string read(const std::string& path) override {
    const Descriptor file("open", path, O_RDONLY);
    struct stat status {};
    if (::fstat(file.get(), &status) < 0) throw IoError("read", path, errno);
    std::string bytes;
    std::size_t filled = 0;
    // One byte more than expected, so that the end shows without growing.
    bytes.resize(static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)) + 1);
    while (true) {
      const ssize_t got = uninterrupted(
          [&] { return ::read(file.get(), bytes.data() + filled, bytes.size() - filled); });
      if (got < 0) throw IoError("read", path, errno);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
      if (filled == bytes.size()) bytes.resize(bytes.size() * 2);
    }
    bytes.resize(filled);
    return bytes;
  }

  void read_part(const std::string& path, std::int64_t offset, std::string& bytes) override {
    const Descriptor file("open", path, O_RDONLY);
    std::size_t filled = 0;
    while (filled < bytes.size()) {
      const ssize_t got = uninterrupted([&] {
        return ::pread(file.get(), bytes.data() + filled, bytes.size() - filled,
                       offset + static_cast<off_t>(filled));
      });
      if (got < 0) throw IoError("read", path, errno);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    bytes.resize(filled);
  }

  bool exists(const std::string& path) override {
    struct stat status {};
    return status_of(path, status);
  }

  bool is_directory(const std::string& path) override {
    struct stat status {};
    return status_of(path, status) && S_ISDIR(status.st_mode);
  }

  std::int64_t size(const std::string& path) override {
    struct stat status {};
    if (!status_of(path, status)) throw IoError("look at", path, errno);
    return status.st_size;
  }

  void rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) < 0) throw IoError("rename", from, errno);
  }

  void remove(const std::string& path) override {
    if (::unlink(path.c_str()) < 0) throw IoError("remove", path, errno);
  }

  void make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0777) == 0) return;
    if (errno == EEXIST) {
      if (!is_directory(path)) throw IoError("make directory", path, EEXIST);
      return;
    }
    const std::string parent = directory_of(path);
    if (errno != ENOENT || parent == path) throw IoError("make directory", path, errno);
    make_directory(parent);
    // Somebody else may have made it meanwhile.
    if (::mkdir(path.c_str(), 0777) < 0 && !(errno == EEXIST && is_directory(path))) {
      throw IoError("make directory", path, errno);
    }
  }

  void remove_directory(const std::string& path) override {
    struct stat status {};
    if (!status_of(path, status)) throw IoError("remove", path, errno);
    if (!S_ISDIR(status.st_mode)) throw IoError("remove", path, ENOTDIR);
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) throw IoError("remove", path, error.value());
  }

  std::vector<std::string> list(const std::string& directory) override {
    std::error_code error;
    std::vector<std::string> names;
    std::filesystem::directory_iterator entry(directory, error);
    while (!error && entry != std::filesystem::directory_iterator()) {
      names.push_back(entry->path().filename().string());
      entry.increment(error);
    }
    if (error) throw IoError("list", directory, error.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  void sync_directory(const std::string& path) override {
    const Descriptor directory("open", path, O_RDONLY | O_DIRECTORY);
    // EINVAL: this file system has nothing to sync for a directory.
    if (uninterrupted([&] { return ::fsync(directory.get()); }) < 0 && errno != EINVAL) {
      throw IoError("sync", path, errno);
    }
  }

  std::int64_t free_bytes(const std::string& path) override {
    struct statvfs status {};
    if (uninterrupted([&] { return ::statvfs(path.c_str(), &status); }) < 0) {
      throw IoError("look at", path, errno);
    }
    return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
  }

  std::string temporary_beside(const std::string& path) override {
    static std::atomic<std::uint64_t> saves{0};
    return fmt::format("{}.{}-{}-{}.tmp", path, machine_number(), ::getpid(), saves++);
  }

  // Of our own machine the process tells; another machine's file is left alone until it has been
  // untouched for an hour.
  bool is_abandoned(const std::string& temporary) override {
    const std::optional<Owner> owner = owner_of(temporary);
    if (owner && owner->machine == machine_number()) {
      return ::kill(owner->process, 0) < 0 && errno == ESRCH;
    }
    struct stat status {};
    constexpr std::time_t kHour = 60 * 60;
    return status_of(temporary, status) && ::time(nullptr) - status.st_mtime > kHour;
  }
};

}  // namespace

std::unique_ptr<FileSystem> real_file_system() { return std::make_unique<PosixFileSystem>(); }

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string path_in(const std::string& directory, const std::string& name) {
  if (directory == ".") return name;
  return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

}  // namespace trainwreck
