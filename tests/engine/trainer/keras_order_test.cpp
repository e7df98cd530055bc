#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/marker_scene.h"

// Method: each test is one case of Keras's own recordings (keras profile), with their numbers.
namespace trainwreck::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

std::vector<double> history_of(const FitResult& result, std::string_view name) {
  return result.history.values(name);
}

TEST(KerasOrder, HooksRunInListOrderAndEndsAreNotReversed) {
  Scene scene(keras());
  scene.probe->shown = true;
  const FitResult result = scene.fit(*marker_arrays(2), {"A", "B"});
  EXPECT_EQ(scene.events.text(),
            "A.on_train_begin() B.on_train_begin() A.on_epoch_begin(0) B.on_epoch_begin(0) "
            "A.on_train_batch_begin(0) B.on_train_batch_begin(0) step[0] "
            "A.on_train_batch_end(0) B.on_train_batch_end(0) "
            "A.on_train_batch_begin(1) B.on_train_batch_begin(1) step[1] "
            "A.on_train_batch_end(1) B.on_train_batch_end(1) "
            "A.on_epoch_end(0) B.on_epoch_end(0) A.on_train_end() B.on_train_end()");
  EXPECT_EQ(result.status, Status::completed);
}

TEST(KerasOrder, LossesAreThoseThatKerasRecorded) {
  Scene scene(keras());
  const FitResult result = scene.run(*marker_arrays(3), {.epochs = 2});
  EXPECT_THAT(history_of(result, "loss"),
              ElementsAre(DoubleNear(0.6679947, 1e-6), DoubleNear(0.6626723, 1e-6)));
  EXPECT_THAT(history_of(result, "mae"),
              ElementsAre(DoubleNear(0.6679959, 1e-6), DoubleNear(0.6653361, 1e-6)));
}

}  // namespace
}  // namespace trainwreck::testing
