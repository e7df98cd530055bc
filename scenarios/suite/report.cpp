#include "scenarios/suite/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/process/called_as.h"
#include "scenarios/suite/folded.h"
#include "scenarios/suite/replay_token.h"

namespace trainwreck {
namespace {

std::vector<std::string_view> lines_of_text(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

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

// The last lines of it: the others are in the reports that are files.
void add_printed(std::string& text, const Verdict& verdict, const Colours& colours) {
  constexpr std::size_t kMost = 40;
  if (verdict.printed.empty()) return;
  std::vector<std::string_view> lines = lines_of_text(verdict.printed);
  text += "    it printed:\n";
  if (lines.size() > kMost) {
    text += fmt::format("      ... {} lines before (--junit and --json have more)\n",
                        lines.size() - kMost);
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMost));
  }
  for (const std::string_view line : lines) text += "      " + colours.faint(line) + "\n";
}

// Everything but whose failure it is, and how to have it again.
std::string body_of(const Plan& plan, const Verdict& verdict, const Colours& colours) {
  std::string text;
  for (const std::string& ending : verdict.endings) text += fmt::format("    {}\n", ending);
  if (!verdict.note.empty()) text += fmt::format("    {}\n", verdict.note);
  for (const CheckedAssertion& one : verdict.assertions) {
    if (!one.finding.held) add_assertion(text, plan, one, colours);
  }
  for (const std::string& line : remains_of(verdict)) text += "    " + colours.faint(line) + "\n";
  add_printed(text, verdict, colours);
  return text;
}

// What two failures have in common that are one: all but the place.
std::string likeness_of(const Verdict& verdict) {
  std::string text = fmt::format("{}\n{}\n", name_of(verdict.kind), verdict.note);
  for (const std::string& ending : verdict.endings) text += ending + "\n";
  for (const CheckedAssertion& one : verdict.assertions) {
    if (one.finding.held) continue;
    text += fmt::format("{}\n{}\n{}\n", one.kind, one.finding.expected, one.finding.actual);
  }
  return text;
}

void add_others(std::string& text, const std::vector<Plan>& plans,
                const std::vector<std::size_t>& alike) {
  constexpr std::size_t kMost = 8;
  if (alike.size() < 2) return;
  text += fmt::format("  the same in {} more:\n", alike.size() - 1);
  for (std::size_t i = 1; i < alike.size() && i <= kMost; ++i) {
    const Plan& plan = plans[alike[i]];
    text += fmt::format("    {}, {}\n      replay: {}\n", title_of(plan), plan.scenario.path,
                        replay_line(plan));
  }
  if (alike.size() > kMost + 1) {
    text +=
        fmt::format("    and {} more (--json and --junit have all)\n", alike.size() - 1 - kMost);
  }
}

// Failures that are equal, together, in the order in which the first of each came.
std::vector<std::vector<std::size_t>> grouped_failures(const std::vector<SuiteResult>& results) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].ran || !is_failure(results[i].verdict.kind)) continue;
    const auto [group, is_new] = known.try_emplace(likeness_of(results[i].verdict), groups.size());
    if (is_new) groups.emplace_back();
    groups[group->second].push_back(i);
  }
  return groups;
}

std::string failures_text(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                          const Colours& colours) {
  std::string text;
  for (const std::vector<std::size_t>& alike : grouped_failures(results)) {
    const Plan& plan = plans[alike.front()];
    const Verdict& verdict = results[alike.front()].verdict;
    text += fmt::format("{}: {}\n  {}\n{}    replay: {}\n", colours.red(name_of(verdict.kind)),
                        title_of(plan), plan.scenario.path, body_of(plan, verdict, colours),
                        replay_line(plan));
    add_others(text, plans, alike);
    text += "\n";
  }
  return text;
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
  std::set<std::string> refuted;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (!results[i].ran || results[i].verdict.kind != VerdictKind::held) continue;
    for (const Claim& claim : plans[i].scenario.claims) {
      const auto holds =
          plans[i].profile == "keras" ? claim.holds_in_keras : claim.holds_in_hardened;
      if (!holds || *holds) continue;
      refuted.insert(claim.says);
    }
  }
  if (refuted.empty()) return {};
  return fmt::format("{} false: `{} list claims` says which, and whose story shows it\n\n",
                     refuted.size() == 1
                         ? "1 claim that people make is"
                         : fmt::format("{} claims that people make are", refuted.size()),
                     called_as());
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
  return called_as() + " replay " + text_of(token_for(plan));
}

std::vector<std::string> remains_of(const Verdict& verdict) {
  std::vector<std::string> lines;
  const auto add = [&](std::string_view title, const std::vector<std::string>& more) {
    if (more.empty()) return;
    lines.emplace_back(title);
    for (const std::string& one : more) {
      for (const std::string_view line : lines_of_text(one))
        lines.push_back("  " + std::string(line));
    }
  };
  add("its last events:", verdict.last_events);
  add("where it was, the innermost first:", verdict.stack);
  return lines;
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
  const std::string line = fmt::format("[{}/{}{}] {}", done_, total_, failed, plan.scenario.name);
  const std::size_t columns = columns_of(stderr);
  fmt::print(stderr, "\r\033[K{:.{}}", line, columns > 1 ? columns - 1 : 79);
  std::fflush(stderr);
}

void Progress::finish() {
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

std::string terminal_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                            bool verbose, double seconds, const Colours& colours,
                            std::size_t columns) {
  std::string text = failures_text(plans, results, colours);
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Verdict& verdict = results[i].verdict;
    ++counts[results[i].ran ? std::string(name_of(verdict.kind)) : verdict.note];
    if (!results[i].ran || is_failure(verdict.kind)) continue;
    if (!verbose && verdict.kind != VerdictKind::skipped) continue;
    const std::string why = verdict.note.empty() ? "" : ": " + verdict.note;
    text += fmt::format("{}: {}{}\n", name_of(verdict.kind), title_of(plans[i]), why);
    if (verbose) add_printed(text, verdict, colours);
  }
  text += false_claims(plans, results) + table(plans, results, colours) + "\n";
  std::vector<std::string> sums;
  for (const auto& [what, count] : counts) sums.push_back(fmt::format("{} {}", count, what));
  if (sums.empty()) sums.emplace_back("nothing to run");
  const std::string sum = fmt::format("{} in {:.1f} s", fmt::join(sums, ", "), seconds);
  const bool all_held = exit_code_of(results) == kAllHeld;
  text += (all_held ? colours.green(sum) : colours.red(sum)) + "\n";
  return folded(text, columns);
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
