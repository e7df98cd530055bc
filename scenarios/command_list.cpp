#include <fmt/format.h>

#include <set>

#include "engine/seams/seams.h"
#include "scenarios/commands.h"
#include "scenarios/coverage.h"
#include "scenarios/list.h"
#include "scenarios/selection.h"
#include "scenarios/stages.h"

namespace trainwreck {
namespace {

std::string_view verdict(const std::optional<bool>& holds) {
  if (!holds) return "not said";
  return *holds ? "true" : "false";
}

// The cases of a file mostly share its claims.
void print_claims(const std::vector<Scenario>& scenarios) {
  fmt::print("{:<9} {:<9} claim\n", "keras", "hardened");
  std::set<std::string> printed;
  for (const Scenario& scenario : scenarios) {
    for (const Claim& claim : scenario.claims) {
      const std::string line =
          fmt::format("{:<9} {:<9} {}{}\n{:<19} {}\n", verdict(claim.holds_in_keras),
                      verdict(claim.holds_in_hardened), claim.says,
                      claim.from.empty() ? "" : " (" + claim.from + ")", "", scenario.path);
      if (printed.insert(line).second) fmt::print("{}", line);
    }
  }
  fmt::print("\n{} claims; whether each is what is said here, `trainwreck run` decides\n",
             printed.size());
}

int print_catalog(const std::string& page, const std::string& title) {
  const std::string heading = "\n## " + title;
  const std::size_t at = page.find(heading);
  if (at == std::string::npos) {
    fmt::print(stderr, "There is no catalog \"{}\".\n", title);
    return kUsageError;
  }
  const std::size_t end = page.find("\n## ", at + heading.size());
  fmt::print("{}\n", page.substr(at + 1, end == std::string::npos ? end : end - at - 1));
  return kAllHeld;
}

std::string capitalised(std::string word) {
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') {
    word[0] = static_cast<char>(word[0] - 'a' + 'A');
  }
  return word;
}

}  // namespace

int command_list(const ListCommand& command, const Vocabulary& vocabulary) {
  if (command.what == "coverage" || command.what == "claims") {
    std::vector<Scenario> scenarios;
    if (!read_scenarios(command.paths, vocabulary, scenarios)) return kUsageError;
    if (command.what == "claims") {
      print_claims(scenarios);
    } else {
      fmt::print("{}", text_of(coverage_of(scenarios, vocabulary)));
    }
    return kAllHeld;
  }
  RealWorld world;
  const std::string page = list_markdown(vocabulary, world.seams());
  if (!command.what.empty()) return print_catalog(page, capitalised(command.what));
  fmt::print("{}", page);
  return kAllHeld;
}

}  // namespace trainwreck
