#include "faults/outside/caller.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <map>
#include <string_view>

namespace trainwreck::outside {
namespace {

constexpr std::uint64_t kPage = 4096;

std::string small_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::array<char, 4096> bytes;
  const ssize_t size = ::read(file, bytes.data(), bytes.size());
  close(file);
  return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

// The column-th number after "\nname:".
long number_after(std::string_view text, std::string_view name, int column, int base) {
  std::size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  at += name.size();
  long number = 0;
  for (int i = 0; i <= column; ++i) {
    at = text.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) return 0;
    const auto end = std::from_chars(text.data() + at, text.data() + text.size(), number, base);
    at = static_cast<std::size_t>(end.ptr - text.data());
  }
  return number;
}

pid_t as_pid(const char* text) {
  pid_t pid = 0;
  const auto end = std::from_chars(text, text + strlen(text), pid);
  return *end.ptr == '\0' ? pid : 0;
}

}  // namespace

std::size_t Caller::read(std::uint64_t address, std::span<char> into) const {
  iovec local{into.data(), into.size()};
  iovec remote{reinterpret_cast<void*>(address), into.size()};
  const ssize_t got = process_vm_readv(tid(), &local, 1, &remote, 1, 0);
  if (got < 0 && errno == EPERM) hidden_ = true;
  return static_cast<std::size_t>(std::max<ssize_t>(got, 0));
}

// Page by page: the text may end just before memory that cannot be read.
bool Caller::read_text(std::uint64_t address, std::string& text) const {
  text.clear();
  std::array<char, kPage> page;
  while (text.size() <= PATH_MAX) {
    const std::uint64_t from = address + text.size();
    const std::size_t wanted = std::min<std::uint64_t>(kPage - from % kPage, 512);
    const std::size_t got = read(from, {page.data(), wanted});
    if (got == 0) return false;
    const void* end = memchr(page.data(), '\0', got);
    if (end != nullptr) {
      text.append(static_cast<const char*>(page.data()), static_cast<const char*>(end));
      return true;
    }
    text.append(page.data(), got);
  }
  return false;
}

bool Caller::write(std::uint64_t address, std::span<const char> bytes) const {
  iovec local{const_cast<char*>(bytes.data()), bytes.size()};
  iovec remote{reinterpret_cast<void*>(address), bytes.size()};
  return process_vm_writev(tid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(bytes.size());
}

bool Caller::read_vector(std::uint64_t address, std::uint64_t count,
                         std::vector<iovec>& vector) const {
  if (count > IOV_MAX) return false;
  vector.resize(count);
  const std::size_t size = count * sizeof(iovec);
  return count == 0 || read(address, {reinterpret_cast<char*>(vector.data()), size}) == size;
}

std::string Caller::fd_path(int fd) const {
  return "/proc/" + std::to_string(tid()) + "/fd/" + std::to_string(fd);
}

bool Caller::has_fd(int fd) const {
  struct stat unused;
  return lstat(fd_path(fd).c_str(), &unused) == 0;
}

Standing standing_of(pid_t tid) {
  const std::string status = small_file("/proc/" + std::to_string(tid) + "/status");
  return {.tgid = static_cast<pid_t>(number_after(status, "\nTgid:", 0, 10)),
          .uid = static_cast<uid_t>(number_after(status, "\nUid:", 3, 10)),
          .gid = static_cast<gid_t>(number_after(status, "\nGid:", 3, 10)),
          .umask = static_cast<mode_t>(number_after(status, "\nUmask:", 0, 8))};
}

// The C library's functions are for this thread alone, as the kernel's are.
InStandingOf::InStandingOf(const Standing& standing) {
  if (geteuid() != 0 || (standing.uid == 0 && standing.gid == 0)) return;
  setfsgid(standing.gid);
  setfsuid(standing.uid);
  changed_ = true;
}

InStandingOf::~InStandingOf() {
  if (!changed_) return;
  setfsuid(geteuid());
  setfsgid(getegid());
}

bool fd_state(pid_t tid, int fd, FdState& state) {
  const std::string text =
      small_file("/proc/" + std::to_string(tid) + "/fdinfo/" + std::to_string(fd));
  if (text.empty()) return false;
  state.position = number_after(text, "pos:", 0, 10);
  state.flags = static_cast<int>(number_after(text, "flags:", 0, 8));
  return true;
}

std::vector<pid_t> descendants_of(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return {};
  while (const dirent* entry = readdir(proc)) {
    const pid_t pid = as_pid(entry->d_name);
    if (pid == 0) continue;
    const std::string stat = small_file("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t end = stat.rfind(')');
    if (end == std::string::npos || end + 4 >= stat.size() || stat[end + 2] == 'Z') continue;
    children.emplace(static_cast<pid_t>(std::strtol(stat.c_str() + end + 4, nullptr, 10)), pid);
  }
  closedir(proc);
  std::vector<pid_t> found{root};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [first, last] = children.equal_range(found[i]);
    for (auto child = first; child != last; ++child) found.push_back(child->second);
  }
  found.erase(found.begin());
  return found;
}

}  // namespace trainwreck::outside
