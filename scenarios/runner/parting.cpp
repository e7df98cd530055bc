#include "scenarios/runner/parting.h"

#include <map>
#include <utility>
#include <vector>

namespace trainwreck {
namespace {

Plan with_steps(const Plan& plan, std::optional<std::size_t> whole) {
  Plan told = plan;
  told.evidence = {.steps = true, .whole_step = whole};
  return told;
}

// How many steps the optimizer has counted, and how many more came that it did not count.
using StepKey = std::pair<std::int64_t, int>;
// The place among all steps of the run.
using StepPlaces = std::map<StepKey, std::size_t>;

StepPlaces places_of(const std::vector<StepTaken>& steps, std::size_t last_call) {
  StepPlaces places;
  StepKey key{-1, 0};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].call > static_cast<std::int64_t>(last_call)) break;
    const bool counted = i == 0 || steps[i].call != steps[i - 1].call ||
                         steps[i].iterations != steps[i - 1].iterations;
    key = counted ? StepKey{steps[i].iterations, 0} : StepKey{key.first, key.second + 1};
    places[key] = i;
  }
  return places;
}

// One that was not counted is laid beside the step of the same batch.
std::optional<std::size_t> twin_of(const StepKey& key, const StepTaken& step,
                                   const std::vector<StepTaken>& others, const StepPlaces& places) {
  if (const auto twin = places.find(key); twin != places.end()) return twin->second;
  std::optional<std::size_t> found;
  for (const auto& [other, place] : places) {
    const Instant& at = others[place].state.at;
    const bool same = at.epoch == step.state.at.epoch && at.batch == step.state.at.batch;
    if (key.second > 0 && same) found = place;
  }
  return found;
}

}  // namespace

std::optional<Parting> find_parting(const Plan& plan, std::size_t last_call, const Plan& other,
                                    std::size_t last_other_call, const MakeRun& make_run) {
  const std::vector<StepTaken> here = make_run(with_steps(plan, std::nullopt)).steps;
  const std::vector<StepTaken> there = make_run(with_steps(other, std::nullopt)).steps;
  const StepPlaces others = places_of(there, last_other_call);
  for (const auto& [key, place] : places_of(here, last_call)) {
    const auto twin = twin_of(key, here[place], there, others);
    if (!twin || here[place].checksums == there[*twin].checksums) continue;
    return Parting{.here = make_run(with_steps(plan, place)).steps.at(place),
                   .there = make_run(with_steps(other, *twin)).steps.at(*twin)};
  }
  return std::nullopt;
}

}  // namespace trainwreck
