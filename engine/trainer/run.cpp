#include "engine/trainer/run.h"

#include <fmt/format.h>

#include <exception>

#include "engine/loop/background_saves.h"
#include "engine/seams/tracer.h"

namespace trainwreck {

Run::Run(std::string_view what, Model& model, const Policy& policy, const Seams& seams,
         RunInfo info)
    : state(model, policy, seams),
      callbacks(state),
      stepper(model, policy, seams),
      source_name(info.source),
      what_(what) {
  state.info = std::move(info);
  callbacks.set_ledger(&ledger);
  stepper.set_phase(Phase::prepare);
  state.seams.tracer().run_begin({.call = Word<traced::Call>(what_),
                                  .source = source_name,
                                  .seed = static_cast<std::int64_t>(state.info.seed)});
}

void Run::warm_up(BatchFeed& feed) {
  stepper.set_phase(Phase::fetch);
  const Batch* first = feed.peek();
  if (first == nullptr) {
    throw ValueError(fmt::format("{} gave no batch to build the model from", source_name));
  }
  stepper.warm_up(*first);
}

void Run::close(const ScopeKind& kind, std::int64_t index, Logs& logs, Status status) {
  try {
    callbacks.end(kind.end, index, logs, status);
  } catch (const Unwinding&) {
    tell_exception_once();
    throw;
  }
}

// Inside a handler. Logs of a scope that failed are empty: what was computed so far is not what the
// scope would have reported.
void Run::close_failed(const ScopeKind& kind, std::int64_t index, Logs& logs, std::size_t begun) {
  record_current();
  const Status status = ledger.status();
  if (state.policy.loop.end_hooks == EndHooks::skipped_on_failure) {
    callbacks.close(kind.end, index, status);
    throw Unwinding{};
  }
  if (opened_ == 0) opened_ = begun;
  tell_exception_once();
  logs.clear();
  callbacks.end_contained(kind.end, index, logs, status, begun, ledger);
  throw Unwinding{};
}

void Run::tell_exception_once() {
  if (told_ || state.policy.loop.end_hooks == EndHooks::skipped_on_failure) return;
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
    record.phase = name_of(stepper.phase());
    record.source = source_name;
    record.epoch = state.epoch;
    record.batch = state.batch_index;
    ledger.record(std::move(record));
  }
}

void Run::interrupt(int signal) {
  state.seams.tracer().signal({.number = signal, .epoch = state.epoch, .batch = state.batch_index});
  stepper.set_phase(Phase::signal);
  throw Interrupted(signal);
}

// The source is sound, something else was not.
void Run::abandon(BatchFeed& feed) {
  if (state.policy.data.source_epoch_end != SourceEpochEnd::once_per_epoch) return;
  stepper.set_phase(Phase::source);
  feed.end_epoch();
}

Status Run::end_of_supply(const BatchFeed& feed) {
  const Policy& policy = state.policy;
  const bool dry = feed.supply() == Supply::dry;
  if (dry && policy.data.exhausted == Exhausted::error) throw DataExhausted(feed.shortage());
  const bool ends_here =
      dry && policy.data.exhausted == Exhausted::ends_run && state.position.step > 0;
  if (feed.steps_taken() == 0 && policy.loop.empty_epoch == EmptyEpoch::refused && !ends_here) {
    throw DataExhausted(fmt::format("{} gave no batch at all", source_name));
  }
  return dry && policy.data.exhausted != Exhausted::warns_and_goes_on ? Status::exhausted
                                                                      : Status::completed;
}

// Of a save that failed after the last hook of whoever wanted it somebody must still hear.
void Run::collect_failed_saves() {
  if (state.policy.checkpoint.saved_by == SavedBy::the_loop) return;
  state.saves.finish();
  for (BackgroundSaves::Failure& failure : state.saves.take_failures()) {
    ErrorRecord record = describe(failure.error);
    record.phase = name_of(Phase::save);
    record.callback = std::move(failure.callback);
    ledger.record(std::move(record));
  }
}

void Run::finish(RunResult& result) {
  collect_failed_saves();
  result.error = ledger.primary();
  result.suppressed = ledger.suppressed();
  result.warnings = state.warnings;
  if (!ledger.empty()) result.status = ledger.status();
  state.seams.tracer().run_end(
      {.call = what_,
       .status = name_of(result.status),
       .error = result.error ? std::string_view(result.error->type) : std::string_view(),
       .suppressed = static_cast<std::int64_t>(result.suppressed.size()),
       .steps = state.position.step});
}

}  // namespace trainwreck
