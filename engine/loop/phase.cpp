#include "engine/loop/phase.h"

#include <array>

namespace trainwreck {
namespace {

constexpr std::array<std::string_view, 16> kPhases{
    "",           "prepare", "source",  "fetch",      "batch", "build",
    "forward",    "loss",    "metrics", "backward",   "apply", "train_step",
    "validation", "signal",  "save",    "set_session"};

}  // namespace

std::string_view name_of(Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }

bool blames_the_batch(Phase phase) { return phase >= Phase::batch && phase <= Phase::metrics; }

}  // namespace trainwreck
