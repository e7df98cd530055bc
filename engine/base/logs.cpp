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
  ++version_;
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
  items_.erase(gone);
  ++version_;
}

void Logs::clear() {
  if (items_.empty()) return;
  items_.clear();
  ++version_;
}

void Logs::sort_by_name() {
  if (std::is_sorted(items_.begin(), items_.end(), by_name)) return;
  std::sort(items_.begin(), items_.end(), by_name);
  ++version_;
}

void Logs::assign(const Logs& other) {
  items_ = other.items_;
  version_ = other.version_;
}

}  // namespace trainwreck
