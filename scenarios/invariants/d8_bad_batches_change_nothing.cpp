#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/judge/contract.h"
#include "scenarios/judge/first_width.h"

namespace trainwreck::invariants {
namespace {

bool is_malformed(std::string_view kind) {
  constexpr std::array<std::string_view, 11> kMalformed{
      "batch_zero_rows", "batch_wrong_rank",   "batch_wrong_width", "batch_wrong_dtype",
      "batch_ragged",    "batch_row_mismatch", "batch_nan",         "batch_inf",
      "batch_null",      "label_out_of_range", "scalar_labels"};
  return std::find(kMalformed.begin(), kMalformed.end(), kind) != kMalformed.end();
}

void look_d8(const CallSpan& call, Breaches& breaches) {
  const bool no_width = first_width_was_wrong(call);
  const TraceLine* fault = nullptr;
  for (const TraceLine* line : call.lines) {
    if (is<traced::FetchBegin>(*line)) fault = nullptr;
    const auto struck = as<traced::Fault>(*line);
    const bool excused = struck && no_width && struck->kind == "batch_wrong_width";
    if (struck && is_malformed(struck->kind) && !excused) fault = line;
    const auto step = as<traced::StepEnd>(*line);
    const bool committed = step && step->outcome == traced::Stepping::committed;
    if (fault == nullptr || !committed) continue;
    breaches.add(fmt::format("{} at {} was stepped and committed", as<traced::Fault>(*fault)->kind,
                             place_of(*line)),
                 {fault, line});
  }
}

InvariantResult check_d8(const JudgedRun& subject) { return in_each_call(subject, look_d8); }

}  // namespace

InvariantEntry d8_bad_batches_change_nothing() {
  return {.id = "D8",
          .kind = InvariantKind::trace,
          .meaning = "A malformed batch is refused before it changes a weight.",
          .fields = {"faults", "fetches", "steps"},
          .needs = {},
          .check = &check_d8};
}

}  // namespace trainwreck::invariants
