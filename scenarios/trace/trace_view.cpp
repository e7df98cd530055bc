#include "scenarios/trace/trace_view.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace trainwreck {
namespace {

// What is not meant by a name alone: most stories do not look that closely.
bool only_where_named(std::string_view what) {
  return what == "set_model" || what == "warns" || what == "yield" || what == "exhausted" ||
         what == "raises" || what == "[*]" || what == "rows" || what == "data";
}

}  // namespace

View::View(const std::vector<std::string>& entries) {
  for (const std::string& text : entries) entries_.push_back(read(text));
}

View::Entry View::read(std::string_view text) {
  Entry entry;
  if (const std::size_t plus = text.rfind('+'); plus != std::string_view::npos) {
    std::from_chars(text.data() + plus + 1, text.data() + text.size(), entry.first);
    text = text.substr(0, plus);
  }
  std::istringstream words{std::string(text)};
  words >> entry.who;
  if (std::string except; words >> except && except == "except") {
    while (words >> except) entry.except.push_back(except);
  }
  if (const std::size_t dot = entry.who.find('.'); dot != std::string::npos) {
    entry.what = entry.who.substr(dot + 1);
    entry.who.resize(dot);
  }
  return entry;
}

std::optional<std::int64_t> View::matches(std::string_view who, std::string_view what) const {
  for (const Entry& entry : entries_) {
    if (entry.who != who) continue;
    const bool meant = entry.what.empty() ? !only_where_named(what) : entry.what == what;
    const auto& except = entry.except;
    if (meant && std::find(except.begin(), except.end(), what) == except.end()) return entry.first;
  }
  return std::nullopt;
}

}  // namespace trainwreck
