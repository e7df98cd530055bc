#include <cmath>

#include "engine/initialisers/initialisers.h"

namespace trainwreck::initialisers {
namespace {

class GlorotUniform final : public Initialiser {
 public:
  void fill(std::span<float> values, const Shape&, Fans fans, const Random& random) const override {
    const auto limit = static_cast<float>(std::sqrt(6.0 / static_cast<double>(fans.in + fans.out)));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = random.uniform(i, -limit, limit);
  }
};

std::unique_ptr<Initialiser> read_glorot_uniform(Params&, const BuildContext&) {
  return make_glorot_uniform();
}

}  // namespace

std::unique_ptr<Initialiser> make_glorot_uniform() { return std::make_unique<GlorotUniform>(); }

InitialiserEntry glorot_uniform() {
  return {"glorot_uniform", "uniform within +-sqrt(6 / (fan_in + fan_out)); also named for Xavier",
          &read_glorot_uniform};
}

}  // namespace trainwreck::initialisers
