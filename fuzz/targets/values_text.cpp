#include <array>

#include "fuzz/targets.h"
#include "fuzz/targets/values_check.h"

namespace trainwreck::fuzz {

FuzzTarget values_text() {
  return {"values_text", "JSON, a JSON value a line, or a table: the first byte decides.",
          [](std::string_view bytes) {
            constexpr std::array<std::string_view, 4> kNames = {"x.json", "x.jsonl", "x.csv", "x"};
            if (bytes.empty()) return;
            const auto choice = static_cast<unsigned char>(bytes.front());
            check_values(kNames[choice % kNames.size()], bytes.substr(1));
          }};
}

}  // namespace trainwreck::fuzz
