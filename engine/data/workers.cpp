#include <utility>

#include "engine/combine/worker_source.h"
#include "engine/seams/seams.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_workers(Params& params, const BuildContext& context) {
  WorkerOptions options;
  options.workers = params.integer("workers", 2, "tasks that fetch side by side", {1, 256});
  options.queue = params.integer("queue", 8, "batches fetched ahead at most", {1, 65536});
  options.deadline = std::chrono::nanoseconds(static_cast<std::int64_t>(
      1e9 * params.number("deadline_s", 60.0, "longest wait for one batch", {0.0, 1e6})));
  std::shared_ptr<DataSource> source = read_source(params, context);
  if (!source) return nullptr;
  const std::string name = read_name(params, "workers(" + source->traits().name + ")");
  return std::make_shared<WorkerSource>(std::move(source), context.seams.executor, options, name);
}

}  // namespace

DataEntry workers() {
  return {"workers", "Fetches batches of another source ahead of their use, side by side.",
          &read_workers};
}

}  // namespace trainwreck::data
