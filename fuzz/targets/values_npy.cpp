#include "fuzz/targets.h"
#include "fuzz/targets/values_check.h"

namespace trainwreck::fuzz {

FuzzTarget values_npy() {
  return {"values_npy", "What np.save() writes.",
          [](std::string_view bytes) { check_values("x.npy", bytes); }};
}

}  // namespace trainwreck::fuzz
