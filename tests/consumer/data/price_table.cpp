#include <trainwreck/data.h>

namespace shop::data {
namespace {

// Prices by index, which follow y = 2x + 1: any batch at any time.
class PriceTable final : public trainwreck::Sequence {
 public:
  PriceTable(std::int64_t batches, std::int64_t rows) : batches_(batches), rows_(rows) {}

  std::int64_t batch_count() const override { return batches_; }

  void batch(std::int64_t index, trainwreck::Batch& out) override {
    out.x.resize({rows_, 1});
    out.y.resize({rows_, 1});
    out.sample_weight.clear();  // the buffer may hold those of another source
    out.samples.clear();
    for (std::int64_t row = 0; row < rows_; ++row) {
      const std::int64_t sample = index * rows_ + row;
      out.x[row] = static_cast<float>(sample) / static_cast<float>(batches_ * rows_);
      out.y[row] = 2.0F * out.x[row] + 1.0F;
      out.samples.push_back(sample);
    }
  }

  // Nothing is kept between two calls, so several threads may fetch at once.
  trainwreck::SourceTraits traits() const override {
    return {.name = "price_table", .thread_safe = true};
  }

 private:
  std::int64_t batches_;
  std::int64_t rows_;
};

}  // namespace

trainwreck::DataEntry price_table() {
  return {
      .name = "price_table",
      .help = "A table of prices.",
      .make = [](trainwreck::Params& params, const trainwreck::BuildContext&) {
        const std::int64_t batches = params.integer("batches", 4, "how many there are", {.low = 1});
        const std::int64_t rows = params.integer("batch_size", 8, "rows of each", {.low = 1});
        return std::shared_ptr<trainwreck::DataSource>(std::make_shared<PriceTable>(batches, rows));
      }};
}

}  // namespace shop::data
