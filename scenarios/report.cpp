#include "scenarios/report.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>

namespace trainwreck {
namespace {

std::string replay_line(const Plan& plan) {
  const std::string one_case =
      plan.scenario.case_name.empty() ? "" : fmt::format(" --case \"{}\"", plan.scenario.case_name);
  return fmt::format("./trainwreck show {} --profile {}{}", plan.scenario.path, plan.profile,
                     one_case);
}

void add_assertion(std::string& text, const CheckedAssertion& one) {
  text += fmt::format("    {} {}\n      expected: {}\n      actual:   {}\n", one.pointer, one.kind,
                      one.finding.expected, one.finding.actual);
  for (const std::string& line : one.context) text += "      " + line + "\n";
}

void add_failure(std::string& text, const Plan& plan, const Verdict& verdict) {
  text += fmt::format("{}: {}\n  {}\n", name_of(verdict.kind), title_of(plan), plan.scenario.path);
  if (!verdict.note.empty()) text += fmt::format("    {}\n", verdict.note);
  for (const CheckedAssertion& one : verdict.assertions) {
    if (!one.finding.held) add_assertion(text, one);
  }
  text += fmt::format("    replay: {}\n\n", replay_line(plan));
}

struct Tally {
  std::size_t held = 0;
  std::size_t total = 0;
};

std::string cell(const Tally& tally) {
  return tally.total == 0 ? "-" : fmt::format("{}/{}", tally.held, tally.total);
}

std::string table(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results) {
  std::map<std::string, std::map<std::string, Tally>> groups;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (!results[i].ran) continue;
    Tally& tally = groups[group_of(plans[i].scenario.path)][plans[i].profile];
    ++tally.total;
    if (!is_failure(results[i].verdict.kind)) ++tally.held;
  }
  std::string text =
      fmt::format("{:<32} {:>10} {:>10}\n", "what can go wrong", "keras", "hardened");
  for (auto& [group, tallies] : groups) {
    text += fmt::format("{:<32} {:>10} {:>10}\n", group, cell(tallies["keras"]),
                        cell(tallies["hardened"]));
  }
  return text;
}

// The scenario's assertions decide: a claim whose assertions held is what the file says it is.
std::string false_claims(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results) {
  std::string text;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const std::optional<Claim>& claim = plans[i].scenario.claim;
    if (!claim || !results[i].ran || is_failure(results[i].verdict.kind)) continue;
    const auto holds =
        plans[i].profile == "keras" ? claim->holds_in_keras : claim->holds_in_hardened;
    if (!holds || *holds) continue;
    text += fmt::format("  false in {}: {}{}\n", plans[i].profile, claim->says,
                        claim->from.empty() ? "" : " (" + claim->from + ")");
  }
  return text.empty() ? text : "\nclaims that do not hold\n" + text;
}

}  // namespace

std::string title_of(const Plan& plan) {
  const Scenario& scenario = plan.scenario;
  const std::string name =
      scenario.case_name.empty() ? scenario.name : scenario.name + " [" + scenario.case_name + "]";
  return fmt::format("{} ({})", name, plan.profile);
}

bool is_failure(VerdictKind kind) {
  return kind == VerdictKind::failed || kind == VerdictKind::unreached ||
         kind == VerdictKind::error;
}

std::string group_of(const std::string& path) {
  const std::string_view marker = "library/";
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const std::size_t at = folder.find(marker);
  return at == std::string::npos ? folder : folder.substr(at + marker.size());
}

std::string mistake_text(const std::string& file, const Diagnostic& mistake) {
  const std::string line = mistake.line > 0 ? fmt::format(":{}", mistake.line) : "";
  return fmt::format("{}{}: {} {}", file, line, mistake.pointer, mistake.message);
}

void Progress::done(const Plan& plan, const Verdict& verdict) {
  ++done_;
  if (is_failure(verdict.kind)) ++failed_;
  if (!terminal_) return;
  const std::string failed = failed_ > 0 ? fmt::format(", {} failed", failed_) : "";
  fmt::print(stderr, "\r\033[K[{}/{}{}] {:.60}", done_, total_, failed, plan.scenario.name);
  std::fflush(stderr);
}

void Progress::finish() {
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

std::string terminal_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                            bool verbose, double seconds) {
  std::string text;
  std::map<VerdictKind, std::size_t> counts;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (!results[i].ran) continue;
    const Verdict& verdict = results[i].verdict;
    ++counts[verdict.kind];
    if (is_failure(verdict.kind)) {
      add_failure(text, plans[i], verdict);
    } else if (verbose) {
      text += fmt::format("{}: {}\n", name_of(verdict.kind), title_of(plans[i]));
    }
  }
  text += table(plans, results) + false_claims(plans, results) + "\n";
  std::vector<std::string> sums;
  for (const auto& [kind, count] : counts)
    sums.push_back(fmt::format("{} {}", count, name_of(kind)));
  text += fmt::format("{} in {:.1f} s\n", fmt::join(sums, ", "), seconds);
  return text;
}

ExitCode exit_code_of(const std::vector<SuiteResult>& results) {
  ExitCode code = kAllHeld;
  for (const SuiteResult& result : results) {
    if (!result.ran) continue;
    if (result.verdict.kind == VerdictKind::error) return kHarnessFailed;
    if (is_failure(result.verdict.kind)) code = kExpectationFailed;
  }
  return code;
}

}  // namespace trainwreck
