#include <trainwreck/data.h>

namespace shop::data {
namespace {

// A feed that ends: `batches` batches of prices that follow y = 2x + 1.
class PriceTicks final : public trainwreck::Generator {
 public:
  PriceTicks(std::int64_t batches, std::int64_t rows) : batches_(batches), rows_(rows) {}

  bool next(trainwreck::Batch& out) override {
    if (given_ == batches_) return false;
    ++given_;
    out.x.resize({rows_, 1});
    out.y.resize({rows_, 1});
    for (std::int64_t row = 0; row < rows_; ++row) {
      out.x[row] = static_cast<float>(row) / static_cast<float>(rows_);
      out.y[row] = 2.0F * out.x[row] + 1.0F;
    }
    return true;
  }

 private:
  std::int64_t batches_;
  std::int64_t rows_;
  std::int64_t given_ = 0;
};

}  // namespace

trainwreck::DataEntry price_ticks() {
  return {
      .name = "price_ticks",
      .help = "A feed of prices that ends.",
      .make = [](trainwreck::Params& params, const trainwreck::BuildContext&) {
        const std::int64_t batches = params.integer("batches", 4, "how many there are", {.low = 1});
        const std::int64_t rows = params.integer("batch_size", 8, "rows of each", {.low = 1});
        return std::shared_ptr<trainwreck::DataSource>(std::make_shared<PriceTicks>(batches, rows));
      }};
}

}  // namespace shop::data
