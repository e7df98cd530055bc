#include "fuzz/targets.h"
#include "fuzz/targets/values_check.h"

namespace trainwreck::fuzz {

FuzzTarget values_pickle() {
  return {"values_pickle", "A pickle of any protocol, arrays of numpy and torch in it.",
          [](std::string_view bytes) { check_values("x.pkl", bytes); }};
}

}  // namespace trainwreck::fuzz
