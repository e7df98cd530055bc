#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/judge/contract.h"
#include "scenarios/trace/stretches.h"

namespace trainwreck::invariants {
namespace {

using BatchName = std::tuple<std::string_view, std::int64_t, std::int64_t, std::int64_t>;

BatchName name_of(const traced::FetchEnd& fetch) {
  return {fetch.source, fetch.source_number, fetch.epoch, fetch.item};
}

// What is asked of a call again and again.
struct Steps {
  std::vector<std::pair<std::int64_t, std::int64_t>> begun;  // seq and batch
  Stretches tests;  // evaluations, whose batches are nobody's to step
};

Steps steps_of(const CallSpan& call) {
  Steps steps;
  for (const TraceLine* line : call.lines) {
    if (const auto step = as<traced::StepBegin>(*line)) {
      steps.begun.emplace_back(line->seq, step->batch);
    }
  }
  steps.tests = stretches_of(call, [](const ScopeSpan& scope) { return scope.kind == "test"; });
  return steps;
}

// How many batches a resumed epoch has behind it before its first step.
std::int64_t taken_before(const Steps& steps, const ScopeSpan& epoch) {
  const auto first =
      std::upper_bound(steps.begun.begin(), steps.begun.end(), epoch.begin->seq,
                       [](std::int64_t seq, const auto& step) { return seq < step.first; });
  return first != steps.begun.end() ? first->second : 0;
}

// An epoch that never ended is over when another begins.
bool begins_another(const TraceLine& line, const ScopeSpan& epoch) {
  const auto scope = as<traced::ScopeBegin>(line);
  return scope && scope->scope == "epoch" && &line != epoch.begin;
}

void look_at_epoch(const CallSpan& call, const ScopeSpan& epoch, Steps& steps, Breaches& breaches) {
  const bool completed = epoch.status() == "completed";
  std::int64_t excused = taken_before(steps, epoch);
  std::map<BatchName, const TraceLine*> seen;
  const TraceLine* waiting = nullptr;  // a batch that came, and what is known of it
  traced::FetchEnd came;
  for (const TraceLine* line : lines_of(call, epoch)) {
    if (is<traced::StepBegin>(*line) || is<traced::Policy>(*line)) waiting = nullptr;
    if (begins_another(*line, epoch)) break;
    const auto fetch = as<traced::FetchEnd>(*line);
    if (!fetch || steps.tests.cover(*line)) continue;
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
  Steps steps = steps_of(call);
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind == "epoch") look_at_epoch(call, scope, steps, breaches);
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
