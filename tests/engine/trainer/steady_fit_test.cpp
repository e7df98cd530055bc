#include <gtest/gtest.h>

#include "engine/callbacks/history.h"
#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/metrics/metrics.h"
#include "engine/optimizers/optimizers.h"
#include "engine/sources/array_source.h"
#include "tests/support/malloc_count.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

// Looks at the heap at the end of every batch.
class HeapWatch final : public Callback {
 public:
  std::string name() const override { return "heap_watch"; }
  void on_train_batch_end(Event& event) override {
    const std::int64_t now = count_.so_far();
    if (event.index > 0) most_ = std::max(most_, now - last_);
    last_ = count_.so_far();
  }
  std::int64_t most() const { return most_; }

 private:
  AllocationCount count_;
  std::int64_t last_ = 0;
  std::int64_t most_ = 0;
};

// Method: from the second epoch on every buffer has its size, so no batch between the first and the
// last of an epoch may ask the heap for anything, callbacks and History included.
std::int64_t most_allocations_per_batch(const Policy& policy, bool shuffle) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 16, .activation = Activation::relu}));
  layers.push_back(layers::make_dense({.units = 1}));
  Model model(std::move(layers), 3);
  std::vector<std::unique_ptr<Metric>> metrics;
  metrics.push_back(metrics::make_mae());
  model.compile(optimizers::make_adam(), losses::make_mse(), std::move(metrics));
  ArrayData data{Tensor({70, 8}, 0.5F), Tensor({70, 1}, 1.0F), {}};
  ArraySource source(std::move(data), {.batch_size = 8});
  RealWorld world;
  Trainer trainer(model, world.seams(), policy);
  EXPECT_TRUE(trainer.fit(source, {.epochs = 1, .shuffle = shuffle}).ok());
  const auto watch = std::make_shared<HeapWatch>();
  FitOptions options{.epochs = 3, .initial_epoch = 1, .shuffle = shuffle};
  options.callbacks = {watch, std::make_shared<HistoryCallback>()};
  EXPECT_TRUE(trainer.fit(source, options).ok());
  return watch->most();
}

TEST(SteadyFit, ABatchAllocatesNothing) {
  if (!AllocationCount::works()) GTEST_SKIP() << "a sanitizer has malloc to itself";
  EXPECT_EQ(most_allocations_per_batch(hardened(), false), 0);
  EXPECT_EQ(most_allocations_per_batch(hardened(), true), 0);
  EXPECT_EQ(most_allocations_per_batch(keras(), true), 0);
}

}  // namespace
}  // namespace trainwreck::testing
