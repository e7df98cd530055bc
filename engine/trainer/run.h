#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/attempt.h"
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
    attempt(
        [&] {
          callbacks_.begin(kind.begin, index, &begun);
          if (opened_ == 0) opened_ = begun;
          status = body();
        },
        [&] { close_failed(kind, index, logs, begun); });
    close(kind, index, logs, status);
    return status;
  }

  // One epoch of a feed: `each` gets every batch until it returns something else than completed.
  // The source hears of its epoch's end however that comes, unless the source itself is at fault.
  template <class Each>
  Status for_each_batch(BatchFeed& feed, Each&& each) {
    bool source_at_work = true;
    Status status = Status::completed;
    attempt([&] { status = give_each(feed, each, source_at_work); },
            [&] {
              record_current();
              hold(nullptr, -1);
              if (!source_at_work) guarded([&] { abandon(feed); });
              throw Unwinding{};
            });
    return status;
  }

  // Runs `body`; whatever it throws ends up in the ledger.
  template <class Body>
  void guarded(Body&& body) {
    attempt(body, [&] { record_current(); });
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
    if (const auto signal = state_.seams.signals.poll()) [[unlikely]]
      interrupt(*signal);
  }
  // Makes the model's weights for the feed's first batch before training, and tries it on.
  void warm_up(BatchFeed& feed);
  // Hands the callbacks to the run; what they raise in set_session is in the ledger.
  void attach(std::vector<CallbackHandle> handles) { callbacks_.attach(std::move(handles)); }
  void finish(RunResult& result);

  // What is being done from now on, for error records.
  void enter(Phase phase) { stepper_.set_phase(phase); }
  // Batches come from this source from now on. Returns whose they were.
  std::string read_from(std::string source) {
    return std::exchange(source_name_, std::move(source));
  }
  const std::string& source_name() const { return source_name_; }
  bool listens(Hook hook) const { return callbacks_.listens(hook); }

  // How far the run has come; whoever drives the loop writes it.
  LoopState& state() { return state_; }
  StepRunner& stepper() { return stepper_; }

 private:
  void close(const ScopeKind& kind, std::int64_t index, Logs& logs, Status status);
  [[noreturn]] void close_failed(const ScopeKind& kind, std::int64_t index, Logs& logs,
                                 std::size_t begun);
  void record_current();
  [[noreturn]] void interrupt(int signal);
  template <class Each>
  Status give_each(BatchFeed& feed, Each& each, bool& source_at_work) {
    poll_signals();
    enter(Phase::source);
    feed.begin_epoch();
    Status status = Status::completed;
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
    enter(Phase::source);
    feed.end_epoch();
    enter(Phase::fetch);
    return status == Status::completed ? end_of_supply(feed) : status;
  }
  const Batch* fetch(BatchFeed& feed) {
    enter(Phase::fetch);
    return feed.next();
  }
  void abandon(BatchFeed& feed);
  Status end_of_supply(const BatchFeed& feed);
  void hold(const Batch* next, std::int64_t index) {
    state_.batch = next;
    state_.batch_index = index;
  }
  void tell_exception_once();
  void collect_failed_saves();

  LoopState state_;
  ErrorLedger ledger_;
  CallbackList callbacks_;
  StepRunner stepper_;
  std::string source_name_;  // that is being read
  std::string_view what_;
  std::size_t opened_ = 0;  // callbacks that began the outermost scope
  bool told_ = false;
};

}  // namespace trainwreck
