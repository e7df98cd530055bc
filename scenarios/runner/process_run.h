#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/loop/hook.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/runner/run_world.h"
#include "trainwreck/callback.h"
#include "trainwreck/entry.h"
#include "trainwreck/trainer.h"

namespace trainwreck {

// One process of a story, in whatever world: model, data and callbacks, which live until a restart,
// and the calls that are made of them. Plan, vocabulary and world must outlive it.
class ProcessRun {
 public:
  // `run`: how many restarts came before.
  ProcessRun(const Plan& plan, const Vocabulary& vocabulary, RunWorld& world, std::int32_t run);
  ~ProcessRun();
  ProcessRun(const ProcessRun&) = delete;
  ProcessRun& operator=(const ProcessRun&) = delete;

  Model& model() { return *model_; }
  // In the order of their weights.
  std::vector<ParameterShape> parameters() const;
  // Whatever goes wrong in the call is part of what it came to.
  CallOutcome call(const Chapter& chapter);
  // One more fit with nothing armed; data that cannot be read twice are made anew.
  CallOutcome clean_fit();

 private:
  void arm(const Chapter& chapter);
  void perform(const Chapter& chapter, CallOutcome& outcome);
  void check_data(const Chapter& chapter, CallOutcome& outcome);
  std::shared_ptr<DataSource> data_from(const Part& part);
  CallbackHandle callback_from(const Part& part);
  std::vector<CallbackHandle> callbacks_for(const Chapter& chapter);
  FitOptions options_for(const Chapter& chapter);
  void look_at_model(CallOutcome& outcome);

  const Plan& plan_;
  const Setup& setup_;
  const Vocabulary& vocabulary_;
  RunWorld& world_;
  std::int32_t run_;
  std::int32_t calls_ = 0;
  Seams seams_;
  BuildContext context_;
  HookMask struck_;  // hooks that some fault of the story strikes
  std::unique_ptr<Model> model_;
  std::shared_ptr<DataSource> data_;
  std::shared_ptr<DataSource> validation_;
  std::vector<CallbackHandle> callbacks_;
  std::unique_ptr<Trainer> trainer_;
  std::vector<CallbackHandle> listed_;  // of the latest call
  std::shared_ptr<EpochRecorder> epochs_;
};

}  // namespace trainwreck
