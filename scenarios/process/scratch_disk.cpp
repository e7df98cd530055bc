#include "scenarios/process/scratch_disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

// A file system that is mounted nowhere: it is there for whoever has the descriptor. -1: refused.
int mount_in_memory(std::int64_t bytes) {
  const int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
  if (context < 0) return -1;
  int root = -1;
  if (fsconfig(context, FSCONFIG_SET_STRING, "size", fmt::format("{}", bytes).c_str(), 0) == 0 &&
      fsconfig(context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0) {
    root = fsmount(context, FSMOUNT_CLOEXEC, 0);
  }
  close(context);
  return root;
}

std::string make_folder() {
  const char* base = std::getenv("TMPDIR");
  std::string folder = std::string(base != nullptr && *base != '\0' ? base : "/tmp");
  folder += "/trainwreck.XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) throw IoError("make directory", folder, errno);
  chmod(folder.c_str(), 0711);  // whoever trains in it may be somebody else
  return folder;
}

// So that whoever trains may do what its owner may.
void hand_over(const std::string& path) {
  if (geteuid() != 0) return;
  if (lchown(path.c_str(), kNobody, kNobody) != 0) throw IoError("hand over", path, errno);
}

}  // namespace

bool become_unprivileged() {
  if (geteuid() != 0) return true;
  return setegid(kNobody) == 0 && seteuid(kNobody) == 0;
}

void become_root() {
  if (getuid() == 0 && (seteuid(0) != 0 || setegid(0) != 0)) throw IoError("become", "root", errno);
}

ScratchDisk::ScratchDisk(const std::map<std::string, std::string>& files,
                         std::optional<std::int64_t> bytes)
    : mounted_(bytes.has_value()) {
  if (mounted_) {
    root_ = mount_in_memory(*bytes);
    if (root_ < 0) throw IoError("mount", "a file system in memory", errno);
  } else {
    folder_ = make_folder();
    root_ = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  if (mkdirat(root_, "run", 0755) != 0) throw IoError("make directory", "run", errno);
  hand_over(path("run"));
  const auto disk = real_file_system();
  for (const auto& [name, text] : files) {
    const std::string where = path(path_in("run", name));
    disk->make_directory(directory_of(where));  // "folder/" is one, and no file
    if (!where.ends_with('/')) {
      const auto file = disk->create(where);
      file->append(text);
      file->close();
    }
    fs::path at = where;
    if (!at.has_filename()) at = at.parent_path();
    for (; at != path("run"); at = at.parent_path()) hand_over(at.string());
  }
}

ScratchDisk::~ScratchDisk() {
  if (!mounted_) {
    // A directory that was made unwritable would keep what is in it.
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(folder_, error)) {
      if (entry.is_directory(error)) chmod(entry.path().c_str(), 0755);
    }
    fs::remove_all(folder_, error);
  }
  close(root_);
}

bool ScratchDisk::can_mount() {
  const int root = mount_in_memory(1 << 16);
  if (root >= 0) close(root);
  return root >= 0;
}

// What is mounted nowhere has no other name.
std::string ScratchDisk::path(const std::string& name) const {
  return fmt::format("/proc/self/fd/{}/{}", root_, name);
}

void ScratchDisk::enter() const {
  const int run = openat(root_, "run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (run < 0 || fchdir(run) != 0) throw IoError("enter", "run", errno);
  close(run);
}

std::map<std::string, std::string> ScratchDisk::files() const {
  const auto disk = real_file_system();
  std::map<std::string, std::string> files;
  const fs::path run = path("run");
  for (const auto& entry : fs::recursive_directory_iterator(run)) {
    if (!entry.is_regular_file()) continue;
    files[entry.path().lexically_relative(run).string()] = disk->read(entry.path().string());
  }
  return files;
}

void ScratchDisk::lose(const std::vector<std::string>& paths) const {
  for (const std::string& lost : paths) fs::remove_all(path(path_in("run", lost)));
}

void ScratchDisk::leave_room(std::int64_t bytes) const {
  const int ballast = openat(root_, "ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  struct statvfs status {};
  if (ballast < 0 || fstatvfs(ballast, &status) != 0) throw IoError("make", "ballast", errno);
  const auto free = static_cast<std::int64_t>(status.f_bavail * status.f_frsize);
  const std::int64_t taken = free - bytes;
  const int failed = taken > 0 ? posix_fallocate(ballast, 0, taken) : 0;
  close(ballast);
  if (failed != 0) throw IoError("fill", "ballast", failed);
}

void ScratchDisk::make_read_only() const {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  if (mount_setattr(root_, "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) {
    throw IoError("make read-only", "the disk", errno);
  }
}

}  // namespace trainwreck
