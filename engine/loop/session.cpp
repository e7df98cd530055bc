
#include "trainwreck/session.h"

#include <utility>

#include "engine/loop/background_saves.h"
#include "engine/seams/trace.h"
#include "trainwreck/model.h"

namespace trainwreck {

Session::Session(Model& model, const Policy& policy, Seams seams)
    : model_(model), policy_(policy), seams_(seams) {}

Session::~Session() = default;

std::string_view Session::current_callback() const {
  return current_callback_ != nullptr ? std::string_view(*current_callback_) : std::string_view();
}

void Session::request_stop(std::string_view reason) {
  if (seams_.trace != nullptr) {
    seams_.trace->record({.kind = TraceKind::stop_request,
                          .epoch = epoch_,
                          .batch = batch_index_,
                          .who = current_callback(),
                          .detail = reason});
  }
  if (stop_) return;
  stop_ = {.reason = std::string(reason),
           .by = std::string(current_callback()),
           .epoch = epoch_,
           .batch = batch_index_};
}

void Session::withdraw_stop() {
  if (policy_.loop.stop_request == StopRequest::can_be_withdrawn) stop_.reset();
}

void Session::warn(std::string_view id, std::string text) {
  if (seams_.trace != nullptr) {
    seams_.trace->record({.kind = TraceKind::warning,
                          .epoch = epoch_,
                          .batch = batch_index_,
                          .what = id,
                          .who = current_callback(),
                          .detail = text});
  }
  warnings_.push_back({.id = std::string(id), .text = std::move(text)});
}

bool Session::logs_are_known() const {
  return !info_.source.empty() && policy_.loop.logs == LogsSharing::own_copy;
}

void Session::after_hook(std::function<void()> action) {
  deferred_.push_back({current_callback_, std::move(action)});
}

BackgroundSaves& Session::background_saves() {
  if (!background_saves_) background_saves_ = std::make_unique<BackgroundSaves>(seams_.executor);
  return *background_saves_;
}

void Session::finish_saves() {
  if (background_saves_) background_saves_->finish();
}

Position Session::capture() const {
  Position here = position_;
  if (running_metrics_ && here.batch > 0) here.running_metrics = running_metrics_();
  return here;
}

std::vector<std::string> Session::metric_names() const {
  std::vector<std::string> names{"loss"};
  for (const auto& metric : model_.metrics()) names.emplace_back(metric->name());
  if (!info_.has_validation) return names;
  const std::size_t trained = names.size();
  for (std::size_t i = 0; i < trained; ++i) names.push_back("val_" + names[i]);
  return names;
}

}  // namespace trainwreck
