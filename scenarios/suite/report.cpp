#include "scenarios/suite/report.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <map>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/suite/replay_token.h"

namespace trainwreck {
namespace {

// The report's place in a scenario file: "file.json:12".
std::string place_of(const Plan& plan, const CheckedAssertion& one) {
  return one.line > 0 ? fmt::format("{}:{}", plan.scenario.path, one.line) : plan.scenario.path;
}

void add_assertion(std::string& text, const Plan& plan, const CheckedAssertion& one,
                   const Colours& colours) {
  text +=
      fmt::format("    {} {} {}\n      expected: {}\n      actual:   {}\n", place_of(plan, one),
                  one.pointer, colours.bold(one.kind), one.finding.expected, one.finding.actual);
  for (const std::string& line : one.context) text += "      " + colours.faint(line) + "\n";
}

void add_failure(std::string& text, const Plan& plan, const Verdict& verdict,
                 const Colours& colours) {
  text += fmt::format("{}: {}\n  {}\n", colours.red(name_of(verdict.kind)), title_of(plan),
                      plan.scenario.path);
  for (const std::string& ending : verdict.endings) text += fmt::format("    {}\n", ending);
  if (!verdict.note.empty()) text += fmt::format("    {}\n", verdict.note);
  for (const std::string& remark : verdict.remarks) text += fmt::format("    {}\n", remark);
  for (const CheckedAssertion& one : verdict.assertions) {
    if (!one.finding.held) add_assertion(text, plan, one, colours);
  }
  text += fmt::format("    replay: {}\n\n", replay_line(plan));
}

struct Tally {
  std::size_t held = 0;
  std::size_t total = 0;
};

// Padded before it is painted: what paints takes no room.
std::string cell(const Tally& tally, const Colours& colours) {
  const std::string text =
      fmt::format("{:>10}", tally.total == 0 ? "-" : fmt::format("{}/{}", tally.held, tally.total));
  return tally.held == tally.total ? text : colours.red(text);
}

std::string table(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                  const Colours& colours) {
  std::map<std::string, std::map<std::string, Tally>> groups;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (!results[i].ran || results[i].verdict.kind == VerdictKind::skipped) continue;
    Tally& tally = groups[group_of(plans[i].scenario.path)][plans[i].profile];
    ++tally.total;
    if (!is_failure(results[i].verdict.kind)) ++tally.held;
  }
  std::string text =
      fmt::format("{:<32} {:>10} {:>10}\n", "what can go wrong", "keras", "hardened");
  for (auto& [group, tallies] : groups) {
    text += fmt::format("{:<32} {} {}\n", group, cell(tallies["keras"], colours),
                        cell(tallies["hardened"], colours));
  }
  return text;
}

// The scenario's assertions decide: a claim whose assertions held is what the file says it is.
std::string false_claims(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results) {
  std::map<std::string, std::string> refuted;  // the claim; under which profiles
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (!results[i].ran || results[i].verdict.kind != VerdictKind::held) continue;
    for (const Claim& claim : plans[i].scenario.claims) {
      const auto holds =
          plans[i].profile == "keras" ? claim.holds_in_keras : claim.holds_in_hardened;
      if (!holds || *holds) continue;
      std::string& where =
          refuted[claim.says + (claim.from.empty() ? "" : " (" + claim.from + ")")];
      if (where.find(plans[i].profile) != std::string::npos) continue;
      where += (where.empty() ? "" : " and ") + plans[i].profile;
    }
  }
  std::string text;
  for (const auto& [claim, where] : refuted) {
    text += fmt::format("  false in {}: {}\n", where, claim);
  }
  return text.empty() ? text : "\nclaims that do not hold\n" + text;
}

// "held" alone would hide these. A few are told, of many their number.
std::string remarks_text(const std::vector<SuiteResult>& results) {
  constexpr std::size_t kMost = 4;
  std::vector<std::string> remarks;
  std::size_t runs = 0;
  for (const SuiteResult& result : results) {
    if (is_failure(result.verdict.kind)) continue;  // its own report has them
    const std::vector<std::string>& own = result.verdict.remarks;
    remarks.insert(remarks.end(), own.begin(), own.end());
    runs += own.empty() ? std::size_t{0} : std::size_t{1};
  }
  if (remarks.empty()) return {};
  if (remarks.size() > kMost) {
    return fmt::format("{} runs started over, or left something untried: see --verbose\n", runs);
  }
  return fmt::format("{}\n", fmt::join(remarks, "\n"));
}

}  // namespace

std::string title_of(const Plan& plan) {
  const Scenario& scenario = plan.scenario;
  const std::string name =
      scenario.case_name.empty() ? scenario.name : scenario.name + " [" + scenario.case_name + "]";
  const std::string again = plan.repetition > 0 ? fmt::format(" #{}", plan.repetition + 1) : "";
  return fmt::format("{} ({}){}", name, plan.profile, again);
}

std::string replay_line(const Plan& plan) {
  return "./trainwreck replay " + text_of(token_for(plan));
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
  const std::string pointer = mistake.pointer.empty() ? "" : mistake.pointer + " ";
  return fmt::format("{}{}: {}{}", file, line, pointer, mistake.message);
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
                            bool verbose, double seconds, const Colours& colours) {
  std::string text;
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Verdict& verdict = results[i].verdict;
    ++counts[results[i].ran ? std::string(name_of(verdict.kind)) : verdict.note];
    if (!results[i].ran) continue;
    if (is_failure(verdict.kind)) {
      add_failure(text, plans[i], verdict, colours);
    } else if (verbose || verdict.kind == VerdictKind::skipped) {
      const std::string why = verdict.note.empty() ? "" : ": " + verdict.note;
      text += fmt::format("{}: {}{}\n", name_of(verdict.kind), title_of(plans[i]), why);
      for (const std::string& remark : verdict.remarks) text += fmt::format("    {}\n", remark);
    }
  }
  text += table(plans, results, colours) + false_claims(plans, results) + "\n";
  if (!verbose) text += remarks_text(results);
  std::vector<std::string> sums;
  for (const auto& [what, count] : counts) sums.push_back(fmt::format("{} {}", count, what));
  if (sums.empty()) sums.emplace_back("nothing to run");
  const std::string sum = fmt::format("{} in {:.1f} s", fmt::join(sums, ", "), seconds);
  const bool all_held = exit_code_of(results) == kAllHeld;
  return text + (all_held ? colours.green(sum) : colours.red(sum)) + "\n";
}

ExitCode exit_code_of(const std::vector<SuiteResult>& results) {
  bool failed = false;
  bool cut_short = false;
  for (const SuiteResult& result : results) {
    if (result.ran && result.verdict.kind == VerdictKind::error) return kHarnessFailed;
    if (result.ran) failed |= is_failure(result.verdict.kind);
    cut_short |= !result.ran;
  }
  if (failed) return kExpectationFailed;
  return cut_short ? kHarnessFailed : kAllHeld;
}

}  // namespace trainwreck
