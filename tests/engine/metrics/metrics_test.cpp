#include "engine/metrics/metrics.h"

#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "tests/engine/model/part_builder.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using testing::PartBuilder;

double result(Metric& metric, const Tensor& prediction, const Tensor& labels,
              const Tensor* weights = nullptr) {
  metric.reset();
  metric.update(prediction, labels, weights);
  return metric.result();
}

double result(std::unique_ptr<Metric> metric, const Tensor& prediction, const Tensor& labels,
              const Tensor* weights = nullptr) {
  return result(*metric, prediction, labels, weights);
}

std::string shape_error(Metric& metric, const Shape& prediction, const Shape& labels) {
  return error_of<ShapeError>([&] { metric.check(prediction, labels); });
}

TEST(Accuracy, OfOneColumnIsBinary) {
  const Tensor prediction({4, 1}, {0.9F, 0.4F, 0.5F, 0.6F});
  EXPECT_EQ(result(metrics::make_accuracy(), prediction, Tensor({4, 1}, {1, 0, 1, 0})), 0.5);
  EXPECT_EQ(result(metrics::make_accuracy(), prediction, Tensor({4}, {1, 0, 0, 1})), 1.0);
}

TEST(Accuracy, OfOneHotLabelsIsCategorical) {
  const Tensor prediction({2, 3}, {0.1F, 0.2F, 0.7F, 0.5F, 0.3F, 0.2F});
  EXPECT_EQ(result(metrics::make_accuracy(), prediction, Tensor({2, 3}, {0, 0, 1, 0, 1, 0})), 0.5);
}

TEST(Accuracy, OfClassNumbersIsSparse) {
  const Tensor prediction({2, 3}, {0.1F, 0.2F, 0.7F, 0.5F, 0.3F, 0.2F});
  EXPECT_EQ(result(metrics::make_accuracy(), prediction, Tensor({2}, {2, 1})), 0.5);
  EXPECT_EQ(result(metrics::make_accuracy(), prediction, Tensor({2, 1}, {2, 0})), 1.0);
}

TEST(BinaryAccuracy, HasAThreshold) {
  const Tensor prediction({2, 2}, {0.9F, 0.7F, 0.1F, 0.85F});
  const Tensor labels({2, 2}, {1, 1, 0, 0});
  EXPECT_EQ(result(metrics::make_binary_accuracy(), prediction, labels), 0.75);
  EXPECT_EQ(result(metrics::make_binary_accuracy({.threshold = 0.8F}), prediction, labels), 0.5);
}

TEST(SparseCategoricalAccuracy, LooksAtEveryTimeOfASequence) {
  const Tensor prediction({1, 2, 2}, {0.9F, 0.1F, 0.8F, 0.2F});
  EXPECT_EQ(result(metrics::make_sparse_categorical_accuracy(), prediction, Tensor({1, 2}, {0, 1})),
            0.5);
}

TEST(CategoricalAccuracy, WeighsRows) {
  const Tensor prediction({2, 2}, {0.9F, 0.1F, 0.9F, 0.1F});
  const Tensor labels({2, 2}, {1, 0, 0, 1});
  const Tensor weights({2}, {3, 1});
  EXPECT_EQ(result(metrics::make_categorical_accuracy(), prediction, labels, &weights), 0.75);
}

TEST(Distances, AreMeansOverElements) {
  const Tensor prediction({2, 2}, {1, 2, 3, 4});
  const Tensor labels({2, 2}, {1, 4, 3, 8});
  EXPECT_EQ(result(metrics::make_mae(), prediction, labels), 1.5);
  EXPECT_EQ(result(metrics::make_mse(), prediction, labels), 5.0);
  const Tensor weights({2}, {0, 2});
  EXPECT_EQ(result(metrics::make_mae(), prediction, labels, &weights), 2.0);
}

TEST(Mean, IsOfThePredictions) {
  const Tensor weights({2}, {1, 3});
  EXPECT_EQ(result(metrics::make_mean(), Tensor({2, 2}, {1, 3, 5, 7}), Tensor({2}), &weights), 5.0);
}

TEST(F1, BalancesAlarmsAndMisses) {
  // Two hits, one false alarm, one miss: 2 * 2 / (2 * 2 + 1 + 1).
  const Tensor prediction({5, 1}, {0.9F, 0.8F, 0.7F, 0.1F, 0.2F});
  const Tensor labels({5}, {1, 1, 0, 1, 0});
  EXPECT_DOUBLE_EQ(result(metrics::make_f1(), prediction, labels), 4.0 / 6.0);
  // Nothing said, nothing right.
  EXPECT_EQ(result(metrics::make_f1({.threshold = 0.95F}), prediction, labels), 0.0);
  const Tensor weights({5}, {1, 1, 2, 0, 1});
  EXPECT_DOUBLE_EQ(result(metrics::make_f1(), prediction, labels, &weights), 4.0 / 6.0);
}

TEST(F1, MacroIsThePlainMeanOverClasses) {
  // Said 0 0 1 2, is 0 1 1 2. Class 0: 1 hit, 1 alarm: 2/3. Class 1: 1 hit, 1 miss: 2/3. Class
  // 2: 1.
  const Tensor prediction({4, 3}, {1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1});
  const double expected = (2.0 / 3.0 + 2.0 / 3.0 + 1.0) / 3.0;
  const auto macro = metrics::make_f1({.average = metrics::F1Average::macro});
  EXPECT_DOUBLE_EQ(result(*macro, prediction, Tensor({4}, {0, 1, 1, 2})), expected);
  EXPECT_DOUBLE_EQ(result(*macro, prediction, Tensor({4, 3}, {1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1})),
                   expected);
}

TEST(F1, MacroCountsLabelsThatAreNoClassAsNobodysMiss) {
  const auto macro = metrics::make_f1({.average = metrics::F1Average::macro});
  // Class 0 was said twice and right once.
  EXPECT_DOUBLE_EQ(result(*macro, Tensor({2, 2}, {1, 0, 1, 0}), Tensor({2}, {0, -7})),
                   (2.0 / 3.0 + 0.0) / 2.0);
}

TEST(Metrics, AddUpOverBatchesByRows) {
  const auto mae = metrics::make_mae();
  mae->update(Tensor({3, 1}, {1, 1, 1}), Tensor({3, 1}), nullptr);
  mae->update(Tensor({1, 1}, 5), Tensor({1, 1}), nullptr);
  EXPECT_EQ(mae->result(), 2.0);
  mae->reset();
  EXPECT_EQ(mae->result(), 0.0);
}

TEST(Metrics, GoOnFromTheirState) {
  PartBuilder builder;
  for (const auto& entry : builtin_metrics()) {
    const std::string name = '"' + std::string(entry.name) + '"';
    const auto metric = builder.build(builtin_metrics(), name);
    const auto other = builder.build(builtin_metrics(), name);
    const Tensor first({3, 1}, {0.9F, 0.3F, 0.8F});
    const Tensor second({2, 1}, {0.1F, 0.6F});
    metric->update(first, Tensor({3, 1}, {1, 1, 0}), nullptr);
    other->restore(metric->state());
    metric->update(second, Tensor({2, 1}, {0, 1}), nullptr);
    other->update(second, Tensor({2, 1}, {0, 1}), nullptr);
    EXPECT_EQ(other->result(), metric->result()) << entry.name;
    EXPECT_EQ(other->state(), metric->state()) << entry.name;
  }
}

TEST(Metrics, RefuseLabelsOfAnotherShape) {
  const auto mae = metrics::make_mae();
  EXPECT_EQ(shape_error(*mae, {32, 1}, {32, 2}),
            "metric \"mae\": expected labels of shape (32, 1), got (32, 2)");
  const auto sparse = metrics::make_sparse_categorical_accuracy();
  EXPECT_EQ(shape_error(*sparse, {32, 10}, {32, 10}),
            "metric \"sparse_categorical_accuracy\": expected labels of shape (32,), got (32, 10)");
  const auto accuracy = metrics::make_accuracy();
  EXPECT_EQ(shape_error(*accuracy, {32, 10}, {32, 5}),
            "metric \"accuracy\": expected labels of shape (32, 10), got (32, 5)");
  const auto f1 = metrics::make_f1();
  EXPECT_EQ(shape_error(*f1, {32, 3}, {32}),
            "metric \"f1\": expected labels of shape (32, 3), got (32,)");
  const auto mean = metrics::make_mean();
  EXPECT_EQ(shape_error(*mean, {32, 3}, {7}), "no error");
}

TEST(Metrics, RefuseInUpdateWhatTheyRefuseInCheck) {
  const auto mae = metrics::make_mae();
  EXPECT_EQ(error_of<ShapeError>([&] {
              mae->update(Tensor({3, 1}), Tensor({3, 2}), nullptr);
            }),
            "metric \"mae\": expected labels of shape (3, 1), got (3, 2)");
  const Tensor weights({2}, 1.0F);
  EXPECT_EQ(error_of<ShapeError>([&] {
              mae->update(Tensor({3, 1}), Tensor({3, 1}), &weights);
            }),
            "metric \"mae\": expected sample weights of shape (3,), got (2,)");
}

TEST(Metrics, BroadcastLabelsWhenTheyAreToldTo) {
  const auto mae = metrics::make_mae();
  mae->set_label_shapes(LabelShapes::broadcast);
  EXPECT_EQ(result(*mae, Tensor({2, 1}, {1, 2}), Tensor({2, 2}, {1, 3, 2, 6})), 1.5);
  EXPECT_EQ(shape_error(*mae, {32, 2}, {32, 3}),
            "metric \"mae\": labels of shape (32, 3) do not broadcast against predictions of shape "
            "(32, 2)");
  const auto accuracy = metrics::make_accuracy();
  accuracy->set_label_shapes(LabelShapes::broadcast);
  EXPECT_EQ(result(*accuracy, Tensor({2, 1}, {1, 0}), Tensor({2, 2}, {1, 0, 0, 0})), 0.75);
}

TEST(Metrics, KnowWhichWayIsUp) {
  PartBuilder builder;
  for (const auto& entry : builtin_metrics()) {
    const bool error = entry.name == "mae" || entry.name == "mse" || entry.name == "mean";
    EXPECT_EQ(builder.build(builtin_metrics(), '"' + std::string(entry.name) + '"')->direction(),
              error ? Direction::lower_is_better : Direction::higher_is_better)
        << entry.name;
  }
}

TEST(Metrics, AreBuiltByName) {
  PartBuilder builder;
  for (const char* name : {"accuracy", "binary_accuracy", "categorical_accuracy", "f1", "mae",
                           "mean", "mse", "sparse_categorical_accuracy"}) {
    const auto metric = builder.build(builtin_metrics(), '"' + std::string(name) + '"');
    ASSERT_TRUE(metric) << builder.complaints();
    EXPECT_EQ(metric->name(), name);
  }
  EXPECT_EQ(builder.build(builtin_metrics(), R"({"kind": "mae", "name": "off_by"})")->name(),
            "off_by");
  const auto binary =
      builder.build(builtin_metrics(), R"({"kind": "binary_accuracy", "threshold": 0.1})");
  EXPECT_EQ(result(*binary, Tensor({1, 1}, 0.2F), Tensor({1, 1}, 1)), 1.0);
  const auto f1 =
      builder.build(builtin_metrics(), R"({"kind": "f1", "average": "macro", "threshold": 0.1})");
  ASSERT_TRUE(f1) << builder.complaints();
  EXPECT_EQ(result(*f1, Tensor({2, 2}, {1, 0, 0, 1}), Tensor({2}, {0, 1})), 1.0);
}

}  // namespace
}  // namespace trainwreck
