#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// Cuts the power at every file operation of a story, under each model that the scenario names,
// and judges every disk that can be left: checkpoints go through the real loader, and where the
// scenario says that its story goes on from what it saved, the whole story is told again on that
// disk and has to end as the uninterrupted one did.
//
// A disk is torn when a checkpoint on it cannot be read (or the story refuses to go on), mixed when
// all is accepted and the end is another one, and lost when something newer had been promised.
std::vector<PowerCutOutcome> cut_power_everywhere(
    const Plan& plan, const Outcome& uninterrupted, const Vocabulary& vocabulary,
    const std::function<void(std::uint64_t judged)>& progress = {});

// The same as rows of the table in docs/power_cuts.md, and what stands above them.
std::string power_cut_rows(const Plan& plan, const std::vector<PowerCutOutcome>& outcomes);
inline constexpr std::string_view kPowerCutHeading =
    "| story | profile | model | cuts | prefixes | one lost | one torn | several | disks | torn | "
    "mixed | lost |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|\n";
// How many states each phase tried; "120+" where some cuts have more than were tried.
std::vector<std::string> states_texts(const PowerCutOutcome& outcome);

}  // namespace trainwreck
