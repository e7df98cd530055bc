#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/runner/child_world.h"
#include "trainwreck/callback.h"
#include "trainwreck/entry.h"
#include "trainwreck/trainer.h"

namespace trainwreck {

// One real process of a story: model, data and callbacks, which live until a restart, and the calls
// that are made of them.
class ProcessRun {
 public:
  // `run`: how many restarts came before.
  ProcessRun(const Plan& plan, const Vocabulary& vocabulary, ChildWorld& world, std::int32_t run);
  ~ProcessRun();
  ProcessRun(const ProcessRun&) = delete;
  ProcessRun& operator=(const ProcessRun&) = delete;

  // In the order of their weights.
  std::vector<std::string> parameters() const;
  // Whatever goes wrong in the call is part of what it came to.
  CallOutcome call(const Chapter& chapter);

 private:
  std::shared_ptr<DataSource> offered(const Part& part);
  std::vector<CallbackHandle> callbacks_for(const Chapter& chapter);
  FitOptions options_for(const Chapter& chapter);
  void arm(const Chapter& chapter);

  const Plan& plan_;
  const Setup& setup_;
  const Vocabulary& vocabulary_;
  ChildWorld& world_;
  std::int32_t run_;
  std::int32_t calls_ = 0;
  Seams seams_;
  BuildContext context_;
  std::unique_ptr<Model> model_;
  std::shared_ptr<DataSource> data_;
  std::shared_ptr<DataSource> validation_;
  std::vector<CallbackHandle> callbacks_;
  std::unique_ptr<Trainer> trainer_;
};

}  // namespace trainwreck
