#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace trainwreck {

// Where each named sample was seen. Forgetting is free, and a second epoch of the same size
// allocates nothing.
class SampleLedger {
 public:
  void forget() {
    ++generation_;
    used_ = 0;
  }
  struct Place {
    std::int64_t batch = 0;
    std::size_t row = 0;
    friend bool operator==(const Place&, const Place&) = default;
  };
  // Where the sample already was, if that is another place. Every source names its own samples.
  std::optional<Place> note(std::int32_t source, std::int64_t sample, const Place& place);

 private:
  struct Slot {
    std::int32_t source = 0;
    std::int64_t sample = 0;
    Place place;
    std::uint64_t generation = 0;
  };
  Slot& slot_of(std::int32_t source, std::int64_t sample);
  void grow();

  std::vector<Slot> slots_;  // a power of two, probed one by one
  std::size_t used_ = 0;
  std::uint64_t generation_ = 1;
};

}  // namespace trainwreck
