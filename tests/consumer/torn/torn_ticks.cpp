#include <trainwreck/data.h>

namespace shop::data {
namespace {

// A feed whose last batch is torn: it has fewer rows, and labels for a whole one.
class TornTicks final : public trainwreck::Generator {
 public:
  bool next(trainwreck::Batch& out) override {
    if (given_ == 3) return false;
    ++given_;
    out.x = trainwreck::Tensor({given_ == 3 ? 1 : 4, 1}, 1.0F);
    out.y = trainwreck::Tensor({4, 1}, 1.0F);
    return true;
  }

 private:
  int given_ = 0;
};

}  // namespace

trainwreck::DataEntry torn_ticks() {
  return {.name = "torn_ticks",
          .help = "A feed whose last batch is torn.",
          .make = [](trainwreck::Params&, const trainwreck::BuildContext&) {
            return std::shared_ptr<trainwreck::DataSource>(std::make_shared<TornTicks>());
          }};
}

}  // namespace shop::data
