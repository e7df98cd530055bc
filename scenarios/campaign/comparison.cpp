#include "scenarios/campaign/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
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

// Numbers in names by their size: 9 comes before 10.
std::string sortable(const std::string& name) {
  constexpr std::size_t kDigits = 20;
  std::string text;
  for (std::size_t i = 0; i < name.size();) {
    std::size_t end = i;
    while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end])) != 0) ++end;
    if (end == i) {
      text += name[i++];
      continue;
    }
    text += std::string(kDigits - std::min(kDigits, end - i), '0') + name.substr(i, end - i);
    i = end;
  }
  return text;
}

// Of a name, also of a counted one: "last but 1: run-N/model.json".
std::string group_in(const std::string& name) {
  const std::size_t colon = name.starts_with("last") ? name.find(": ") : std::string::npos;
  return colon == std::string::npos ? group_of(name) : name.substr(colon + 2);
}

using Groups = std::map<std::string, std::set<std::string>>;

Groups groups_of(const Files& files) {
  Groups groups;
  for (const auto& [name, bytes] : files) groups[group_of(name)].insert(name);
  return groups;
}

}  // namespace

Comparison::Comparison(const Files& first, const Files& second, std::set<std::string> logs,
                       const WreckOptions& options)
    : options_(options), logs_(std::move(logs)) {
  const Groups others = groups_of(second);
  for (const auto& [group, names] : groups_of(first)) {
    const auto other = others.find(group);
    const bool like = other != others.end() && other->second.size() == names.size();
    if (like && other->second != names) counted_.insert(group);
  }
  const Files mine = with_counted_names(first);
  const Files theirs = with_counted_names(second);
  for (const auto& [name, bytes] : mine) {
    if (is_ignored(name)) continue;
    const auto other = theirs.find(name);
    const bool is_log = logs_.contains(group_in(name));
    if (other == theirs.end() || is_log) {
      leave_out(name + (is_log ? " (a log)" : ""));
    } else {
      compare(name, bytes, other->second);
    }
  }
  for (const auto& [name, bytes] : theirs) {
    if (!mine.contains(name) && !is_ignored(name)) leave_out(name);
  }
}

void Comparison::leave_out(const std::string& text) {
  if (std::find(left_out_.begin(), left_out_.end(), text) == left_out_.end()) {
    left_out_.push_back(text);
  }
}

void Comparison::compare(const std::string& name, const std::string& bytes,
                         const std::string& other) {
  values::CompareOptions compare{.rtol = options_.rtol};
  const auto known = compared_.find(name);
  if (known != compared_.end()) compare.ignore = known->second;
  for (const std::string& text : options_.ignore) {
    const auto [glob, part] = split_ignore(text);
    if (!part.empty() && values::matches(glob, name)) compare.ignore.push_back(part);
  }
  const values::ReadResult a = values::read_values(name, bytes);
  const values::ReadResult b = values::read_values(name, other);
  if (!a.is_readable() || !b.is_readable()) {
    compared_.erase(name);
    if (bytes == other) compared_[name] = compare.ignore;
    if (bytes != other) leave_out(name);
    return;
  }
  const std::vector<std::string> parts = values::parts_that_differ(a.tree, b.tree, compare);
  for (const std::string& part : parts) {
    compare.ignore.push_back(part);
    leave_out(part == "*" ? name : name + "#" + part);
  }
  compared_.erase(name);
  const bool all = std::find(parts.begin(), parts.end(), "*") != parts.end();
  if (!all) compared_[name] = compare.ignore;
}

bool Comparison::learn(const Files& first, const Files& another) {
  const std::size_t known = left_out_.size();
  const Files mine = with_counted_names(first);
  const Files theirs = with_counted_names(another);
  const auto before = compared_;
  for (const auto& [name, ignore] : before) {
    const auto own = mine.find(name);
    const auto other = theirs.find(name);
    if (own == mine.end()) continue;
    if (other == theirs.end()) {
      compared_.erase(name);
      leave_out(name);
    } else if (own->second != other->second) {
      compare(name, own->second, other->second);
    }
  }
  return left_out_.size() > known;
}

bool Comparison::leave_out_count_of_starts(const std::string& difference) {
  const std::size_t colon = difference.find(": ");
  const std::size_t end = difference.find(": ", colon + 2);
  if (colon == std::string::npos || end == std::string::npos) return false;
  const auto known = compared_.find(difference.substr(0, colon));
  const std::string part = difference.substr(colon + 2, end - colon - 2);
  const std::string key = part.substr(part.find_last_of(".#") + 1);
  if (known == compared_.end() || key.empty()) return false;
  for (const std::string_view word : {"restart", "resum", "attempt", "run_id", "starts"}) {
    if (key.find(word) == std::string::npos) continue;
    known->second.push_back(part);
    leave_out(known->first + "#" + part);
    return true;
  }
  return false;
}

Files Comparison::with_counted_names(const Files& files) const {
  if (counted_.empty()) return files;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> counted;
  Files all;
  for (const auto& [name, bytes] : files) {
    const std::string group = group_of(name);
    if (!counted_.contains(group)) all.emplace(name, bytes);
    if (counted_.contains(group)) counted[group].emplace_back(sortable(name), name);
  }
  for (auto& [group, names] : counted) {
    std::sort(names.begin(), names.end());
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::size_t back = names.size() - 1 - i;
      const std::string place = back == 0 ? "last" : fmt::format("last but {}", back);
      all.emplace(fmt::format("{}: {}", place, group), files.at(names[i].second));
    }
  }
  return all;
}

bool Comparison::is_ignored(const std::string& name) const {
  return std::any_of(options_.ignore.begin(), options_.ignore.end(), [&](const auto& text) {
    const auto [glob, part] = split_ignore(text);
    return part.empty() && values::matches(glob, name);
  });
}

std::optional<std::string> Comparison::difference(const Files& reference,
                                                  const Files& other) const {
  const Files mine = with_counted_names(reference);
  const Files theirs = with_counted_names(other);
  for (const auto& [name, ignore] : compared_) {
    const auto wanted = mine.find(name);
    const auto found = theirs.find(name);
    if (wanted == mine.end()) continue;
    if (found == theirs.end()) return name + " is missing";
    if (wanted->second == found->second) continue;
    const auto difference = values::first_difference(values::read_values(name, wanted->second),
                                                     values::read_values(name, found->second),
                                                     {.rtol = options_.rtol, .ignore = ignore});
    if (difference) return name + ": " + difference->text();
  }
  return std::nullopt;
}

bool Comparison::same_save(const std::string& name, const std::string& bytes,
                           const std::string& other_name, const std::string& other_bytes) const {
  const std::string group = group_of(name);
  if (name != other_name && !(counted_.contains(group) && group == group_of(other_name))) {
    return false;
  }
  if (bytes == other_bytes) return true;
  std::vector<std::string> ignore;
  for (const auto& [known, parts] : compared_) {
    if (known == name || group_in(known) == group) ignore = parts;
  }
  for (const std::string& part : left_out_) {  // files that were rotated away by the end
    const std::size_t hash = part.find('#');
    if (hash != std::string::npos && group_in(part.substr(0, hash)) == group) {
      ignore.push_back(part.substr(hash + 1));
    }
  }
  return !values::first_difference(values::read_values(name, bytes),
                                   values::read_values(other_name, other_bytes),
                                   {.rtol = options_.rtol, .ignore = ignore});
}

}  // namespace trainwreck::campaign
