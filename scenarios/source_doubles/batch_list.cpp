#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/sources/literal.h"

namespace trainwreck::doubles {
namespace {

std::optional<Shape> read_shape(Params& params, std::string_view key, std::string_view help) {
  const std::vector<std::int64_t> dims = params.integers(key, help);
  for (const std::int64_t dim : dims) {
    if (dim >= 0 && dim <= 1'000'000) continue;
    params.complain(key, "must have extents from 0 to 1000000");
    return std::nullopt;
  }
  if (dims.size() <= static_cast<std::size_t>(Shape::kMaxRank)) return Shape::of(dims);
  params.complain(key, "must have at most 4 dimensions");
  return std::nullopt;
}

// A tensor written out, or its shape alone: then it holds small numbers that differ.
std::optional<Tensor> read_part(Params& params, const std::string& key) {
  if (params.has(key)) return read_tensor(params, key, "nested lists of numbers");
  const std::string shape_key = key + "_shape";
  if (!params.has(shape_key)) return std::nullopt;
  const std::optional<Shape> shape = read_shape(params, shape_key, "in place of the numbers");
  if (!shape) return std::nullopt;
  Tensor tensor(*shape);
  for (std::int64_t i = 0; i < tensor.size(); ++i) tensor[i] = static_cast<float>(i % 7) / 7.0F;
  return tensor;
}

class BatchList final : public Sequence {
 public:
  explicit BatchList(std::vector<Batch> batches) : batches_(std::move(batches)) {}
  SourceTraits traits() const override { return {.name = "batch_list"}; }
  std::int64_t batch_count() const override { return static_cast<std::int64_t>(batches_.size()); }
  void batch(std::int64_t index, Batch& out) override {
    const BatchId id = out.id;
    out = batches_[static_cast<std::size_t>(index)];
    out.id = id;
  }

 private:
  std::vector<Batch> batches_;
};

std::shared_ptr<DataSource> make_batch_list(Params& params, const BuildContext&) {
  std::vector<Batch> batches;
  for (Params& item : params.children("batches", "each with x and y, or x_shape and y_shape")) {
    Batch batch;
    if (auto x = read_part(item, "x")) batch.x = std::move(*x);
    if (auto y = read_part(item, "y")) batch.y = std::move(*y);
    item.reject_unknown_keys();
    batches.push_back(std::move(batch));
  }
  return std::make_shared<BatchList>(std::move(batches));
}

}  // namespace

DataEntry batch_list() {
  return {"batch_list", "A sequence of batches that are written down one by one, fitting or not.",
          &make_batch_list};
}

}  // namespace trainwreck::doubles
