#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/resumed.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::invariants {
namespace {

// "loss of epoch 1 is 0.5, not 0.25"; "" where the two are the same, bit by bit.
std::string difference(const History& resumed, const History& whole) {
  if (resumed == whole) return {};
  if (resumed.epochs() != whole.epochs()) {
    return fmt::format("it has the epochs {}, not {}", list_text(resumed.epochs()),
                       list_text(whole.epochs()));
  }
  for (const History::Series& series : whole.series()) {
    const std::vector<double>& values = resumed.values(series.name);
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (i >= values.size()) return fmt::format("{} breaks off", series.name);
      if (exactly(values[i], series.values[i])) continue;
      return fmt::format("{} of epoch {} is {}, not {}", series.name, series.epochs[i], values[i],
                         series.values[i]);
    }
  }
  return "its series are others";
}

InvariantResult check_u1(const JudgedRun& subject) {
  if (subject.outcome == nullptr || !subject.outcome->twin) {
    return undecided("needs a second run to compare with");
  }
  const std::vector<const CallSpan*> resumed = resumed_calls(subject);
  if (resumed.empty()) return undecided("nothing was resumed");
  const CallOutcome* last = outcome_of(*resumed.back(), *subject.outcome);
  if (last == nullptr || last->error || subject.outcome->twin->calls.empty()) {
    return undecided("the resumed run did not get to its end");
  }
  Breaches breaches;
  const CallOutcome& whole = subject.outcome->twin->calls.front();
  if (!same_bits(last->weights, whole.weights)) {
    breaches.add("the resumed run ends with other weights than an uninterrupted one: " +
                     calls_apart(*subject.outcome, index_of(*last, *subject.outcome), 0),
                 {resumed.back()->end});
  } else if (last->learning_rate != whole.learning_rate) {
    breaches.add(fmt::format("the resumed run ends with the learning rate {}, not {}",
                             last->learning_rate, whole.learning_rate),
                 {resumed.back()->end});
  } else if (const std::string other = difference(last->history, whole.history); !other.empty()) {
    breaches.add("the resumed run ends with another history than an uninterrupted one: " + other,
                 {resumed.back()->end});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry u1_resumed_equals_uninterrupted() {
  return {.id = "U1",
          .kind = InvariantKind::runs,
          .meaning = "A run that was resumed equals one that was never interrupted, bit by bit.",
          .fields = {"checkpoints"},
          .needs = {.twin = true},
          .check = &check_u1};
}

}  // namespace trainwreck::invariants
