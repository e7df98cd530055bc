#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <vector>

#include "engine/base/logs.h"
#include "engine/checkpoint/run_state.h"
#include "engine/loop/hook.h"
#include "engine/loop/status.h"
#include "trainwreck/entry.h"
#include "trainwreck/session.h"

namespace trainwreck {

// What a hook is told. It is lent for the call: keep copies, not references.
struct Event {
  Session& session;
  std::int64_t index;  // the epoch or the batch, 0-based; -1 where there is none
  std::int64_t epoch;  // -1 outside an epoch
  Logs& logs;
  Status status = Status::completed;   // of the scope that ends; end hooks alone
  const ErrorRecord* error = nullptr;  // on_exception alone
};

// Override the hooks you need. They run in the order of the list, begin and end alike, one at a
// time, on the thread that called fit, evaluate or predict. A hook may throw anything: that fails
// the run; in `hardened` every scope that was begun is closed all the same, so look at event.status
// before you take an end for a success. It may change the logs, ask the session to stop, and call
// the trainer again where the policy allows that.
//
// Whoever hands a callback to a run shares it with the run, which lets go of it at its end. The
// same object may serve one run after the other, never two at once.
class Callback {
 public:
  virtual ~Callback() = default;
  // Names it in messages, traces and checkpoints: the same at every call, unique in its list.
  virtual std::string name() const = 0;

  virtual void on_train_begin(Event&) {}
  virtual void on_train_end(Event&) {}
  virtual void on_epoch_begin(Event&) {}
  virtual void on_epoch_end(Event&) {}
  virtual void on_train_batch_begin(Event& event) { on_batch_begin(event); }
  virtual void on_train_batch_end(Event& event) { on_batch_end(event); }
  virtual void on_test_begin(Event&) {}
  virtual void on_test_end(Event&) {}
  virtual void on_test_batch_begin(Event&) {}
  virtual void on_test_batch_end(Event&) {}
  virtual void on_predict_begin(Event&) {}
  virtual void on_predict_end(Event&) {}
  virtual void on_predict_batch_begin(Event&) {}
  virtual void on_predict_batch_end(Event&) {}
  // Once per failing run, before any end hook, with event.error.
  virtual void on_exception(Event&) {}
  // The old names of on_train_batch_*: reached only while those are not overridden.
  virtual void on_batch_begin(Event&) {}
  virtual void on_batch_end(Event&) {}

  // Before on_train_begin, when the callback is handed to a run. The session lives as long as the
  // run.
  virtual void set_session(Session&) {}
  // What a resumed run needs to go on as if it had never ended. Saving is asked for between hooks
  // and must change nothing; loading comes in on_train_begin of whoever resumes.
  virtual void save_state(CallbackState&) const {}
  virtual void load_state(const CallbackState&) {}
  // True for the History callback: fit adds one unless there is one.
  virtual bool records_history() const { return false; }
  // False for what a run can do without (alerts, logs): a policy may contain its errors.
  virtual bool essential() const { return true; }
};

using HookTarget = void (*)(Callback&, Event&);
using HookTargets = std::array<HookTarget, kHooks>;

namespace detail {

// &T::hook has the type of a member of the class that declares it, so it tells who overrides. A
// hook that is not accessible counts as overridden.
#define TRAINWRECK_OVERRIDES(T, hook) \
  (!requires { requires std::same_as<decltype(&T::hook), void (Callback::*)(Event&)>; })

template <class T>
constexpr HookMask overridden_hooks() {
  HookMask mask = 0;
  const auto add = [&mask](Hook hook, bool overridden) {
    if (overridden) mask |= mask_of(hook);
  };
  add(Hook::train_begin, TRAINWRECK_OVERRIDES(T, on_train_begin));
  add(Hook::train_end, TRAINWRECK_OVERRIDES(T, on_train_end));
  add(Hook::epoch_begin, TRAINWRECK_OVERRIDES(T, on_epoch_begin));
  add(Hook::epoch_end, TRAINWRECK_OVERRIDES(T, on_epoch_end));
  add(Hook::train_batch_begin,
      TRAINWRECK_OVERRIDES(T, on_train_batch_begin) || TRAINWRECK_OVERRIDES(T, on_batch_begin));
  add(Hook::train_batch_end,
      TRAINWRECK_OVERRIDES(T, on_train_batch_end) || TRAINWRECK_OVERRIDES(T, on_batch_end));
  add(Hook::test_begin, TRAINWRECK_OVERRIDES(T, on_test_begin));
  add(Hook::test_end, TRAINWRECK_OVERRIDES(T, on_test_end));
  add(Hook::test_batch_begin, TRAINWRECK_OVERRIDES(T, on_test_batch_begin));
  add(Hook::test_batch_end, TRAINWRECK_OVERRIDES(T, on_test_batch_end));
  add(Hook::predict_begin, TRAINWRECK_OVERRIDES(T, on_predict_begin));
  add(Hook::predict_end, TRAINWRECK_OVERRIDES(T, on_predict_end));
  add(Hook::predict_batch_begin, TRAINWRECK_OVERRIDES(T, on_predict_batch_begin));
  add(Hook::predict_batch_end, TRAINWRECK_OVERRIDES(T, on_predict_batch_end));
  add(Hook::exception, TRAINWRECK_OVERRIDES(T, on_exception));
  return mask;
}

#undef TRAINWRECK_OVERRIDES

// Where the class is known its hook is called as itself: one jump in place of a look-up and two.
#define TRAINWRECK_CALL(hook)                                               \
  [](Callback& callback, Event& event) {                                    \
    if constexpr (!std::is_abstract_v<T> &&                                 \
                  requires { static_cast<T&>(callback).T::hook(event); }) { \
      static_cast<T&>(callback).T::hook(event);                             \
    } else {                                                                \
      callback.hook(event);                                                 \
    }                                                                       \
  }

// In the order of Hook.
template <class T>
inline constexpr HookTargets kTargets = {TRAINWRECK_CALL(on_train_begin),
                                         TRAINWRECK_CALL(on_train_end),
                                         TRAINWRECK_CALL(on_epoch_begin),
                                         TRAINWRECK_CALL(on_epoch_end),
                                         TRAINWRECK_CALL(on_train_batch_begin),
                                         TRAINWRECK_CALL(on_train_batch_end),
                                         TRAINWRECK_CALL(on_test_begin),
                                         TRAINWRECK_CALL(on_test_end),
                                         TRAINWRECK_CALL(on_test_batch_begin),
                                         TRAINWRECK_CALL(on_test_batch_end),
                                         TRAINWRECK_CALL(on_predict_begin),
                                         TRAINWRECK_CALL(on_predict_end),
                                         TRAINWRECK_CALL(on_predict_batch_begin),
                                         TRAINWRECK_CALL(on_predict_batch_end),
                                         TRAINWRECK_CALL(on_exception)};

#undef TRAINWRECK_CALL

}  // namespace detail

// A callback with what is known of it: a hook that nobody overrides is never dispatched. Made from
// a pointer to the callback's own class it knows; from a pointer to a base it assumes every hook.
class CallbackHandle {
 public:
  CallbackHandle() = default;
  CallbackHandle(std::nullptr_t) {}
  template <std::derived_from<Callback> T>
  CallbackHandle(std::shared_ptr<T> callback) {
    if (callback && typeid(*callback) == typeid(T)) {
      hooks_ = detail::overridden_hooks<T>();
      targets_ = &detail::kTargets<T>;
    }
    callback_ = std::move(callback);
  }
  template <std::derived_from<Callback> T>
  CallbackHandle(std::unique_ptr<T> callback)
      : CallbackHandle(std::shared_ptr<T>(std::move(callback))) {}
  // For whoever wraps a callback and knows what is inside.
  CallbackHandle(std::shared_ptr<Callback> callback, HookMask hooks)
      : hooks_(hooks), callback_(std::move(callback)) {}

  Callback* get() const { return callback_.get(); }
  Callback* operator->() const { return callback_.get(); }
  const std::shared_ptr<Callback>& shared() const { return callback_; }
  HookMask hooks() const { return hooks_; }
  HookTarget target(Hook hook) const { return (*targets_)[static_cast<std::size_t>(hook)]; }
  explicit operator bool() const { return callback_ != nullptr; }

 private:
  HookMask hooks_ = kAllHooks;
  const HookTargets* targets_ = &detail::kTargets<Callback>;
  std::shared_ptr<Callback> callback_;
};

using CallbackEntry = Entry<CallbackHandle>;
std::span<const CallbackEntry> builtin_callbacks();

}  // namespace trainwreck
