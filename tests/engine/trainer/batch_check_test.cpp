#include "engine/trainer/batch_check.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "engine/base/errors.h"
#include "trainwreck/data.h"

namespace trainwreck {
namespace {

template <class Check>
std::string complaint(const Check& check) {
  try {
    check();
  } catch (const ShapeError& error) {
    return std::string("ShapeError: ") + error.what();
  } catch (const BadBatch& error) {
    return std::string("BadBatch: ") + error.what();
  }
  return "";
}

Batch good() {
  Batch batch;
  batch.x = Tensor({3, 2}, 1.0F);
  batch.y = Tensor({3, 1}, 1.0F);
  return batch;
}

std::string checked(const Batch& batch, const DataPolicy& policy = {}) {
  return complaint([&] { check_batch(batch, policy); });
}

TEST(BatchCheck, AcceptsWhatIsWhole) {
  EXPECT_EQ(checked(good()), "");
  Batch weighted = good();
  weighted.sample_weight = Tensor({3}, 1.0F);
  EXPECT_EQ(checked(weighted), "");
}

TEST(BatchCheck, NamesTheFirstValueThatIsNotFinite) {
  Batch batch = good();
  batch.x[3] = std::numeric_limits<float>::infinity();
  batch.x[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(checked(batch), "BadBatch: x has inf at row 1, element 1");
  batch = good();
  batch.sample_weight = Tensor({3}, 1.0F);
  batch.sample_weight[2] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(checked(batch), "BadBatch: sample_weight has -inf at row 2, element 0");
}

TEST(BatchCheck, RowsMustAgreeEverywhere) {
  Batch batch = good();
  batch.y = Tensor({4, 1}, 1.0F);
  EXPECT_EQ(checked(batch), "ShapeError: x has 3 rows, y has shape (4, 1)");
  batch = good();
  batch.sample_weight = Tensor({2}, 1.0F);
  EXPECT_EQ(checked(batch), "ShapeError: x has 3 rows, sample_weight has shape (2,)");
  batch.x = Tensor({0, 2});
  batch.y = Tensor({0, 1});
  batch.sample_weight = Tensor();
  EXPECT_EQ(checked(batch), "ShapeError: the batch has no rows");
}

TEST(BatchCheck, DtypesAreCastOrRefusedButTextIsNever) {
  DataPolicy casting;
  casting.dtypes = Dtypes::cast;
  for (const Dtype dtype : {Dtype::float64, Dtype::int32, Dtype::int64, Dtype::uint8,
                            Dtype::boolean, Dtype::complex64}) {
    Batch batch = good();
    batch.y.set_dtype(dtype);
    EXPECT_EQ(checked(batch),
              "BadBatch: y must hold float32 values, got " + std::string(name_of(dtype)));
    EXPECT_EQ(checked(batch, casting), "");
  }
  Batch batch = good();
  batch.x.set_dtype(Dtype::text);
  EXPECT_EQ(checked(batch, casting), "BadBatch: x must hold float32 values, got text");
}

TEST(BatchCheck, UsedAsItIsMeansThatValuesAreThere) {
  DataPolicy lax;
  lax.bad_batches = BadBatches::used_as_is;
  Batch batch = good();
  batch.y = Tensor({7, 3}, std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(checked(batch, lax), "");
  batch.y = Tensor();
  EXPECT_EQ(checked(batch, lax), "BadBatch: the batch has no y");
  batch = {};
  EXPECT_EQ(checked(batch, lax), "BadBatch: the batch has no x");
}

TEST(BatchCheck, FeaturesAloneAreHeldToTheSame) {
  const auto features = [](const Tensor& x) { return complaint([&] { check_features(x, {}); }); };
  EXPECT_EQ(features(Tensor({2, 2})), "");
  EXPECT_EQ(features(Tensor()), "BadBatch: the batch has no x");
  EXPECT_EQ(features(Tensor({0, 2})), "ShapeError: the batch has no rows");
  EXPECT_EQ(features(Tensor({1, 1}, std::numeric_limits<float>::quiet_NaN())),
            "BadBatch: x has nan at row 0, element 0");
}

TEST(BatchCheck, LabelsAreReadableOnlyWhereTheyAreNeeded) {
  Batch batch = good();
  batch.y = Tensor();
  EXPECT_EQ(complaint([&] { check_readable(batch, {}, false); }), "");
  EXPECT_EQ(complaint([&] { check_readable(batch, {}, true); }), "BadBatch: the batch has no y");
}

}  // namespace
}  // namespace trainwreck
