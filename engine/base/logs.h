#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// A metric's name, interned: copying and comparing it is copying and comparing a pointer. The table
// behind it only grows, lives as long as the process and is safe to use from any thread.
class LogKey {
 public:
  explicit LogKey(std::string_view name);
  const std::string& name() const { return *name_; }
  friend bool operator==(LogKey a, LogKey b) { return a.name_ == b.name_; }

 private:
  const std::string* name_;
};

// What a hook is told: a few named numbers. Every change moves `version`, so that whoever hands the
// same logs to several callbacks sees cheaply whether one of them touched them.
class Logs {
 public:
  struct Item {
    LogKey key;
    double value;
  };

  std::optional<double> find(std::string_view name) const;
  std::optional<double> find(LogKey key) const;
  bool contains(std::string_view name) const { return find(name).has_value(); }
  // Overwrites in place; a new key goes to the end.
  void set(LogKey key, double value);
  void set(std::string_view name, double value) { set(LogKey(name), value); }
  void erase(std::string_view name);
  void clear();
  void sort_by_name();

  bool empty() const { return items_.empty(); }
  const std::vector<Item>& items() const { return items_; }
  std::uint64_t version() const { return version_; }
  // Takes over the values of `other` (and its version): after this the two are the same.
  void assign(const Logs& other);

 private:
  std::vector<Item> items_;
  std::uint64_t version_ = 0;
};

}  // namespace trainwreck
