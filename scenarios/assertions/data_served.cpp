#include <fmt/format.h>

#include <charconv>
#include <map>
#include <set>
#include <tuple>

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
    std::set<std::tuple<std::int64_t, double, std::int64_t, std::int64_t>> seen;
    const TraceLine* fetched = nullptr;
    for (const TraceLine* line : lines_of(outcome, scope)) {
      if (line->event.kind == TraceKind::fetch_end) fetched = line;
      if (line->event.kind != TraceKind::step_begin || fetched == nullptr) continue;
      if (epoch_ && line->event.epoch != *epoch_) continue;
      served.push_back(fetched->event.step);
      shown.push_back(line->seq);
      const bool fresh = seen.insert({line->event.epoch, static_cast<double>(fetched->event.number),
                                      fetched->event.epoch, fetched->event.step})
                             .second;
      if (each_once_ && !fresh) {
        return missed(
            "each batch once",
            fmt::format("batch {} twice in epoch {}", fetched->event.step, line->event.epoch),
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
      const TraceEvent& event = line->event;
      if (event.kind == TraceKind::fetch_end) fetched = event.what;
      if (event.kind == TraceKind::step_begin) {
        for (const std::int64_t sample : numbers_in(fetched)) ++times[sample];
      }
      if (event.what != "epoch") continue;
      const bool looked_at = event.kind == TraceKind::scope_end && event.detail == "completed" &&
                             (!epoch_ || event.epoch == *epoch_);
      if (const std::string wrong = looked_at ? wrong_in(times) : ""; !wrong.empty()) {
        return missed(fmt::format("each of {} samples once in epoch {}", *samples_, event.epoch),
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
