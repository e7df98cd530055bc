#include "faults/outside/place.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>

#include "engine/base/errors.h"

namespace trainwreck::outside {
namespace {

constexpr int kMostLinks = 40;

// To us, /proc/self is ourselves.
std::string of_the_caller(const Caller& caller, const std::string& path) {
  const std::string own = "/proc/" + std::to_string(caller.pid());
  const std::array<std::pair<std::string_view, std::string>, 6> names{{
      {"/proc/self", own},
      {"/proc/thread-self", own + "/task/" + std::to_string(caller.tid())},
      {"/dev/fd", own + "/fd"},
      {"/dev/stdin", own + "/fd/0"},
      {"/dev/stdout", own + "/fd/1"},
      {"/dev/stderr", own + "/fd/2"},
  }};
  for (const auto& [name, meant] : names) {
    if (path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '/')) {
      return meant + path.substr(name.size());
    }
  }
  return path;
}

bool read_link(int folder, const std::string& name, std::string& target) {
  std::array<char, PATH_MAX> text;
  const ssize_t size = readlinkat(folder, name.c_str(), text.data(), text.size());
  if (size < 0) return false;
  target.assign(text.data(), static_cast<std::size_t>(size));
  return true;
}

// "a/b/" -> "a", "b/".
std::pair<std::string, std::string> split(const std::string& path) {
  const std::size_t last = path.find_last_not_of('/');
  if (last == std::string::npos) return {path, ""};
  const std::size_t slash = path.rfind('/', last);
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

bool is_no_name(std::string_view name) {
  const std::size_t end = name.find_last_not_of('/');
  const std::string_view bare = name.substr(0, end == std::string_view::npos ? 0 : end + 1);
  return bare.empty() || bare == "." || bare == "..";
}

}  // namespace

WatchedFolders::WatchedFolders(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    char* real = realpath(folder.c_str(), nullptr);
    if (real == nullptr) throw IoError("watch", folder, errno);
    paths_.emplace_back(real);
    free(real);
    struct stat found;
    if (stat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
      throw IoError("watch", folder, ENOTDIR);
    }
  }
}

bool WatchedFolders::contain(std::string_view path) const {
  return std::any_of(paths_.begin(), paths_.end(), [&](const std::string& folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
  });
}

bool base_of(const Caller& caller, int folder_fd, const std::string& path, Base& base) {
  constexpr int kFlags = O_PATH | O_CLOEXEC;
  base.path = of_the_caller(caller, path);
  if (path.starts_with('/')) return true;
  if (folder_fd == AT_FDCWD) {
    base.folder =
        UniqueFd(open(("/proc/" + std::to_string(caller.tid()) + "/cwd").c_str(), kFlags));
  } else {
    base.folder = UniqueFd(open(caller.fd_path(folder_fd).c_str(), kFlags));
  }
  return static_cast<bool>(base.folder);
}

bool Place::exists(struct stat& found) const {
  return fstatat(folder.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0;
}

bool place_of(const Caller& caller, int folder_fd, const std::string& path, bool follow,
              Place& place) {
  Base base;
  if (!base_of(caller, folder_fd, path, base)) return false;
  for (int links = 0; links < kMostLinks; ++links) {
    auto [folder, name] = split(base.path);
    if (is_no_name(name)) return false;
    place.folder = UniqueFd(openat(base.at(), folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!place.folder) return false;
    place.name = std::move(name);
    std::string target;
    if (!follow || !read_link(place.folder.get(), place.name, target)) {
      place.path = path_of_fd(place.folder.get()) + "/" + place.name;
      while (place.path.ends_with('/')) place.path.pop_back();
      return fstat(place.folder.get(), &place.folder_stat) == 0;
    }
    base.path = of_the_caller(caller, target);
    base.folder = std::move(place.folder);
  }
  return false;
}

std::string path_of_fd(int fd) {
  std::string path;
  read_link(AT_FDCWD, "/proc/self/fd/" + std::to_string(fd), path);
  return path;
}

}  // namespace trainwreck::outside
