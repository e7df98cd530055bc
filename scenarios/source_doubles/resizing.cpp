#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "engine/sources/array_source.h"
#include "engine/sources/problem.h"

namespace trainwreck::doubles {
namespace {

// A sequence whose batch size somebody sets anew between two epochs.
class Resizing final : public Sequence {
 public:
  Resizing(ArrayData data, std::vector<std::int64_t> sizes)
      : data_(std::move(data)), sizes_(std::move(sizes)) {}

  SourceTraits traits() const override { return {.name = "resizing"}; }
  std::int64_t batch_count() const override { return (data_.x.rows() + size() - 1) / size(); }
  void start_pass(const Pass& pass) override {
    pass_ = std::min(static_cast<std::size_t>(pass.number), sizes_.size() - 1);
  }
  void batch(std::int64_t index, Batch& out) override {
    const std::int64_t first = index * size();
    const std::int64_t rows = std::min(size(), data_.x.rows() - first);
    copy_rows(data_.x, first, rows, out.x);
    copy_rows(data_.y, first, rows, out.y);
  }

 private:
  std::int64_t size() const { return sizes_[pass_]; }

  ArrayData data_;
  std::vector<std::int64_t> sizes_;
  std::size_t pass_ = 0;
};

std::shared_ptr<DataSource> make_resizing(Params& params, const BuildContext& context) {
  const std::vector<std::int64_t> sizes =
      params.integers("batch_sizes", "of the first pass, the second, ...; the last one stays");
  std::optional<ArrayData> data = read_array_data(params, context);
  const bool good =
      !sizes.empty() && std::all_of(sizes.begin(), sizes.end(), [](auto size) { return size > 0; });
  if (!good) params.complain("batch_sizes", "needs at least one size, each above 0");
  if (!good || !data) return nullptr;
  return std::make_shared<Resizing>(std::move(*data), sizes);
}

}  // namespace

DataEntry resizing() {
  return {"resizing",
          "A sequence whose batch size changes from epoch to epoch, and its length too.",
          &make_resizing};
}

}  // namespace trainwreck::doubles
