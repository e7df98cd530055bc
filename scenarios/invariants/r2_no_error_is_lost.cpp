#include <fmt/format.h>

#include <algorithm>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_r2(const CallSpan& call, Breaches& breaches) {
  if (call.end == nullptr) return;
  const auto raised = static_cast<std::int64_t>(call.errors.size());
  const std::int64_t suppressed = std::max<std::int64_t>(call.suppressed(), 0);
  const std::int64_t reported = suppressed + (call.error().empty() ? 0 : 1);
  if (raised <= reported) return;
  breaches.add(fmt::format("{} errors were raised and {} reported", raised, reported),
               {call.errors.back().line, call.end});
}

InvariantResult check_r2(const JudgedRun& subject) { return in_each_call(subject, look_r2); }

}  // namespace

InvariantEntry r2_no_error_is_lost() {
  return {.id = "R2",
          .kind = InvariantKind::trace,
          .meaning = "Every error after the first is reported beside it.",
          .fields = {"hooks"},
          .needs = {},
          .check = &check_r2};
}

}  // namespace trainwreck::invariants
