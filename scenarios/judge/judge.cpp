#include "scenarios/judge/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/json_node.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/build.h"
#include "scenarios/process/last_words.h"
#include "scenarios/trace/trace_text.h"

namespace trainwreck {
namespace {

// The trace lines that show a finding, each with its neighbours.
std::vector<std::string> context_of(const Trace& trace, const std::vector<std::int64_t>& lines) {
  constexpr std::int64_t kAround = 1;
  constexpr std::size_t kMost = 12;
  std::vector<std::string> context;
  std::int64_t next = 0;
  for (const std::int64_t line : lines) {
    const auto last = static_cast<std::int64_t>(trace.lines.size()) - 1;
    for (std::int64_t at = std::max(next, line - kAround); at <= std::min(last, line + kAround);
         ++at) {
      if (context.size() == kMost) return context;
      const std::string text = text_of(trace.lines[static_cast<std::size_t>(at)]);
      context.push_back((at == line ? "> " : "  ") + text);
      next = at + 1;
    }
  }
  return context;
}

class Judge {
 public:
  Judge(const Outcome& outcome, const Plan& plan, const Vocabulary& vocabulary)
      : outcome_(outcome), plan_(plan), vocabulary_(vocabulary) {}

  std::vector<CheckedAssertion> check_all() {
    std::size_t call = 0;
    for (const Chapter& chapter : plan_.scenario.chapters) {
      const bool calls = chapter.action != Action::restart;
      check(chapter.then, calls ? std::optional(call) : std::nullopt);
      if (calls) ++call;
    }
    check(plan_.scenario.then, std::nullopt);
    return std::move(checked_);
  }

 private:
  void check(const Expectations& then, std::optional<std::size_t> call) {
    check(then.both, call);
    check(plan_.profile == "keras" ? then.keras : then.hardened, call);
  }

  void check(const std::vector<Part>& parts, std::optional<std::size_t> call) {
    const AssertionScope scope{
        .scenario = plan_.scenario, .policy = plan_.policy, .profile = plan_.profile, .call = call};
    for (const Part& part : parts) {
      const auto assertion = build_assertion(part, vocabulary_);
      CheckedAssertion one{.pointer = part.pointer, .kind = part.kind};
      one.finding = assertion->check(outcome_, scope);
      one.line = part.value->line;
      if (!one.finding.held) one.context = context_of(outcome_.trace, one.finding.lines);
      checked_.push_back(std::move(one));
    }
  }

  const Outcome& outcome_;
  const Plan& plan_;
  const Vocabulary& vocabulary_;
  std::vector<CheckedAssertion> checked_;
};

// What came near a fault that never struck: the same site, at another instant.
std::string near_text(const FaultOutcome& fault) {
  if (fault.site.empty()) return {};
  if (fault.missed == 0)
    return fmt::format("; {} was never crossed while it was armed", fault.site);
  if (fault.missed == 1) {
    return fmt::format("; {} was crossed once, at {}", fault.site, text_of(*fault.first_missed));
  }
  return fmt::format("; {} was crossed {} times, from {} to {}", fault.site, fault.missed,
                     text_of(*fault.first_missed), text_of(*fault.last_missed));
}

// A fault that never struck makes the scenario test nothing.
std::string unreached(const Outcome& outcome) {
  std::vector<std::string> kinds;
  std::string near;
  for (const FaultOutcome& fault : outcome.faults) {
    if (!fault.fired.empty()) continue;
    kinds.push_back(fmt::format("{} ({})", fault.kind, fault.pointer));
    near += near_text(fault);
  }
  if (kinds.empty()) return {};
  return fmt::format("never struck: {}; the scenario tests nothing{}", fmt::join(kinds, ", "),
                     near);
}

// Of the last call that did not come back, and of the last process that could tell where it was.
void add_last_words(const Outcome& outcome, Verdict& verdict) {
  for (const ProcessEnd& end : outcome.processes) {
    if (!end.stack.empty()) verdict.stack = named_frames(end.stack);
  }
  for (const CallOutcome& call : outcome.calls) {
    if (call.ending == Ending::returned) continue;
    verdict.last_events = last_events(outcome.trace, &call.began);
  }
}

}  // namespace

std::string_view name_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::held:
      return "held";
    case VerdictKind::failed:
      return "failed";
    case VerdictKind::skipped:
      return "skipped";
    case VerdictKind::expected_failure:
      return "expected failure";
    case VerdictKind::unreached:
      return "unreached";
    case VerdictKind::error:
      return "error";
  }
  return "?";
}

std::string_view name_of(Breakdown breakdown) {
  switch (breakdown) {
    case Breakdown::none:
      return "none";
    case Breakdown::crashed:
      return "crashed";
    case Breakdown::hung:
      return "hung";
    case Breakdown::vanished:
      return "vanished";
  }
  return "?";
}

std::string ending_text(const CallOutcome& call) {
  const std::string place =
      call.began.run > 0 ? fmt::format("call {} after restart {}", call.began.fit, call.began.run)
                         : fmt::format("call {}", call.began.fit);
  if (call.ending != Ending::returned) {
    return fmt::format("{} {}{}", place, name_of(call.ending),
                       call.cause.empty() ? "" : ": " + call.cause);
  }
  return fmt::format("{} {}{}", place, name_of(call.status),
                     call.error ? ": " + text_of(*call.error) : std::string());
}

std::vector<std::string> last_events(const Trace& trace, const Instant* call) {
  constexpr std::size_t kMost = 12;
  std::vector<std::string> texts;
  for (auto line = trace.lines.rbegin(); line != trace.lines.rend() && texts.size() < kMost;
       ++line) {
    const bool other = call != nullptr && (line->run != call->run || line->fit != call->fit);
    if (!other) texts.push_back(text_of(*line));
  }
  std::reverse(texts.begin(), texts.end());
  return texts;
}

Verdict judge(const Outcome& outcome, const Plan& plan, const Vocabulary& vocabulary) {
  Verdict verdict{.profile = plan.profile};
  verdict.assertions = Judge(outcome, plan, vocabulary).check_all();
  verdict.note = unreached(outcome);
  const bool all_held = std::all_of(verdict.assertions.begin(), verdict.assertions.end(),
                                    [](const CheckedAssertion& one) { return one.finding.held; });
  if (!verdict.note.empty()) {
    verdict.kind = VerdictKind::unreached;
  } else if (!all_held) {
    verdict.kind = VerdictKind::failed;
  }
  if (verdict.kind != VerdictKind::held) {
    for (const CallOutcome& call : outcome.calls) verdict.endings.push_back(ending_text(call));
    add_last_words(outcome, verdict);
  }
  if (!plan.scenario.expected_failure) return verdict;
  if (verdict.kind == VerdictKind::failed) {
    verdict.kind = VerdictKind::expected_failure;
    verdict.note = plan.scenario.expected_failure->because;
  } else if (verdict.kind == VerdictKind::held) {
    verdict.kind = VerdictKind::failed;
    verdict.note = "expected to fail, and holds: take \"expected_failure\" out";
  }
  return verdict;
}

}  // namespace trainwreck
