#include <fmt/format.h>

#include <map>
#include <tuple>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

using BatchName = std::tuple<std::string_view, std::int64_t, std::int64_t, std::int64_t>;

BatchName name_of(const traced::FetchEnd& fetch) {
  return {fetch.source, fetch.source_number, fetch.epoch, fetch.item};
}

// Whether the line belongs to an evaluation inside the epoch.
bool in_test(const CallSpan& call, const TraceLine& line) {
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind != "test" || scope.begin->seq > line.seq) continue;
    if (scope.end == nullptr || scope.end->seq > line.seq) return true;
  }
  return false;
}

// How many batches a resumed epoch has behind it before its first step.
std::int64_t taken_before(const CallSpan& call, const ScopeSpan& epoch) {
  for (const TraceLine* line : call.lines) {
    if (line->seq <= epoch.begin->seq) continue;
    if (const auto step = as<traced::StepBegin>(*line)) return step->batch;
  }
  return 0;
}

void look_at_epoch(const CallSpan& call, const ScopeSpan& epoch, Breaches& breaches) {
  const bool completed = epoch.status() == "completed";
  std::int64_t excused = taken_before(call, epoch);
  std::map<BatchName, const TraceLine*> seen;
  const TraceLine* waiting = nullptr;  // a batch that came, and what is known of it
  traced::FetchEnd came;
  for (const TraceLine* line : call.lines) {
    if (line->seq < epoch.begin->seq || (epoch.end != nullptr && line->seq > epoch.end->seq))
      continue;
    if (is<traced::StepBegin>(*line) || is<traced::Policy>(*line)) waiting = nullptr;
    const auto fetch = as<traced::FetchEnd>(*line);
    if (!fetch || in_test(call, *line)) continue;
    if (waiting != nullptr && completed && excused-- <= 0) {
      breaches.add(fmt::format("batch {} of {} came in epoch {} and was not stepped", came.item,
                               came.source, epoch.epoch),
                   {waiting});
    }
    waiting = nullptr;
    if (fetch->outcome != traced::Fetching::ok) continue;
    waiting = line;
    came = *fetch;
    if (fetch->item < 0) continue;
    const auto [at, is_new] = seen.emplace(name_of(*fetch), line);
    if (is_new) continue;
    breaches.add(
        fmt::format("batch {} of {} came twice in epoch {}", came.item, came.source, epoch.epoch),
        {at->second, line});
  }
}

void look_d1(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind == "epoch") look_at_epoch(call, scope, breaches);
  }
}

InvariantResult check_d1(const JudgedRun& subject) { return in_each_call(subject, look_d1); }

}  // namespace

InvariantEntry d1_every_batch_is_stepped_once() {
  return {.id = "D1",
          .kind = InvariantKind::trace,
          .meaning =
              "Every batch that came is stepped once or skipped by a policy; none comes "
              "twice in an epoch.",
          .fields = {"scopes", "fetches", "steps", "policies"},
          .needs = {},
          .check = &check_d1};
}

}  // namespace trainwreck::invariants
