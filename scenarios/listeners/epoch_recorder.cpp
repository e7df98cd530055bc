#include "scenarios/listeners/epoch_recorder.h"

#include "engine/saving/checkpointing.h"
#include "faults/sim/sim_file_system.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {

void EpochRecorder::on_epoch_end(Event& event) {
  Session& session = event.session;
  const Optimizer& optimizer = session.model().optimizer();
  EpochView view{.epoch = event.index,
                 .stop_training = session.stop_requested(),
                 .learning_rate = static_cast<double>(optimizer.learning_rate()),
                 .iterations = optimizer.iterations(),
                 .files = disk_.files()};
  for (const Logs::Item& item : event.logs.items()) view.logs[item.key.name()] = item.value;
  view.callbacks = states_of(session.callbacks());
  seen_.push_back(std::move(view));
}

}  // namespace trainwreck
