#include <fmt/format.h>

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"
#include "scenarios/bench/bench_report.h"
#include "scenarios/bench/callback_bench.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/suite/selection.h"
#include "scenarios/suite/write_file.h"

namespace trainwreck {
namespace {

// The account of an earlier day; its absence is told in its place.
void print_against(const std::vector<BenchAccount>& before, const BenchAccount& now) {
  const auto then = std::find_if(before.begin(), before.end(),
                                 [&](const BenchAccount& one) { return one.title == now.title; });
  if (then == before.end()) {
    fmt::print("{} is not in the file to compare with.\n\n", now.title);
  } else {
    fmt::print("{}", against_text(*then, now));
  }
}

int bench_all(const BenchCommand& command, const std::vector<Plan>& plans,
              const Vocabulary& vocabulary) {
  const BenchOrder order{.runs = command.repeat, .clock = {}};
  std::vector<BenchAccount> before;
  if (!command.against.empty()) before = accounts_from(real_file_system()->read(command.against));
  std::vector<BenchAccount> accounts;
  for (const Plan& plan : plans) {
    if (!plan.scenario.given.data) {
      fmt::print("{} has no data to train with.\n\n", plan.scenario.path);
      continue;
    }
    if (!command.without.empty()) {
      fmt::print("{}{}", left_out_text(left_out_of_bench(plan)),
                 comparison_text(compare_without(plan, vocabulary, command.without, order)));
      continue;
    }
    accounts.push_back(account_of(plan, vocabulary, order));
    fmt::print("{}", account_text(accounts.back()));
    if (!command.against.empty()) print_against(before, accounts.back());
  }
  if (!command.json.empty()) write_file(command.json, accounts_json(accounts));
  return kAllHeld;
}

}  // namespace

int command_bench_callbacks(const BenchCommand& command, const Vocabulary& vocabulary) {
  const Selection selection{.profile = command.profile, .all = true};
  std::vector<Plan> plans;
  if (!command.without.empty() && (!command.json.empty() || !command.against.empty())) {
    fmt::print(stderr, "--without compares two runs of now: --json and --against are of one.\n");
    return kUsageError;
  }
  if (!select_plans(command.paths, selection, vocabulary, plans)) return kUsageError;
  try {
    return bench_all(command, plans, vocabulary);
  } catch (const IoError& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const ValueError& error) {
    fmt::print(stderr, "{}{}\n", command.against.empty() ? "" : command.against + ": ",
               error.what());
  }
  return kUsageError;
}

}  // namespace trainwreck
