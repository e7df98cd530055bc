#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "engine/base/text.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"
#include "scenarios/judge/weights_apart.h"

namespace trainwreck::assertions {
namespace {

// Where the history of a run that was taken up tells something else than that of a whole one, which
// may know more epochs; empty: nowhere.
std::string difference(const History& resumed, const History& whole) {
  for (const History::Series& series : resumed.series()) {
    const auto twin =
        std::find_if(whole.series().begin(), whole.series().end(),
                     [&](const History::Series& other) { return other.name == series.name; });
    if (twin == whole.series().end()) return fmt::format("{}, which is not there", series.name);
    for (std::size_t i = 0; i < series.epochs.size(); ++i) {
      const auto at = std::find(twin->epochs.begin(), twin->epochs.end(), series.epochs[i]);
      const std::string where = fmt::format("{} of epoch {}", series.name, series.epochs[i]);
      if (at == twin->epochs.end()) return where + ", which is not there";
      const double wanted = twin->values[static_cast<std::size_t>(at - twin->epochs.begin())];
      if (std::bit_cast<std::uint64_t>(series.values[i]) == std::bit_cast<std::uint64_t>(wanted)) {
        continue;
      }
      return fmt::format("{} {} instead of {}", where, number_text(series.values[i]),
                         number_text(wanted));
    }
  }
  return {};
}

class EndsAsUninterrupted final : public Assertion {
 public:
  EvidenceRequest needs() const override {
    EvidenceRequest evidence;
    evidence.twin = true;
    return evidence;
  }

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    const std::string wanted = "the weights and the history of the same story when nothing strikes";
    if (!outcome.twin || outcome.twin->calls.empty()) return missed(wanted, "it was not told");
    const CallOutcome& last = outcome.calls.back();
    const CallOutcome& whole = outcome.twin->calls.back();
    if (!same_bits(last.weights, whole.weights)) {
      return missed(wanted, "other weights: " + calls_apart(outcome, outcome.calls.size() - 1,
                                                            outcome.twin->calls.size() - 1));
    }
    const std::string told = difference(last.history, whole.history);
    return told.empty() ? held() : missed(wanted, told);
  }
};

}  // namespace

AssertionEntry ends_as_uninterrupted() {
  return {"ends_as_uninterrupted",
          "The story's last weights are, bit by bit, those it ends with when no fault strikes, and "
          "its last history tells the same of every epoch that it knows.",
          [](Params&, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<EndsAsUninterrupted>();
          }};
}

}  // namespace trainwreck::assertions
