#include <cmath>

#include "engine/initialisers/initialisers.h"

namespace trainwreck::initialisers {
namespace {

class HeUniform final : public Initialiser {
 public:
  void fill(std::span<float> values, const Shape&, Fans fans, const Random& random) const override {
    const auto limit = static_cast<float>(std::sqrt(6.0 / static_cast<double>(fans.in)));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = random.uniform(i, -limit, limit);
  }
};

std::unique_ptr<Initialiser> read_he_uniform(Params&, const BuildContext&) {
  return make_he_uniform();
}

}  // namespace

std::unique_ptr<Initialiser> make_he_uniform() { return std::make_unique<HeUniform>(); }

InitialiserEntry he_uniform() {
  return {"he_uniform", "uniform within +-sqrt(6 / fan_in), for relu", &read_he_uniform};
}

}  // namespace trainwreck::initialisers
