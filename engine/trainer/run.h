#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/errors.h"
#include "engine/base/logs.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/error_ledger.h"
#include "engine/loop/loop_state.h"
#include "engine/seams/signals.h"
#include "engine/trainer/batch_feed.h"
#include "engine/trainer/step_runner.h"
#include "trainwreck/trainer.h"

namespace trainwreck {

// A stretch of a run that hooks announce and close.
struct ScopeKind {
  Hook begin;
  Hook end;
};
inline constexpr ScopeKind kTrain{Hook::train_begin, Hook::train_end};
inline constexpr ScopeKind kEpoch{Hook::epoch_begin, Hook::epoch_end};
inline constexpr ScopeKind kTrainBatch{Hook::train_batch_begin, Hook::train_batch_end};
inline constexpr ScopeKind kTest{Hook::test_begin, Hook::test_end};
inline constexpr ScopeKind kTestBatch{Hook::test_batch_begin, Hook::test_batch_end};
inline constexpr ScopeKind kPredict{Hook::predict_begin, Hook::predict_end};
inline constexpr ScopeKind kPredictBatch{Hook::predict_batch_begin, Hook::predict_batch_end};

// What fit, evaluate and predict share: a session, its callbacks, the errors, and scopes that are
// closed in whatever way the policy says, however they end.
class Run {
 public:
  // `what`: "fit", "evaluate" or "predict".
  Run(std::string_view what, Model& model, const Policy& policy, const Seams& seams, RunInfo info);

  // Opens the scope, runs `body` (which returns the scope's status) and closes it. An error is in
  // the ledger when Unwinding leaves.
  template <class Body>
  Status scope(const ScopeKind& kind, std::int64_t index, Logs& logs, Body&& body) {
    std::size_t begun = 0;
    Status status = Status::completed;
    try {
      callbacks.begin(kind.begin, index, &begun);
      if (opened_ == 0) opened_ = begun;
      status = body();
    } catch (const Death&) {
      throw;
    } catch (...) {
      close_failed(kind, index, logs, begun);
    }
    close(kind, index, logs, status);
    return status;
  }

  // One epoch of a feed: `each` gets every batch until it returns something else than completed.
  // The source hears of its epoch's end however that comes, unless the source itself is at fault.
  template <class Each>
  Status for_each_batch(BatchFeed& feed, Each&& each) {
    bool source_at_work = true;
    Status status = Status::completed;
    try {
      poll_signals();
      stepper.set_phase(Phase::source);
      feed.begin_epoch();
      while (const Batch* next = fetch(feed)) {
        source_at_work = false;
        hold(next, feed.steps_taken() - 1);
        poll_signals();
        status = each(*next);
        hold(nullptr, -1);
        if (status != Status::completed) break;
        poll_signals();
        source_at_work = true;
      }
      source_at_work = true;
      stepper.set_phase(Phase::source);
      feed.end_epoch();
      stepper.set_phase(Phase::fetch);
      return status == Status::completed ? end_of_supply(feed) : status;
    } catch (const Death&) {
      throw;
    } catch (...) {
      record_current();
      hold(nullptr, -1);
      if (!source_at_work) guarded([&] { abandon(feed); });
      throw Unwinding{};
    }
  }

  // Runs `body`; whatever it throws ends up in the ledger.
  template <class Body>
  void guarded(Body&& body) {
    try {
      body();
    } catch (const Death&) {
      throw;
    } catch (...) {
      record_current();
    }
  }

  // The whole call. A signal that comes in its very last hooks is seen as well.
  template <class Body>
  void whole(Body&& body) {
    guarded([&] {
      body();
      poll_signals();
    });
  }

  // Throws Interrupted when somebody outside asked for the end.
  void poll_signals() {
    if (const auto signal = state.seams.signals.poll()) [[unlikely]]
      interrupt(*signal);
  }
  // Makes the model's weights for the feed's first batch before training, and tries it on.
  void warm_up(BatchFeed& feed);
  // Hands the callbacks to the run; what they raise in set_session is in the ledger.
  void attach(std::vector<CallbackHandle> handles) { callbacks.attach(std::move(handles)); }
  void finish(RunResult& result);

  LoopState state;
  ErrorLedger ledger;
  CallbackList callbacks;
  StepRunner stepper;
  // Of the source that is being read; for error records.
  std::string source_name;

 private:
  void close(const ScopeKind& kind, std::int64_t index, Logs& logs, Status status);
  [[noreturn]] void close_failed(const ScopeKind& kind, std::int64_t index, Logs& logs,
                                 std::size_t begun);
  void record_current();
  [[noreturn]] void interrupt(int signal);
  const Batch* fetch(BatchFeed& feed) {
    stepper.set_phase(Phase::fetch);
    return feed.next();
  }
  void abandon(BatchFeed& feed);
  Status end_of_supply(const BatchFeed& feed);
  void hold(const Batch* next, std::int64_t index) {
    state.batch = next;
    state.batch_index = index;
  }
  void tell_exception_once();
  void collect_failed_saves();

  std::string_view what_;
  std::size_t opened_ = 0;  // callbacks that began the outermost scope
  bool told_ = false;
};

}  // namespace trainwreck
