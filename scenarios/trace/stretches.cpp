#include "scenarios/trace/stretches.h"

#include <algorithm>
#include <limits>

namespace trainwreck {

std::span<const TraceLine* const> lines_from(const CallSpan& call, std::int64_t seq) {
  const auto first =
      std::lower_bound(call.lines.begin(), call.lines.end(), seq,
                       [](const TraceLine* line, std::int64_t at) { return line->seq < at; });
  return {first, call.lines.end()};
}

std::span<const TraceLine* const> lines_of(const CallSpan& call, const ScopeSpan& scope) {
  const std::span<const TraceLine* const> lines = lines_from(call, scope.begin->seq);
  if (scope.end == nullptr) return lines;
  return lines.first(lines.size() - lines_from(call, scope.end->seq + 1).size());
}

void Stretches::add(const TraceLine& begin, const TraceLine* end) {
  sorted_ = sorted_ && (all_.empty() || all_.back().begin <= begin.seq);
  all_.push_back({begin.seq, end != nullptr ? end->seq : std::numeric_limits<std::int64_t>::max()});
}

bool Stretches::cover(const TraceLine& line) {
  if (!sorted_) {
    std::sort(all_.begin(), all_.end(),
              [](const Stretch& one, const Stretch& other) { return one.begin < other.begin; });
    sorted_ = true;
  }
  if (line.seq < asked_) {
    next_ = 0;
    latest_end_ = -1;
  }
  asked_ = line.seq;
  for (; next_ < all_.size() && all_[next_].begin <= line.seq; ++next_) {
    latest_end_ = std::max(latest_end_, all_[next_].end);
  }
  return latest_end_ > line.seq;
}

Stretches begin_hooks_of(const CallSpan& call) {
  Stretches hooks;
  for (const ScopeSpan& scope : call.scopes) {
    for (const HookCall& hook : scope.begins) hooks.add(*hook.begin, hook.end);
  }
  return hooks;
}

}  // namespace trainwreck
