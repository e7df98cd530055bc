#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class Stops final : public Assertion {
 public:
  explicit Stops(Params& params)
      : by_(params.maybe_text("by", "the callback that asked; absent: anybody")),
        epoch_(params.maybe_integer("epoch", "in which epoch it was asked")),
        batch_(params.maybe_integer("batch", "in which batch it was asked")),
        latency_(params.maybe_integer("latency", "steps begun afterwards", {.low = 0})),
        says_(params.maybe_text("reason", "a part of the reason")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const CallOutcome& call = call_of(outcome, scope);
    if (!call.stop) return missed("a demand to stop", "nobody asked");
    const StopDemand& stop = *call.stop;
    if ((by_ && *by_ != stop.by) || (epoch_ && *epoch_ != stop.epoch) ||
        (batch_ && *batch_ != stop.batch) ||
        (says_ && stop.reason.find(*says_) == std::string::npos)) {
      return missed("another demand to stop",
                    fmt::format("{} asked at epoch {}, batch {}: {}",
                                stop.by.empty() ? "nobody in particular" : stop.by, stop.epoch,
                                stop.batch, stop.reason));
    }
    return latency_ ? check_latency(outcome, scope) : held();
  }

 private:
  Finding check_latency(const Outcome& outcome, const AssertionScope& scope) const {
    bool asked = false;
    std::vector<std::int64_t> after;
    for (const TraceLine* line : lines_of(outcome, scope)) {
      if (is<traced::StopRequest>(*line)) asked = true;
      if (asked && is<traced::StepBegin>(*line)) after.push_back(line->seq);
    }
    const auto steps = static_cast<std::int64_t>(after.size());
    if (steps == *latency_) return held();
    return missed(fmt::format("{} steps after the demand", *latency_),
                  fmt::format("{} steps", steps), after);
  }

  std::optional<std::string> by_;
  std::optional<std::int64_t> epoch_;
  std::optional<std::int64_t> batch_;
  std::optional<std::int64_t> latency_;
  std::optional<std::string> says_;
};

}  // namespace

AssertionEntry stops() {
  return {"stops",
          "Somebody asked for the end of training, and after how many more batches it came.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<Stops>(params);
          }};
}

}  // namespace trainwreck::assertions
