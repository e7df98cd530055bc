#include <fmt/format.h>

#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class DataServed final : public Assertion {
 public:
  explicit DataServed(Params& params)
      : epoch_(params.maybe_integer("epoch", "which; absent: all epochs one after the other")) {
    batches_ = maybe_integers(params, "batches", "their indices, in order");
    each_once_ = params.flag("each_once", false, "no batch twice in an epoch");
    samples_ = params.maybe_integer(
        "samples", "each of so many samples once in every epoch that completed", {.low = 0});
  }

  EvidenceRequest needs() const override { return {.checksums = samples_.has_value()}; }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::vector<std::int64_t> served;
    std::vector<std::int64_t> shown;
    std::set<std::array<std::int64_t, 4>> seen;
    std::optional<traced::FetchEnd> fetched;
    for (const TraceLine* line : lines_of(outcome, scope)) {
      if (const auto fetch = as<traced::FetchEnd>(*line)) fetched = fetch;
      const auto step = as<traced::StepBegin>(*line);
      if (!step || !fetched || (epoch_ && step->epoch != *epoch_)) continue;
      served.push_back(fetched->item);
      shown.push_back(line->seq);
      const bool fresh =
          seen.insert({step->epoch, fetched->source_number, fetched->epoch, fetched->item}).second;
      if (each_once_ && !fresh) {
        return missed("each batch once",
                      fmt::format("batch {} twice in epoch {}", fetched->item, step->epoch),
                      {line->seq});
      }
    }
    if (batches_ && served != *batches_) {
      return missed(list_text(*batches_), list_text(served), shown);
    }
    return samples_ ? check_samples(outcome, scope) : held();
  }

 private:
  // Counts what was stepped in an epoch, and looks at it when the epoch has completed.
  Finding check_samples(const Outcome& outcome, const AssertionScope& scope) const {
    std::map<std::int64_t, int> times;
    std::string_view fetched;
    for (const TraceLine* line : lines_of(outcome, scope)) {
      if (const auto fetch = as<traced::FetchEnd>(*line)) fetched = fetch->samples;
      if (is<traced::StepBegin>(*line)) {
        for (const std::int64_t sample : numbers_in(fetched)) ++times[sample];
      }
      const auto begun = as<traced::ScopeBegin>(*line);
      if (begun && begun->scope == "epoch") times.clear();
      const auto ended = as<traced::ScopeEnd>(*line);
      if (!ended || ended->scope != "epoch") continue;
      const bool looked_at = ended->status == "completed" && (!epoch_ || ended->epoch == *epoch_);
      if (const std::string wrong = looked_at ? wrong_in(times) : ""; !wrong.empty()) {
        return missed(fmt::format("each of {} samples once in epoch {}", *samples_, ended->epoch),
                      wrong, {line->seq});
      }
      times.clear();
    }
    return held();
  }

  std::string wrong_in(const std::map<std::int64_t, int>& times) const {
    if (times.empty()) return "the source does not say which samples it gives";
    for (const auto& [sample, count] : times) {
      if (count > 1) return fmt::format("sample {} came {} times", sample, count);
    }
    const auto fetched = static_cast<std::int64_t>(times.size());
    return fetched == *samples_ ? "" : fmt::format("{} samples came", fetched);
  }

  // "0-3,7".
  static std::vector<std::int64_t> numbers_in(std::string_view ranges) {
    std::vector<std::int64_t> numbers;
    const char* at = ranges.data();
    const char* const end = at + ranges.size();
    while (at < end) {
      std::int64_t first = 0;
      at = std::from_chars(at, end, first).ptr;
      std::int64_t last = first;
      if (at < end && *at == '-') at = std::from_chars(at + 1, end, last).ptr;
      while (first <= last) numbers.push_back(first++);
      ++at;
    }
    return numbers;
  }

  std::optional<std::int64_t> epoch_;
  std::optional<std::vector<std::int64_t>> batches_;
  bool each_once_ = false;
  std::optional<std::int64_t> samples_;
};

}  // namespace

AssertionEntry data_served() {
  return {"data_served", "Which batches were trained on in an epoch, in order; or each once.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<DataServed>(params);
          }};
}

}  // namespace trainwreck::assertions
