#include "tests/faults/outside/random_program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "engine/base/random.h"

namespace trainwreck::outside {
namespace {

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed, Purpose::fault) {}

  int run(int steps) {
    for (const char* folder : {"a", "b", "a/c"}) mkdir(folder, 0755);
    for (int i = 0; i < steps; ++i) step();
    for (const int fd : open_) close(fd);
    return 0;
  }

 private:
  std::uint64_t draw(std::uint64_t below) { return random_.below(drawn_++, below); }
  std::string name() {
    const char* folders[] = {"", "a/", "b/", "a/c/"};
    return folders[draw(4)] + std::to_string(draw(30));
  }
  int any_open() { return open_.empty() ? -1 : open_[draw(open_.size())]; }
  std::string bytes(std::uint64_t most) {
    std::string all(draw(most), '\0');
    for (char& c : all)
      c = static_cast<char>('a' + (drawn_ + static_cast<std::uint64_t>(&c - all.data())) % 26);
    return all;
  }

  void open_one() {
    const int ways[] = {O_RDWR,          O_RDWR | O_CREAT,          O_WRONLY | O_CREAT | O_TRUNC,
                        O_RDONLY,        O_RDWR | O_CREAT | O_EXCL, O_WRONLY | O_CREAT | O_APPEND,
                        O_RDWR | O_CREAT};
    const int fd = open(name().c_str(), ways[draw(7)], draw(2) == 0 ? 0644 : 0600);
    if (fd >= 0) open_.push_back(fd);
    if (open_.size() > 20) close_one();
  }
  void close_one() {
    if (open_.empty()) return;
    const std::size_t at = draw(open_.size());
    close(open_[at]);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void write_one() {
    const std::string text = bytes(draw(10) == 0 ? 20'000 : 300);
    const auto at = static_cast<off_t>(draw(9000));
    const iovec parts[] = {
        {const_cast<char*>(text.data()), text.size() / 2},
        {const_cast<char*>(text.data()) + text.size() / 2, text.size() - text.size() / 2}};
    const int fd = any_open();
    ssize_t wrote = 0;
    switch (draw(5)) {
      case 0:
        wrote = pwrite(fd, text.data(), text.size(), at);
        break;
      case 1:
        wrote = writev(fd, parts, 2);
        break;
      case 2:
        wrote = pwritev(fd, parts, 2, at);
        break;
      default:
        wrote = write(fd, text.data(), text.size());
    }
    if (draw(8) == 0) lseek(fd, at, SEEK_SET);
    sum_ += static_cast<std::uint64_t>(wrote);
  }
  void length() {
    const auto size = static_cast<off_t>(draw(12'000));
    int unused = 0;
    if (draw(3) == 0)
      unused = truncate(name().c_str(), size);
    else if (draw(2) == 0)
      unused = ftruncate(any_open(), size);
    else
      unused = fallocate(any_open(), draw(2) == 0 ? 0 : FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE,
                         size / 2, size + 1);
    sum_ += static_cast<std::uint64_t>(unused);
  }
  void names() {
    const std::string from = name();
    const std::string to = name();
    int unused = 0;
    switch (draw(9)) {
      case 0:
        unused = link(from.c_str(), to.c_str());
        break;
      case 1:
        unused = symlink(("../" + from).c_str(), to.c_str());
        break;
      case 2:
        unused = unlink(from.c_str());
        break;
      case 3:
        unused = mkdir(to.c_str(), 0755);
        break;
      case 4:
        unused = rmdir(from.c_str());
        break;
      case 5:
        unused = renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE);
        break;
      case 6:
        unused = chmod(from.c_str(), draw(2) == 0 ? 0600 : 0644);
        break;
      default:
        unused = rename(from.c_str(), to.c_str());
    }
    sum_ += static_cast<std::uint64_t>(unused);
  }
  void copies() {
    const int from = any_open();
    const int to = any_open();
    if (from == to) return;
    off_t at = 0;
    const ssize_t unused = copy_file_range(from, &at, to, nullptr, draw(3000), 0);
    sum_ += static_cast<std::uint64_t>(unused);
  }
  void child() {
    const int fd = any_open();
    const pid_t pid = fork();
    if (pid == 0) {
      const ssize_t unused = write(fd, "child", 5);
      _exit(unused == 5 ? 0 : 1);
    }
    waitpid(pid, nullptr, 0);
  }
  void copy_descriptor() {
    const int fd = dup(any_open());
    if (fd >= 0) open_.push_back(fd);
  }

  void step() {
    const std::uint64_t kind = draw(100);
    if (kind < 25) return open_one();
    if (kind < 40) return close_one();
    if (kind < 65) return write_one();
    if (kind < 73) return length();
    if (kind < 90) return names();
    if (kind < 94) return copies();
    if (kind < 98) return copy_descriptor();
    if (kind < 99) return child();
    if (draw(8) == 0) fsync(any_open());  // takes longer than all the rest
  }

  Random random_;
  std::uint64_t drawn_ = 0;
  std::uint64_t sum_ = 0;
  std::vector<int> open_;
};

}  // namespace

int run_random_program(std::uint64_t seed, int steps) { return RandomProgram(seed).run(steps); }

}  // namespace trainwreck::outside
