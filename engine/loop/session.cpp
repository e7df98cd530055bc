
#include "trainwreck/session.h"

#include <utility>

#include "engine/loop/loop_state.h"
#include "engine/seams/tracer.h"
#include "trainwreck/model.h"

namespace trainwreck {

Model& Session::model() const { return state_.model; }
const Policy& Session::policy() const { return state_.policy; }
const Seams& Session::seams() const { return state_.seams; }
const RunInfo& Session::info() const { return state_.info; }
const Position& Session::position() const { return state_.position; }
std::int64_t Session::epoch() const { return state_.epoch; }
const History& Session::history() const { return state_.history; }
History& Session::history() { return state_.history; }
const Batch* Session::batch() const { return state_.batch; }
std::int64_t Session::batch_index() const { return state_.batch_index; }
double Session::step_loss() const { return state_.step_loss; }
bool Session::stop_requested() const { return state_.stop.has_value(); }
const std::optional<StopDemand>& Session::stop_demand() const { return state_.stop; }
void Session::stop_evaluating() { state_.stop_evaluating = true; }
void Session::stop_predicting() { state_.stop_predicting = true; }
void Session::resume_from(const Position& position, std::string file) {
  state_.resume = position;
  state_.resume_file = std::move(file);
}
const std::optional<Position>& Session::resume_position() const { return state_.resume; }
BackgroundSaves& Session::background_saves() { return state_.saves; }
void Session::finish_saves() { state_.saves.finish(); }
const std::vector<Warning>& Session::warnings() const { return state_.warnings; }
const std::vector<CallbackHandle>& Session::callbacks() const { return state_.callbacks; }

std::string_view Session::current_callback() const {
  return state_.current_callback != nullptr ? std::string_view(*state_.current_callback)
                                            : std::string_view();
}

void Session::request_stop(std::string_view reason) {
  state_.seams.tracer().stop_request({.callback = current_callback(),
                                      .reason = reason,
                                      .epoch = state_.epoch,
                                      .batch = state_.batch_index});
  if (state_.stop) return;
  state_.stop = {.reason = std::string(reason),
                 .by = std::string(current_callback()),
                 .epoch = state_.epoch,
                 .batch = state_.batch_index};
}

void Session::withdraw_stop() {
  if (state_.policy.loop.stop_request == StopRequest::can_be_withdrawn) state_.stop.reset();
}

void Session::warn(std::string_view id, std::string text) {
  state_.seams.tracer().warning({.id = id,
                                 .callback = current_callback(),
                                 .text = text,
                                 .epoch = state_.epoch,
                                 .batch = state_.batch_index});
  state_.warnings.push_back({.id = std::string(id), .text = std::move(text)});
}

bool Session::logs_are_known() const {
  return !state_.info.source.empty() && state_.policy.loop.logs == LogsSharing::own_copy;
}

void Session::after_hook(std::function<void()> action) {
  state_.deferred.push_back({state_.current_callback, std::move(action)});
}

Position Session::capture() const {
  Position here = state_.position;
  if (state_.running_metrics && here.batch > 0) here.running_metrics = state_.running_metrics();
  return here;
}

std::vector<std::string> Session::metric_names() const {
  std::vector<std::string> names{"loss"};
  for (const auto& metric : state_.model.metrics()) names.emplace_back(metric->name());
  if (!state_.info.has_validation) return names;
  const std::size_t trained = names.size();
  for (std::size_t i = 0; i < trained; ++i) names.push_back("val_" + names[i]);
  return names;
}

}  // namespace trainwreck
