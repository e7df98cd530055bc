#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/brittle_parts.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

// A fit of two epochs of three batches with validation, in a world that refuses its n-th
// reservation.
FitResult fit_refusing(Scene& scene, std::int64_t refuses) {
  scene.memory.refuses = refuses;
  scene.memory.asked = 0;
  return scene.fit(*marker_arrays(3), {"A"}, {.epochs = 2, .validation = marker_arrays(1, 9)});
}

// Method: refuse the first reservation, then the second, and so on, until a fit no longer reaches
// the one to refuse. That last fit shows that the sweep covered every reservation.
TEST(OutOfMemory, AtEveryReservationLeavesTheLastTakenStep) {
  std::set<MemoryPurpose> seen;
  std::int64_t nth = 0;
  for (;; ++nth) {
    Scene scene;
    std::vector<float> committed;
    // Weights, slots and counters at the end of the last batch that was stepped.
    scene.recorder("A").on(Hook::train_batch_end, RecordingCallback::kAny, [&](Event& event) {
      if (event.status == Status::completed) committed = scene.state();
    });
    const FitResult result = fit_refusing(scene, nth);
    if (result.ok()) break;
    seen.insert(scene.memory.refused);
    ASSERT_EQ(result.error->type, "OutOfMemory") << nth;
    EXPECT_EQ(result.error->message.substr(0, 18), "out of memory for ") << nth;
    EXPECT_EQ(result.error->source, "arrays");
    if (!committed.empty()) {
      EXPECT_EQ(scene.state(), committed) << nth;
    } else {
      EXPECT_EQ(scene.state(), (std::vector<float>{1.0F, 0.0F, 0.0F, 0.001F})) << nth;
    }
    EXPECT_EQ(scene.memory.in_use(), 0) << nth;
    EXPECT_EQ(scene.events.count("A.on_train_end():failed"), 1) << nth;
    EXPECT_EQ(result.steps, scene.model->optimizer().iterations()) << nth;
  }
  EXPECT_EQ(nth, 6 * 4 + 2 * 2);  // four phases of a step, two of a test batch
  EXPECT_EQ(seen, (std::set<MemoryPurpose>{MemoryPurpose::batch, MemoryPurpose::forward,
                                           MemoryPurpose::backward, MemoryPurpose::apply}));
}

TEST(OutOfMemory, AFitAfterItEqualsOneThatNothingHappenedTo) {
  for (std::int64_t nth = 0; nth < 4; ++nth) {  // the first step: nothing was learnt before
    Scene struck;
    ASSERT_FALSE(fit_refusing(struck, nth).ok());
    const FitResult again = fit_refusing(struck, -1);
    Scene clean;
    const FitResult first = fit_refusing(clean, -1);
    EXPECT_EQ(again.status, Status::completed);
    EXPECT_EQ(again.history, first.history) << nth;
    EXPECT_EQ(struck.state(), clean.state()) << nth;
  }
}

TEST(OutOfMemory, ForASnapshotStrikesBeforeTheStepThatNeedsIt) {
  Scene scene;
  Tripwire wire;
  scene.model->compile(std::make_unique<WiredOptimizer>(wire, false), losses::make_mse(), {});
  scene.memory.refuses = 4;  // batch, forward, backward, apply, snapshot
  const FitResult result = scene.run(*marker_arrays(2));
  EXPECT_EQ(error_text(result),
            "OutOfMemory in apply at epoch 0, batch 0, data arrays: "
            "out of memory for snapshot: wanted 16 bytes, 0 left");
  EXPECT_EQ(wire.passed, 0);
  EXPECT_EQ(scene.memory.in_use(), 0);
}

TEST(OutOfMemory, AsksForTheSameOnEveryStep) {
  Scene scene;
  scene.run(*marker_arrays(1));
  const std::int64_t first = scene.memory.asked;
  scene.run(*marker_arrays(1));
  EXPECT_EQ(scene.memory.asked, 2 * first);
}

TEST(OutOfMemory, InEvaluateAndPredictIsAResultToo) {
  for (const std::int64_t nth : {0, 1}) {
    Scene scene;
    scene.memory.refuses = nth;
    const auto data = marker_arrays(2);
    EXPECT_EQ(scene.trainer().evaluate(*data).error->type, "OutOfMemory");
    scene.memory.asked = 0;
    const PredictResult predicted = scene.trainer().predict(*data);
    EXPECT_EQ(predicted.error->type, "OutOfMemory");
    EXPECT_FALSE(predicted.predictions.present());
    EXPECT_EQ(scene.memory.in_use(), 0);
  }
}

}  // namespace
}  // namespace trainwreck::testing
