#include "scenarios/books/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/seams/seams.h"
#include "scenarios/books/describe.h"
#include "scenarios/flow/scenario.h"

namespace trainwreck {
namespace {

// Why a fault that knows no hook cannot strike in one, by the seam that it strikes at.
struct SeamReason {
  std::string_view seam;
  std::string_view reason;
};
constexpr SeamReason kSeamReasons[] = {
    {"data", "it is the source that goes wrong, and no hook runs while it is asked"},
    {"compute", "it is a step that goes wrong, and no hook runs inside one"},
    {"file_system", "it is a file that goes wrong, in whichever hook one is at work"},
    {"memory", "it is a reservation that goes wrong, whoever makes it"},
    {"clock", "it is the clock that goes wrong, whoever reads it"},
    {"executor", "it is a worker or a wait that goes wrong, and hooks have neither"},
    {"signals", "it is seen where the loop polls, between hooks"},
};

// Why a fault that strikes in hooks cannot strike in this one.
struct HookReason {
  std::string_view kind;
  std::string_view hook;
  std::string_view reason;
};
constexpr HookReason kHookReasons[] = {
    {"hook_requests_stop", "on_train_end", "the training is over"},
    {"hook_requests_stop", "on_exception", "the training is over"},
    {"logs_mutated", "on_exception", "there are no logs"},
};

std::string_view seam_reason(const std::vector<Site>& struck) {
  if (struck.empty()) return "it strikes nowhere";
  const std::string_view seam = sites()[static_cast<std::size_t>(struck.front())].seam;
  for (const SeamReason& one : kSeamReasons) {
    if (one.seam == seam) return one.reason;
  }
  return "it strikes elsewhere";
}

std::string_view hook_reason(std::string_view kind, std::string_view hook) {
  for (const HookReason& one : kHookReasons) {
    if (one.kind == kind && one.hook == hook) return one.reason;
  }
  return {};
}

using Strikes = std::map<std::string, std::set<Site>, std::less<>>;

Strikes strikes_of(const std::vector<Scenario>& scenarios) {
  Strikes strikes;
  for (const Scenario& scenario : scenarios) {
    for (const Chapter& chapter : scenario.chapters) {
      for (const DueFault& due : chapter.when) strikes[due.part.kind].insert(due.trigger.site);
    }
  }
  return strikes;
}

CoverageRow row_of(const EntryDescription& fault, const Strikes& strikes) {
  CoverageRow row{.kind = fault.name};
  const auto tested = strikes.find(fault.name);
  for (std::size_t hook = 0; hook < kHooks; ++hook) {
    const Site site = site_of(static_cast<Hook>(hook));
    const bool legal = std::find(fault.sites.begin(), fault.sites.end(), site) != fault.sites.end();
    const std::string_view why = legal ? hook_reason(fault.name, name_of(static_cast<Hook>(hook)))
                                       : seam_reason(fault.sites);
    row.reasons[hook] = why;
    row.cells[hook] = Covered::not_yet;
    if (!why.empty()) row.cells[hook] = Covered::not_feasible;
    if (tested != strikes.end() && tested->second.contains(site)) {
      row.cells[hook] = Covered::tested;
    }
  }
  return row;
}

bool strikes_in_hooks(const CoverageRow& row) {
  return std::any_of(row.cells.begin(), row.cells.end(),
                     [](Covered cell) { return cell != Covered::not_feasible; });
}

std::string heading() {
  std::string text;
  for (std::size_t hook = 0; hook < kHooks; ++hook) {
    text += fmt::format("{:>4} {}\n", hook + 1, name_of(static_cast<Hook>(hook)));
  }
  text += fmt::format("\n{:<24}", "");
  for (std::size_t hook = 0; hook < kHooks; ++hook) text += fmt::format("{:>4}", hook + 1);
  return text + "\n";
}

}  // namespace

std::size_t Coverage::count(Covered covered) const {
  std::size_t count = 0;
  for (const CoverageRow& row : rows) {
    count += static_cast<std::size_t>(std::count(row.cells.begin(), row.cells.end(), covered));
  }
  return count;
}

Coverage coverage_of(const std::vector<Scenario>& scenarios, const Vocabulary& vocabulary) {
  RealWorld world;
  const Seams seams = world.seams();
  const Strikes strikes = strikes_of(scenarios);
  Coverage coverage;
  for (const CatalogDescription& catalog : describe(vocabulary, seams)) {
    if (catalog.singular != "fault") continue;
    for (const EntryDescription& fault : catalog.entries) {
      coverage.rows.push_back(row_of(fault, strikes));
    }
  }
  return coverage;
}

std::string text_of(const Coverage& coverage) {
  constexpr std::string_view kMarks[] = {"x", "-", "."};
  std::string text = heading();
  std::map<std::string, std::vector<std::string>> reasons;
  for (const CoverageRow& row : coverage.rows) {
    if (!strikes_in_hooks(row)) {
      reasons[row.reasons.front()].push_back(row.kind);
      continue;
    }
    text += fmt::format("{:<24}", row.kind);
    for (const Covered cell : row.cells) {
      text += fmt::format("{:>4}", kMarks[static_cast<std::size_t>(cell)]);
    }
    text += "\n";
    for (std::size_t hook = 0; hook < kHooks; ++hook) {
      if (row.cells[hook] != Covered::not_feasible) continue;
      reasons[row.reasons[hook]].push_back(
          fmt::format("{} in {}", row.kind, name_of(static_cast<Hook>(hook))));
    }
  }
  text += "\nx tested, . not tested yet, - not feasible:\n";
  for (const auto& [reason, whom] : reasons) {
    text += fmt::format("  {}:\n    {}\n", reason, fmt::join(whom, ", "));
  }
  return text + fmt::format("\n{} tested, {} not feasible, {} not tested yet\n",
                            coverage.count(Covered::tested), coverage.count(Covered::not_feasible),
                            coverage.count(Covered::not_yet));
}

}  // namespace trainwreck
