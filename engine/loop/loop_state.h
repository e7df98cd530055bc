#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint/run_state.h"
#include "engine/loop/background_saves.h"
#include "engine/loop/history.h"
#include "engine/policy/policy.h"
#include "engine/seams/seams.h"
#include "trainwreck/callback.h"
#include "trainwreck/session.h"

namespace trainwreck {

class Model;
struct Batch;

// How far a run has come. Whoever drives the run (fit, or a loop written by hand) owns one of these
// and writes it; callbacks see it through `session`, which reads it and takes requests. One thread.
struct LoopState {
  // The model must outlive the run.
  LoopState(Model& the_model, const Policy& the_policy, Seams the_seams)
      : model(the_model), policy(the_policy), seams(the_seams), saves(the_seams.executor) {}
  LoopState(const LoopState&) = delete;
  LoopState& operator=(const LoopState&) = delete;

  Model& model;
  Policy policy;
  Seams seams;
  RunInfo info{};
  Position position{};
  std::int64_t epoch = -1;  // that is under way
  History history{};
  std::function<std::vector<double>()> running_metrics{};
  const Batch* batch = nullptr;  // that is being worked on
  std::int64_t batch_index = -1;
  double step_loss = 0.0;
  std::optional<StopDemand> stop{};
  std::optional<Position> resume{};
  std::string resume_file{};  // that it was found in
  bool stop_evaluating = false;
  bool stop_predicting = false;
  std::vector<Warning> warnings{};
  std::vector<CallbackHandle> callbacks{};
  const std::string* current_callback = nullptr;
  // What callbacks put off until all of them had the hook that is being dispatched.
  struct Deferred {
    const std::string* callback;
    std::function<void()> action;
  };
  std::vector<Deferred> deferred{};
  Session session{*this};
  BackgroundSaves saves;  // the last: it looks at what is above
};

}  // namespace trainwreck
