#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/combine/padding.h"
#include "engine/sources/array_source.h"
#include "engine/sources/literal.h"
#include "trainwreck/data.h"

namespace trainwreck {

// Sequences of different length in memory, with one row of labels each (or none).
struct RaggedData {
  RaggedRows x;
  Tensor y;
};

// Batches of sequences, padded so that each batch has one shape. Shuffles its rows.
class RaggedSource final : public DataSource {
 public:
  // Throws ValueError when x and y differ in rows, ShapeError when a row is longer than a fixed
  // length.
  RaggedSource(RaggedData data, const Padding& padding, BatchOptions options = {},
               std::string name = "pad");

  SourceTraits traits() const override;
  std::optional<std::int64_t> length() const override { return options_.count(data_.x.rows()); }
  void start_pass(const Pass& pass) override;
  bool fetch(std::int64_t index, Batch& out) override;

 private:
  RaggedData data_;
  Padding padding_;
  BatchOptions options_;
  std::string name_;
  std::int64_t pass_ = 0;
  std::vector<std::int64_t> order_;
};

}  // namespace trainwreck
