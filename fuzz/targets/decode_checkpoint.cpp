#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "fuzz/targets.h"

namespace trainwreck::fuzz {

FuzzTarget decode_checkpoint() {
  return {"decode_checkpoint",
          "A checkpoint: refused with FormatError, or it can be written again.",
          [](std::string_view bytes) {
            try {
              encode(decode(bytes));
            } catch (const FormatError&) {
            }
          }};
}

}  // namespace trainwreck::fuzz
