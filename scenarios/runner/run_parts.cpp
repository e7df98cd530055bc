#include "scenarios/runner/run_parts.h"

#include "scenarios/language/build.h"
#include "scenarios/trace/trace_file.h"

namespace trainwreck {

FitOptions fit_options(const FitCall& fit) {
  return {.epochs = fit.epochs,
          .initial_epoch = fit.initial_epoch,
          .steps_per_epoch = fit.steps_per_epoch,
          .validation_split = fit.validation_split,
          .validation_steps = fit.validation_steps,
          .validation_freq = {.every = fit.validation_every, .epochs = fit.validation_epochs},
          .shuffle = fit.shuffle,
          .class_weight = fit.class_weight,
          .worker = fit.worker,
          .run = fit.run};
}

HookMask hooks_heard(const Plan& plan) {
  if (plan.evidence.crossings) return kAllHooks;
  HookMask mask = 0;
  for (const Chapter& chapter : plan.scenario.chapters) {
    for (const DueFault& due : chapter.when) {
      const auto site = static_cast<std::size_t>(due.trigger.site);
      if (site < kHooks) mask |= mask_of(static_cast<Hook>(site));
    }
  }
  return mask;
}

PlannedFault planned_fault(const DueFault& due, const Vocabulary& vocabulary,
                           const BuildContext& context) {
  PlannedFault planned;
  planned.fault = build_fault(due.part, vocabulary, context);
  planned.trigger = due.trigger;
  planned.kind = due.part.kind;
  planned.pointer = due.part.pointer;
  return planned;
}

std::set<std::string> fields_of(const EvidenceRequest& evidence) {
  std::set<std::string> fields = trace_fields();
  if (!evidence.checksums) fields.erase("checksums");
  if (!evidence.digests) fields.erase("digests");
  if (!evidence.memory) fields.erase("memory");
  return fields;
}

}  // namespace trainwreck
