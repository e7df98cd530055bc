#include "engine/seams/seams.h"

#include "engine/seams/clock.h"
#include "engine/seams/executor.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/signals.h"
#include "engine/seams/trace.h"

namespace trainwreck {

RealWorld::RealWorld()
    : files_(real_file_system()),
      clock_(real_clock()),
      memory_(std::make_unique<CountingBudget>()),
      executor_(thread_executor()),
      signals_(no_signals()) {}

RealWorld::~RealWorld() = default;

Seams RealWorld::seams() { return {*files_, *clock_, *memory_, *executor_, *signals_}; }

}  // namespace trainwreck
