#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "faults/outside/decision.h"

namespace trainwreck::campaign {

// What can go wrong at one moment, in the order of the table.
enum class Fault : std::uint8_t {
  kill,
  power,
  disk_full,
  io_error,
  failing_sync,
  short_write,
  read_only,
  sigterm,
  sigint,
  sigint_twice,
  one_process
};
constexpr std::array<std::string_view, 11> kFaultNames{
    "killed",    "power cut", "disk full", "I/O error",    "failing sync",      "short write",
    "read-only", "SIGTERM",   "SIGINT",    "SIGINT twice", "one process killed"};
inline std::string_view name_of(Fault fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

// What it leaves follows from the recording; all others are runs of their own.
inline bool leaves_a_disk(Fault fault) { return fault == Fault::kill || fault == Fault::power; }
inline bool is_signal(Fault fault) {
  return fault >= Fault::sigterm && fault <= Fault::sigint_twice;
}
// It can pass, or last from then on.
inline bool can_pass(Fault fault) {
  return fault >= Fault::disk_full && fault <= Fault::failing_sync;
}
bool can_strike(Fault fault, outside::OpKind kind);

// Strikes at the n-th operation that it can strike at, and where it lasts at all after that.
class Strike final : public outside::Strategy {
 public:
  Strike(Fault fault, std::size_t nth, bool lasts) : fault_(fault), nth_(nth), lasts_(lasts) {}
  outside::Decision decide(const outside::Crossing& crossing) override;
  bool fired() const { return fired_; }

 private:
  outside::Decision strike(const outside::Crossing& crossing) const;

  const Fault fault_;
  const std::size_t nth_;
  const bool lasts_;
  std::size_t seen_ = 0;
  bool fired_ = false;
  bool once_more_ = false;
};

}  // namespace trainwreck::campaign
