#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/tensor.h"
#include "engine/model/zero_batch_size.h"
#include "trainwreck/entry.h"

namespace trainwreck {

// Who made a batch: the source (0 unless sources are joined), that source's own epoch and the
// batch's index in it. Given by the source itself, below anything that wraps it.
struct BatchId {
  std::int32_t source = -1;  // -1: the source tells nothing
  std::int64_t epoch = 0;
  std::int64_t index = 0;
  friend bool operator==(const BatchId&, const BatchId&) = default;
};

// Some rows of data. It belongs to whoever fetches; a source fills it and keeps no hold on it.
struct Batch {
  Tensor x;
  Tensor y;              // may be absent: predict needs none
  Tensor sample_weight;  // may be absent; one number per row
  BatchId id;
  std::vector<std::int64_t>
      samples;  // which samples the rows are, where the source knows; else empty

  std::int64_t rows() const { return x.rows(); }
  std::int64_t bytes() const { return x.bytes() + y.bytes() + sample_weight.bytes(); }
};

enum class Access : std::uint8_t {
  random,  // any batch at any time, in any order
  stream   // one after the other
};

// What kind of source this is: constant over its life.
struct SourceTraits {
  std::string name;  // for messages: "arrays", "csv train.csv"
  Access access = Access::random;
  // Gives its rows in a new order each pass when asked to shuffle (arrays). Else the loop shuffles
  // the order of batches where access is random.
  bool shuffles_rows = false;
  bool thread_safe = false;  // fetch may be called from several threads at once (random access)
  // Joins others, whose batches keep the numbers that they have there.
  bool joins = false;
  bool replayable = true;  // a new pass starts at the beginning again; false: what is gone is gone
};

// One walk over a source's data, from its beginning.
struct Pass {
  std::int64_t number = 0;  // counts from 0 over the life of a fit; decides every random choice
  std::uint64_t seed = 0;
  // The loop wants another order. A source that does not shuffle its rows need not mind: the order
  // in which it is asked for its batches is then shuffled_order().
  bool shuffle = false;
};

// The order in which everything that shuffles goes through n things in this pass (rows, or batches
// where a source does not shuffle its rows): a permutation of 0..n-1 that depends on nothing but
// the pass.
void shuffled_order(const Pass& pass, std::span<std::int64_t> order);

// Throws the IndexError of a source that has no such batch.
void check_batch_index(std::string_view source, std::int64_t index, std::int64_t count);

// Where batches come from: the seam that data faults come in by. All calls come from one thread
// unless traits().thread_safe: then fetch alone comes from several at once. Errors of any kind are
// thrown; running out is not an error. A run borrows its source, which must outlive it.
class DataSource {
 public:
  virtual ~DataSource() = default;
  virtual SourceTraits traits() const = 0;
  // Batches in a pass, where known beforehand.
  virtual std::optional<std::int64_t> length() const = 0;
  virtual void start_pass(const Pass&) {}
  // Asked before all else of a fit that wants so many batches in an epoch (absent: all there are).
  // A source of rows that nobody told how many of them make a batch decides it here. Throws
  // ValueError for a batch size of 0 that is refused.
  virtual void settle_batch_size(std::optional<std::int64_t> /*steps*/, ZeroBatchSize /*zero*/) {}
  // Fills `out` (its buffers are reused). Random access: the index-th batch of the pass; throws
  // IndexError beyond the end. Stream: the next batch, `index` only counts; false: exhausted.
  virtual bool fetch(std::int64_t index, Batch& out) = 0;
  // The source's own epoch, told by the loop.
  virtual void on_epoch_begin() {}
  virtual void on_epoch_end() {}
  // For validation_split: takes the last `fraction` of the samples away and returns them as a
  // source of their own. Throws ValueError where samples cannot be split. At most once before
  // rejoin(), which takes all the samples back.
  virtual std::shared_ptr<DataSource> split_off(double fraction);
  virtual void rejoin() {}
};

// The two that users write: override what you need, everything else has a sensible answer.

// Random access, like keras.utils.PyDataset.
class Sequence : public DataSource {
 public:
  virtual std::int64_t batch_count() const = 0;
  virtual void batch(std::int64_t index, Batch& out) = 0;

  SourceTraits traits() const override { return {.name = "sequence"}; }
  std::optional<std::int64_t> length() const override { return batch_count(); }
  // Checks the index, names the batch, calls batch().
  bool fetch(std::int64_t index, Batch& out) override;

  // Counts on_epoch_end calls; overriders call it when they want batch ids with honest epochs.
  void on_epoch_end() override { ++epoch_; }

 private:
  std::int64_t epoch_ = 0;
};

// One batch after the other, once, like a Python generator.
class Generator : public DataSource {
 public:
  // False when there are no more. After that it is not called again.
  virtual bool next(Batch& out) = 0;

  SourceTraits traits() const override {
    return {.name = "generator", .access = Access::stream, .replayable = false};
  }
  std::optional<std::int64_t> length() const override { return std::nullopt; }
  bool fetch(std::int64_t index, Batch& out) override;

 private:
  std::int64_t given_ = 0;
  bool exhausted_ = false;
};

using DataEntry = Entry<std::shared_ptr<DataSource>>;
std::span<const DataEntry> builtin_data();

}  // namespace trainwreck
