#include "engine/trainer/validation.h"

#include <utility>

namespace trainwreck {

Validation::Validation(Run& run, RunningMetrics& metrics, DataSource& data,
                       std::optional<std::int64_t> steps, std::uint64_t seed)
    : run_(run),
      metrics_(metrics),
      feed_(data, {.steps = steps, .seed = seed}, run.state().session) {}

void Validation::warm_up() { run_.warm_up(feed_); }

void Validation::rewind() {
  run_.enter(Phase::source);
  feed_.reset();
}

Status Validation::evaluate(Logs& logs) {
  std::string outer_source = run_.read_from(feed_.traits().name);
  run_.state().stop_evaluating = false;
  const Status status = run_.scope(kTest, -1, logs, [&] {
    metrics_.reset();
    const Status ended =
        run_.for_each_batch(feed_, [&](const Batch& batch) { return one_batch(batch, logs); });
    metrics_.write(logs);
    return ended;
  });
  run_.read_from(std::move(outer_source));
  return status;
}

Status Validation::one_batch(const Batch& batch, Logs& logs) {
  run_.stepper().receive(batch, true);
  run_.scope(kTestBatch, run_.state().batch_index, logs, [&] {
    run_.stepper().test(batch);
    if (run_.state().policy.loop.interrupts == Interrupts::in_mid_batch) run_.poll_signals();
    run_.stepper().count(batch, metrics_);
    metrics_.write(logs);
    return Status::completed;
  });
  return run_.state().stop_evaluating ? Status::stopped : Status::completed;
}

}  // namespace trainwreck
