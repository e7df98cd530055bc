#include "scenarios/cli/misspelt.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>

#include "engine/base/text.h"

namespace trainwreck {
namespace {

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool is_known(const std::vector<std::string>& names, const std::string& word) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

void add_nearest(std::vector<std::string>& hints, const std::string& word,
                 const std::vector<std::string>& names) {
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view near = closest(word, known);
  if (!near.empty()) hints.push_back(fmt::format("{}: did you mean {}?", word, near));
}

}  // namespace

std::vector<std::string> misspelt(CLI::App& app, const std::vector<std::string>& words) {
  std::vector<std::string> hints;
  CLI::App* here = &app;
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.starts_with("--")) {
      const std::string name = word.substr(0, word.find('='));
      const std::vector<std::string> names = names_of_options(*here);
      if (!is_known(names, name)) add_nearest(hints, name, names);
      continue;
    }
    const std::vector<std::string> commands = names_of_commands(*here);
    if (commands.empty() || word.starts_with('-')) continue;
    if (is_known(commands, word)) {
      here = here->get_subcommand(word);
    } else {
      add_nearest(hints, word, commands);
      if (here == &app) break;
    }
  }
  return hints;
}

}  // namespace trainwreck
