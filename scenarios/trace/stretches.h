#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "scenarios/trace/timeline.h"

namespace trainwreck {

// What judging a trace in one pass rests on: each of these costs what it shows, however long the
// call is that it is asked of.

// The lines of the call from the first of them on that is not before `seq`.
std::span<const TraceLine* const> lines_from(const CallSpan& call, std::int64_t seq);
// Those from the scope's beginning to its end, both included; or to the call's.
std::span<const TraceLine* const> lines_of(const CallSpan& call, const ScopeSpan& scope);

// Parts of a call. Whether a line stands within one of them is asked in the order of the lines: who
// goes back pays for the whole way again.
class Stretches {
 public:
  // `end` null: it goes on to the end of the call.
  void add(const TraceLine& begin, const TraceLine* end);
  bool cover(const TraceLine& line);

 private:
  struct Stretch {
    std::int64_t begin;
    std::int64_t end;
  };
  std::vector<Stretch> all_;
  bool sorted_ = true;
  std::size_t next_ = 0;          // the first that begins after the line that was asked about
  std::int64_t latest_end_ = -1;  // of those before it
  std::int64_t asked_ = -1;
};

// The scopes of a call that `wanted` wants.
template <class Wanted>
Stretches stretches_of(const CallSpan& call, Wanted wanted) {
  Stretches stretches;
  for (const ScopeSpan& scope : call.scopes) {
    if (wanted(scope)) stretches.add(*scope.begin, scope.end);
  }
  return stretches;
}
// What begin hooks are under way.
Stretches begin_hooks_of(const CallSpan& call);

}  // namespace trainwreck
