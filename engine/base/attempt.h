#pragma once

#include "engine/base/errors.h"

namespace trainwreck {

// Runs `body`; whatever it throws is handled by `caught`, which is called inside the handler and
// may throw again. Death alone passes: what is over handles nothing any more.
template <class Body, class Caught>
void attempt(Body&& body, Caught&& caught) {
  try {
    body();
  } catch (const Death&) {
    throw;
  } catch (...) {
    caught();
  }
}

}  // namespace trainwreck
