#include "engine/loop/callback_list.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "engine/base/errors.h"
#include "engine/loop/phase.h"
#include "engine/seams/trace.h"

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
    if (state_.seams.trace != nullptr) trace_callback(position);
    try {
      callbacks_[position]->set_session(state_.session);
    } catch (const Death&) {
      throw;
    } catch (...) {
      if (ledger_ == nullptr) throw;
      ErrorRecord record = describe(std::current_exception());
      record.phase = name_of(Phase::set_session);
      record.callback = names_[position];
      ledger_->record(std::move(record));
      throw Unwinding{};
    }
  }
}

void CallbackList::trace_callback(std::size_t position) {
  std::string hooks;
  for (std::size_t hook = 0; hook < kHooks; ++hook) {
    if ((callbacks_[position].hooks() & mask_of(static_cast<Hook>(hook))) == 0) continue;
    hooks += fmt::format("{}{}", hooks.empty() ? "" : " ", name_of(static_cast<Hook>(hook)));
  }
  state_.seams.trace->record({.kind = TraceKind::callback,
                              .number = static_cast<std::int64_t>(position),
                              .who = names_[position],
                              .detail = hooks});
}

void CallbackList::trace_scope(TraceKind kind, Hook hook, std::int64_t index, Status status) {
  state_.seams.trace->record(
      {.kind = kind,
       .epoch = state_.epoch,
       .batch = is_batch_hook(hook) ? index : -1,
       .step = state_.position.step,
       .what = scope_of(hook),
       .detail = kind == TraceKind::scope_end ? name_of(status) : std::string_view()});
}

void CallbackList::trace_deferred(TraceKind kind, Hook hook, const std::string& callback) {
  if (state_.seams.trace == nullptr) return;
  state_.seams.trace->record(
      {.kind = kind, .epoch = state_.epoch, .what = name_of(hook), .who = callback});
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
    try {
      notify(listener, hook, event);
    } catch (const Death&) {
      throw;
    } catch (...) {
      begin_failed(listener, hook, index, begun);
    }
    if (own_copies()) begin_logs_.undo_changes();
  }
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
    for (const Listener& listener : listeners(hook, begun)) {
      try {
        notify(listener, hook, event);
      } catch (const Death&) {
        throw;
      } catch (...) {
        if (!goes_on_after(listener, hook, index, first)) break;
      }
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
    trace_deferred(TraceKind::deferred_begin, hook, *next.callback);
    try {
      next.action();
      trace_deferred(TraceKind::deferred_end, hook, *next.callback);
    } catch (const Death&) {
      throw;
    } catch (...) {
      first = std::current_exception();
      trace_deferred(TraceKind::deferred_end, hook, *next.callback);
      if (ledger_ != nullptr) ledger_->record(record_current(*next.callback, hook, index));
    }
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
  if (state_.seams.trace == nullptr) [[likely]] {
    listener.target(*listener.callback, event);
  } else {
    notify_traced(listener, hook, event);
  }
}

void CallbackList::notify_traced(const Listener& listener, Hook hook, Event& event) {
  TraceSink& trace = *state_.seams.trace;
  TraceEvent line{.kind = TraceKind::hook_begin,
                  .epoch = event.epoch,
                  .batch = is_batch_hook(hook) ? event.index : -1,
                  .number = static_cast<std::int64_t>(listener.position),
                  .what = name_of(hook),
                  .who = *listener.name};
  if (is_end_hook(hook)) line.detail = name_of(event.status);
  trace.record(line);
  line.kind = TraceKind::hook_end;
  line.detail = "ok";
  try {
    listener.target(*listener.callback, event);
  } catch (const Death&) {
    throw;
  } catch (...) {
    const ErrorRecord raised = describe(std::current_exception());
    line.detail = raised.type;
    trace.record(line);
    throw;
  }
  trace.record(line);
}

void CallbackList::notify_contained(const Listener& listener, Hook hook, Event& event,
                                    ErrorLedger& ledger) {
  try {
    notify(listener, hook, event);
  } catch (const Death&) {
    throw;
  } catch (...) {
    ledger.record(record_current(*listener.name, hook, event.index));
  }
}

// Inside a handler: whether the policy lets the run live with what this callback raised.
bool CallbackList::contain(const Listener& listener, Hook hook) {
  if (state_.policy.loop.inessential_errors != InessentialErrors::contained) return false;
  if (listener.callback->essential()) return false;
  const ErrorRecord raised = describe(std::current_exception());
  if (state_.seams.trace != nullptr) {
    state_.seams.trace->record({.kind = TraceKind::policy,
                                .epoch = state_.epoch,
                                .batch = state_.batch_index,
                                .what = "contained",
                                .who = *listener.name,
                                .detail = raised.type});
  }
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
