#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "faults/outside/decision.h"
#include "faults/recording/recording.h"
#include "scenarios/campaign/saves.h"

namespace trainwreck::campaign {

enum class Fault : std::uint8_t { kill, power, disk_full, io_error };
constexpr std::array<std::string_view, 4> kFaultNames{"killed", "power cut, ext4_ordered",
                                                      "disk full", "I/O error"};

// One moment at which one thing goes wrong.
struct Point {
  Fault fault = Fault::kill;
  std::string what{};    // in words
  std::string where{};   // kind of operation and group of names
  std::string family{};  // points of one family are taken for alike until they differ
  // Of kills and power cuts: what the folder holds then.
  outside::Tree tree{};
  std::size_t saves_done = 0;   // complete files of the main group before it
  std::size_t saves_there = 0;  // the newest that is whole in the tree
  std::string unknown{};        // why nothing can be said about it
  // Of errors: the n-th operation that can have this error, and whether all after it do too.
  std::size_t nth = 0;
  bool persistent = false;
};

struct Points {
  std::vector<Point> all{};  // one of each family first
  std::size_t families = 0;
  // Disks after a power cut that are no points: a kill leaves them as well; there are many of their
  // family; there were too many to look at.
  std::size_t as_after_a_kill = 0;
  std::size_t of_known_families = 0;
  std::size_t never_looked_at = 0;
};

// REQUIRES: a recording that has proven itself.
Points points_of(const outside::Recording& recording, const Saves& saves,
                 outside::ContentHash& hash);

// Fails the operation of an error point.
class FailAt final : public outside::Strategy {
 public:
  explicit FailAt(const Point& point) : point_(point) {}
  outside::Decision decide(const outside::Crossing& crossing) override;
  bool fired() const { return fired_; }

 private:
  const Point& point_;
  std::size_t seen_ = 0;
  bool fired_ = false;
};

}  // namespace trainwreck::campaign
