#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/base/tensor.h"
#include "engine/sources/array_source.h"
#include "trainwreck/entry.h"

namespace trainwreck {

// Something to learn. Every row is a pure function of its index, so any number of them can be made
// in any order, by any number of threads, and none has to be kept.
class Problem {
 public:
  virtual ~Problem() = default;
  virtual Shape x_row() const = 0;
  virtual Shape y_row() const = 0;
  // Fills x and y, which have the sizes of the two shapes.
  virtual void row(std::int64_t index, std::span<float> x, std::span<float> y) const = 0;
};

enum class Labels : std::uint8_t { index, one_hot };

struct ProblemOptions {
  Shape features{8};  // of one row of x, where the problem leaves that open
  std::int64_t outputs = 1;
  std::int64_t classes = 3;
  std::int64_t length = 10;  // of a sequence
  std::int64_t group = 4;    // rows that share a marker
  Labels labels = Labels::index;
  double noise = 0.1;
  std::uint64_t seed = 0;
};

// y is a fixed random linear map of x, plus noise.
std::shared_ptr<const Problem> linear_problem(const ProblemOptions& options);
// One cloud of points per class.
std::shared_ptr<const Problem> clusters_problem(const ProblemOptions& options);
// One spiral arm per class in the plane; no linear model can part them.
std::shared_ptr<const Problem> spirals_problem(const ProblemOptions& options);
// The digits 0 to 9 as a pocket calculator shows them: images of shape (12, 8, 1), not always at
// the same place.
std::shared_ptr<const Problem> seven_segment_problem(const ProblemOptions& options);
// Sequences of shape (length, 2): numbers, and marks at two of them whose sum is the label. Only
// who remembers can tell.
std::shared_ptr<const Problem> adding_problem(const ProblemOptions& options);
// Nothing to learn, but everything to tell apart: the first feature of a row is the number of its
// group, the others are 0, every label is 1. Who looks into a batch knows which one it is.
std::shared_ptr<const Problem> markers_problem(const ProblemOptions& options);

// Rows first..first+rows of the problem, in memory.
ArrayData make_arrays(const Problem& problem, std::int64_t rows, std::int64_t first = 0);

// Reads "problem" and its options; null after a complaint.
std::shared_ptr<const Problem> read_problem(Params& params, const BuildContext& context);
// Reads "samples" and a problem, or "x", "y" and "sample_weight" as they stand in the file. Null
// after a complaint.
std::optional<ArrayData> read_array_data(Params& params, const BuildContext& context);
// Reads "batch_size", at least `least`, and "drop_last".
BatchOptions read_batch_options(Params& params, std::int64_t least = 1);

}  // namespace trainwreck
