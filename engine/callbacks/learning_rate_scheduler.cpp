#include "engine/callbacks/learning_rate_scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "engine/base/errors.h"
#include "engine/base/json_values.h"
#include "engine/base/params.h"
#include "engine/base/text.h"
#include "engine/catalogs.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {

LearningRateScheduler::LearningRateScheduler(LearningRateSchedulerOptions options)
    : options_(std::move(options)) {
  if (!options_.schedule) throw ValueError("LearningRateScheduler: there is no schedule");
}

void LearningRateScheduler::on_epoch_begin(Event& event) {
  Optimizer& optimizer = event.session.model().optimizer();
  const double rate =
      options_.schedule(event.index, static_cast<double>(optimizer.learning_rate()));
  const LearningRates allowed = event.session.policy().step.learning_rates;
  if (allowed == LearningRates::finite_and_not_negative && (!std::isfinite(rate) || rate < 0.0)) {
    throw ValueError(fmt::format("LearningRateScheduler: the schedule gives {} for epoch {}",
                                 number_text(rate), event.index));
  }
  optimizer.set_learning_rate(static_cast<float>(rate));
  if (options_.verbose > 0) {
    event.session.warn("learning_rate_scheduler.set",
                       fmt::format("LearningRateScheduler: learning rate {} from epoch {} on",
                                   number_text(rate), event.index));
  }
}

void LearningRateScheduler::on_epoch_end(Event& event) {
  if (is_broken_off(event.status)) return;
  event.logs.set("learning_rate",
                 static_cast<double>(event.session.model().optimizer().learning_rate()));
}

namespace callbacks {
namespace {

// Functions may return NaN, so a list may have it, too.
std::vector<double> read_rates(Params& params) {
  std::vector<double> rates;
  for (Params& item :
       params.children("rates", "the rate of each epoch; the last one holds for all that follow")) {
    const std::optional<double> rate = number_of(json_of(item));
    if (!rate) item.complain("must be a number, \"nan\", \"inf\" or \"-inf\"");
    rates.push_back(rate.value_or(0.0));
  }
  return rates;
}

CallbackHandle read_learning_rate_scheduler(Params& params, const BuildContext& context) {
  LearningRateSchedulerOptions options;
  options.verbose = static_cast<int>(params.integer("verbose", 0, "1: says what it sets", {0, 1}));
  const std::vector<double> rates = read_rates(params);
  std::optional<Params> child =
      params.maybe_child("schedule", "a schedule of the catalog, counted in epochs");
  if (child.has_value() == !rates.empty()) {
    params.complain("a learning_rate_scheduler takes either \"rates\" or a \"schedule\"");
    return nullptr;
  }
  if (child) {
    std::shared_ptr<Schedule> schedule = make_from<std::unique_ptr<Schedule>, BuildContext>(
        context.catalogs.schedules, *child, context);
    if (!schedule) return nullptr;
    options.schedule = [schedule](std::int64_t epoch, double) {
      return static_cast<double>(schedule->at(epoch));
    };
  } else {
    options.schedule = [rates](std::int64_t epoch, double) {
      const auto last = static_cast<std::int64_t>(rates.size()) - 1;
      return rates[static_cast<std::size_t>(std::clamp<std::int64_t>(epoch, 0, last))];
    };
  }
  return std::make_shared<LearningRateScheduler>(std::move(options));
}

}  // namespace

CallbackEntry learning_rate_scheduler() {
  return {"learning_rate_scheduler", "sets the learning rate of every epoch",
          read_learning_rate_scheduler};
}

}  // namespace callbacks
}  // namespace trainwreck
