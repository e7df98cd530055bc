#include "scenarios/flow/evidence.h"

namespace trainwreck {

void EvidenceRequest::add(const EvidenceRequest& other) {
  crossings |= other.crossings;
  memory |= other.memory;
  checksums |= other.checksums;
  digests |= other.digests;
  hook_times |= other.hook_times;
  states |= other.states;
  disk |= other.disk;
  refit |= other.refit;
  steps |= other.steps;
  if (other.whole_step) whole_step = other.whole_step;
  twin |= other.twin;
  bare |= other.bare;
  weights_at.insert(weights_at.end(), other.weights_at.begin(), other.weights_at.end());
}

}  // namespace trainwreck
