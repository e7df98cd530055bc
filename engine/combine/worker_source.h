#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/combine/ordered_fetcher.h"
#include "engine/seams/executor.h"
#include "trainwreck/data.h"

namespace trainwreck {

struct WorkerOptions {
  std::int64_t workers = 2;
  std::int64_t queue = 8;  // batches fetched or being fetched but not yet asked for
  Executor::Deadline deadline = std::chrono::seconds(60);  // for the wait for one batch
};

// Fetches batches of another source ahead of their use on tasks of an Executor, and gives the same
// batches in the same order with any number of workers. What is thrown while batch k is fetched is
// thrown when batch k is asked for.
//
// Batches by index are fetched in the order of shuffled_order(), in which a loop asks for them; any
// other request is served too, but drops what was fetched ahead. A source that is not thread_safe,
// and every stream, is fetched from by one task at a time. Tasks end with the epoch, the next pass
// or this object. Before the source hears of either they have ended, so it is never called from two
// places. Throws Timeout when a batch does not arrive in time.
class WorkerSource final : public DataSource {
 public:
  // The executor must outlive the source. Without a name, "workers(the source's)".
  WorkerSource(std::shared_ptr<DataSource> source, Executor& executor, WorkerOptions options = {},
               const std::string& name = {});

  SourceTraits traits() const override;
  // As the source told it when it was last asked: at the start, and around its epochs and passes.
  std::optional<std::int64_t> length() const override { return length_; }
  void start_pass(const Pass& pass) override;
  void settle_batch_size(std::optional<std::int64_t> steps, ZeroBatchSize zero) override;
  bool fetch(std::int64_t index, Batch& out) override;
  void on_epoch_begin() override;
  void on_epoch_end() override;
  std::shared_ptr<DataSource> split_off(double fraction) override;
  void rejoin() override;
  // Ends all tasks now. The next fetch starts them again.
  void stop() { fetcher_.halt(); }

 private:
  bool random() const { return traits_.access == Access::random; }
  void go_on_at(std::int64_t position);
  bool follow(std::int64_t index);

  std::shared_ptr<DataSource> source_;
  std::string name_;
  Executor& executor_;
  WorkerOptions options_;
  SourceTraits traits_;  // the source's own
  std::optional<std::int64_t> length_;
  std::vector<std::int64_t> order_;  // of indices; empty: 0, 1, 2, ...
  OrderedFetcher fetcher_;           // last: its tasks use what stands above
};

}  // namespace trainwreck
