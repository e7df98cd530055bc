#include "scenarios/runner/run.h"

#include <optional>

#include "engine/checkpoint/checkpoint.h"
#include "scenarios/process/black_box.h"
#include "scenarios/runner/parting.h"
#include "scenarios/runner/power_cut.h"
#include "scenarios/runner/process_run.h"
#include "scenarios/runner/real_run.h"
#include "scenarios/runner/run_parts.h"
#include "scenarios/runner/simulated_world.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

// A story in a simulated world: its processes, one after the other, and what is known afterwards.
class SimulatedRun {
 public:
  SimulatedRun(const Plan& plan, const Vocabulary& vocabulary, BlackBox* box = nullptr)
      : plan_(plan), vocabulary_(vocabulary), world_(plan, box) {}

  Outcome run() {
    run_all();
    return finish();
  }
  // Runs the story, and then asks the engine that lived through it for one more fit.
  Refit refit();

 private:
  void run_all() {
    process_.emplace(plan_, vocabulary_, world_, 0);
    for (const Chapter& chapter : plan_.scenario.chapters) {
      if (chapter.action == Action::restart) {
        restart(chapter);
      } else {
        outcome_.calls.push_back(process_->call(chapter));
      }
    }
  }
  void restart(const Chapter& chapter) {
    process_.reset();
    world_.restart(chapter.loses);
    process_.emplace(plan_, vocabulary_, world_, ++restarts_);
  }
  Outcome finish() {
    outcome_.parameters = process_->parameters();
    process_.reset();
    world_.tell(outcome_);
    outcome_.trace.fields = fields_of(plan_.evidence);
    return std::move(outcome_);
  }

  const Plan& plan_;
  const Vocabulary& vocabulary_;
  SimulatedWorld world_;
  std::optional<ProcessRun> process_;
  std::int32_t restarts_ = 0;
  Outcome outcome_;
};

Refit SimulatedRun::refit() {
  run_all();
  if (world_.injector().dead()) return {.trouble = "the process died"};
  Plan fresh_plan = plan_;
  fresh_plan.scenario.given.files = world_.disk().files();
  SimulatedWorld fresh_world(fresh_plan);
  ProcessRun fresh(fresh_plan, vocabulary_, fresh_world, 0);
  if (process_->model().built()) restore_model(capture_model(process_->model()), fresh.model());
  return {.again = process_->clean_fit(), .clean = fresh.clean_fit()};
}

// The plan of another run to lay beside the one at hand.
Plan beside(const Plan& plan, Harness harness) {
  Plan other = plan;
  other.harness = harness;
  other.evidence = {};
  return other;
}

std::shared_ptr<const Outcome> run_beside(const Plan& plan, const Vocabulary& vocabulary,
                                          BlackBox* box) {
  return std::make_shared<const Outcome>(SimulatedRun(plan, vocabulary, box).run());
}

// Copies the plan: who asks may have let it go by then.
Outcome::FindParting parting_of(const Plan& plan, const Vocabulary& vocabulary) {
  return [plan, &vocabulary](std::size_t here, std::size_t there) {
    const MakeRun make = [&](const Plan& one) { return SimulatedRun(one, vocabulary).run(); };
    return find_parting(plan, here, beside(plan, Harness::idle), there, make);
  };
}

}  // namespace

Outcome run(const Plan& plan, const Vocabulary& vocabulary, BlackBox* box) {
  const auto begin = [box](std::string_view doing) {
    if (box != nullptr) box->begin(doing);
  };
  begin("the run itself");
  if (plan.scenario.real_process) return run_for_real(plan, vocabulary, box);
  Outcome outcome = SimulatedRun(plan, vocabulary, box).run();
  const EvidenceRequest& evidence = plan.evidence;
  if (evidence.refit) {
    begin("one more clean fit");
    outcome.refit = SimulatedRun(beside(plan, plan.harness), vocabulary, box).refit();
  }
  if (evidence.twin) {
    begin("the same story without a strike");
    outcome.twin = run_beside(beside(plan, Harness::idle), vocabulary, box);
    outcome.parting = parting_of(plan, vocabulary);
  }
  if (evidence.bare) {
    begin("the same story without any harness");
    outcome.bare = run_beside(beside(plan, Harness::absent), vocabulary, box);
  }
  if (plan.scenario.power_cut) {
    begin("runs after a power cut");
    outcome.power_cuts = cut_power_everywhere(plan, outcome, vocabulary);
  }
  return outcome;
}

}  // namespace trainwreck
