#include "engine/trainer/run.h"

#include <fmt/format.h>

#include <exception>

#include "engine/loop/background_saves.h"
#include "engine/seams/tracer.h"

namespace trainwreck {

Run::Run(std::string_view what, Model& model, const Policy& policy, const Seams& seams,
         RunInfo info)
    : state_(model, policy, seams),
      callbacks_(state_),
      stepper_(model, policy, seams),
      source_name_(info.source),
      what_(what) {
  state_.info = std::move(info);
  callbacks_.set_ledger(&ledger_);
  enter(Phase::prepare);
  state_.seams.tracer().run_begin({.call = Word<traced::Call>(what_),
                                   .source = source_name_,
                                   .seed = static_cast<std::int64_t>(state_.info.seed)});
}

void Run::warm_up(BatchFeed& feed) {
  enter(Phase::fetch);
  const Batch* first = feed.peek();
  if (first == nullptr) {
    throw ValueError(fmt::format("{} gave no batch to build the model from", source_name_));
  }
  stepper_.warm_up(*first);
}

void Run::close(const ScopeKind& kind, std::int64_t index, Logs& logs, Status status) {
  try {
    callbacks_.end(kind.end, index, logs, status);
  } catch (const Unwinding&) {
    tell_exception_once();
    throw;
  }
}

// Inside a handler. Logs of a scope that failed are empty: what was computed so far is not what the
// scope would have reported.
void Run::close_failed(const ScopeKind& kind, std::int64_t index, Logs& logs, std::size_t begun) {
  record_current();
  const Status status = ledger_.status();
  if (state_.policy.loop.end_hooks == EndHooks::skipped_on_failure) {
    callbacks_.close(kind.end, index, status);
    throw Unwinding{};
  }
  if (opened_ == 0) opened_ = begun;
  tell_exception_once();
  logs.clear();
  callbacks_.end_contained(kind.end, index, logs, status, begun, ledger_);
  throw Unwinding{};
}

void Run::tell_exception_once() {
  if (told_ || state_.policy.loop.end_hooks == EndHooks::skipped_on_failure) return;
  told_ = true;
  callbacks_.tell_exception(*ledger_.primary(), opened_, ledger_);
}

void Run::record_current() {
  try {
    throw;
  } catch (const Unwinding&) {
    return;
  } catch (...) {
    ErrorRecord record = describe(std::current_exception());
    record.phase = name_of(stepper_.phase());
    record.source = source_name_;
    record.epoch = state_.epoch;
    record.batch = state_.batch_index;
    ledger_.record(std::move(record));
  }
}

void Run::interrupt(int signal) {
  state_.seams.tracer().signal(
      {.number = signal, .epoch = state_.epoch, .batch = state_.batch_index});
  enter(Phase::signal);
  throw Interrupted(signal);
}

// The source is sound, something else was not.
void Run::abandon(BatchFeed& feed) {
  if (state_.policy.data.source_epoch_end != SourceEpochEnd::once_per_epoch) return;
  enter(Phase::source);
  feed.end_epoch();
}

Status Run::end_of_supply(const BatchFeed& feed) {
  const Policy& policy = state_.policy;
  const bool dry = feed.supply() == Supply::dry;
  if (dry && policy.data.exhausted == Exhausted::error) throw DataExhausted(feed.shortage());
  const bool ends_here =
      dry && policy.data.exhausted == Exhausted::ends_run && state_.position.step > 0;
  if (feed.steps_taken() == 0 && policy.loop.empty_epoch == EmptyEpoch::refused && !ends_here) {
    throw DataExhausted(fmt::format("{} gave no batch at all", source_name_));
  }
  return dry && policy.data.exhausted != Exhausted::warns_and_goes_on ? Status::exhausted
                                                                      : Status::completed;
}

// Of a save that failed after the last hook of whoever wanted it somebody must still hear.
void Run::collect_failed_saves() {
  if (state_.policy.checkpoint.saved_by == SavedBy::the_loop) return;
  state_.saves.finish();
  for (BackgroundSaves::Failure& failure : state_.saves.take_failures()) {
    ErrorRecord record = describe(failure.error);
    record.phase = name_of(Phase::save);
    record.callback = std::move(failure.callback);
    ledger_.record(std::move(record));
  }
}

void Run::finish(RunResult& result) {
  collect_failed_saves();
  result.error = ledger_.primary();
  result.suppressed = ledger_.suppressed();
  result.warnings = state_.warnings;
  if (!ledger_.empty()) result.status = ledger_.status();
  state_.seams.tracer().run_end(
      {.call = what_,
       .status = name_of(result.status),
       .error = result.error ? std::string_view(result.error->type) : std::string_view(),
       .suppressed = static_cast<std::int64_t>(result.suppressed.size()),
       .steps = state_.position.step});
}

}  // namespace trainwreck
