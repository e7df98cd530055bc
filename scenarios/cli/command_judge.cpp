#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include "engine/base/errors.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/judged_traces.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/suite/write_file.h"
#include "scenarios/trace/line_text.h"

namespace trainwreck {
namespace {

void print_breach(const Breach& breach, const Trace& trace) {
  fmt::print("{}: {}\n", breach.id, breach.message);
  for (const std::int64_t seq : breach.lines) {
    const auto line = std::find_if(trace.lines.begin(), trace.lines.end(),
                                   [&](const TraceLine& one) { return one.seq == seq; });
    if (line != trace.lines.end()) fmt::print("  {}\n", text_of(*line));
  }
}

// How it ended comes first: whatever is kept below is kept up to there.
void print_report(const JudgedTrace& judged, bool verbose) {
  const ContractReport& report = judged.report;
  for (const std::string& one : report.unfinished) fmt::print("unfinished: {}\n", one);
  std::size_t counts[3] = {};
  for (const auto& [id, result] : report.results) {
    ++counts[static_cast<std::size_t>(result.keeping)];
    if (!verbose) continue;
    const std::string why = result.keeping == Keeping::unknown ? ": " + result.why_unknown : "";
    fmt::print("{:<3} {}{}\n", id, name_of(result.keeping), why);
  }
  for (const Breach& breach : report.breaches) print_breach(breach, judged.reading.trace);
  fmt::print("{} clauses kept, {} broken, {} unknown\n", counts[0], counts[1], counts[2]);
}

void print_judged(const JudgedTrace& judged, const JudgeCommand& command) {
  if (command.paths.size() > 1) fmt::print("{}:\n", judged.path);
  for (const Diagnostics* some : {&judged.reading.mistakes, &judged.reading.remarks}) {
    for (const Diagnostic& one : *some) {
      const std::string line = one.line > 0 ? fmt::format("{}:", one.line) : std::string();
      fmt::print(stderr, "{}:{} {}\n", judged.path, line, one.message);
    }
  }
  if (judged.is_readable()) print_report(judged, command.verbose);
}

JudgedTrace judge_file(const std::string& path, bool must_end, const Vocabulary& vocabulary) {
  JudgedTrace judged{.path = path, .reading = {}, .report = {}};
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in) {
    judged.reading.mistakes.push_back({"", "cannot be read", 0});
    return judged;
  }
  judged.reading = read_trace_file(text.str());
  if (!judged.is_readable()) return judged;
  judged.report = judge_contract({.trace = judged.reading.trace}, vocabulary.invariants,
                                 {.must_end = must_end, .watched = judged.reading.endings});
  return judged;
}

bool write_reports(const JudgeCommand& command, const std::vector<JudgedTrace>& traces) {
  try {
    if (!command.json.empty()) write_file(command.json, judged_as_json(traces));
    if (!command.junit.empty()) write_file(command.junit, judged_as_junit(traces));
    return true;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return false;
  }
}

}  // namespace

int command_judge(const JudgeCommand& command, const Vocabulary& vocabulary) {
  std::vector<JudgedTrace> traces;
  bool readable = true;
  bool broken = false;
  for (const std::string& path : command.paths) {
    traces.push_back(judge_file(path, command.must_end, vocabulary));
    readable = readable && traces.back().is_readable();
    broken = broken || !traces.back().report.breaches.empty();
    print_judged(traces.back(), command);
  }
  if (!write_reports(command, traces) || !readable) return kUsageError;
  return broken ? kExpectationFailed : kAllHeld;
}

}  // namespace trainwreck
