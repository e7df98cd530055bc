#include <array>

#include "trainwreck/callback.h"
#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_logs_mutated(Params& params, const BuildContext&) {
  constexpr std::array<std::string_view, 4> kHow{"add", "overwrite", "erase", "clear"};
  const std::size_t how = params.choice("how", kHow, 0, "what it does to them");
  const std::string key = params.text("key", how == 0 ? "intruder" : "loss", "which one");
  const double value = params.number("value", 0.0, "the new value");
  return bend<HookOperation>(When::after,
                             [how, key, value](HookOperation& operation, const Strike&) {
                               Logs& logs = operation.event->logs;
                               if (how <= 1) logs.set(key, value);
                               if (how == 2) logs.erase(key);
                               if (how == 3) logs.clear();
                             });
}

}  // namespace

FaultEntry logs_mutated() {
  return {"logs_mutated", "a callback changes the logs that it was handed", &make_logs_mutated};
}

}  // namespace trainwreck::faults
