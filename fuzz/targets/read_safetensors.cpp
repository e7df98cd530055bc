#include "engine/base/check.h"
#include "engine/base/errors.h"
#include "engine/formats/safetensors.h"
#include "fuzz/targets.h"

namespace trainwreck::fuzz {

FuzzTarget read_safetensors() {
  return {"read_safetensors", "A safetensors file: refused with FormatError, or all inside of it.",
          [](std::string_view bytes) {
            try {
              const SafetensorsFile file = trainwreck::read_safetensors(bytes);
              for (const StoredTensor& tensor : file.tensors) {
                const bool inside =
                    tensor.bytes.empty() ||
                    (tensor.bytes.data() >= bytes.data() &&
                     tensor.bytes.data() + tensor.bytes.size() <= bytes.data() + bytes.size());
                TRAINWRECK_CHECK(inside, "a tensor's bytes are the file's");
              }
            } catch (const FormatError&) {
            }
          }};
}

}  // namespace trainwreck::fuzz
