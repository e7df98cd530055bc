#include "faults/sim/sim_clock.h"

namespace trainwreck {
namespace {

// A moment in 2020: file names and records that carry dates are the same in every run.
constexpr double kStart = 1'600'000'000.0;

}  // namespace

double SimClock::unix_seconds() { return kStart + std::chrono::duration<double>(now_).count(); }

}  // namespace trainwreck
