#pragma once

#include <vector>

#include "engine/loop/callback.h"
#include "engine/model/data_source.h"
#include "engine/model/initialiser.h"
#include "engine/model/layer.h"
#include "engine/model/loss.h"
#include "engine/model/metric.h"
#include "engine/model/optimizer.h"
#include "engine/model/schedule.h"

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
