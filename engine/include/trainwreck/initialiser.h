#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "engine/base/random.h"
#include "engine/base/tensor.h"
#include "trainwreck/entry.h"

namespace trainwreck {

// First values of a parameter. fan_in and fan_out are what the layer says they are.
struct Fans {
  std::int64_t in = 1;
  std::int64_t out = 1;
};

// Fills parameters with their first values, which depend on the arguments alone. `values` is lent
// for the call. Must not throw once it is made.
class Initialiser {
 public:
  virtual ~Initialiser() = default;
  virtual void fill(std::span<float> values, const Shape& shape, Fans fans,
                    const Random& random) const = 0;
};

// For layers: the initialiser under `key`, or null where the parameters name none.
std::unique_ptr<Initialiser> read_initialiser(Params& params, std::string_view key,
                                              std::string_view help, const BuildContext& context);

using InitialiserEntry = Entry<std::unique_ptr<Initialiser>>;
std::span<const InitialiserEntry> builtin_initialisers();

}  // namespace trainwreck
