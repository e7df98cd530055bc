#include <fcntl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <numeric>

#include "faults/outside/calls.h"

namespace trainwreck::outside {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20U;

// Aligned, for files that were opened with O_DIRECT.
char* write_buffer() {
  static thread_local const std::unique_ptr<char, decltype(&free)> kMemory(
      static_cast<char*>(aligned_alloc(4096, kBuffer)), &free);
  return kMemory.get();
}

// Where the bytes of a write come from, and where they go.
struct WriteRequest {
  std::vector<iovec> from{};
  std::int64_t offset = -1;  // -1: where the file is, or at its end
  int flags = 0;
  std::uint64_t crossing = 0;  // with no other one after it, the file is where it was

  std::uint64_t length() const {
    return std::accumulate(from.begin(), from.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const iovec& part) { return sum + part.iov_len; });
  }
};

bool read_request(const Caller& caller, WriteRequest& request) {
  const Call& call = caller.call();
  if (call.number == SYS_write || call.number == SYS_pwrite64) {
    request.from = {{reinterpret_cast<void*>(call.args[1]), call.args[2]}};
  } else if (!caller.read_vector(call.args[1], call.args[2], request.from)) {
    return false;
  }
  const bool positioned = call.number == SYS_pwrite64 || call.number == SYS_pwritev;
  if (positioned || call.number == SYS_pwritev2) {
    request.offset = static_cast<std::int64_t>(call.args[3]);
    if (positioned && request.offset < 0) return false;  // the kernel has the right errno
  }
  if (call.number == SYS_pwritev2) request.flags = static_cast<int>(call.args[5]);
  return true;
}

// The next bytes from the caller's memory; fewer than asked for where it cannot be read.
class Source {
 public:
  Source(const Caller& caller, const WriteRequest& request)
      : caller_(caller), from_(request.from) {}

  std::size_t next(char* into, std::size_t wanted) {
    std::size_t filled = 0;
    while (filled < wanted && part_ < from_.size()) {
      const iovec& part = from_[part_];
      const std::size_t left = std::min(part.iov_len - within_, wanted - filled);
      const auto address = reinterpret_cast<std::uint64_t>(part.iov_base) + within_;
      const std::size_t got = left == 0 ? 0 : caller_.read(address, {into + filled, left});
      filled += got;
      within_ += got;
      if (got < left) break;
      if (within_ == part.iov_len) {
        ++part_;
        within_ = 0;
      }
    }
    return filled;
  }

 private:
  const Caller& caller_;
  const std::vector<iovec>& from_;
  std::size_t part_ = 0;
  std::size_t within_ = 0;
};

bool appends(int file_flags, const WriteRequest& request) {
  return (request.flags & RWF_APPEND) != 0 || (file_flags & O_APPEND) != 0;
}

std::uint64_t size_of(const OpenFile& file) {
  struct stat found;
  return fstat(file.copy.get(), &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

std::uint64_t where(const OpenFile& file, int file_flags, const WriteRequest& request) {
  if (appends(file_flags, request)) return size_of(file);
  if (request.offset >= 0) return static_cast<std::uint64_t>(request.offset);
  return static_cast<std::uint64_t>(std::max<off_t>(lseek(file.copy.get(), 0, SEEK_CUR), 0));
}

// The limit is the caller's, not ours: how much of the write it leaves, or none with its signal.
bool obey_file_limit(const Caller& caller, std::uint64_t offset, std::uint64_t& bytes) {
  rlimit limit{};
  if (prlimit(caller.pid(), RLIMIT_FSIZE, nullptr, &limit) != 0) return true;
  if (limit.rlim_cur == RLIM_INFINITY || bytes == 0) return true;
  if (offset >= limit.rlim_cur) {
    syscall(SYS_tgkill, caller.pid(), caller.tid(), SIGXFSZ);
    return false;
  }
  bytes = std::min<std::uint64_t>(bytes, limit.rlim_cur - offset);
  return true;
}

void keep(Desk& desk, Operation& operation, std::span<const char> bytes) {
  if (!desk.records()) {
    operation.bytes.length += bytes.size();
    return;
  }
  const Bytes kept = desk.spool().append(bytes);
  if (operation.bytes.length == 0 || !kept.kept()) operation.bytes.at = kept.at;
  operation.bytes.length += kept.length;
}

ssize_t write_piece(const OpenFile& file, const WriteRequest& request, std::uint64_t done,
                    std::span<const char> bytes) {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  const off_t at = request.offset < 0 ? -1 : request.offset + static_cast<off_t>(done);
  return pwritev2(file.copy.get(), &piece, 1, at, request.flags);
}

std::int64_t write_bytes(Desk& desk, const Caller& caller, const OpenFile& file,
                         const WriteRequest& request, Operation& operation, std::uint64_t bytes) {
  std::uint64_t wanted = std::min(bytes, request.length());
  const int flags = fcntl(file.copy.get(), F_GETFL);
  if (desk.crossings() != request.crossing) operation.offset = where(file, flags, request);
  if (!obey_file_limit(caller, operation.offset, wanted)) return -EFBIG;
  Source source(caller, request);
  std::uint64_t done = 0;
  int error = 0;
  do {
    const std::size_t size = std::min<std::uint64_t>(kBuffer, wanted - done);
    const std::size_t got = source.next(write_buffer(), size);
    if (got < size) error = EFAULT;
    if (got < size && got == 0) break;
    const ssize_t wrote = write_piece(file, request, done, {write_buffer(), got});
    if (wrote < 0) error = errno;
    if (wrote < 0) break;
    keep(desk, operation, {write_buffer(), static_cast<std::size_t>(wrote)});
    done += static_cast<std::uint64_t>(wrote);
    if (static_cast<std::size_t>(wrote) < got) break;
  } while (done < wanted && error == 0);
  operation.length = done;
  operation.durable = (flags & O_DSYNC) != 0 || (request.flags & (RWF_DSYNC | RWF_SYNC)) != 0;
  return done == 0 && error != 0 ? -error : static_cast<std::int64_t>(done);
}

Intent writing(const OpenFile& file, std::uint64_t offset, std::uint64_t length) {
  Intent intent;
  intent.operation.kind = OpKind::write;
  intent.operation.file = file.file;
  intent.operation.path = file.path;
  intent.operation.offset = offset;
  intent.operation.length = length;
  return intent;
}

// A lie moves on as a write would.
void pretend(const OpenFile& file, const WriteRequest& request, std::uint64_t bytes) {
  if (request.offset < 0) lseek(file.copy.get(), static_cast<off_t>(bytes), SEEK_CUR);
}

void serve_output(Desk& desk, const Caller& caller, const WriteRequest& request, int fd) {
  Intent intent{.refusable = false};
  intent.operation.kind = OpKind::output;
  intent.operation.offset = static_cast<std::uint64_t>(fd);
  intent.operation.length = request.length();
  std::string& text = intent.operation.text;
  text.resize(std::min<std::uint64_t>(request.length(), 65536));
  Source source(caller, request);
  text.resize(source.next(text.data(), text.size()));
  // Beyond the limit a line is still something that a signal may be sent at.
  if (desk.records() && desk.takes_output(text.size())) {
    intent.operation.bytes = desk.spool().append(text);
  } else {
    intent.operation.bytes = {.at = Bytes::kLost, .length = text.size()};
  }
  desk.settle(caller, std::move(intent));
}

// What is copied into a file without a buffer of the program.
struct CopyRequest {
  UniqueFd taken;       // out of the caller, where the kernel allows it
  OpenFilePtr watched;  // or one of ours
  int from = -1;
  std::uint64_t length = 0;
  std::uint64_t from_offset_at = 0;  // where the caller keeps it; 0: in its descriptor
  std::uint64_t to_offset_at = 0;
  std::int64_t from_offset = 0;
};

bool find_source(Desk& desk, const Caller& caller, int fd, CopyRequest& request) {
  request.watched = desk.files().find(caller, fd);
  if (request.watched) {
    request.from = request.watched->copy.get();
  } else {
    const UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, caller.pid(), 0)));
    request.taken = UniqueFd(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
    request.from = request.taken.get();
  }
  struct stat found;
  return request.from >= 0 && fstat(request.from, &found) == 0 && S_ISREG(found.st_mode);
}

void keep_copied(Desk& desk, const CopyRequest& request, Operation& operation) {
  for (std::uint64_t kept = 0; kept < operation.length;) {
    const std::size_t size = std::min<std::uint64_t>(kBuffer, operation.length - kept);
    const ssize_t got =
        pread(request.from, write_buffer(), size, request.from_offset + static_cast<off_t>(kept));
    if (got <= 0) return desk.failure("what was copied to " + operation.path + " cannot be read");
    keep(desk, operation, {write_buffer(), static_cast<std::size_t>(got)});
    kept += static_cast<std::uint64_t>(got);
  }
}

// The kernel copies between our copies of both, so that every errno is its own; what it copied is
// read from the source, which it may not have written over.
std::int64_t copy_bytes(Desk& desk, const Caller& caller, const OpenFile& file,
                        const CopyRequest& request, Operation& operation, std::uint64_t bytes) {
  const std::uint64_t wanted = std::min(bytes, request.length);
  const int to = file.copy.get();
  off_t from_at = request.from_offset;
  off_t to_at = 0;
  if (request.to_offset_at != 0) caller.read_value(request.to_offset_at, to_at);
  off_t* const from_pointer = request.from_offset_at != 0 ? &from_at : nullptr;
  off_t* const to_pointer = request.to_offset_at != 0 ? &to_at : nullptr;
  operation.length = 0;
  const ssize_t copied =
      caller.call().number == SYS_sendfile
          ? sendfile(to, request.from, from_pointer, wanted)
          : copy_file_range(request.from, from_pointer, to, to_pointer, wanted, 0);
  if (copied < 0) return -errno;
  const auto done = static_cast<std::uint64_t>(copied);
  operation.length = done;
  const off_t end = to_pointer != nullptr ? to_at : lseek(to, 0, SEEK_CUR);
  operation.offset = static_cast<std::uint64_t>(end) - done;
  keep_copied(desk, request, operation);
  if (from_pointer != nullptr) {
    caller.write(request.from_offset_at, {reinterpret_cast<const char*>(&from_at), sizeof from_at});
  }
  if (to_pointer != nullptr) {
    caller.write(request.to_offset_at, {reinterpret_cast<const char*>(&to_at), sizeof to_at});
  }
  return copied;
}

void settle_copy(Desk& desk, const Caller& caller, const OpenFilePtr& file,
                 std::shared_ptr<CopyRequest> request) {
  request->from_offset = lseek(request->from, 0, SEEK_CUR);
  if (request->from_offset_at != 0) {
    caller.read_value(request->from_offset_at, request->from_offset);
  }
  Intent intent = writing(*file, where(*file, 0, {}), request->length);
  intent.perform = [&desk, caller, file, request](Operation& operation, std::uint64_t bytes) {
    return copy_bytes(desk, caller, *file, *request, operation, bytes);
  };
  desk.settle(caller, std::move(intent));
}

}  // namespace

void serve_write(Desk& desk, const Caller& caller) {
  const int fd = caller.call().fd(0);
  const OpenFilePtr file = desk.files().find(caller, fd);
  WriteRequest request;
  if (!read_request(caller, request)) return desk.let_through(caller);
  if (!file) {
    const bool output = (fd == 1 || fd == 2) && desk.is_output(caller, fd);
    return output ? serve_output(desk, caller, request, fd) : desk.let_through(caller);
  }
  const int flags = fcntl(file->copy.get(), F_GETFL);
  request.crossing = desk.crossings() + 1;
  Intent intent = writing(*file, where(*file, flags, request), request.length());
  intent.perform = [&desk, caller, file, request](Operation& operation, std::uint64_t bytes) {
    if (bytes == 0 && request.length() > 0) pretend(*file, request, request.length());
    if (bytes == 0 && request.length() > 0) return std::int64_t{0};
    return write_bytes(desk, caller, *file, request, operation, bytes);
  };
  desk.settle(caller, std::move(intent));
}

void serve_copy(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
  const bool sends = call.number == SYS_sendfile;
  const OpenFilePtr file = desk.files().find(caller, call.fd(sends ? 0 : 2));
  if (!file) return desk.let_through(caller);
  auto request = std::make_shared<CopyRequest>();
  const int refusal = sends || call.number == SYS_splice ? EINVAL : EXDEV;
  // A pipe is read as a write is: all programs that splice can do without.
  if (call.number == SYS_splice || !find_source(desk, caller, call.fd(sends ? 1 : 0), *request)) {
    desk.note("a copy without a buffer (splice, sendfile, copy_file_range) was refused");
    return desk.answer(caller, -refusal);
  }
  request->from_offset_at = sends ? call.args[2] : call.args[1];
  request->to_offset_at = sends ? 0 : call.args[3];
  request->length = sends ? call.args[3] : call.args[4];
  settle_copy(desk, caller, file, std::move(request));
}

}  // namespace trainwreck::outside
