#include "faults/outside/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "engine/base/errors.h"

namespace trainwreck::outside {

Spool::Spool(const std::string& folder, std::uint64_t limit_bytes) : limit_(limit_bytes) {
  std::string name = folder + "/spool-XXXXXX";
  fd_ = mkostemp(name.data(), O_CLOEXEC);
  if (fd_ < 0) throw IoError("make a spool in", folder, errno);
  unlink(name.c_str());
}

Spool::~Spool() { close(fd_); }

Bytes Spool::append(std::span<const char> bytes) {
  if (size_ + bytes.size() > limit_) full_ = true;
  if (full_) return {.at = Bytes::kLost, .length = bytes.size()};
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote =
        pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(size_ + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {  // the disk below the spool is full: as good as a limit
      full_ = true;
      return {.at = Bytes::kLost, .length = bytes.size()};
    }
    done += static_cast<std::size_t>(wrote);
  }
  const std::uint64_t at = size_;
  size_ += bytes.size();
  return {.at = at, .length = bytes.size()};
}

void Spool::read(const Bytes& bytes, std::span<char> into) const {
  if (bytes.zeros()) {
    std::fill(into.begin(), into.end(), '\0');
    return;
  }
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got =
        pread(fd_, into.data() + done, into.size() - done, static_cast<off_t>(bytes.at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw IoError("read", "the spool", got < 0 ? errno : ENODATA);
    done += static_cast<std::size_t>(got);
  }
}

}  // namespace trainwreck::outside
