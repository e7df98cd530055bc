#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/sources/array_source.h"
#include "trainwreck/data.h"

namespace trainwreck {

struct ArraySequenceOptions {
  BatchOptions batches{};
  // The sequence's own business, whatever the loop shuffles beside it.
  bool shuffle_on_epoch_end = false;
  float epoch_end_adds = 0.0F;  // to every number in x: data that is made anew for each epoch
  bool endless = false;         // tells no length, and begins again behind its last batch
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
  std::optional<std::int64_t> length() const override;
  std::int64_t batch_count() const override;  // of an endless one: the most there can be
  void batch(std::int64_t index, Batch& out) override;
  void on_epoch_begin() override { ++counts_.epoch_begins; }
  void on_epoch_end() override;

  const Counts& counts() const { return counts_; }

 private:
  ArrayData data_;
  ArraySequenceOptions options_;
  std::int64_t batches_;  // before it begins again
  std::string name_;
  Counts counts_;
  std::vector<std::int64_t> order_;
};

}  // namespace trainwreck
