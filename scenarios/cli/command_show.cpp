#include <fmt/format.h>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/needs.h"
#include "scenarios/runner/run.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/selection.h"
#include "scenarios/trace/line_text.h"
#include "scenarios/trace/trace_text.h"

namespace trainwreck {
namespace {

void print_call(const CallOutcome& call) {
  const std::string end = call.ending != Ending::returned
                              ? fmt::format("{}: {}", name_of(call.ending), call.cause)
                          : call.error ? text_of(*call.error)
                                       : "no error";
  fmt::print("call {} {}: {}\n", call.began.fit, name_of(call.status), end);
}

void print_verdict(const Verdict& verdict) {
  for (const CheckedAssertion& one : verdict.assertions) {
    fmt::print("{} {} {}\n", one.finding.held ? "held  " : "MISSED", one.pointer, one.kind);
    if (one.finding.held) continue;
    fmt::print("  expected: {}\n  actual:   {}\n", one.finding.expected, one.finding.actual);
  }
  fmt::print("{} {}\n\n", name_of(verdict.kind), verdict.note);
}

}  // namespace

int show_plan(const Plan& plan, const Vocabulary& vocabulary) {
  fmt::print("{}\n", title_of(plan));
  if (const std::string missing = missing_for(plan.scenario); !missing.empty()) {
    fmt::print("skipped: {}\n\n", missing);
    return kAllHeld;
  }
  const Outcome outcome = run(plan, vocabulary);
  for (const TraceLine& line : outcome.trace.lines) fmt::print("{}\n", text_of(line));
  for (const CallOutcome& call : outcome.calls) print_call(call);
  const Verdict verdict = judge(outcome, plan, vocabulary);
  print_verdict(verdict);
  return exit_code_of({{.verdict = verdict, .ran = true}});
}

int command_show(const ShowCommand& command, const Vocabulary& vocabulary) {
  const Selection selection{
      .profile = command.profile, .case_name = command.case_name, .all = true};
  std::vector<Plan> plans;
  if (!select_plans({command.path}, selection, vocabulary, plans)) return kUsageError;
  for (const Plan& plan : plans) show_plan(plan, vocabulary);
  return kAllHeld;
}

}  // namespace trainwreck
