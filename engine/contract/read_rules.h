#pragma once

#include "engine/base/params.h"
#include "engine/contract/data_rules.h"

namespace trainwreck {

// The rules that are listed by name under "without".
RuleSet read_exempt_rules(Params& params);

}  // namespace trainwreck
