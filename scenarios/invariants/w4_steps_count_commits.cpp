#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/judge/contract.h"
#include "scenarios/judge/resumed.h"

namespace trainwreck::invariants {
namespace {

// The steps at which what lies at a path may stand: the one that was published last, and those that
// were begun since and of which nobody could tell any more whether they got there.
using Published = std::map<std::string_view, std::vector<std::int64_t>>;

void look_w4(const CallSpan& call, Breaches& breaches) {
  std::int64_t due = -1;
  for (const TraceLine* line : call.lines) {
    if (const auto begun = as<traced::StepBegin>(*line)) {
      if (due >= 0 && begun->step != due) {
        breaches.add(
            fmt::format("step {} began at {}, and {} was due", begun->step, place_of(*line), due),
            {line});
      }
      due = begun->step;
    }
    const auto ended = as<traced::StepEnd>(*line);
    if (ended && ended->outcome == traced::Stepping::committed) ++due;
  }
}

// Where the backup may stand that a call went on from; empty where that is not known.
std::vector<std::int64_t> taken_up_at(const CallSpan& call, const Published& published) {
  std::vector<std::int64_t> steps;
  for (const TraceLine* line : call.lines) {
    if (is<traced::StepBegin>(*line)) break;
    const auto save = as<traced::Save>(*line);
    if (!save || !takes_up(*save)) continue;
    const auto found = published.find(save->path);
    steps = found == published.end() ? std::vector<std::int64_t>() : found->second;
  }
  return steps;
}

const TraceLine* first_step(const CallSpan& call) {
  for (const TraceLine* line : call.lines) {
    if (is<traced::StepBegin>(*line)) return line;
  }
  return nullptr;
}

void note_published(const CallSpan& call, Published& published) {
  for (const TraceLine* line : call.lines) {
    const auto save = as<traced::Save>(*line);
    if (save && save->action == traced::Saving::publish) published[save->path] = {save->step};
    if (save && save->action == traced::Saving::begin) published[save->path].push_back(save->step);
  }
}

InvariantResult check_w4(const JudgedRun& subject) {
  Breaches breaches;
  Published published;
  for (const CallSpan& call : subject.calls) {
    look_w4(call, breaches);
    const TraceLine* first = first_step(call);
    const std::vector<std::int64_t> due = taken_up_at(call, published);
    const std::int64_t began = first != nullptr ? as<traced::StepBegin>(*first)->step : -1;
    if (first != nullptr && !due.empty() && std::find(due.begin(), due.end(), began) == due.end()) {
      breaches.add(fmt::format("a resumed run began with step {}, and its backup stands at {}",
                               began, due.front()),
                   {first});
    }
    note_published(call, published);
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry w4_steps_count_commits() {
  return {.id = "W4",
          .kind = InvariantKind::trace,
          .meaning =
              "The step counter grows by one for each committed step, also over a restart, and "
              "for nothing else.",
          .fields = {"steps"},
          .needs = {},
          .check = &check_w4};
}

}  // namespace trainwreck::invariants
