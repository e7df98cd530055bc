#include <algorithm>

#include "engine/initialisers/initialisers.h"

namespace trainwreck::initialisers {
namespace {

class Zeros final : public Initialiser {
 public:
  void fill(std::span<float> values, const Shape&, Fans, const Random&) const override {
    std::fill(values.begin(), values.end(), 0.0F);
  }
};

std::unique_ptr<Initialiser> read_zeros(Params&, const BuildContext&) { return make_zeros(); }

}  // namespace

std::unique_ptr<Initialiser> make_zeros() { return std::make_unique<Zeros>(); }

InitialiserEntry zeros() { return {"zeros", "every value is 0", &read_zeros}; }

}  // namespace trainwreck::initialisers
