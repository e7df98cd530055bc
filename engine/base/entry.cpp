
#include "trainwreck/entry.h"

#include <string>

#include "engine/base/text.h"

namespace trainwreck {

void complain_unknown_kind(Params& params, std::string_view kind,
                           std::span<const std::string_view> known) {
  if (kind.empty()) return;  // kind_of has complained
  std::string message = "\"" + std::string(kind) + "\" is unknown; ";
  const std::string_view near = closest(kind, known);
  if (!near.empty()) {
    message += "did you mean \"" + std::string(near) + "\"?";
  } else {
    message += "there is " + (known.empty() ? std::string("nothing here") : joined(known));
  }
  if (params.is_text()) {
    params.complain(std::move(message));
  } else {
    params.complain("kind", std::move(message));
  }
}

std::string kind_of(Params& params) {
  if (params.is_text()) {
    std::string kind = params.own_text();
    if (kind.empty()) params.complain("must name something");
    return kind;
  }
  if (!params.is_object()) {
    params.complain("must be an object with a \"kind\" or just its name, got " + params.dump());
    return {};
  }
  std::string kind = params.need_text("kind", "what to build");
  if (kind.empty() && params.has("kind") && params.child("kind").is_text()) {
    params.complain("kind", "must name something");
  }
  return kind;
}

}  // namespace trainwreck
