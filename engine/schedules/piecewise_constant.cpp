#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/schedules/schedules.h"

namespace trainwreck::schedules {
namespace {

class PiecewiseConstant final : public Schedule {
 public:
  explicit PiecewiseConstant(PiecewiseConstantOptions options) : options_(std::move(options)) {}

  float at(std::int64_t iteration) const override {
    const auto& boundaries = options_.boundaries;
    const auto piece = std::lower_bound(boundaries.begin(), boundaries.end(), iteration);
    return static_cast<float>(
        options_.values[static_cast<std::size_t>(piece - boundaries.begin())]);
  }

 private:
  PiecewiseConstantOptions options_;
};

// What is wrong with the options, or "".
std::string_view mistake(const PiecewiseConstantOptions& options) {
  if (options.values.size() != options.boundaries.size() + 1) {
    return "there must be one value more than boundaries";
  }
  const auto falls = std::adjacent_find(options.boundaries.begin(), options.boundaries.end(),
                                        [](std::int64_t a, std::int64_t b) { return a >= b; });
  return falls == options.boundaries.end() ? "" : "boundaries must rise";
}

std::unique_ptr<Schedule> read_piecewise_constant(Params& params, const BuildContext&) {
  PiecewiseConstantOptions options;
  options.boundaries = params.integers("boundaries", "the last step of each value but the last");
  options.values = params.numbers("values", "the rates, one more than boundaries");
  if (const std::string_view wrong = mistake(options); !wrong.empty()) {
    params.complain(std::string(wrong));
    return nullptr;
  }
  return make_piecewise_constant(std::move(options));
}

}  // namespace

std::unique_ptr<Schedule> make_piecewise_constant(PiecewiseConstantOptions options) {
  if (const std::string_view wrong = mistake(options); !wrong.empty()) {
    throw ValueError("piecewise_constant: " + std::string(wrong));
  }
  return std::make_unique<PiecewiseConstant>(std::move(options));
}

ScheduleEntry piecewise_constant() {
  return {"piecewise_constant", "one rate up to each boundary", &read_piecewise_constant};
}

}  // namespace trainwreck::schedules
