#pragma once

#include <cstdint>
#include <string_view>

namespace trainwreck {

// What a run is doing, for error records and for the policy that skips bad batches.
enum class Phase : std::uint8_t {
  none,
  prepare,
  source,  // the source is told of a pass or of an epoch
  fetch,
  batch,  // its checks and its memory
  build,
  forward,
  loss,
  metrics,
  backward,
  apply,
  train_step,  // one that is not ours
  validation,
  signal,
  save,
  set_session
};
std::string_view name_of(Phase phase);

// Whether an error in this phase is the batch's fault, not that of our arithmetic or the optimizer.
bool blames_the_batch(Phase phase);

}  // namespace trainwreck
