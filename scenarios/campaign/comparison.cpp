#include "scenarios/campaign/comparison.h"

#include <algorithm>
#include <utility>

#include "scenarios/readers/read_values.h"

namespace trainwreck::campaign {
namespace {

// GLOB or GLOB#PART.
std::pair<std::string, std::string> split_ignore(const std::string& text) {
  const std::size_t hash = text.find('#');
  if (hash == std::string::npos) return {text, ""};
  return {text.substr(0, hash), text.substr(hash + 1)};
}

}  // namespace

Comparison::Comparison(const Files& first, const Files& second, std::set<std::string> logs,
                       const WreckOptions& options)
    : options_(options) {
  for (const auto& [name, bytes] : first) {
    if (is_ignored(name)) continue;
    const auto other = second.find(name);
    if (other == second.end() || logs.contains(group_of(name))) {
      left_out_.push_back(name + (other == second.end() ? "" : " (only appended: a log)"));
      continue;
    }
    values::CompareOptions compare{.rtol = options.rtol};
    for (const std::string& text : options.ignore) {
      const auto [glob, part] = split_ignore(text);
      if (!part.empty() && values::matches(glob, name)) compare.ignore.push_back(part);
    }
    const values::ReadResult a = values::read_values(name, bytes);
    const values::ReadResult b = values::read_values(name, other->second);
    if (!a.is_readable() || !b.is_readable()) {
      if (bytes == other->second) compared_[name] = compare.ignore;
      if (bytes != other->second) left_out_.push_back(name);
      continue;
    }
    const std::vector<std::string> parts = values::parts_that_differ(a.tree, b.tree, compare);
    for (const std::string& part : parts) {
      compare.ignore.push_back(part);
      left_out_.push_back(part == "*" ? name : name + "#" + part);
    }
    const bool all = std::find(parts.begin(), parts.end(), "*") != parts.end();
    if (!all) compared_[name] = compare.ignore;
  }
  for (const auto& [name, bytes] : second) {
    if (!first.contains(name) && !is_ignored(name)) left_out_.push_back(name);
  }
}

bool Comparison::is_ignored(const std::string& name) const {
  return std::any_of(options_.ignore.begin(), options_.ignore.end(), [&](const auto& text) {
    const auto [glob, part] = split_ignore(text);
    return part.empty() && values::matches(glob, name);
  });
}

std::optional<std::string> Comparison::difference(const Files& reference,
                                                  const Files& other) const {
  for (const auto& [name, ignore] : compared_) {
    const auto wanted = reference.find(name);
    const auto found = other.find(name);
    if (wanted == reference.end()) continue;
    if (found == other.end()) return name + " is missing";
    if (wanted->second == found->second) continue;
    const auto difference = values::first_difference(values::read_values(name, wanted->second),
                                                     values::read_values(name, found->second),
                                                     {.rtol = options_.rtol, .ignore = ignore});
    if (difference) return name + ": " + difference->text();
  }
  return std::nullopt;
}

}  // namespace trainwreck::campaign
