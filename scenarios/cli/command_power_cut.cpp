#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "faults/power/persistence.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/power_cut.h"
#include "scenarios/runner/run.h"
#include "scenarios/suite/find_scenarios.h"
#include "scenarios/suite/report.h"

namespace trainwreck {
namespace {

// A line on a terminal that says how far it is.
class Counter {
 public:
  explicit Counter(const Plan& plan) : plan_(plan), shown_(isatty(STDERR_FILENO) != 0) {}
  ~Counter() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void operator()(std::uint64_t judged) const {
    if (shown_ && judged % 256 == 0) {
      fmt::print(stderr, "\r\033[K{} ({}): {} states", plan_.scenario.name, plan_.profile, judged);
    }
  }

 private:
  const Plan& plan_;
  bool shown_;
};

// "2 of 19 prefixes, 5 of 40 with one lost".
std::string found_by(const PowerCutOutcome& one) {
  constexpr std::string_view kStates[] = {"prefixes", "with one lost", "with one torn",
                                          "with several lost"};
  std::vector<std::string> parts;
  for (std::size_t phase = 0; phase < kCrashPhases; ++phase) {
    if (one.bad[phase] == 0) continue;
    parts.push_back(
        fmt::format("{} of {} {}", one.bad[phase], one.count.tried[phase], kStates[phase]));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void print_rows(const std::vector<PowerCutOutcome>& outcomes) {
  constexpr std::string_view kRow =
      "{:<16} {:>5} {:>8} {:>8} {:>8} {:>9} {:>7} {:>6} {:>6} {:>6}\n";
  fmt::print(fmt::runtime(kRow), "", "cuts", "prefixes", "one lost", "one torn", "several", "disks",
             "torn", "mixed", "lost");
  for (const PowerCutOutcome& one : outcomes) {
    const std::vector<std::string> states = states_texts(one);
    fmt::print(fmt::runtime(kRow), one.model, one.count.cuts, states[0], states[1], states[2],
               states[3], one.count.trees, one.torn, one.mixed, one.lost);
    for (const auto& [what, example] :
         {std::pair("torn", &one.torn_example), std::pair("mixed", &one.mixed_example),
          std::pair("lost", &one.lost_example)}) {
      if (!example->empty()) fmt::print("  {}: {}\n", what, *example);
    }
    if (const std::string found = found_by(one); !found.empty()) fmt::print("  in {}\n", found);
  }
}

// True where what the scenario states of it holds.
bool cut_and_print(const Plan& plan, const Vocabulary& vocabulary, bool markdown) {
  Plan alone = plan;
  alone.scenario.power_cut.reset();
  alone.evidence.disk = true;
  Outcome outcome = run(alone, vocabulary);
  {
    const Counter counter(plan);
    outcome.power_cuts = cut_power_everywhere(plan, outcome, vocabulary,
                                              [&](std::uint64_t judged) { counter(judged); });
  }
  const Verdict verdict = judge(outcome, plan);
  if (markdown) {
    fmt::print("{}", power_cut_rows(plan, outcome.power_cuts));
  } else {
    fmt::print("{} ({})\n", plan.scenario.name, plan.profile);
    print_rows(outcome.power_cuts);
    fmt::print("{}\n\n", name_of(verdict.kind));
  }
  return verdict.kind == VerdictKind::held;
}

}  // namespace

int command_power_cut(const PowerCutCommand& command, const Vocabulary& vocabulary) {
  std::vector<std::string> files;
  const std::string own = shipped_library() + "/power_cuts";
  if (!find_scenarios({command.path.empty() ? own : command.path}, files)) return kUsageError;
  bool all_held = true;
  bool any = false;
  if (command.markdown) fmt::print("{}", kPowerCutHeading);
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    ParsedScenario parsed = parse_scenario(text.str(), file, vocabulary);
    for (const Diagnostic& mistake : parsed.mistakes) {
      fmt::print(stderr, "{}\n", mistake_text(file, mistake));
    }
    if (!parsed.mistakes.empty()) return kUsageError;
    for (const Scenario& scenario : parsed.scenarios) {
      if (!scenario.power_cut) continue;
      for (const Plan& one : plan(scenario, vocabulary)) {
        if (!command.profile.empty() && one.profile != command.profile) continue;
        any = true;
        all_held &= cut_and_print(one, vocabulary, command.markdown);
      }
    }
  }
  if (!any) {
    fmt::print(stderr, "None of these scenarios has a \"power_cut\".\n");
    return kUsageError;
  }
  if (!command.markdown) {
    fmt::print(
        "torn: a checkpoint that cannot be read; mixed: all is accepted, the run ends otherwise;\n"
        "lost: something newer had been announced as saved. A + means that at some cuts only pairs "
        "of losses were tried.\n");
  }
  return all_held ? kAllHeld : kExpectationFailed;
}

}  // namespace trainwreck
