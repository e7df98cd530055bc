#include <fmt/format.h>

#include "engine/checkpoint/checkpoint.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class BestIs final : public Assertion {
 public:
  explicit BestIs(Params& params)
      : path_(params.maybe_text("path", "its file, which is still there and whole")),
        score_(params.maybe_number("score", "to six digits")),
        epoch_(params.maybe_integer("epoch", "the epoch after which it was saved")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const TraceLine* best = nullptr;
    traced::Save save;
    for (const TraceLine* line : lines_of(outcome, scope)) {
      const auto other = as<traced::Save>(*line);
      const bool published = other && other->action == traced::Saving::publish;
      if (!published || !other->note.starts_with("best")) continue;
      best = line;
      save = *other;
    }
    if (best == nullptr) return missed(expectation(), "nothing was saved as the best");
    const std::string path(save.path);
    const std::int64_t epoch = saved_after(save);
    const bool same = (!path_ || *path_ == path) && (!epoch_ || *epoch_ == epoch) &&
                      (!score_ || about(save.score, *score_));
    if (!same) {
      return missed(expectation(),
                    fmt::format("{}, of epoch {} and with the score {}", path, epoch, save.score),
                    {best->seq});
    }
    const std::string* file = file_of(outcome, scope, path);
    const bool whole = file != nullptr && checkpoint_in(*file);
    return whole ? held() : missed(expectation(), path + " is gone or damaged", {best->seq});
  }

 private:
  // At an epoch's end the run stands at the beginning of the next one.
  static std::int64_t saved_after(const traced::Save& save) {
    return save.batch > 0 ? save.epoch : save.epoch - 1;
  }

  std::string expectation() const {
    std::string text = path_.value_or("a best");
    if (epoch_) text += fmt::format(", of epoch {}", *epoch_);
    if (score_) text += fmt::format(", with the score {}", *score_);
    return text;
  }

  std::optional<std::string> path_;
  std::optional<double> score_;
  std::optional<std::int64_t> epoch_;
};

}  // namespace

AssertionEntry best_is() {
  return {"best_is", "The latest checkpoint that was saved as the best, its score and its epoch.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<BestIs>(params);
          }};
}

}  // namespace trainwreck::assertions
