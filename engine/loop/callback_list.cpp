#include "engine/loop/callback_list.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "engine/base/attempt.h"
#include "engine/base/errors.h"
#include "engine/loop/phase.h"
#include "engine/seams/tracer.h"

namespace trainwreck {
namespace {

// Who is being called, for as long as the call lasts.
class Current {
 public:
  Current(const std::string*& slot, const std::string* name) : slot_(slot) { slot_ = name; }
  ~Current() { slot_ = nullptr; }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;

 private:
  const std::string*& slot_;
};

// Logs that are handed round, for as long as that lasts.
class Lent {
 public:
  explicit Lent(Logs& logs) : logs_(logs) { logs_.lend(); }
  ~Lent() { logs_.take_back(); }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

 private:
  Logs& logs_;
};

}  // namespace

void CallbackList::attach(std::vector<CallbackHandle> callbacks) {
  for (std::size_t position = 0; position < callbacks.size(); ++position) {
    if (!callbacks[position]) throw ValueError(fmt::format("callbacks[{}] is null", position));
    names_.push_back(callbacks[position]->name());
  }
  callbacks_ = std::move(callbacks);
  for (std::size_t position = 0; position < callbacks_.size(); ++position) {
    const CallbackHandle& handle = callbacks_[position];
    for (std::size_t hook = 0; hook < kHooks; ++hook) {
      if ((handle.hooks() & mask_of(static_cast<Hook>(hook))) == 0) continue;
      lists_[hook].push_back(
          {handle.get(), handle.target(static_cast<Hook>(hook)), &names_[position], position});
    }
  }
  state_.callbacks = callbacks_;
  for (std::size_t position = 0; position < callbacks_.size(); ++position) {
    const Current current(state_.current_callback, &names_[position]);
    trace_callback(position);
    attempt([&] { callbacks_[position]->set_session(state_.session); },
            [&] { attaching_failed(position); });
  }
}

void CallbackList::trace_callback(std::size_t position) {
  const Tracer tracer = state_.seams.tracer();
  if (!tracer) return;
  std::string hooks;
  for (std::size_t hook = 0; hook < kHooks; ++hook) {
    if ((callbacks_[position].hooks() & mask_of(static_cast<Hook>(hook))) == 0) continue;
    hooks += fmt::format("{}{}", hooks.empty() ? "" : " ", name_of(static_cast<Hook>(hook)));
  }
  tracer.callback(
      {.callback = names_[position], .index = static_cast<std::int64_t>(position), .hooks = hooks});
}

void CallbackList::trace_begin(Hook hook, std::int64_t index) const {
  state_.seams.tracer().scope_begin({.scope = scope_of(hook),
                                     .epoch = state_.epoch,
                                     .batch = is_batch_hook(hook) ? index : -1,
                                     .step = state_.position.step});
}

void CallbackList::trace_end(Hook hook, std::int64_t index, Status status) const {
  state_.seams.tracer().scope_end({.scope = scope_of(hook),
                                   .status = name_of(status),
                                   .epoch = state_.epoch,
                                   .batch = is_batch_hook(hook) ? index : -1,
                                   .step = state_.position.step});
}

template <class Deferred>
void CallbackList::trace_deferred(Hook hook, const std::string& callback) const {
  state_.seams.tracer().deferred(
      Deferred{.hook = name_of(hook), .callback = callback, .epoch = state_.epoch});
}

std::span<const CallbackList::Listener> CallbackList::listeners(Hook hook,
                                                                std::size_t begun) const {
  const std::vector<Listener>& all = lists_[static_cast<std::size_t>(hook)];
  if (begun >= size()) [[likely]]
    return all;
  std::size_t count = 0;
  while (count < all.size() && all[count].position < begun) ++count;
  return {all.data(), count};
}

void CallbackList::run_begin(Hook hook, std::int64_t index, std::size_t* begun) {
  const Lent lent(begin_logs_);  // empty, and so again when everybody had them
  Event event{
      .session = state_.session, .index = index, .epoch = state_.epoch, .logs = begin_logs_};
  for (const Listener& listener : lists_[static_cast<std::size_t>(hook)]) {
    attempt([&] { notify(listener, hook, event); },
            [&] { begin_failed(listener, hook, index, begun); });
    if (own_copies()) begin_logs_.undo_changes();
  }
}

// Inside a handler.
void CallbackList::attaching_failed(std::size_t position) {
  if (ledger_ == nullptr) throw;
  ErrorRecord record = describe(std::current_exception());
  record.phase = name_of(Phase::set_session);
  record.callback = names_[position];
  ledger_->record(std::move(record));
  throw Unwinding{};
}

// Inside a handler.
void CallbackList::begin_failed(const Listener& listener, Hook hook, std::int64_t index,
                                std::size_t* begun) {
  if (contain(listener, hook)) return;
  if (begun != nullptr) *begun = listener.position;
  if (ledger_ != nullptr) ledger_->record(record_current(*listener.name, hook, index));
  leave(std::current_exception());
}

void CallbackList::run_end(Hook hook, std::int64_t index, Logs& logs, Status status,
                           std::size_t begun) {
  std::exception_ptr first;
  {
    const Lent lent(logs);
    Event event{.session = state_.session,
                .index = index,
                .epoch = state_.epoch,
                .logs = logs,
                .status = status};
    bool goes_on = true;
    for (const Listener& listener : listeners(hook, begun)) {
      attempt([&] { notify(listener, hook, event); },
              [&] { goes_on = goes_on_after(listener, hook, index, first); });
      if (!goes_on) break;
      if (own_copies()) logs.undo_changes();
    }
  }
  if (!state_.deferred.empty()) [[unlikely]]
    run_deferred(hook, index, first);
  if (!first) [[likely]]
    return;
  close(hook, index, ledger_ != nullptr ? ledger_->status() : Status::failed);
  leave(first);
}

// Inside a handler: whether the other callbacks get the end hook that this one failed in.
bool CallbackList::goes_on_after(const Listener& listener, Hook hook, std::int64_t index,
                                 std::exception_ptr& first) {
  if (contain(listener, hook)) return true;
  if (!first) first = std::current_exception();
  if (ledger_ != nullptr) ledger_->record(record_current(*listener.name, hook, index));
  return state_.policy.loop.end_hooks == EndHooks::closed_with_status;
}

void CallbackList::leave(std::exception_ptr error) {
  if (ledger_ != nullptr) throw Unwinding{};
  std::rethrow_exception(error);
}

// What callbacks put off until all of them had the hook; dropped when one of them raised.
void CallbackList::run_deferred(Hook hook, std::int64_t index, std::exception_ptr& first) {
  std::vector<LoopState::Deferred>& deferred = state_.deferred;
  for (std::size_t i = 0; i < deferred.size() && !first; ++i) {
    const LoopState::Deferred next = std::move(deferred[i]);
    const Current current(state_.current_callback, next.callback);
    trace_deferred<traced::DeferredBegin>(hook, *next.callback);
    attempt(next.action, [&] {
      first = std::current_exception();
      if (ledger_ != nullptr) ledger_->record(record_current(*next.callback, hook, index));
    });
    trace_deferred<traced::DeferredEnd>(hook, *next.callback);
  }
  deferred.clear();
}

void CallbackList::end_contained(Hook hook, std::int64_t index, Logs& logs, Status status,
                                 std::size_t begun, ErrorLedger& ledger) {
  {
    const Lent lent(logs);
    Event event{.session = state_.session,
                .index = index,
                .epoch = state_.epoch,
                .logs = logs,
                .status = status};
    for (const Listener& listener : listeners(hook, begun)) {
      notify_contained(listener, hook, event, ledger);
      if (own_copies()) logs.undo_changes();
    }
  }
  state_.deferred.clear();
  close(hook, index, status);
}

void CallbackList::tell_exception(const ErrorRecord& error, std::size_t begun,
                                  ErrorLedger& ledger) {
  begin_logs_.clear();
  Event event{.session = state_.session,
              .index = error.epoch,
              .epoch = error.epoch,
              .logs = begin_logs_,
              .status = ledger.status(),
              .error = &error};
  for (const Listener& listener : listeners(Hook::exception, begun)) {
    notify_contained(listener, Hook::exception, event, ledger);
  }
}

void CallbackList::notify(const Listener& listener, Hook hook, Event& event) {
  const Current current(state_.current_callback, listener.name);
  if (!state_.seams.tracer()) [[likely]] {
    listener.target(*listener.callback, event);
  } else {
    notify_traced(listener, hook, event);
  }
}

void CallbackList::notify_traced(const Listener& listener, Hook hook, Event& event) {
  const Tracer tracer = state_.seams.tracer();
  const std::int64_t batch = is_batch_hook(hook) ? event.index : -1;
  tracer.hook_begin({.hook = name_of(hook),
                     .callback = *listener.name,
                     .index = static_cast<std::int64_t>(listener.position),
                     .status = is_end_hook(hook) ? name_of(event.status) : std::string_view(),
                     .epoch = event.epoch,
                     .batch = batch});
  traced::HookEnd end{.hook = name_of(hook),
                      .callback = *listener.name,
                      .index = static_cast<std::int64_t>(listener.position),
                      .epoch = event.epoch,
                      .batch = batch};
  attempt([&] { listener.target(*listener.callback, event); },
          [&] {
            const ErrorRecord raised = describe(std::current_exception());
            end.error = raised.type;
            tracer.hook_end(end);
            throw;
          });
  tracer.hook_end(end);
}

void CallbackList::notify_contained(const Listener& listener, Hook hook, Event& event,
                                    ErrorLedger& ledger) {
  attempt([&] { notify(listener, hook, event); },
          [&] { ledger.record(record_current(*listener.name, hook, event.index)); });
}

// Inside a handler: whether the policy lets the run live with what this callback raised.
bool CallbackList::contain(const Listener& listener, Hook hook) {
  if (state_.policy.loop.inessential_errors != InessentialErrors::contained) return false;
  if (listener.callback->essential()) return false;
  const ErrorRecord raised = describe(std::current_exception());
  state_.seams.tracer().policy({.choice = traced::Choosing::contained,
                                .who = *listener.name,
                                .reason = raised.type,
                                .epoch = state_.epoch,
                                .batch = state_.batch_index});
  state_.session.warn("callback.contained",
                      fmt::format("{} in {} of {} is contained: {}", raised.type, name_of(hook),
                                  *listener.name, raised.message));
  return true;
}

ErrorRecord CallbackList::record_current(const std::string& callback, Hook hook,
                                         std::int64_t index) const {
  ErrorRecord record = describe(std::current_exception());
  record.phase = name_of(hook);
  record.callback = callback;
  record.epoch = state_.epoch;
  record.batch = is_batch_hook(hook) ? index : -1;
  return record;
}

bool CallbackList::own_copies() const { return state_.policy.loop.logs == LogsSharing::own_copy; }

}  // namespace trainwreck
