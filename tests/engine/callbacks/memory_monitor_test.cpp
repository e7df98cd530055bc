#include "engine/callbacks/memory_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/callbacks/lambda_callback.h"
#include "tests/engine/callbacks/callback_scene.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::shared_ptr<MemoryMonitor> monitor(MemoryMonitorOptions options = {}) {
  return std::make_shared<MemoryMonitor>(options);
}

// Takes this much of the budget for the time of one batch.
CallbackHandle hog(CallbackScene& stage, std::int64_t epoch, std::int64_t bytes) {
  return lambda_callback({.on_train_batch_begin = [&stage, epoch, bytes](Event& event) {
    if (event.epoch == epoch && event.index == 0) {
      const Reservation reservation(stage.memory, MemoryPurpose::other, bytes);
    }
  }});
}

TEST(MemoryMonitor, RecordsUseAndPeakOfEachEpoch) {
  CallbackScene stage;
  const Reservation held(stage.memory, MemoryPurpose::weights, 1000);
  const auto watch = monitor();
  stage.fit({.epochs = 2, .callbacks = {hog(stage, 1, 1 << 20), watch}});
  ASSERT_EQ(watch->records().size(), 2U);
  EXPECT_EQ(watch->records()[0].epoch, 0);
  EXPECT_GE(watch->records()[0].in_use, 1000);
  EXPECT_LT(watch->records()[0].peak, 1 << 20);
  EXPECT_GE(watch->records()[1].peak, (1 << 20) + 1000);
  EXPECT_LT(watch->records()[1].in_use, 1 << 20);
  EXPECT_EQ(watch->records()[1].resident, -1);
}

TEST(MemoryMonitor, WarnsOnceAboveTheLimitAndGoesOn) {
  CallbackScene stage;
  const auto watch = monitor({.limit_bytes = 1 << 20});
  const FitResult result = stage.fit({.epochs = 3, .callbacks = {hog(stage, 1, 3 << 20), watch}});
  EXPECT_EQ(result.status, Status::completed);
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.warnings[0].id, "memory_monitor.above_limit");
  EXPECT_EQ(result.warnings[0].text,
            "the run has used 3 MiB at once, more than the 1 MiB it should");
  EXPECT_EQ(watch->records().size(), 3U);
}

TEST(MemoryMonitor, StopsAtTheBatchThatIsAboveTheLimit) {
  CallbackScene stage;
  const FitResult result = stage.fit(
      {.epochs = 3,
       .callbacks = {hog(stage, 1, 3 << 20), monitor({.limit_bytes = 1 << 20, .stop = true})}});
  EXPECT_EQ(result.status, Status::stopped);
  ASSERT_TRUE(result.stop);
  EXPECT_EQ(result.stop->by, "memory_monitor");
  EXPECT_EQ(result.stop->epoch, 1);
  EXPECT_EQ(result.steps, 3);
}

TEST(MemoryMonitor, ExactlyTheLimitIsFine) {
  CallbackScene stage;
  const Reservation held(stage.memory, MemoryPurpose::weights, 100);
  stage.play(monitor({.limit_bytes = 100}), {{}});
  EXPECT_THAT(stage.warnings(), IsEmpty());
  stage.play(monitor({.limit_bytes = 99}), {{}});
  EXPECT_THAT(stage.warnings(),
              ElementsAre("memory_monitor.above_limit: the run has used 100 bytes at once, more "
                          "than the 99 bytes it should"));
}

TEST(MemoryMonitor, AsksTheSystemForTheWholeProcess) {
  CallbackScene stage;
  stage.files.directories.insert("/proc/self");
  stage.files.texts["/proc/self/statm"] = "5000 300 200 1 0 100 0\n";
  const auto watch = monitor({.process = true});
  stage.play(watch, {{}});
  EXPECT_EQ(watch->records().at(0).resident % 300, 0);
  EXPECT_GE(watch->records().at(0).resident, 300 * 4096);

  RealWorld world;
  Trainer trainer(stage.model, world.seams());
  const auto data = four_rows();
  ASSERT_TRUE(trainer.fit(*data, {.callbacks = {watch}}).ok());
  EXPECT_GT(watch->records().at(0).resident, 1 << 20);
}

TEST(MemoryMonitor, ASystemThatDoesNotTellIsNoError) {
  CallbackScene stage;
  const auto watch = monitor({.process = true});
  stage.play(watch, {{}});
  EXPECT_EQ(watch->records().at(0).resident, -1);
  stage.files.directories.insert("/proc/self");
  stage.files.texts["/proc/self/statm"] = "garbage";
  stage.play(watch, {{}});
  EXPECT_EQ(watch->records().at(0).resident, -1);
}

TEST(MemoryMonitor, StatusTableRecordsFailedEpochsToo) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted, Status::failed,
                              Status::interrupted}) {
    CallbackScene stage;
    const auto watch = monitor();
    stage.play(watch, {{.status = status}});
    EXPECT_EQ(watch->records().size(), 1U) << name_of(status);
  }
}

TEST(MemoryMonitor, IsBuiltFromJson) {
  EXPECT_TRUE(callback_from(
      R"({"kind": "memory_monitor", "limit_bytes": 1000, "stop": true, "process": true})"));
  std::string wrong;
  callback_from(R"({"kind": "memory_monitor", "limit": 5})", &wrong);
  EXPECT_EQ(wrong, "/limit is not a known key\n");
}

}  // namespace
}  // namespace trainwreck
