#include "engine/trainer/validation.h"

namespace trainwreck {

Validation::Validation(Run& run, MetricKeeper& metrics, DataSource& data,
                       std::optional<std::int64_t> steps, std::uint64_t seed)
    : run_(run), metrics_(metrics), feed_(data, {.steps = steps, .seed = seed}, run.session) {}

void Validation::build_from_first_batch() {
  if (const Batch* first = feed_.peek()) run_.stepper.build(*first);
}

Status Validation::evaluate(Logs& logs) {
  const std::string_view outer_source = run_.source_name;
  run_.source_name = feed_.traits().name;
  run_.stepper.set_phase("source");
  feed_.reset();
  const Status status = run_.scope(kTest, -1, logs, [&] {
    run_.session.stop_evaluating_ = false;
    metrics_.reset();
    const Status ended =
        run_.deal(feed_, [&](const Batch& batch) { return one_batch(batch, logs); });
    metrics_.write(logs);
    return ended;
  });
  run_.source_name = outer_source;
  return status;
}

Status Validation::one_batch(const Batch& batch, Logs& logs) {
  run_.scope(kTestBatch, run_.batch, logs, [&] {
    run_.stepper.test(batch, metrics_);
    metrics_.write(logs);
    return Status::completed;
  });
  return run_.session.stop_evaluating_ ? Status::stopped : Status::completed;
}

}  // namespace trainwreck
