#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "engine/base/errors.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/suite/folded.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/report_files.h"
#include "scenarios/suite/selection.h"
#include "scenarios/suite/suite.h"
#include "scenarios/suite/write_file.h"

namespace trainwreck {
namespace {

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return otherwise.empty() && value != nullptr ? value : otherwise;
}

// What the command line leaves open, test runners say in the environment.
std::optional<Selection> selection_for(const RunCommand& command) {
  std::string complaint;
  const auto shard = shard_from_environment(complaint);
  if (!shard) {
    fmt::print(stderr, "{}\n", complaint);
    return std::nullopt;
  }
  return Selection{.tags = command.tags,
                   .without = command.without,
                   .filter = from_environment("TESTBRIDGE_TEST_ONLY", command.filter),
                   .profile = command.profile,
                   .all = command.all,
                   .shard = *shard,
                   .shuffle = command.shuffle,
                   .repeat = command.repeat};
}

int jobs_for(const RunCommand& command) {
  if (command.jobs > 0) return command.jobs;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void write_reports(const RunCommand& command, const std::vector<Plan>& plans,
                   const std::vector<SuiteResult>& results, double seconds) {
  const std::string junit = from_environment("XML_OUTPUT_FILE", command.junit);
  if (!junit.empty()) write_file(junit, junit_report(plans, results, seconds));
  if (!command.json.empty()) write_file(command.json, json_report(plans, results, seconds));
  if (std::getenv("GITHUB_ACTIONS") != nullptr) fmt::print("{}", annotations(plans, results));
  if (const char* summary = std::getenv("GITHUB_STEP_SUMMARY")) {
    std::ofstream(summary, std::ios::app) << markdown_summary(plans, results);
  }
}

// A file that is left behind tells Bazel that somebody ended the process in the middle.
class PrematureExitFile {
 public:
  PrematureExitFile() : path_(from_environment("TEST_PREMATURE_EXIT_FILE", "")) {
    if (!path_.empty()) std::ofstream(path_) << "0";
  }
  ~PrematureExitFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  PrematureExitFile(const PrematureExitFile&) = delete;
  PrematureExitFile& operator=(const PrematureExitFile&) = delete;

 private:
  std::string path_;
};

}  // namespace

int command_run(const RunCommand& command, const Vocabulary& vocabulary) {
  const PrematureExitFile premature;
  const auto selection = selection_for(command);
  std::vector<Plan> plans;
  if (!selection || !select_plans(command.paths, *selection, vocabulary, plans)) return kUsageError;
  const auto start = std::chrono::steady_clock::now();
  Progress progress(plans.size(), isatty(STDERR_FILENO) != 0);
  const SuiteOptions options{
      .jobs = jobs_for(command), .fail_fast = command.fail_fast, .traces = command.traces};
  const std::vector<SuiteResult> results = run_suite(
      plans, vocabulary, options,
      [&](std::size_t index, const Verdict& verdict) { progress.done(plans[index], verdict); });
  progress.finish();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{}", terminal_report(plans, results, command.verbose, took.count(),
                                   Colours::on(stdout), columns_of(stdout)));
  if (command.shuffle) fmt::print("the order came from --shuffle {}\n", *command.shuffle);
  std::fflush(stdout);
  try {
    write_reports(command, plans, results, took.count());
  } catch (const IoError& error) {
    fmt::print(stderr, "A report could not be written: {}\n", error.what());
    return kHarnessFailed;
  }
  return exit_code_of(results);
}

}  // namespace trainwreck
