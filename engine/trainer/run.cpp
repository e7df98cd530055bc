#include "engine/trainer/run.h"

#include <exception>

namespace trainwreck {

Run::Run(Model& model, const Policy& policy, const Seams& seams, RunInfo info,
         std::vector<CallbackHandle> handles)
    : session(model, policy, seams),
      callbacks((session.info_ = std::move(info), session), std::move(handles)),
      stepper(model, policy, seams) {
  callbacks.set_ledger(&ledger);
}

void Run::write_scope(TraceKind event, const ScopeKind& kind, std::int64_t index, Status status) {
  const bool of_epoch = kind.begin == Hook::epoch_begin;
  const bool whole = index < 0;
  session.seams().trace->record(
      {.kind = event,
       .epoch = of_epoch ? index : epoch,
       .batch = of_epoch || whole ? -1 : index,
       .step = session.position().step,
       .what = kind.name,
       .detail = event == TraceKind::scope_end ? name_of(status) : std::string_view()});
}

void Run::close(const ScopeKind& kind, std::int64_t index, Logs& logs, Status status) {
  try {
    callbacks.end(kind.end, index, logs, status);
  } catch (const Unwinding&) {
    if (session.policy().loop.end_hooks == EndHooks::closed_with_status) {
      tell_exception_once();
    }
    trace_scope(TraceKind::scope_end, kind, index, ledger.status());
    throw;
  }
  trace_scope(TraceKind::scope_end, kind, index, status);
}

// Inside a handler. Logs of a scope that failed are empty: what was computed so far is not what the
// scope would have reported.
void Run::close_failed(const ScopeKind& kind, std::int64_t index, Logs& logs, std::size_t begun) {
  record_current();
  const Status status = ledger.status();
  if (session.policy().loop.end_hooks == EndHooks::closed_with_status) {
    if (opened_ == 0) opened_ = begun;
    tell_exception_once();
    logs.clear();
    callbacks.end_contained(kind.end, index, logs, status, begun, ledger);
  }
  trace_scope(TraceKind::scope_end, kind, index, status);
  throw Unwinding{};
}

void Run::tell_exception_once() {
  if (told_) return;
  told_ = true;
  callbacks.tell_exception(*ledger.primary(), opened_, ledger);
}

void Run::record_current() {
  try {
    throw;
  } catch (const Unwinding&) {
    return;
  } catch (...) {
    ErrorRecord record = describe(std::current_exception());
    record.phase = stepper.phase();
    record.source = source_name;
    record.epoch = epoch;
    record.batch = batch;
    ledger.record(std::move(record));
  }
}

void Run::interrupt(int signal) {
  trace({.kind = TraceKind::signal, .epoch = epoch, .batch = batch, .number = signal});
  stepper.set_phase("signal");
  throw Interrupted(signal);
}

void Run::finish(RunResult& result) {
  result.error = ledger.primary();
  result.suppressed = ledger.suppressed();
  result.warnings = session.warnings();
  if (!ledger.empty()) result.status = ledger.status();
  trace({.kind = TraceKind::run_end,
         .step = session.position().step,
         .number = static_cast<std::int64_t>(result.suppressed.size()),
         .what = result.error ? std::string_view(result.error->type) : std::string_view(),
         .detail = name_of(result.status)});
}

}  // namespace trainwreck
