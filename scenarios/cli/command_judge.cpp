#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/contract.h"
#include "scenarios/trace/trace_file.h"
#include "scenarios/trace/trace_text.h"

namespace trainwreck {
namespace {

std::string_view name_of(Keeping keeping) {
  if (keeping == Keeping::kept) return "kept";
  return keeping == Keeping::broken ? "broken" : "unknown";
}

void print_breach(const Breach& breach, const Trace& trace) {
  fmt::print("{}: {}\n", breach.id, breach.message);
  for (const std::int64_t seq : breach.lines) {
    const auto line = std::find_if(trace.lines.begin(), trace.lines.end(),
                                   [&](const TraceLine& one) { return one.seq == seq; });
    if (line != trace.lines.end()) fmt::print("  {}\n", text_of(*line));
  }
}

void print_report(const ContractReport& report, const Trace& trace, bool verbose) {
  std::size_t counts[3] = {};
  for (const auto& [id, result] : report.results) {
    ++counts[static_cast<std::size_t>(result.keeping)];
    if (!verbose) continue;
    const std::string why = result.keeping == Keeping::unknown ? ": " + result.why_unknown : "";
    fmt::print("{:<3} {}{}\n", id, name_of(result.keeping), why);
  }
  for (const Breach& breach : report.breaches) print_breach(breach, trace);
  fmt::print("{} clauses kept, {} broken, {} unknown\n", counts[0], counts[1], counts[2]);
}

}  // namespace

int command_judge(const JudgeCommand& command, const Vocabulary& vocabulary) {
  std::ifstream in(command.path, std::ios::binary);
  if (!in) {
    fmt::print(stderr, "{}: cannot be read\n", command.path);
    return kUsageError;
  }
  std::ostringstream text;
  text << in.rdbuf();
  Diagnostics mistakes;
  const Trace trace = read_trace(text.str(), mistakes);
  for (const Diagnostic& mistake : mistakes) {
    fmt::print(stderr, "{}:{}: {}\n", command.path, mistake.line, mistake.message);
  }
  if (!mistakes.empty()) return kUsageError;
  const ContractReport report = judge_contract({.trace = trace}, vocabulary.invariants);
  print_report(report, trace, command.verbose);
  return report.breaches.empty() ? kAllHeld : kExpectationFailed;
}

}  // namespace trainwreck
