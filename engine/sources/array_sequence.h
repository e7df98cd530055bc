#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/model/data_source.h"
#include "engine/sources/array_source.h"

namespace trainwreck {

struct ArraySequenceOptions {
  BatchOptions batches{};
  // The sequence's own business, whatever the loop shuffles beside it.
  bool shuffle_on_epoch_end = false;
  std::uint64_t seed = 0;
};

// The sequence that people write by hand over arrays in memory: its own shuffle at its own epoch's
// end, and counters that tell how often it was asked what.
class ArraySequence final : public Sequence {
 public:
  struct Counts {
    std::int64_t epoch_begins = 0;
    std::int64_t epoch_ends = 0;
    std::int64_t batches = 0;
  };

  ArraySequence(ArrayData data, const ArraySequenceOptions& options, std::string name = "sequence");

  SourceTraits traits() const override { return {.name = name_}; }
  std::int64_t batch_count() const override;
  void batch(std::int64_t index, Batch& out) override;
  void on_epoch_begin() override { ++counts_.epoch_begins; }
  void on_epoch_end() override;

  const Counts& counts() const { return counts_; }

 private:
  ArrayData data_;
  ArraySequenceOptions options_;
  std::string name_;
  Counts counts_;
  std::vector<std::int64_t> order_;
};

}  // namespace trainwreck
