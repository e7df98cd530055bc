#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace trainwreck {

// Words that a scenario, a report or a trace uses, each with what it means. Parser, assertions, the
// manual (docs/scenarios.md, docs/errors.md) and `trainwreck explain` all go by these tables.

struct NamedMeaning {
  std::string_view name;
  std::string_view meaning;
};

// What a chapter can "do", in the order of Action.
std::span<const NamedMeaning> actions();
// The hooks, in the order of Hook.
std::span<const NamedMeaning> hook_words();
// What a view ("of") can listen to beside hooks.
std::span<const NamedMeaning> view_words();
// How a run or a scope of it ended.
std::span<const NamedMeaning> status_words();

std::vector<std::string_view> names_of(std::span<const NamedMeaning> words);

// A type of error, and what one who comes from Keras knows it as. Both texts are Markdown.
struct ErrorWord {
  std::string_view name;
  std::string_view is;  // what it derives from, or what else it stands for; may be empty
  std::string_view when;
  std::string_view keras;  // what Keras 3.15.1 raises there
  bool stated = true;      // an assertion can ask for it
};
std::span<const ErrorWord> error_words();

}  // namespace trainwreck
