#include <algorithm>

#include "engine/initialisers/initialisers.h"

namespace trainwreck::initialisers {
namespace {

class Ones final : public Initialiser {
 public:
  void fill(std::span<float> values, const Shape&, Fans, const Random&) const override {
    std::fill(values.begin(), values.end(), 1.0F);
  }
};

std::unique_ptr<Initialiser> read_ones(Params&, const BuildContext&) { return make_ones(); }

}  // namespace

std::unique_ptr<Initialiser> make_ones() { return std::make_unique<Ones>(); }

InitialiserEntry ones() { return {"ones", "every value is 1", &read_ones}; }

}  // namespace trainwreck::initialisers
