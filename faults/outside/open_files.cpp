#include "faults/outside/open_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "faults/outside/filter.h"

namespace trainwreck::outside {
namespace {

bool is_of(const OpenFile& file, const struct stat& found) {
  return file.inode == found.st_ino && file.device == found.st_dev;
}

int most_descriptors(pid_t pid) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) != 0) return kSelectLimit;
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1U << 20U));
}

}  // namespace

OpenFilePtr OpenFiles::find(const Caller& caller, int fd) {
  if (fd < 0) return nullptr;
  const auto held = holders_.find({caller.pid(), fd});
  if (held != holders_.end() && fd >= kFirstHigh) return held->second;
  struct stat found;
  if (stat(caller.fd_path(fd).c_str(), &found) != 0) return nullptr;
  if (held != holders_.end() && is_of(*held->second, found)) return held->second;
  const auto number = numbers_.find(fd);
  if (number != numbers_.end() && is_of(*number->second, found)) {
    return holders_[{caller.pid(), fd}] = number->second;
  }
  return knows(found) ? find_by_state(caller, fd) : nullptr;
}

OpenFilePtr OpenFiles::find_by_state(const Caller& caller, int fd) {
  struct stat found;
  FdState state;
  if (stat(caller.fd_path(fd).c_str(), &found) != 0) return nullptr;
  if (!fd_state(caller.tid(), fd, state)) return nullptr;
  OpenFilePtr same;
  for (const auto& [number, file] : numbers_) {
    if (!is_of(*file, found) || file == same) continue;
    const int differs = (state.flags ^ fcntl(file->copy.get(), F_GETFL)) & ~O_CLOEXEC;
    if (differs != 0 || lseek(file->copy.get(), 0, SEEK_CUR) != state.position) continue;
    if (same != nullptr) return nullptr;
    same = file;
  }
  return same;
}

OpenFilePtr OpenFiles::at(int number) const {
  const auto found = numbers_.find(number);
  return found == numbers_.end() ? nullptr : found->second;
}

bool OpenFiles::is_free(const Caller& caller, int number) const {
  return !numbers_.contains(number) && !caller.has_fd(number);
}

// In turn, so that a number comes back as late as possible: whoever still has an old one somewhere
// is told apart from the new one.
int OpenFiles::free_number(const Caller& caller, int least) {
  if (numbers_.size() >= enough_) {
    drop_dead();
    enough_ = std::max<std::size_t>(128, 2 * numbers_.size());
  }
  const int first = std::max(kFirstHigh, least);
  const int below_select = kSelectLimit - first;
  for (int i = 0; i < below_select; ++i) {
    const int number = first + (next_ + i) % below_select;
    if (!is_free(caller, number)) continue;
    next_ = number + 1 - first;
    return number;
  }
  const int most = most_descriptors(caller.pid());
  for (int number = std::max(kSelectLimit, first); number < most; ++number) {
    if (is_free(caller, number)) return number;
  }
  return 0;
}

void OpenFiles::put(pid_t pid, int fd, const OpenFilePtr& file) {
  holders_[{pid, fd}] = file;
  if (fd >= kFirstHigh) numbers_.try_emplace(fd, file);
}

void OpenFiles::closed(pid_t pid, int first, int last) {
  holders_.erase(holders_.lower_bound({pid, first}), holders_.upper_bound({pid, last}));
}

void OpenFiles::executed(pid_t pid) { closed(pid, kFirstHigh, 1 << 30); }

void OpenFiles::lock(OpenFile& file) {
  file.locked = true;
  locks_ = true;
}

bool OpenFiles::knows(const struct stat& file) const {
  return std::any_of(numbers_.begin(), numbers_.end(),
                     [&](const auto& entry) { return is_of(*entry.second, file); });
}

// A number of ours that stands for the same file is taken as ours; anything else, to be safe, as
// any of those that are open on that file.
void OpenFiles::find_alive(std::vector<OpenFilePtr>& alive) const {
  for (const pid_t pid : descendants_of(keeper_)) {
    const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
    DIR* fds = opendir(folder.c_str());
    if (fds == nullptr) continue;
    while (const dirent* entry = readdir(fds)) {
      const int fd = std::atoi(entry->d_name);
      struct stat found;
      if (fd > 2 && fd < kFirstHigh) continue;
      if (fstatat(dirfd(fds), entry->d_name, &found, 0) != 0) continue;
      const auto number = numbers_.find(fd);
      const bool own = number != numbers_.end() && is_of(*number->second, found);
      for (const auto& [other, file] : numbers_) {
        if (own ? other == fd : is_of(*file, found)) alive.push_back(file);
      }
    }
    closedir(fds);
  }
}

void OpenFiles::drop_dead() {
  std::vector<OpenFilePtr> alive;
  find_alive(alive);
  std::sort(alive.begin(), alive.end());
  const auto dead = [&](const auto& entry) {
    return !std::binary_search(alive.begin(), alive.end(), entry.second);
  };
  std::erase_if(numbers_, dead);
  std::erase_if(holders_, dead);
  locks_ = std::any_of(numbers_.begin(), numbers_.end(),
                       [](const auto& entry) { return entry.second->locked; });
}

}  // namespace trainwreck::outside
