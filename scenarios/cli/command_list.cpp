#include <fmt/format.h>

#include <string_view>

#include "engine/base/text.h"
#include "engine/seams/file_system.h"
#include "engine/seams/seams.h"
#include "scenarios/books/claims.h"
#include "scenarios/books/coverage.h"
#include "scenarios/books/list.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/process/called_as.h"
#include "scenarios/suite/find_scenarios.h"
#include "scenarios/suite/selection.h"

namespace trainwreck {
namespace {

std::string with_source(const std::string& says, const std::string& from) {
  return from.empty() ? says : fmt::format("{} ({})", says, from);
}

// What the stories of the library leave out, and why.
void print_untold_claims() {
  const auto disk = real_file_system();
  const std::string path =
      shipped("scenarios/books/claims_not_shown.json", "claims_not_shown.json");
  if (!disk->exists(path)) return;
  Diagnostics mistakes;
  const std::vector<UntoldClaim> claims = read_untold_claims(disk->read(path), mistakes);
  fmt::print("\n{} more that no training loop can show:\n", claims.size());
  for (const UntoldClaim& claim : claims) {
    fmt::print("  {}\n    {}\n", with_source(claim.says, claim.from), claim.because);
  }
}

void print_claims(const std::vector<Scenario>& scenarios) {
  fmt::print("{:<9} {:<9} claim\n", "keras", "hardened");
  const std::vector<ToldClaim> claims = told_claims(scenarios);
  for (const ToldClaim& claim : claims) {
    fmt::print("{:<9} {:<9} {}\n", name_of(claim.keras), name_of(claim.hardened),
               with_source(claim.says, claim.from));
    for (const std::string& story : claim.stories) fmt::print("{:<19}   {}\n", "", story);
  }
  fmt::print("\n{} claims; whether each is what is said here, `{} run` decides\n", claims.size(),
             called_as());
}

std::string capitalised(std::string word) {
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') {
    word[0] = static_cast<char>(word[0] - 'a' + 'A');
  }
  return word;
}

std::string lower(std::string word) {
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return word;
}

// What `list` takes, as one types it.
std::vector<std::string> titles_in(const std::string& page) {
  std::vector<std::string> titles{"claims", "coverage"};
  for (std::size_t at = page.find("\n## "); at != std::string::npos;
       at = page.find("\n## ", at + 1)) {
    titles.push_back(lower(page.substr(at + 4, page.find('\n', at + 1) - at - 4)));
  }
  return titles;
}

int print_catalog(const std::string& page, const std::string& what) {
  const std::string title = capitalised(what);
  const std::string heading = "\n## " + title;
  const std::size_t at = page.find(heading);
  if (at == std::string::npos) {
    const std::vector<std::string> titles = titles_in(page);
    const std::vector<std::string_view> known(titles.begin(), titles.end());
    const std::string_view near = closest(what, known);
    fmt::print(
        stderr, "There is no catalog \"{}\"; {}\n", what,
        near.empty() ? "there is " + joined(known) : fmt::format("did you mean \"{}\"?", near));
    return kUsageError;
  }
  const std::size_t end = page.find("\n## ", at + heading.size());
  fmt::print("{}\n", page.substr(at + 1, end == std::string::npos ? end : end - at - 1));
  return kAllHeld;
}

}  // namespace

int command_list(const ListCommand& command, const Vocabulary& vocabulary) {
  if (command.what == "coverage" || command.what == "claims") {
    std::vector<Scenario> scenarios;
    if (!read_scenarios(command.paths, vocabulary, scenarios)) return kUsageError;
    if (command.what == "claims") {
      print_claims(scenarios);
      if (command.paths.empty()) print_untold_claims();
    } else {
      fmt::print("{}", text_of(coverage_of(scenarios, vocabulary)));
    }
    return kAllHeld;
  }
  RealWorld world;
  const std::string page = list_markdown(vocabulary, world.seams());
  if (!command.what.empty()) return print_catalog(page, command.what);
  fmt::print("{}", page);
  return kAllHeld;
}

}  // namespace trainwreck
