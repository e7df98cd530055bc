#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/text.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/needs.h"
#include "scenarios/process/pager.h"
#include "scenarios/runner/run.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/selection.h"
#include "scenarios/trace/line_text.h"
#include "scenarios/trace/trace_text.h"

namespace trainwreck {
namespace {

// What a trace calls the lines of each kind when it declares what it can tell; "" for those that
// are always there.
std::string_view field_of(TraceKind kind) {
  switch (kind) {
    case TraceKind::callback:
      return "callbacks";
    case TraceKind::scope_begin:
    case TraceKind::scope_end:
      return "scopes";
    case TraceKind::hook_begin:
    case TraceKind::hook_end:
    case TraceKind::deferred_begin:
    case TraceKind::deferred_end:
      return "hooks";
    case TraceKind::fetch_begin:
    case TraceKind::fetch_end:
      return "fetches";
    case TraceKind::source:
      return "sources";
    case TraceKind::step_begin:
    case TraceKind::step_end:
      return "steps";
    case TraceKind::stop_request:
      return "stops";
    case TraceKind::signal:
      return "signals";
    case TraceKind::fault:
      return "faults";
    case TraceKind::file:
      return "files";
    case TraceKind::checkpoint:
      return "checkpoints";
    case TraceKind::memory:
      return "memory";
    case TraceKind::policy:
      return "policies";
    case TraceKind::warning:
      return "warnings";
    case TraceKind::history:
      return "history";
    case TraceKind::run_begin:
    case TraceKind::run_end:
    case TraceKind::watchdog:
      return "";
  }
  return "";
}

constexpr std::array<std::string_view, 15> kShown{
    "callbacks", "checkpoints", "faults",  "fetches", "files", "history", "hooks",   "memory",
    "policies",  "scopes",      "signals", "sources", "steps", "stops",   "warnings"};

bool is_wanted(const TraceEvent& event, const ShowCommand& command) {
  const std::string_view field = field_of(event.kind);
  const bool of_kind = command.only.empty() || std::find(command.only.begin(), command.only.end(),
                                                         field) != command.only.end();
  const bool of_epoch = !command.epoch || traced::moment_of(event).epoch == *command.epoch;
  return of_kind && of_epoch;
}

bool know_kinds(const std::vector<std::string>& only) {
  bool all_known = true;
  for (const std::string& kind : only) {
    if (std::find(kShown.begin(), kShown.end(), kind) != kShown.end()) continue;
    const std::string_view near = closest(kind, kShown);
    fmt::print(stderr, "--only {}: {}\n", kind,
               near.empty() ? "there is " + joined(kShown) : fmt::format("did you mean {}?", near));
    all_known = false;
  }
  return all_known;
}

// Every line that is wanted, below the call that it belongs to.
void print_lines(const Trace& trace, const ShowCommand& command) {
  std::size_t hidden = 0;
  std::pair<std::int32_t, std::int32_t> call{-1, -1};
  for (const TraceLine& line : trace.lines) {
    if (const std::pair now(line.run, line.fit); line.fit >= 0 && now != call) {
      call = now;
      fmt::print("-- call {}{}\n", line.fit,
                 line.run > 0 ? fmt::format(" after restart {}", line.run) : "");
    }
    if (is_wanted(line.event, command)) {
      fmt::print("{}\n", text_of(line));
    } else {
      ++hidden;
    }
  }
  if (hidden > 0) fmt::print("({} other lines)\n", hidden);
}

// "loss  0.52 .41 .3  least 0.3 in epoch 2", and how that looks.
void print_curve(const History::Series& series) {
  if (series.values.empty()) return;
  static constexpr std::array<const char*, 8> kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto [low, high] = std::minmax_element(series.values.begin(), series.values.end());
  std::string bars;
  for (const double value : series.values) {
    const double share = *high > *low ? (value - *low) / (*high - *low) : 0.0;
    bars += std::isfinite(value) && std::isfinite(share)
                ? kBars[static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * 7.0)]
                : "!";
  }
  const auto epoch_at = [&](auto at) {
    return series.epochs[static_cast<std::size_t>(at - series.values.begin())];
  };
  fmt::print("  {:<16} {}  {:.6g} to {:.6g}, least {:.6g} in epoch {}, most {:.6g} in epoch {}\n",
             series.name, bars, series.values.front(), series.values.back(), *low, epoch_at(low),
             *high, epoch_at(high));
}

void print_call(const CallOutcome& call) {
  fmt::print("{}\n", ending_text(call));
  for (const History::Series& series : call.history.series()) print_curve(series);
}

void print_verdict(const Verdict& verdict) {
  for (const CheckedAssertion& one : verdict.assertions) {
    fmt::print("{} {} {}\n", one.finding.held ? "held  " : "MISSED", one.pointer, one.kind);
    if (one.finding.held) continue;
    fmt::print("  expected: {}\n  actual:   {}\n", one.finding.expected, one.finding.actual);
  }
  fmt::print("{} {}\n", name_of(verdict.kind), verdict.note);
  for (const std::string& remark : verdict.remarks) fmt::print("{}\n", remark);
  fmt::print("\n");
}

}  // namespace

int show_plan(const Plan& plan, const Vocabulary& vocabulary, const ShowCommand& command) {
  fmt::print("{}\n", title_of(plan));
  if (const std::string missing = missing_for(plan.scenario); !missing.empty()) {
    fmt::print("skipped: {}\n\n", missing);
    return kAllHeld;
  }
  const Outcome outcome = run(plan, vocabulary);
  print_lines(outcome.trace, command);
  for (const CallOutcome& call : outcome.calls) print_call(call);
  const Verdict verdict = judge(outcome, plan);
  print_verdict(verdict);
  return exit_code_of({{.verdict = verdict, .ran = true}});
}

int command_show(const ShowCommand& command, const Vocabulary& vocabulary) {
  if (!know_kinds(command.only)) return kUsageError;
  const Selection selection{
      .profile = command.profile, .case_name = command.case_name, .all = true};
  std::vector<Plan> plans;
  if (!select_plans({command.path}, selection, vocabulary, plans)) return kUsageError;
  const Pager pager;
  for (const Plan& plan : plans) show_plan(plan, vocabulary, command);
  return kAllHeld;
}

}  // namespace trainwreck
