#include <memory>
#include <utility>

#include "engine/sources/read_source.h"
#include "scenarios/listeners/wrapped_source.h"

namespace trainwreck::doubles {
namespace {

class FirstLabelOnly final : public WrappedSource {
 public:
  using WrappedSource::WrappedSource;
  bool fetch(std::int64_t index, Batch& out) override {
    if (!WrappedSource::fetch(index, out)) return false;
    if (out.y.shape().rank() == 2 && out.y.shape().back() > 1) cut(out.y);
    return true;
  }

 private:
  static void cut(Tensor& y) {
    const Tensor wide = y;
    y.resize({wide.rows(), 1});
    for (std::int64_t row = 0; row < wide.rows(); ++row) y[row] = wide.row(row)[0];
  }
};

std::shared_ptr<DataSource> make_first_label_only(Params& params, const BuildContext& context) {
  std::shared_ptr<DataSource> source = read_source(params, context);
  if (!source) return nullptr;
  return std::make_shared<FirstLabelOnly>(std::move(source));
}

}  // namespace

DataEntry first_label_only() {
  return {"first_label_only", "Repairs labels that are too wide: keeps their first column.",
          &make_first_label_only};
}

}  // namespace trainwreck::doubles
