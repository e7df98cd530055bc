#include <cmath>

#include "engine/initialisers/initialisers.h"
#include "engine/initialisers/truncated_normal.h"

namespace trainwreck::initialisers {
namespace {

class HeNormal final : public Initialiser {
 public:
  void fill(std::span<float> values, const Shape&, Fans fans, const Random& random) const override {
    fill_truncated_normal(values, std::sqrt(2.0 / static_cast<double>(fans.in)), random);
  }
};

std::unique_ptr<Initialiser> read_he_normal(Params&, const BuildContext&) {
  return make_he_normal();
}

}  // namespace

std::unique_ptr<Initialiser> make_he_normal() { return std::make_unique<HeNormal>(); }

InitialiserEntry he_normal() {
  return {"he_normal", "normal with variance 2 / fan_in, cut off at two deviations; for relu",
          &read_he_normal};
}

}  // namespace trainwreck::initialisers
