#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "trainwreck/callback.h"

namespace trainwreck::testing {

// What happened, one word each, in the words of Keras's own recordings: "A.on_epoch_end(1)".
class Events {
 public:
  void add(std::string word) { words_.push_back(std::move(word)); }
  void clear() { words_.clear(); }
  const std::vector<std::string>& words() const { return words_; }
  // Joined by blanks; and the same of those words alone that contain `part`.
  std::string text() const { return text_of(""); }
  std::string text_of(std::string_view part) const;
  std::int64_t count(std::string_view word) const;

 private:
  std::vector<std::string> words_;
};

// "on_epoch_end(1)", "on_train_begin()".
std::string word_of(Hook hook, std::int64_t index);

// Writes down every hook it gets; an end that is not completed with its status:
// "A.on_epoch_end(1):failed". Does more in a hook when told so.
class RecordingCallback final : public Callback {
 public:
  using Action = std::function<void(Event&)>;

  RecordingCallback(std::string name, Events& events) : name_(std::move(name)), events_(events) {}

  // In that hook with that index (kAny: with any), after it was written down.
  static constexpr std::int64_t kAny = -100;
  void on(Hook hook, std::int64_t index, Action action) {
    actions_.push_back({hook, index, std::move(action)});
  }
  // Raises ValueError("<name> fails in <hook>").
  void raise_in(Hook hook, std::int64_t index = kAny);
  // Only these hooks are written down; the others are still heard.
  void show_only(HookMask hooks) { shown_ = hooks; }
  void be_inessential() { essential_ = false; }
  void on_set_session(std::function<void(Session&)> action) { set_session_ = std::move(action); }

  std::string name() const override { return name_; }
  bool essential() const override { return essential_; }
  void set_session(Session& session) override {
    if (set_session_) set_session_(session);
  }
  void on_train_begin(Event& event) override { heard(Hook::train_begin, event); }
  void on_train_end(Event& event) override { heard(Hook::train_end, event); }
  void on_epoch_begin(Event& event) override { heard(Hook::epoch_begin, event); }
  void on_epoch_end(Event& event) override { heard(Hook::epoch_end, event); }
  void on_train_batch_begin(Event& event) override { heard(Hook::train_batch_begin, event); }
  void on_train_batch_end(Event& event) override { heard(Hook::train_batch_end, event); }
  void on_test_begin(Event& event) override { heard(Hook::test_begin, event); }
  void on_test_end(Event& event) override { heard(Hook::test_end, event); }
  void on_test_batch_begin(Event& event) override { heard(Hook::test_batch_begin, event); }
  void on_test_batch_end(Event& event) override { heard(Hook::test_batch_end, event); }
  void on_predict_begin(Event& event) override { heard(Hook::predict_begin, event); }
  void on_predict_end(Event& event) override { heard(Hook::predict_end, event); }
  void on_predict_batch_begin(Event& event) override { heard(Hook::predict_batch_begin, event); }
  void on_predict_batch_end(Event& event) override { heard(Hook::predict_batch_end, event); }
  void on_exception(Event& event) override { heard(Hook::exception, event); }

 private:
  struct Planned {
    Hook hook;
    std::int64_t index;
    Action action;
  };
  void heard(Hook hook, Event& event);

  std::string name_;
  Events& events_;
  HookMask shown_ = kAllHooks;
  bool essential_ = true;
  std::vector<Planned> actions_;
  std::function<void(Session&)> set_session_;
};

// Those that most tests of order look at.
inline constexpr HookMask kTrainAndEpoch = mask_of(Hook::train_begin) | mask_of(Hook::train_end) |
                                           mask_of(Hook::epoch_begin) | mask_of(Hook::epoch_end);

}  // namespace trainwreck::testing
