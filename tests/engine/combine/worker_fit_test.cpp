// Workers guess in which order fit will ask; here that guess is held against fit itself.
#include <gtest/gtest.h>

#include <atomic>

#include "engine/combine/worker_source.h"
#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "engine/sources/function_source.h"
#include "tests/engine/model/small_models.h"
#include "tests/engine/sources/support.h"
#include "trainwreck/trainer.h"

namespace trainwreck {
namespace {

constexpr std::int64_t kBatches = 12;

struct Trained {
  std::vector<float> weights;
  std::int64_t fetched = 0;
};

Trained train(bool with_workers) {
  RealWorld world;
  std::atomic<std::int64_t> fetched = 0;
  std::shared_ptr<DataSource> data =
      from_sequence_fn(kBatches, [&](std::int64_t index, Batch& out) {
        ++fetched;
        out.x = Tensor({2, 1}, static_cast<float>(index));
        out.y = Tensor({2, 1}, static_cast<float>(index % 3));
      });
  if (with_workers) data = std::make_shared<WorkerSource>(data, world.seams().executor);
  Model model(testing::stack(layers::make_dense({.units = 1})), 1);
  model.compile(optimizers::make_sgd({}), losses::make_mse(), {});
  Trainer trainer(model, world.seams());
  const FitResult result = trainer.fit(*data, {.epochs = 3});
  EXPECT_EQ(result.steps, 3 * kBatches);
  const auto values = model.parameters().values();
  return {{values.begin(), values.end()}, fetched};
}

TEST(WorkerFit, ChangesNothingAndFetchesNoBatchTwice) {
  const Trained plain = train(false);
  const Trained ahead = train(true);
  EXPECT_EQ(ahead.weights, plain.weights);
  EXPECT_EQ(ahead.fetched, plain.fetched);
}

}  // namespace
}  // namespace trainwreck
