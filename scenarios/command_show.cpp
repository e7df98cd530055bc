#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "engine/seams/seams.h"
#include "scenarios/commands.h"
#include "scenarios/list.h"
#include "scenarios/report.h"
#include "scenarios/words.h"

namespace trainwreck {
namespace {

void show(const Plan& plan, const Vocabulary& vocabulary) {
  const Outcome outcome = run(plan, vocabulary);
  fmt::print("{} ({})\n", plan.scenario.name, plan.profile);
  for (const TraceLine& line : outcome.trace.lines) fmt::print("{}\n", text_of(line));
  for (const CallOutcome& call : outcome.calls) {
    const std::string end = call.ending == Ending::died ? "died: " + call.cause
                            : call.error                ? text_of(*call.error)
                                                        : "no error";
    fmt::print("call {} {}: {}\n", call.began.fit, name_of(call.status), end);
  }
  const Verdict verdict = judge(outcome, plan, vocabulary);
  for (const CheckedAssertion& one : verdict.assertions) {
    fmt::print("{} {} {}\n", one.finding.held ? "held  " : "MISSED", one.pointer, one.kind);
    if (one.finding.held) continue;
    fmt::print("  expected: {}\n  actual:   {}\n", one.finding.expected, one.finding.actual);
  }
  fmt::print("{} {}\n\n", name_of(verdict.kind), verdict.note);
}

}  // namespace

int command_show(const ShowCommand& command, const Vocabulary& vocabulary) {
  std::vector<std::string> files;
  if (!find_scenarios({command.path}, files)) return kUsageError;
  std::size_t shown = 0;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const ParsedScenario parsed = parse_scenario(text.str(), file, vocabulary);
    for (const Diagnostic& mistake : parsed.mistakes) {
      fmt::print(stderr, "{}\n", mistake_text(file, mistake));
    }
    if (!parsed.mistakes.empty()) return kUsageError;
    for (const Scenario& scenario : parsed.scenarios) {
      if (!command.case_name.empty() && scenario.case_name != command.case_name) continue;
      for (const Plan& one : plan(scenario, vocabulary)) {
        if (!command.profile.empty() && one.profile != command.profile) continue;
        show(one, vocabulary);
        ++shown;
      }
    }
  }
  if (shown > 0) return kAllHeld;
  fmt::print(stderr, "Nothing to show: no such case or profile.\n");
  return kUsageError;
}

int command_list(const ListCommand& command, const Vocabulary& vocabulary) {
  RealWorld world;
  const std::string page = list_markdown(vocabulary, world.seams());
  if (command.what.empty()) {
    fmt::print("{}", page);
    return kAllHeld;
  }
  const std::string heading = "\n## " + command.what;
  std::size_t at = page.find(heading);
  if (at == std::string::npos) {
    fmt::print(stderr, "There is no catalog \"{}\".\n", command.what);
    return kUsageError;
  }
  const std::size_t end = page.find("\n## ", at + heading.size());
  fmt::print("{}\n", page.substr(at + 1, end == std::string::npos ? end : end - at - 1));
  return kAllHeld;
}

}  // namespace trainwreck
