#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// A metric's name, interned: copying and comparing it is copying and comparing a pointer. The table
// behind it only grows, lives as long as the process and is safe to use from any thread. Beside the
// pending signals it is the only state that belongs to the process: keys from different models,
// callbacks and threads must compare, and nothing that the engine does depends on what it holds.
class LogKey {
 public:
  explicit LogKey(std::string_view name);
  const std::string& name() const { return *name_; }
  friend bool operator==(LogKey a, LogKey b) { return a.name_ == b.name_; }

 private:
  const std::string* name_;
};

// What a hook is told: a few named numbers. Whoever hands the same logs to several callbacks lends
// them: the first change to lent logs keeps a copy of what was there, so that nothing is copied
// while, as nearly always, nobody changes anything.
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
  // For their owner, who rewrites the values of the same keys from batch to batch.
  void set_value(std::size_t index, double value) { items_[index].value = value; }

  void lend() { lent_ = true; }
  // Undoes what the borrower changed; the logs stay lent.
  void undo_changes() {
    if (changed_) restore();
  }
  void take_back() {
    undo_changes();
    lent_ = false;
  }

 private:
  void about_to_change() {
    if (lent_ && !changed_) keep_original();
  }
  void keep_original();
  void restore();

  std::vector<Item> items_;
  std::vector<Item> original_;
  bool lent_ = false;
  bool changed_ = false;
};

}  // namespace trainwreck
