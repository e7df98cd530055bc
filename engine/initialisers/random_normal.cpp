#include "engine/base/params.h"
#include "engine/initialisers/initialisers.h"

namespace trainwreck::initialisers {
namespace {

class RandomNormal final : public Initialiser {
 public:
  explicit RandomNormal(RandomNormalOptions options) : options_(options) {}

  void fill(std::span<float> values, const Shape&, Fans, const Random& random) const override {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = options_.mean + options_.stddev * random.normal(i);
  }

 private:
  RandomNormalOptions options_;
};

std::unique_ptr<Initialiser> read_random_normal(Params& params, const BuildContext&) {
  RandomNormalOptions options;
  options.mean =
      static_cast<float>(params.number("mean", static_cast<double>(options.mean), "the mean"));
  options.stddev = static_cast<float>(
      params.number("stddev", static_cast<double>(options.stddev), "the standard deviation"));
  return make_random_normal(options);
}

}  // namespace

std::unique_ptr<Initialiser> make_random_normal(RandomNormalOptions options) {
  return std::make_unique<RandomNormal>(options);
}

InitialiserEntry random_normal() {
  return {"random_normal", "normal around a mean", &read_random_normal};
}

}  // namespace trainwreck::initialisers
