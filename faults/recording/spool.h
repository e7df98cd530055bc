#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace trainwreck::outside {

// Where bytes stand in a spool. Bytes that were not kept, because the spool was full, have a length
// and nothing else.
struct Bytes {
  static constexpr std::uint64_t kZeros = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::uint64_t kLost = kZeros - 1;
  std::uint64_t at = kZeros;
  std::uint64_t length = 0;

  bool zeros() const { return at == kZeros; }
  bool kept() const { return at != kLost; }
  bool operator==(const Bytes&) const = default;
};

// All bytes that a program wrote, one after the other, in a file without a name: it vanishes with
// the spool, whatever becomes of us. Appending is for one thread; once nobody appends any more,
// reading is for all.
class Spool {
 public:
  // REQUIRES: a folder that can be written to. Throws IoError where it cannot.
  Spool(const std::string& folder, std::uint64_t limit_bytes);
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();

  // Promises to keep all of them or, beyond the limit, none.
  Bytes append(std::span<const char> bytes);
  // REQUIRES: bytes that were kept, or zeros; `into` of their length. Throws IoError.
  void read(const Bytes& bytes, std::span<char> into) const;
  std::uint64_t size() const { return size_; }
  // Some bytes have been left out.
  bool full() const { return full_; }

 private:
  bool flush();

  int fd_ = -1;
  std::uint64_t limit_;
  std::vector<char>
      tail_;  // not yet in the file: few large writes are cheaper than many small ones
  std::uint64_t size_ = 0;
  bool full_ = false;
};

}  // namespace trainwreck::outside
