#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/judge/contract.h"
#include "scenarios/judge/first_width.h"
#include "scenarios/judge/resumed.h"

namespace trainwreck::invariants {
namespace {

bool must_be_reported(std::string_view kind) {
  constexpr std::array<std::string_view, 23> kBreaking{
      "out_of_memory", "hook_throws",       "source_throws",   "step_throws",
      "nan_loss",      "inf_loss",          "nan_gradient",    "inf_gradient",
      "batch_nan",     "batch_inf",         "batch_null",      "batch_ragged",
      "disk_full",     "batch_wrong_width", "batch_zero_rows", "batch_wrong_rank",
      "io_error",      "access_denied",     "read_only",       "batch_row_mismatch",
      "failing_sync",  "failing_rename",    "read_error"};
  return std::find(kBreaking.begin(), kBreaking.end(), kind) != kBreaking.end();
}

// The error that ended the run speaks of this fault only if it came after it; where the trace shows
// none, or more were kept beside the first, nobody can tell.
bool ended_the_run(const CallSpan& call, const TraceLine& fault) {
  if (call.error().empty()) return false;
  if (call.errors.empty() || call.failed_unseen || call.suppressed() > 0) return true;
  return call.errors.back().line->seq > fault.seq;
}

void look_r4(const CallSpan& call, Breaches& breaches) {
  const std::int64_t told = last_told(call);
  const bool no_width = first_width_was_wrong(call);
  for (const TraceLine* line : call.lines) {
    const auto fault = as<traced::Fault>(*line);
    if (!fault || call.end == nullptr) continue;
    if (ended_the_run(call, *line) || told > line->seq) continue;
    const std::string text = fmt::format("{} struck at {}", fault->kind, place_of(*line));
    const bool excused = no_width && fault->kind == "batch_wrong_width";
    if (must_be_reported(fault->kind) && !excused) {
      breaches.add(text + ", and nothing was reported", {line});
    } else {
      breaches.doubt(text + ", which may be harmless");
    }
  }
}

InvariantResult check_r4(const JudgedRun& subject) { return in_each_call(subject, look_r4); }

}  // namespace

InvariantEntry r4_no_fault_is_absorbed() {
  return {.id = "R4",
          .kind = InvariantKind::trace,
          .meaning = "A fault that breaks something is reported, or a policy accounts for it.",
          .fields = {"faults"},
          .needs = {},
          .check = &check_r4};
}

}  // namespace trainwreck::invariants
