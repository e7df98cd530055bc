#include <fmt/format.h>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::assertions {
namespace {

class CheckpointHolds final : public Assertion {
 public:
  explicit CheckpointHolds(Params& params) : path_(params.need_text("path", "the file")) {
    Params at = params.child("weights_as_of", "an epoch's end, or after one of its batches");
    as_of_.epoch = at.need_integer("epoch", "0-based");
    as_of_.batch = at.integer("batch", -1, "after this batch's step");
    at.reject_unknown_keys();
    slots_ = params.maybe_integer("slots", "how many slots of the optimizer it has, too");
  }

  EvidenceRequest needs() const override {
    EvidenceRequest evidence;
    evidence.weights_at.push_back(as_of_);
    return evidence;
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::string expected =
        fmt::format("{} with the weights of epoch {}, batch {}", path_, as_of_.epoch, as_of_.batch);
    const std::string* file = file_of(outcome, scope, path_);
    if (file == nullptr) return missed(expected, "there is no such file");
    try {
      const Checkpoint checkpoint = decode(*file);
      if (slots_ && slots_in(checkpoint) != *slots_) {
        return missed(fmt::format("{} slots of the optimizer", *slots_),
                      fmt::format("{}", slots_in(checkpoint)));
      }
      return compare(outcome, scope, weights_in(checkpoint, outcome.parameters), expected);
    } catch (const Error& error) {
      return missed(expected, error.what());
    }
  }

 private:
  static std::int64_t slots_in(const Checkpoint& checkpoint) {
    return checkpoint.optimizer ? static_cast<std::int64_t>(checkpoint.optimizer->slots.size()) : 0;
  }
  // In the model's order; a file sorts its tensors in its own way.
  static std::vector<float> weights_in(const Checkpoint& checkpoint,
                                       const std::vector<ParameterShape>& parameters) {
    std::vector<float> weights;
    for (const ParameterShape& one : parameters) {
      for (const SavedParameter& saved : checkpoint.weights) {
        if (saved.name != one.name) continue;
        weights.insert(weights.end(), saved.values.begin(), saved.values.end());
      }
    }
    return weights;
  }

  Finding compare(const Outcome& outcome, const AssertionScope& scope,
                  const std::vector<float>& stored, const std::string& expected) const {
    const Instant& began = call_of(outcome, scope).began;
    std::string same_as = "weights of no instant that was asked for";
    for (const WeightsAt& kept : outcome.weights) {
      if (kept.at.run != began.run || kept.at.fit != began.fit || kept.weights != stored) continue;
      if (kept.at.epoch == as_of_.epoch && kept.at.batch == as_of_.batch) return held();
      same_as = fmt::format("the weights of epoch {}, batch {}", kept.at.epoch, kept.at.batch);
    }
    const WeightsAt* wanted = weights_at(outcome, scope, as_of_);
    if (wanted == nullptr) return missed(expected, "the run never came there");
    return missed(
        expected,
        fmt::format("{}: {}", same_as, weights_apart(stored, wanted->weights, outcome.parameters)));
  }

  std::string path_;
  Instant as_of_;
  std::optional<std::int64_t> slots_;
};

}  // namespace

AssertionEntry checkpoint_holds() {
  return {"checkpoint_holds", "A checkpoint holds the weights of an instant.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<CheckpointHolds>(params);
          }};
}

}  // namespace trainwreck::assertions
