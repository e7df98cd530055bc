#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace trainwreck {

// Numbers that are read, and whose memory is their own or, for a while, somebody else's: what is
// saved at once need not be copied first. A copy always has its own.
class Floats {
 public:
  Floats() = default;
  Floats(std::vector<float> own) : own_(std::move(own)), numbers_(own_) {}
  Floats(const Floats& other) : Floats(std::vector<float>(other.begin(), other.end())) {}
  Floats(Floats&& other) noexcept
      : own_(std::move(other.own_)), numbers_(std::exchange(other.numbers_, {})) {}
  Floats& operator=(Floats other) noexcept {
    own_.swap(other.own_);
    std::swap(numbers_, other.numbers_);
    return *this;
  }
  ~Floats() = default;

  // The lender must outlive this, or the next change to it.
  void borrow(std::span<const float> numbers) { numbers_ = numbers; }
  // Memory that is there already serves again.
  void copy(std::span<const float> numbers) {
    own_.assign(numbers.begin(), numbers.end());
    numbers_ = own_;
  }

  std::size_t size() const { return numbers_.size(); }
  const float* begin() const { return numbers_.data(); }
  const float* end() const { return numbers_.data() + numbers_.size(); }
  float operator[](std::size_t index) const { return numbers_[index]; }
  friend bool operator==(const Floats& a, const Floats& b) { return std::ranges::equal(a, b); }

 private:
  std::vector<float> own_;
  std::span<const float> numbers_;
};

}  // namespace trainwreck
