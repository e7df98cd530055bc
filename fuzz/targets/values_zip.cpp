#include "fuzz/targets.h"
#include "fuzz/targets/values_check.h"

namespace trainwreck::fuzz {

FuzzTarget values_zip() {
  return {"values_zip", "An archive of other files, torch's among them.",
          [](std::string_view bytes) { check_values("x.zip", bytes); }};
}

}  // namespace trainwreck::fuzz
