#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "trainwreck/data.h"

namespace trainwreck {

// A Sequence without writing a class: `batch` fills the index-th batch, `epoch_begin` and
// `epoch_end` may be empty.
struct SequenceFunctions {
  std::function<std::int64_t()> batch_count{};
  std::function<void(std::int64_t index, Batch& out)> batch{};
  std::function<void()> epoch_begin{};
  std::function<void()> epoch_end{};
};
std::shared_ptr<DataSource> from_sequence_fn(SequenceFunctions functions,
                                             std::string name = "sequence");
std::shared_ptr<DataSource> from_sequence_fn(
    std::int64_t batches, std::function<void(std::int64_t index, Batch& out)> batch,
    std::string name = "sequence");

// A Generator without writing a class. `length` is what it claims to give, which nobody holds it
// to.
std::shared_ptr<DataSource> from_generator_fn(std::function<bool(Batch& out)> next,
                                              std::optional<std::int64_t> length = std::nullopt,
                                              std::string name = "generator");

}  // namespace trainwreck
