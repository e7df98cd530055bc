#include "engine/base/logs.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <unordered_set>

namespace trainwreck {
namespace {

struct ByText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

struct InternTable {
  std::mutex mutex;
  std::unordered_set<std::string, ByText, std::equal_to<>> names;  // nodes never move
};

const std::string* interned(std::string_view name) {
  // Never destroyed: a key may be used by whatever runs after main.
  static InternTable& table = *new InternTable;
  const std::lock_guard lock(table.mutex);
  const auto known = table.names.find(name);
  return known != table.names.end() ? &*known : &*table.names.emplace(name).first;
}

bool by_name(const Logs::Item& a, const Logs::Item& b) { return a.key.name() < b.key.name(); }

}  // namespace

LogKey::LogKey(std::string_view name) : name_(interned(name)) {}

std::optional<double> Logs::find(std::string_view name) const {
  for (const Item& item : items_) {
    if (item.key.name() == name) return item.value;
  }
  return std::nullopt;
}

std::optional<double> Logs::find(LogKey key) const {
  for (const Item& item : items_) {
    if (item.key == key) return item.value;
  }
  return std::nullopt;
}

void Logs::set(LogKey key, double value) {
  about_to_change();
  for (Item& item : items_) {
    if (item.key == key) {
      item.value = value;
      return;
    }
  }
  items_.push_back({key, value});
}

void Logs::erase(std::string_view name) {
  const auto gone = std::find_if(items_.begin(), items_.end(),
                                 [&](const Item& item) { return item.key.name() == name; });
  if (gone == items_.end()) return;
  const auto index = gone - items_.begin();
  about_to_change();
  items_.erase(items_.begin() + index);
}

void Logs::clear() {
  about_to_change();
  items_.clear();
}

void Logs::sort_by_name() {
  about_to_change();
  std::sort(items_.begin(), items_.end(), by_name);
}

void Logs::keep_original() {
  original_ = items_;
  changed_ = true;
}

void Logs::restore() {
  items_ = original_;
  changed_ = false;
}

}  // namespace trainwreck
