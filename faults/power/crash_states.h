#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "faults/power/disk_replay.h"

namespace trainwreck {

// What was done to a disk, and what its owner promised meanwhile.
struct DiskStory {
  SimFileSystem::Files start;
  std::vector<DiskOperation> operations;
  // For every promise ("this is saved") how many operations had been done when it was given.
  std::vector<std::size_t> promises;
};

struct CrashBounds {
  // Combinations that are tried at one cut: of several losses, and of the pieces of one operation.
  // Where there are more of several losses, pairs of single ones are tried instead.
  std::uint64_t states_per_cut = 20'000;
};

// How far a state is from what was done before the cut. The simplest ones come first, so that the
// first bad state says what is wrong with the protocol: of a prefix, that operations which should
// be one step are several; of one that is lost, that a later one must not overtake it; of one that
// is torn, that it is not one step in itself.
enum class CrashPhase : std::uint8_t { prefix, one_lost, one_torn, several };
inline constexpr std::size_t kCrashPhases = 4;

// The disk after one cut.
struct CrashState {
  CrashPhase phase = CrashPhase::prefix;
  std::size_t done = 0;      // operations that had returned
  bool in_flight = false;    // the next one was interrupted
  std::size_t promises = 0;  // that had been given
  SimFileSystem::Files files;
  std::vector<DiskLoss> losses;  // in the order of the operations
  std::uint64_t tree = 0;        // equal for equal files
};

struct CrashCount {
  std::uint64_t cuts = 0;
  std::array<std::uint64_t, kCrashPhases> tried{};  // states, before equal ones are put together
  std::uint64_t trees = 0;                          // different disks
  std::uint64_t bounded = 0;                        // cuts at which not every combination was tried
  std::uint64_t states() const;                     // all that were tried
  void add(const CrashCount& other);
};

// Cuts the power after every operation and inside every one, and shows every state that the model
// allows, once for each different disk and number of promises, in the order of the phases. The
// losses are those of the state that came first, which has the fewest of them.
CrashCount for_each_crash_state(const DiskStory& story, PersistenceModel model,
                                const CrashBounds& bounds,
                                const std::function<void(const CrashState&)>& visit);

// Which two operations are at odds in a state that should not be, and what is missing between them:
// "#3 append m.tmp is lost, #4 rename m.tmp to m is there: no sync of m.tmp between them".
std::string explain_state(const DiskStory& story, const CrashState& state);
// The same for a promise that was not kept.
std::string explain_broken_promise(const DiskStory& story, const CrashState& state);

// "#4 rename m.tmp to m".
std::string text_of(const DiskStory& story, std::size_t operation);

}  // namespace trainwreck
