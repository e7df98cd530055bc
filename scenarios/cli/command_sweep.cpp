#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "engine/base/text.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/suite/find_scenarios.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/selection.h"
#include "scenarios/suite/write_file.h"
#include "scenarios/sweep/sweep_report.h"

namespace trainwreck {
namespace {

// Those that were asked for; complains about a name that no kind has.
bool choose_kinds(const std::vector<std::string>& wanted, SweptKinds& swept) {
  if (wanted.empty()) return true;
  std::vector<SweptKind> chosen;
  std::vector<std::string_view> known;
  for (const SweptKind& kind : swept.kinds) known.push_back(kind.name);
  bool all_known = true;
  for (const std::string& name : wanted) {
    const auto kind = std::find_if(swept.kinds.begin(), swept.kinds.end(),
                                   [&](const SweptKind& one) { return one.name == name; });
    if (kind != swept.kinds.end()) {
      chosen.push_back(*kind);
      continue;
    }
    all_known = false;
    const std::string_view near = closest(name, known);
    fmt::print(stderr, "--kinds: a sweep has no kind \"{}\"{}\n", name,
               near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
  }
  swept.kinds = std::move(chosen);
  return all_known;
}

std::vector<Plan> plans_to_sweep(const std::vector<Scenario>& scenarios, const std::string& profile,
                                 const Vocabulary& vocabulary) {
  std::vector<Plan> plans;
  for (const Scenario& scenario : scenarios) {
    if (scenario.real_process) {
      fmt::print("{}: not tried: it runs in real processes\n", scenario.path);
      continue;
    }
    for (Plan& plan : sweep_plans(scenario, vocabulary)) {
      if (profile.empty() || plan.profile == profile) plans.push_back(std::move(plan));
    }
  }
  return plans;
}

}  // namespace

int command_sweep(const SweepCommand& command, const Vocabulary& vocabulary) {
  SweptKinds swept = swept_kinds(vocabulary);
  if (!choose_kinds(command.kinds, swept)) return kUsageError;
  std::vector<Scenario> scenarios;
  const std::string own = shipped_library() + "/sweeps";
  const auto paths = command.paths.empty() ? std::vector<std::string>{own} : command.paths;
  if (!read_scenarios(paths, vocabulary, scenarios)) return kUsageError;
  const std::vector<Plan> plans = plans_to_sweep(scenarios, command.profile, vocabulary);
  SweepOptions options{.kinds = {}, .most_points = command.most_points};
  if (::isatty(STDERR_FILENO) != 0) {
    options.progress = [](std::uint64_t done, std::uint64_t of) {
      if (done % 64 == 0 || done == of) fmt::print(stderr, "\r\033[K{} of {} points", done, of);
      if (done == of) fmt::print(stderr, "\r\033[K");
    };
  }
  bool sound = !plans.empty();
  bool left_out_labels = false;
  bool kept = true;
  std::string lines;
  for (const Plan& plan : plans) {
    options.kinds = kinds_for(plan.scenario, swept.kinds, vocabulary);
    if (options.kinds.size() < swept.kinds.size()) left_out_labels = true;
    const SweepResult result = sweep(plan, vocabulary, options);
    fmt::print("{}", sweep_text(plan, result));
    std::fflush(stdout);
    lines += sweep_json(plan, result) + "\n";
    sound &= is_sound(result);
    kept &=
        plan.profile == "keras" || (result.findings.empty() && result.broken_undisturbed.empty());
  }
  if (command.kinds.empty() && !swept.need_parameters.empty()) {
    fmt::print("not tried: kinds that must be told something: {}\n",
               fmt::join(swept.need_parameters, ", "));
  }
  if (left_out_labels) fmt::print("not tried: label_out_of_range where the loss has no classes\n");
  if (plans.empty()) fmt::print(stderr, "Nothing was swept.\n");
  for (const std::string& one : swept.hopeless) fmt::print("not tried: {}\n", one);
  if (!command.json.empty()) write_file(command.json, lines);
  if (!sound) return kHarnessFailed;
  return kept ? kAllHeld : kExpectationFailed;
}

}  // namespace trainwreck
