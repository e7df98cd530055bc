#pragma once

#include <vector>

#include "trainwreck/callback.h"
#include "trainwreck/data.h"
#include "trainwreck/initialiser.h"
#include "trainwreck/layer.h"
#include "trainwreck/loss.h"
#include "trainwreck/metric.h"
#include "trainwreck/optimizer.h"
#include "trainwreck/schedule.h"

namespace trainwreck {

// Everything that can be built by name. Passed as a value: users add their entries to a copy.
struct Catalogs {
  std::vector<LayerEntry> layers;
  std::vector<LossEntry> losses;
  std::vector<MetricEntry> metrics;
  std::vector<OptimizerEntry> optimizers;
  std::vector<ScheduleEntry> schedules;
  std::vector<InitialiserEntry> initialisers;
  std::vector<DataEntry> data;
  std::vector<CallbackEntry> callbacks;
};

Catalogs builtin_catalogs();

}  // namespace trainwreck
