#include "scenarios/suite/colours.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace trainwreck {

Colours Colours::on(std::FILE* stream) {
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  const bool wanted = refused == nullptr || *refused == '\0';
  return Colours(wanted && !dumb && isatty(fileno(stream)) != 0);
}

std::string Colours::painted(std::string_view text, std::string_view code) const {
  return on_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
}

}  // namespace trainwreck
