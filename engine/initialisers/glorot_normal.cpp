#include <cmath>

#include "engine/initialisers/initialisers.h"
#include "engine/initialisers/truncated_normal.h"

namespace trainwreck::initialisers {
namespace {

class GlorotNormal final : public Initialiser {
 public:
  void fill(std::span<float> values, const Shape&, Fans fans, const Random& random) const override {
    fill_truncated_normal(values, std::sqrt(2.0 / static_cast<double>(fans.in + fans.out)), random);
  }
};

std::unique_ptr<Initialiser> read_glorot_normal(Params&, const BuildContext&) {
  return make_glorot_normal();
}

}  // namespace

std::unique_ptr<Initialiser> make_glorot_normal() { return std::make_unique<GlorotNormal>(); }

InitialiserEntry glorot_normal() {
  return {"glorot_normal", "normal with variance 2 / (fan_in + fan_out), cut off at two deviations",
          &read_glorot_normal};
}

}  // namespace trainwreck::initialisers
