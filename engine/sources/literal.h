#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "engine/base/tensor.h"
#include "engine/sources/array_source.h"

namespace trainwreck {

// Rows of one rank whose first dimension may differ: sequences of different length.
struct RaggedRows {
  Shape step;                        // shape of one step: () for plain numbers
  std::vector<float> values;         // row after row
  std::vector<std::int64_t> starts;  // where each row begins in values, and where the last one ends

  std::int64_t rows() const { return static_cast<std::int64_t>(starts.size()) - 1; }
  std::int64_t length(std::int64_t row) const;  // in steps
};

// Nested lists of numbers as they stand in a file, e.g. "x": [[1, 2], [3, 4]]. Values that JSON
// cannot spell are written as "nan", "inf" and "-inf". Absent and wrong (after a complaint that
// says where) give nullopt.
std::optional<Tensor> read_tensor(Params& params, std::string_view key, std::string_view help);
std::optional<RaggedRows> read_ragged(Params& params, std::string_view key, std::string_view help);

// Reads "x", "y" and "sample_weight"; x may be missing, the tensors fit together.
std::optional<ArrayData> read_arrays(Params& params);

}  // namespace trainwreck
