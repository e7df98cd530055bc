#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/checkpoint/checkpoint.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

// How far a checkpoint has come; of two that stand in for each other the later one.
std::pair<std::int64_t, std::int64_t> age_of(const Checkpoint& checkpoint) {
  std::int64_t steps = checkpoint.optimizer ? checkpoint.optimizer->iterations : -1;
  if (checkpoint.run) steps = std::max(steps, checkpoint.run->position.step);
  return {steps, checkpoint.run ? checkpoint.run->sequence : 0};
}

class LatestIs final : public Assertion {
 public:
  explicit LatestIs(Params& params)
      : path_(params.need_text("path", "the file")),
        below_(params.text("below", "", "only look below this folder")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::string latest;
    std::pair<std::int64_t, std::int64_t> age{-1, -1};
    for (const auto& [path, bytes] : files_of(outcome, scope)) {
      if (!path.starts_with(below_)) continue;
      const std::optional<Checkpoint> checkpoint = checkpoint_in(bytes);
      if (!checkpoint || age_of(*checkpoint) <= age) continue;
      latest = path;
      age = age_of(*checkpoint);
    }
    if (latest == path_) return held();
    return missed(path_ + " as the latest", latest.empty()
                                                ? "no whole checkpoint"
                                                : fmt::format("{}, of step {}", latest, age.first));
  }

 private:
  std::string path_;
  std::string below_;
};

}  // namespace

AssertionEntry latest_is() {
  return {"latest_is", "Of the whole checkpoints on the disk this one has seen the most steps.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<LatestIs>(params);
          }};
}

}  // namespace trainwreck::assertions
