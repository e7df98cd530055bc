#include "faults/recording/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "engine/base/errors.h"

namespace trainwreck::outside {
namespace {

constexpr std::size_t kTail = std::size_t{1} << 20U;

}  // namespace

Spool::Spool(const std::string& folder, std::uint64_t limit_bytes) : limit_(limit_bytes) {
  std::string name = folder + "/spool-XXXXXX";
  fd_ = mkostemp(name.data(), O_CLOEXEC);
  if (fd_ < 0) throw IoError("make a spool in", folder, errno);
  unlink(name.c_str());
}

Spool::~Spool() { close(fd_); }

bool Spool::flush() {
  std::size_t done = 0;
  while (done < tail_.size()) {
    const ssize_t wrote = write(fd_, tail_.data() + done, tail_.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  tail_.clear();
  return true;
}

// Where the disk below the spool is full, what is in memory still counts, and nothing after it.
Bytes Spool::append(std::span<const char> bytes) {
  if (size_ + bytes.size() > limit_) full_ = true;
  if (!full_ && tail_.size() + bytes.size() > kTail && !flush()) full_ = true;
  if (full_) return {.at = Bytes::kLost, .length = bytes.size()};
  const std::uint64_t at = size_;
  tail_.insert(tail_.end(), bytes.begin(), bytes.end());
  size_ += bytes.size();
  return {.at = at, .length = bytes.size()};
}

void Spool::read(const Bytes& bytes, std::span<char> into) const {
  if (bytes.zeros()) {
    std::fill(into.begin(), into.end(), '\0');
    return;
  }
  const std::uint64_t in_file = size_ - tail_.size();
  std::size_t done = 0;
  while (done < into.size() && bytes.at + done < in_file) {
    const std::size_t size = std::min<std::uint64_t>(into.size() - done, in_file - bytes.at - done);
    const ssize_t got = pread(fd_, into.data() + done, size, static_cast<off_t>(bytes.at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw IoError("read", "the spool", got < 0 ? errno : ENODATA);
    done += static_cast<std::size_t>(got);
  }
  if (done == into.size()) return;
  const std::uint64_t from = bytes.at + done - in_file;
  if (from + into.size() - done > tail_.size()) throw IoError("read", "the spool", ENODATA);
  std::copy_n(tail_.begin() + static_cast<std::ptrdiff_t>(from), into.size() - done,
              into.begin() + static_cast<std::ptrdiff_t>(done));
}

}  // namespace trainwreck::outside
