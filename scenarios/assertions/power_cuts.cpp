#include <fmt/format.h>

#include <array>

#include "faults/power/persistence.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

constexpr std::array<std::string_view, 2> kHowMany{"none", "some"};

struct Expected {
  std::string_view what;
  bool some = false;
};

class PowerCuts final : public Assertion {
 public:
  explicit PowerCuts(Params& params)
      : models_(params.texts("models", "of these persistence models; absent: of each")),
        torn_(read(params, "torn", "disks with a checkpoint that cannot be read")),
        mixed_(read(params, "mixed", "disks that are accepted and lead to another end")),
        lost_(read(params, "lost", "disks without something that had been promised")) {
    for (const std::string& model : models_) {
      if (!persistence_model_named(model)) {
        params.complain("models", fmt::format("there is no persistence model \"{}\"", model));
      }
    }
  }

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    bool looked = false;
    for (const PowerCutOutcome& one : outcome.power_cuts) {
      if (!speaks_of(one.model)) continue;
      looked = true;
      if (Finding finding = check(one, torn_, one.torn, one.torn_example); !finding.held) {
        return finding;
      }
      if (Finding finding = check(one, mixed_, one.mixed, one.mixed_example); !finding.held) {
        return finding;
      }
      if (Finding finding = check(one, lost_, one.lost, one.lost_example); !finding.held) {
        return finding;
      }
    }
    if (looked) return held();
    return missed("a power cut under one of these models", "none was asked for in \"power_cut\"");
  }

 private:
  static Expected read(Params& params, std::string_view key, std::string_view help) {
    return {.what = key, .some = params.choice(key, kHowMany, 0, help) == 1};
  }

  bool speaks_of(const std::string& model) const {
    return models_.empty() || std::find(models_.begin(), models_.end(), model) != models_.end();
  }

  static Finding check(const PowerCutOutcome& one, const Expected& expected, std::uint64_t count,
                       const std::string& example) {
    if (expected.some == (count > 0)) return held();
    return missed(
        fmt::format("{}: {} {}", one.model, expected.some ? "some" : "none", expected.what),
        count == 0 ? fmt::format("none of {} states", one.judged)
                   : fmt::format("{} of {} states, first: {}", count, one.judged, example));
  }

  std::vector<std::string> models_;
  Expected torn_;
  Expected mixed_;
  Expected lost_;
};

}  // namespace

AssertionEntry power_cuts() {
  return {"power_cuts", "What the power cuts of the scenario's \"power_cut\" left on the disk.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<PowerCuts>(params);
          }};
}

}  // namespace trainwreck::assertions
