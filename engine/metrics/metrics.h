#pragma once

#include <memory>
#include <string>

#include "trainwreck/metric.h"

// The built-in metrics for C++ callers: options with Keras's names and defaults. `name` is the key
// in the logs; empty means the metric's own.
namespace trainwreck::metrics {

struct Options {
  std::string name = {};
};
struct BinaryAccuracyOptions {
  std::string name = {};
  float threshold = 0.5F;
};
// binary: the second class alone, of labels and predictions of one number; macro: the plain mean
// over all classes, of labels that are one-hot or class numbers.
enum class F1Average : std::uint8_t { binary, macro };
struct F1Options {
  std::string name = {};
  float threshold = 0.5F;
  F1Average average = F1Average::binary;
};

// Binary, categorical or sparse categorical accuracy, as the shapes say.
std::unique_ptr<Metric> make_accuracy(Options options = {});
std::unique_ptr<Metric> make_binary_accuracy(BinaryAccuracyOptions options = {});
std::unique_ptr<Metric> make_categorical_accuracy(Options options = {});
std::unique_ptr<Metric> make_sparse_categorical_accuracy(Options options = {});
std::unique_ptr<Metric> make_mae(Options options = {});
std::unique_ptr<Metric> make_mse(Options options = {});
std::unique_ptr<Metric> make_f1(F1Options options = {});
// Of the predictions.
std::unique_ptr<Metric> make_mean(Options options = {});

}  // namespace trainwreck::metrics
