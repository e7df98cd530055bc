#include "scenarios/judge/known_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <sstream>
#include <vector>

#include "engine/base/text.h"
#include "engine/loop/hook.h"
#include "engine/loop/phase.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/language/words.h"

namespace trainwreck {
namespace {

using KnownNames = std::vector<std::string_view>;

bool is_among(std::string_view name, const KnownNames& known) {
  return std::find(known.begin(), known.end(), name) != known.end();
}

std::string nearest_of(std::string_view name, const KnownNames& known) {
  const std::string_view near = closest(name, known);
  return near.empty() ? "there is " + joined(known) : fmt::format("did you mean \"{}\"?", near);
}

void check_name(Params& params, std::string_view key, std::string_view name,
                const KnownNames& known) {
  if (is_among(name, known)) return;
  params.complain(key, fmt::format("\"{}\" is unknown; {}", name, nearest_of(name, known)));
}

KnownNames all_hooks() {
  KnownNames names;
  for (std::size_t hook = 0; hook < kHooks; ++hook)
    names.push_back(name_of(static_cast<Hook>(hook)));
  return names;
}

KnownNames all_phases() {
  KnownNames names = all_hooks();
  for (auto phase = static_cast<int>(Phase::prepare); phase <= static_cast<int>(Phase::set_session);
       ++phase) {
    names.push_back(name_of(static_cast<Phase>(phase)));
  }
  return names;
}

// What a view can listen to beside hooks: see scenarios/trace/trace_view.h.
KnownNames all_view_words() {
  KnownNames names = all_hooks();
  for (const NamedMeaning& word : view_words()) {
    const bool stands_alone =
        word.name == "train_step" || word.name == "test_step" || word.name == "except";
    if (!stands_alone) names.push_back(word.name);
  }
  return names;
}

std::string_view whom(std::string_view entry) {
  return entry.substr(0, std::min(entry.find_first_of(".+ "), entry.size()));
}

// Those who are listed before any hook runs, or shown by one.
KnownNames callbacks_in(const Trace& trace) {
  KnownNames names;
  for (const TraceLine& line : trace.lines) {
    const auto listed = as<traced::Listed>(line);
    const auto hook = as<traced::HookBegin>(line);
    if (!listed && !hook) continue;
    const std::string_view name = listed ? listed->callback : hook->callback;
    if (!is_among(name, names)) names.push_back(name);
  }
  return names;
}

// Whom a line names that is no callback, or that warns.
std::string_view source_named_in(const TraceLine& line) {
  if (const auto run = as<traced::RunBegin>(line)) return run->source;
  if (const auto fetch = as<traced::FetchBegin>(line)) return fetch->source;
  if (const auto fetch = as<traced::FetchEnd>(line)) return fetch->source;
  if (const auto told = as<traced::Source>(line)) return told->source;
  if (const auto warning = as<traced::Warning>(line)) return warning->callback;
  return {};
}

void add_sources_in(const Trace& trace, KnownNames& names) {
  for (const TraceLine& line : trace.lines) {
    const std::string_view name = source_named_in(line);
    if (!name.empty() && !is_among(name, names)) names.push_back(name);
  }
}

Finding missed_name(std::string_view what, std::string_view name, const KnownNames& known) {
  return missed(fmt::format("{} called \"{}\"", what, name),
                fmt::format("there is none; {}", nearest_of(name, known)));
}

}  // namespace

void check_error(Params& params, std::string_view key, std::string_view type) {
  static const KnownNames known = [] {
    KnownNames names;
    for (const ErrorWord& error : error_words()) {
      if (error.stated) names.push_back(error.name);
    }
    return names;
  }();
  check_name(params, key, type, known);
}

void check_phase(Params& params, std::string_view key, std::string_view phase) {
  static const KnownNames known = all_phases();
  check_name(params, key, phase, known);
}

void check_hook_of(Params& params, std::string_view key, std::string_view hook_of_whom) {
  static const KnownNames known = all_hooks();
  const std::size_t dot = hook_of_whom.rfind('.');
  if (dot == std::string_view::npos) {
    params.complain(key, fmt::format("\"{}\" must be \"callback.hook\"", hook_of_whom));
    return;
  }
  check_name(params, key, hook_of_whom.substr(dot + 1), known);
}

void check_view(Params& params, std::string_view key, std::string_view entry) {
  static const KnownNames known = all_view_words();
  entry = entry.substr(0, std::min(entry.rfind('+'), entry.size()));
  std::istringstream words{std::string(entry)};
  std::string word;
  words >> word;
  const std::size_t dot = word.find('.');
  if (dot != std::string::npos)
    check_name(params, key, std::string_view(word).substr(dot + 1), known);
  if (!(words >> word)) return;
  check_name(params, key, word, {"except"});
  while (words >> word) check_name(params, key, word, known);
}

std::optional<Finding> nobody_called(const Outcome& outcome, std::string_view callback) {
  const KnownNames known = callbacks_in(outcome.trace);
  if (known.empty() || is_among(callback, known)) return std::nullopt;
  return missed_name("a callback", callback, known);
}

std::optional<Finding> nobody_heard(const Outcome& outcome, std::string_view entry) {
  KnownNames known = callbacks_in(outcome.trace);
  if (known.empty()) return std::nullopt;
  add_sources_in(outcome.trace, known);
  known.insert(known.end(), {"train_step", "test_step"});
  if (is_among(whom(entry), known)) return std::nullopt;
  return missed_name("a callback or source", whom(entry), known);
}

}  // namespace trainwreck
