#include "engine/callbacks/probe.h"

namespace trainwreck::callbacks {

CallbackEntry probe() {
  return {"probe", "Listens to every hook and does nothing, so that the trace shows them all.",
          [](Params& params, const BuildContext&) -> CallbackHandle {
            const std::string name = params.text("name", "A", "what the trace calls it");
            return std::make_shared<Probe>(name);
          }};
}

}  // namespace trainwreck::callbacks
