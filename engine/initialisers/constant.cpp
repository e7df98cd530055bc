#include <algorithm>

#include "engine/base/params.h"
#include "engine/initialisers/initialisers.h"

namespace trainwreck::initialisers {
namespace {

class Constant final : public Initialiser {
 public:
  explicit Constant(ConstantOptions options) : options_(options) {}

  void fill(std::span<float> values, const Shape&, Fans, const Random&) const override {
    std::fill(values.begin(), values.end(), options_.value);
  }

 private:
  ConstantOptions options_;
};

std::unique_ptr<Initialiser> read_constant(Params& params, const BuildContext&) {
  ConstantOptions options;
  options.value =
      static_cast<float>(params.number("value", static_cast<double>(options.value), "the value"));
  return make_constant(options);
}

}  // namespace

std::unique_ptr<Initialiser> make_constant(ConstantOptions options) {
  return std::make_unique<Constant>(options);
}

InitialiserEntry constant() { return {"constant", "every value is the same", &read_constant}; }

}  // namespace trainwreck::initialisers
