#include "engine/base/params.h"
#include "engine/initialisers/initialisers.h"

namespace trainwreck::initialisers {
namespace {

class RandomUniform final : public Initialiser {
 public:
  explicit RandomUniform(RandomUniformOptions options) : options_(options) {}

  void fill(std::span<float> values, const Shape&, Fans, const Random& random) const override {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = random.uniform(i, options_.minval, options_.maxval);
  }

 private:
  RandomUniformOptions options_;
};

std::unique_ptr<Initialiser> read_random_uniform(Params& params, const BuildContext&) {
  RandomUniformOptions options;
  options.minval = static_cast<float>(
      params.number("minval", static_cast<double>(options.minval), "lowest value"));
  options.maxval = static_cast<float>(
      params.number("maxval", static_cast<double>(options.maxval), "bound above"));
  return make_random_uniform(options);
}

}  // namespace

std::unique_ptr<Initialiser> make_random_uniform(RandomUniformOptions options) {
  return std::make_unique<RandomUniform>(options);
}

InitialiserEntry random_uniform() {
  return {"random_uniform", "uniform between two bounds", &read_random_uniform};
}

}  // namespace trainwreck::initialisers
