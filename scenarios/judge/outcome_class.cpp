#include "scenarios/judge/outcome_class.h"

#include <algorithm>

#include "scenarios/judge/findings.h"

namespace trainwreck {
namespace {

bool any_call(const Outcome& outcome, bool (*is)(const CallOutcome&)) {
  return std::any_of(outcome.calls.begin(), outcome.calls.end(), is);
}

bool hung(const CallOutcome& call) {
  return call.ending == Ending::hung || (call.error && call.error->type == "Deadlock");
}

bool died(const CallOutcome& call) { return call.ending == Ending::died; }

// Errors, warnings and what a policy accounted for.
std::size_t told(const Outcome& outcome) {
  std::size_t count = 0;
  for (const CallOutcome& call : outcome.calls) {
    count += call.warnings.size() + call.suppressed.size() + (call.error ? 1U : 0U);
  }
  for (const TraceLine& line : outcome.trace.lines) {
    if (is<traced::Policy>(line)) ++count;
  }
  return count;
}

// Event files hold the time of day, which a fault may have changed for everybody.
bool tells_time(const std::string& path) { return path.find("tfevents") != std::string::npos; }

bool same_files(const Outcome& one, const Outcome& other) {
  const auto without_time = [](const Outcome& outcome) {
    std::map<std::string, std::string> files;
    for (const auto& [path, bytes] : outcome.files) {
      if (!tells_time(path)) files.emplace(path, bytes);
    }
    return files;
  };
  return without_time(one) == without_time(other);
}

bool same_end(const Outcome& one, const Outcome& other) {
  if (one.calls.empty() || other.calls.empty()) return false;
  const CallOutcome& last = one.calls.back();
  const CallOutcome& twin = other.calls.back();
  return last.status == twin.status && same_bits(last.weights, twin.weights) &&
         last.history == twin.history && last.metrics == twin.metrics &&
         same_bits(last.predictions, twin.predictions) && same_files(one, other);
}

}  // namespace

std::string_view class_of(const Outcome& outcome) {
  const bool reached = std::none_of(outcome.faults.begin(), outcome.faults.end(),
                                    [](const FaultOutcome& fault) { return fault.fired.empty(); });
  if (!reached) return "unreached";
  if (any_call(outcome, hung)) return "hung";
  if (any_call(outcome, [](const CallOutcome& call) { return call.swallowed_death; })) {
    return "swallowed death";
  }
  const bool same = outcome.twin != nullptr && same_end(outcome, *outcome.twin);
  const bool dead = any_call(outcome, died);
  if (dead) return same && !died(outcome.calls.back()) ? "recovered" : "crashed";
  const std::size_t usual = outcome.twin != nullptr ? told(*outcome.twin) : 0;
  const bool heard = told(outcome) > usual;
  if (same) return heard ? "recovered" : "no effect";
  return heard ? "detected" : "silent corruption";
}

}  // namespace trainwreck
