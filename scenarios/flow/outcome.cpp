#include "scenarios/flow/outcome.h"

namespace trainwreck {

std::string_view name_of(Ending ending) {
  switch (ending) {
    case Ending::returned:
      return "returned";
    case Ending::died:
      return "died";
    case Ending::hung:
      return "hung";
  }
  return "?";
}

}  // namespace trainwreck
