#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "engine/base/logs.h"
#include "engine/loop/error_ledger.h"
#include "engine/loop/hook.h"
#include "engine/loop/loop_state.h"
#include "engine/seams/trace.h"

namespace trainwreck {

// Runs the callbacks of a session, hook by hook, in the order of the list. For hand-written loops
// as for fit: call each begin, and each end of what was begun.
//
//   LoopState state(model, keras(), world.seams());
//   CallbackList callbacks(state, {early_stopping, logger});
//   callbacks.on_train_begin();
//   for (...) { callbacks.on_epoch_begin(epoch); ...; callbacks.on_epoch_end(epoch, logs); }
//   callbacks.on_train_end(logs);
//
// A begin opens a scope in the trace and an end closes it, whether or not anybody listens, so a
// forgotten end is seen there. What an end hook's exception does to the others is the policy's
// choice (loop.end_hooks): it either leaves at once, or every other callback gets the hook first
// and the first error leaves then.
class CallbackList {
 public:
  explicit CallbackList(LoopState& state) : state_(state) {}
  CallbackList(LoopState& state, std::vector<CallbackHandle> callbacks) : state_(state) {
    attach(std::move(callbacks));
  }

  // Hands the session to every callback (set_session). Once. A null handle is a ValueError.
  void attach(std::vector<CallbackHandle> callbacks);

  void on_train_begin() { begin(Hook::train_begin, -1); }
  void on_train_end(Logs& logs, Status status = Status::completed) {
    end(Hook::train_end, -1, logs, status);
  }
  void on_epoch_begin(std::int64_t epoch) { begin(Hook::epoch_begin, epoch); }
  void on_epoch_end(std::int64_t epoch, Logs& logs, Status status = Status::completed) {
    end(Hook::epoch_end, epoch, logs, status);
  }
  void on_train_batch_begin(std::int64_t batch) { begin(Hook::train_batch_begin, batch); }
  void on_train_batch_end(std::int64_t batch, Logs& logs, Status status = Status::completed) {
    end(Hook::train_batch_end, batch, logs, status);
  }
  void on_test_begin() { begin(Hook::test_begin, -1); }
  void on_test_end(Logs& logs, Status status = Status::completed) {
    end(Hook::test_end, -1, logs, status);
  }
  void on_test_batch_begin(std::int64_t batch) { begin(Hook::test_batch_begin, batch); }
  void on_test_batch_end(std::int64_t batch, Logs& logs, Status status = Status::completed) {
    end(Hook::test_batch_end, batch, logs, status);
  }
  void on_predict_begin() { begin(Hook::predict_begin, -1); }
  void on_predict_end(Logs& logs, Status status = Status::completed) {
    end(Hook::predict_end, -1, logs, status);
  }
  void on_predict_batch_begin(std::int64_t batch) { begin(Hook::predict_batch_begin, batch); }
  void on_predict_batch_end(std::int64_t batch, Logs& logs, Status status = Status::completed) {
    end(Hook::predict_batch_end, batch, logs, status);
  }

  // Opens a scope and runs its begin hook. `begun`: how many callbacks of the list have begun; when
  // one raises, its position is there and the exception leaves.
  void begin(Hook hook, std::int64_t index, std::size_t* begun = nullptr) {
    if (begun != nullptr) *begun = size();
    open(hook, index);
    if (listens(hook)) run_begin(hook, index, begun);
  }
  // Runs an end hook for the first `begun` callbacks and closes the scope.
  void end(Hook hook, std::int64_t index, Logs& logs, Status status,
           std::size_t begun = kEverybody) {
    if (listens(hook)) run_end(hook, index, logs, status, begun);
    close(hook, index, status);
  }
  // The same while an error is on its way: whatever is raised goes to the ledger beside it.
  void end_contained(Hook hook, std::int64_t index, Logs& logs, Status status, std::size_t begun,
                     ErrorLedger& ledger);
  // Closes the scope without any hook.
  void close(Hook hook, std::int64_t index, Status status) {
    if (state_.seams.trace != nullptr) [[unlikely]] {
      trace_scope(TraceKind::scope_end, hook, index, status);
    }
    if (hook == Hook::epoch_end) state_.epoch = -1;
    if (is_batch_hook(hook)) state_.batch_index = -1;
  }
  // on_exception for the first `begun` callbacks; what they raise goes to the ledger.
  void tell_exception(const ErrorRecord& error, std::size_t begun, ErrorLedger& ledger);

  static constexpr std::size_t kEverybody = static_cast<std::size_t>(-1);
  std::size_t size() const { return callbacks_.size(); }
  const std::vector<CallbackHandle>& callbacks() const { return callbacks_; }
  bool listens(Hook hook) const { return !lists_[static_cast<std::size_t>(hook)].empty(); }
  // With a ledger, an error is recorded there as it is raised, and what leaves a hook is Unwinding.
  // Without one the first error leaves as it is.
  void set_ledger(ErrorLedger* ledger) { ledger_ = ledger; }

 private:
  struct Listener {
    Callback* callback;
    HookTarget target;
    const std::string* name;
    std::size_t position;
  };
  void open(Hook hook, std::int64_t index) {
    if (hook == Hook::epoch_begin) state_.epoch = index;
    if (is_batch_hook(hook)) state_.batch_index = index;
    if (state_.seams.trace != nullptr) [[unlikely]] {
      trace_scope(TraceKind::scope_begin, hook, index, Status::completed);
    }
  }
  void trace_callback(std::size_t position);
  void trace_deferred(TraceKind kind, Hook hook, const std::string& callback);
  void trace_scope(TraceKind kind, Hook hook, std::int64_t index, Status status);
  void run_begin(Hook hook, std::int64_t index, std::size_t* begun);
  void run_end(Hook hook, std::int64_t index, Logs& logs, Status status, std::size_t begun);
  void begin_failed(const Listener& listener, Hook hook, std::int64_t index, std::size_t* begun);
  bool goes_on_after(const Listener& listener, Hook hook, std::int64_t index,
                     std::exception_ptr& first);
  void run_deferred(Hook hook, std::int64_t index, std::exception_ptr& first);
  void notify(const Listener& listener, Hook hook, Event& event);
  void notify_traced(const Listener& listener, Hook hook, Event& event);
  void notify_contained(const Listener& listener, Hook hook, Event& event, ErrorLedger& ledger);
  [[noreturn]] void leave(std::exception_ptr error);
  bool contain(const Listener& listener, Hook hook);
  ErrorRecord record_current(const std::string& callback, Hook hook, std::int64_t index) const;
  std::span<const Listener> listeners(Hook hook, std::size_t begun) const;
  bool own_copies() const;

  LoopState& state_;
  std::vector<CallbackHandle> callbacks_;
  std::vector<std::string> names_;
  std::array<std::vector<Listener>, kHooks> lists_;
  Logs begin_logs_;
  ErrorLedger* ledger_ = nullptr;
};

}  // namespace trainwreck
