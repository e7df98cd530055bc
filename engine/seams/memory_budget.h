#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace trainwreck {

enum class MemoryPurpose : std::uint8_t {
  weights,
  batch,
  forward,
  backward,
  apply,
  snapshot,
  save,
  data,
  other
};
inline constexpr std::size_t kMemoryPurposes = 9;
std::string_view name_of(MemoryPurpose purpose);

// Logical accounting: every phase of a step reserves its bytes before its arithmetic, on every
// step, whether or not a buffer is already there. So a steady step allocates nothing and can still
// run out.
class MemoryBudget {
 public:
  virtual ~MemoryBudget() = default;
  // Throws OutOfMemory when it does not fit; nothing is reserved then.
  virtual void reserve(MemoryPurpose purpose, std::int64_t bytes) = 0;
  virtual void release(MemoryPurpose purpose, std::int64_t bytes) noexcept = 0;
  virtual std::int64_t peak() const = 0;
  virtual std::int64_t in_use(MemoryPurpose purpose) const = 0;
};

// Counts, and refuses above its limit. For one thread, the loop's.
class CountingBudget final : public MemoryBudget {
 public:
  explicit CountingBudget(std::int64_t limit = std::numeric_limits<std::int64_t>::max())
      : limit_(limit) {}
  void reserve(MemoryPurpose purpose, std::int64_t bytes) override;
  void release(MemoryPurpose purpose, std::int64_t bytes) noexcept override;
  std::int64_t peak() const override { return peak_; }
  std::int64_t in_use(MemoryPurpose purpose) const override;
  std::int64_t in_use() const { return used_; }

 private:
  std::int64_t limit_;
  std::int64_t used_ = 0;
  std::int64_t peak_ = 0;
  std::array<std::int64_t, kMemoryPurposes> by_purpose_{};
};

// Holds bytes of a budget for as long as it lives.
class Reservation {
 public:
  Reservation(MemoryBudget& budget, MemoryPurpose purpose, std::int64_t bytes)
      : budget_(budget), bytes_(bytes), purpose_(purpose) {
    budget_.reserve(purpose, bytes);
  }
  ~Reservation() { budget_.release(purpose_, bytes_); }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

 private:
  MemoryBudget& budget_;
  std::int64_t bytes_;
  MemoryPurpose purpose_;
};

}  // namespace trainwreck
