#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/params.h"
#include "trainwreck/assertion.h"

namespace trainwreck {

// Names that stand in assertions. One that does not exist would make "never" and "not" hold for
// ever, so each is held against what there is, and the nearest one is named.

// Types of errors, as error_name() spells them.
void check_error(Params& params, std::string_view key, std::string_view type);
// What an error record says was being done: a phase of a step, or a hook.
void check_phase(Params& params, std::string_view key, std::string_view phase);
// "csv_logger.on_epoch_end": its part behind the dot is a hook.
void check_hook_of(Params& params, std::string_view key, std::string_view hook_of_whom);
// An entry of a view (scenarios/trace/trace_view.h).
void check_view(Params& params, std::string_view key, std::string_view entry);

// Who is called what shows only in a run. Missed where it had callbacks and none of that name;
// nothing where it had, or had none at all.
std::optional<Finding> nobody_called(const Outcome& outcome, std::string_view callback);
// The same of whom a view listens to: callbacks, sources, steps.
std::optional<Finding> nobody_heard(const Outcome& outcome, std::string_view entry);

}  // namespace trainwreck
