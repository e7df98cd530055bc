
#include <fmt/format.h>

#include "engine/base/errors.h"
#include "engine/base/random.h"
#include "engine/model/trap.h"
#include "trainwreck/data.h"

namespace trainwreck {

namespace {

// What a user's function leaves alone must not be left over from the batch before. The traps of
// whoever checks it stay in the buffer, where clearing it would make zeros of them.
void forget(Tensor& tensor) {
  if (tensor.size() > 0 && is_trap(tensor[tensor.size() - 1])) {
    tensor.set_dtype(Dtype::none);
  } else {
    tensor.clear();
  }
}

void forget(Batch& batch, const BatchId& id) {
  forget(batch.x);
  forget(batch.y);
  forget(batch.sample_weight);
  batch.samples.clear();
  batch.id = id;
}

}  // namespace

void shuffled_order(const Pass& pass, std::span<std::int64_t> order) {
  permutation(Random(pass.seed, Purpose::shuffle, pass.number), order);
}

void check_batch_index(std::string_view source, std::int64_t index, std::int64_t count) {
  if (index >= 0 && index < count) return;
  throw IndexError(
      fmt::format("{}: there is no batch {}, the source has {}", source, index, count));
}

std::shared_ptr<DataSource> DataSource::split_off(double /*fraction*/) {
  throw ValueError(fmt::format(
      "{}: its samples cannot be split, give validation data of its own instead", traits().name));
}

bool Sequence::fetch(std::int64_t index, Batch& out) {
  const std::int64_t count = batch_count();
  if (index < 0 || index >= count) check_batch_index(traits().name, index, count);
  forget(out, {.source = 0, .epoch = epoch_, .index = index});
  batch(index, out);
  return true;
}

bool Generator::fetch(std::int64_t /*index*/, Batch& out) {
  if (exhausted_) return false;
  forget(out, {.source = 0, .epoch = 0, .index = given_});
  exhausted_ = true;  // also when next() throws
  exhausted_ = !next(out);
  if (!exhausted_) ++given_;
  return !exhausted_;
}

}  // namespace trainwreck
