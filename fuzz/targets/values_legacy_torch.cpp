#include "fuzz/targets.h"
#include "fuzz/targets/values_check.h"

namespace trainwreck::fuzz {

FuzzTarget values_legacy_torch() {
  return {"values_legacy_torch", "What torch.save() wrote before 1.6.",
          [](std::string_view bytes) { check_values("x.pt", bytes); }};
}

}  // namespace trainwreck::fuzz
