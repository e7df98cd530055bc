#include <fmt/format.h>

#include <set>
#include <tuple>

#include "scenarios/findings.h"

namespace trainwreck::assertions {
namespace {

class DataServed final : public Assertion {
 public:
  explicit DataServed(Params& params)
      : epoch_(params.maybe_integer("epoch", "which; absent: all epochs one after the other")) {
    if (params.has("batches")) batches_ = params.integers("batches", "their indices, in order");
    each_once_ = params.flag("each_once", false, "no batch twice in an epoch");
  }

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
    if (!batches_ || served == *batches_) return held();
    return missed(list_text(*batches_), list_text(served), shown);
  }

 private:
  std::optional<std::int64_t> epoch_;
  std::optional<std::vector<std::int64_t>> batches_;
  bool each_once_ = false;
};

}  // namespace

AssertionEntry data_served() {
  return {"data_served", "Which batches were trained on in an epoch, in order; or each once.",
          [](Params& params, const BuildContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<DataServed>(params);
          }};
}

}  // namespace trainwreck::assertions
