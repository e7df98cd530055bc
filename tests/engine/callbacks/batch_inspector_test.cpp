#include "engine/callbacks/batch_inspector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "engine/base/errors.h"
#include "engine/sources/array_source.h"
#include "tests/engine/callbacks/callback_scene.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Phase = BatchInspector::Phase;

constexpr float kNanFloat = std::numeric_limits<float>::quiet_NaN();

std::shared_ptr<BatchInspector> inspector(BatchInspectorOptions options = {}) {
  return std::make_shared<BatchInspector>(options);
}

// Gives these batches, one after the other.
class Prepared final : public Sequence {
 public:
  explicit Prepared(std::vector<Batch> batches) : batches_(std::move(batches)) {}
  std::int64_t batch_count() const override { return static_cast<std::int64_t>(batches_.size()); }
  void batch(std::int64_t index, Batch& out) override {
    const Batch& batch = batches_[static_cast<std::size_t>(index)];
    out.x = batch.x;
    out.y = batch.y;
    out.sample_weight = batch.sample_weight;
  }

 private:
  std::vector<Batch> batches_;
};

Batch batch_of(Tensor x, Tensor y) {
  Batch batch;
  batch.x = std::move(x);
  batch.y = std::move(y);
  return batch;
}

Batch good() { return batch_of(Tensor({2, 1}, {1.0F, 2.0F}), Tensor({2, 1}, {0.0F, 1.0F})); }

// Warnings of a fit in the `keras` profile, which lets nearly everything through.
std::vector<std::string> warnings_about(std::vector<Batch> batches,
                                        const std::shared_ptr<BatchInspector>& inspecting) {
  CallbackScene stage(keras());
  Prepared data(std::move(batches));
  const FitResult result = Trainer(stage.model, stage.seams(), stage.policy)
                               .fit(data, {.shuffle = false, .callbacks = {inspecting}});
  std::vector<std::string> told;
  for (const Warning& warning : result.warnings) {
    if (warning.id == "batch_inspector.odd_batch") told.push_back(warning.text);
  }
  return told;
}

TEST(BatchInspector, RecordsShapesTypesAndRanges) {
  CallbackScene stage;
  const auto inspecting = inspector();
  stage.fit({.shuffle = false, .callbacks = {inspecting}});
  ASSERT_EQ(inspecting->records().size(), 2U);
  const BatchInspector::Record& second = inspecting->records()[1];
  EXPECT_EQ(second.phase, Phase::train);
  EXPECT_EQ(second.epoch, 0);
  EXPECT_EQ(second.batch, 1);
  EXPECT_EQ(second.id, (BatchId{.source = 0, .epoch = 0, .index = 1}));
  EXPECT_EQ(second.x.shape, (Shape{2, 1}));
  EXPECT_EQ(second.x.dtype, Dtype::float32);
  EXPECT_EQ(second.x.min, 3.0F);
  EXPECT_EQ(second.x.max, 4.0F);
  EXPECT_EQ(second.y.min, 6.0F);
  EXPECT_EQ(second.y.max, 8.0F);
  EXPECT_EQ(second.x.non_finite, 0);
  EXPECT_EQ(second.sample_weight.dtype, Dtype::none);
  EXPECT_EQ(second.oddity, "");
}

TEST(BatchInspector, SeesAllThreePhasesInOrder) {
  CallbackScene stage;
  const auto inspecting = inspector();
  stage.fit({.steps_per_epoch = 1,
             .validation = four_rows(),
             .validation_steps = 1,
             .callbacks = {inspecting}});
  const auto data = four_rows();
  Trainer(stage.model, stage.seams()).predict(*data, {.steps = 1, .callbacks = {inspecting}});
  std::vector<Phase> phases;
  for (const BatchInspector::Record& record : inspecting->records()) phases.push_back(record.phase);
  EXPECT_THAT(phases, ElementsAre(Phase::train, Phase::test, Phase::predict));
  EXPECT_EQ(inspecting->records()[2].epoch, -1);
}

TEST(BatchInspector, LooksAtEachNthAndKeepsTheFirstRecords) {
  const auto inspecting = inspector({.every = 2, .max_records = 2});
  warnings_about({good(), good(), good(), good(), good(), good()}, inspecting);
  EXPECT_EQ(inspecting->inspected(), 3);
  ASSERT_EQ(inspecting->records().size(), 2U);
  EXPECT_EQ(inspecting->records()[1].batch, 2);
  EXPECT_THROW(BatchInspector({.every = 0}), ValueError);
}

TEST(BatchInspector, WarnsOfTheFirstOddBatchAlone) {
  const auto inspecting = inspector();
  const auto with_nan = [] {
    return batch_of(Tensor({2, 1}, {kNanFloat, 2.0F}), Tensor({2, 1}, {0.0F, kNanFloat}));
  };
  EXPECT_THAT(
      warnings_about({good(), with_nan(), with_nan()}, inspecting),
      ElementsAre("train batch 1 of epoch 0 is odd: 1 of its 2 values in x are not finite"));
  EXPECT_EQ(inspecting->odd(), 2);
  EXPECT_EQ(inspecting->records()[1].x.min, 2.0F);
  EXPECT_EQ(inspecting->records()[1].y.non_finite, 1);
}

TEST(BatchInspector, TellsWhatIsOdd) {
  const auto oddity_of = [](Batch odd) {
    const auto inspecting = inspector();
    warnings_about({good(), std::move(odd)}, inspecting);
    return inspecting->records().back().oddity;
  };
  EXPECT_EQ(oddity_of(batch_of(Tensor({2, 1}), Tensor({3, 1}))), "x has 2 rows, y has 3");
  EXPECT_EQ(oddity_of(batch_of(Tensor({2, 1}), Tensor({2, 5}))),
            "the rows of y have the shape (5,), at first it was (1,)");
  EXPECT_EQ(oddity_of(batch_of(Tensor({2, 7}), Tensor({2, 1}))),
            "the rows of x have the shape (7,), at first it was (1,)");
  EXPECT_EQ(oddity_of(batch_of(Tensor(Shape{0, 1}), Tensor(Shape{0, 1}))), "it has no rows");
  Batch weighted = good();
  weighted.sample_weight = Tensor({3}, {1.0F, 1.0F, 1.0F});
  EXPECT_EQ(oddity_of(std::move(weighted)), "x has 2 rows, sample_weight has 3");
  Batch infinite = good();
  infinite.sample_weight = Tensor({2}, {1.0F, 1.0F / 0.0F});
  EXPECT_EQ(oddity_of(std::move(infinite)), "1 of its 2 values in sample_weight are not finite");
}

TEST(BatchInspector, AnotherNumberOfRowsIsNotOdd) {
  const auto inspecting = inspector();
  EXPECT_THAT(warnings_about({good(), batch_of(Tensor({1, 1}), Tensor({1, 1}))}, inspecting),
              IsEmpty());
}

TEST(BatchInspector, StatusTableKeepsItsRecordsWhateverTheStatus) {
  CallbackScene stage;
  const auto inspecting = inspector();
  EXPECT_EQ(stage.fit({.callbacks = {inspecting, raiser(0, 1)}}).status, Status::failed);
  EXPECT_EQ(inspecting->records().size(), 2U);
}

TEST(BatchInspector, IsBuiltFromJson) {
  EXPECT_TRUE(callback_from(R"({"kind": "batch_inspector", "every": 3, "max_records": 5})"));
  std::string wrong;
  callback_from(R"({"kind": "batch_inspector", "every": 0})", &wrong);
  EXPECT_EQ(wrong, "/every must be at least 1, got 0\n");
}

}  // namespace
}  // namespace trainwreck
