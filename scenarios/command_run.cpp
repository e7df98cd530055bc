#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "scenarios/commands.h"
#include "scenarios/report.h"
#include "scenarios/report_files.h"
#include "scenarios/suite.h"

namespace trainwreck {
namespace {

constexpr const char* kLibrary = "scenarios/library";

bool has_tag(const Scenario& scenario, std::string_view tag) {
  return std::find(scenario.tags.begin(), scenario.tags.end(), tag) != scenario.tags.end();
}

bool wanted(const Scenario& scenario, const RunCommand& command) {
  if (!command.filter.empty()) {
    const bool named = scenario.name.find(command.filter) != std::string::npos ||
                       scenario.path.find(command.filter) != std::string::npos ||
                       scenario.case_name.find(command.filter) != std::string::npos;
    if (!named) return false;
  }
  if (!command.tags.empty()) {
    return std::any_of(command.tags.begin(), command.tags.end(),
                       [&](const std::string& tag) { return has_tag(scenario, tag); });
  }
  return command.all || (!has_tag(scenario, "keras") && !has_tag(scenario, "slow"));
}

// Parses every file; all mistakes of all files are printed in one go.
bool collect(const std::vector<std::string>& files, const RunCommand& command,
             const Vocabulary& vocabulary, std::vector<Plan>& plans) {
  bool sound = true;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const ParsedScenario parsed = parse_scenario(text.str(), file, vocabulary);
    for (const Diagnostic& mistake : parsed.mistakes) {
      fmt::print(stderr, "{}\n", mistake_text(file, mistake));
      sound = false;
    }
    for (const Scenario& scenario : parsed.scenarios) {
      if (!wanted(scenario, command)) continue;
      for (Plan& one : plan(scenario, vocabulary)) {
        if (command.profile.empty() || one.profile == command.profile) {
          plans.push_back(std::move(one));
        }
      }
    }
  }
  return sound;
}

int jobs_for(const RunCommand& command) {
  if (command.jobs > 0) return command.jobs;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void write_reports(const RunCommand& command, const std::vector<Plan>& plans,
                   const std::vector<SuiteResult>& results, double seconds) {
  if (!command.junit.empty()) {
    write_report(command.junit, junit_report(plans, results, seconds));
  }
  if (!command.json.empty()) write_report(command.json, json_report(plans, results, seconds));
  if (std::getenv("GITHUB_ACTIONS") != nullptr) fmt::print("{}", annotations(plans, results));
}

}  // namespace

int command_run(const RunCommand& command, const Vocabulary& vocabulary) {
  std::vector<std::string> files;
  const std::vector<std::string> paths =
      command.paths.empty() ? std::vector<std::string>{kLibrary} : command.paths;
  if (!find_scenarios(paths, files)) return kUsageError;
  std::vector<Plan> plans;
  if (!collect(files, command, vocabulary, plans)) return kUsageError;
  if (plans.empty()) {
    fmt::print(stderr, "No scenario matches.\n");
    return kUsageError;
  }
  const auto start = std::chrono::steady_clock::now();
  Progress progress(plans.size(), isatty(STDERR_FILENO) != 0);
  const SuiteOptions options{.jobs = jobs_for(command), .fail_fast = command.fail_fast};
  const std::vector<SuiteResult> results = run_suite(
      plans, vocabulary, options,
      [&](std::size_t index, const Verdict& verdict) { progress.done(plans[index], verdict); });
  progress.finish();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{}", terminal_report(plans, results, command.verbose, took.count()));
  write_reports(command, plans, results, took.count());
  return exit_code_of(results);
}

}  // namespace trainwreck
