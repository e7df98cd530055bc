#pragma once

#include "tests/tidy/rules.h"
#include "trainwreck/cli.h"

namespace trainwreck::tidy {

// The files of scenarios/library that say nothing in one of these ways: they have no sentence of
// `about`, or that of another file; a bare `keeps_contract` where planning adds it anyway; data,
// model, optimizer or loss spelled out as they are by default; a case that sets a value which is
// there already.
Violations silent_scenarios(const Listing& tree, const Vocabulary& vocabulary);

}  // namespace trainwreck::tidy
