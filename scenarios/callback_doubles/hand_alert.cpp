#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/seams/http_poster.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

struct AlertOptions {
  std::string url = "http://alerts.local/hook";
  std::string metric = "val_accuracy";
  double above = 0.92;
  std::optional<double> timeout_seconds;
  bool swallows = false;
  bool raises_for_status = false;
};

// An alert as people write it: one post in on_epoch_end, and whatever becomes of it becomes of the
// run.
class HandAlert final : public Callback, public UsesNetwork {
 public:
  explicit HandAlert(AlertOptions options) : options_(std::move(options)) {}
  std::string name() const override { return "hand_alert"; }
  void use_network(std::shared_ptr<HttpPoster> network) override { network_ = std::move(network); }

  void on_epoch_end(Event& event) override {
    const std::optional<double> value = event.logs.find(options_.metric);
    if (is_broken_off(event.status) || !value || *value <= options_.above) return;
    try {
      send(fmt::format("{} is {} in epoch {}", options_.metric, number_text(*value), event.index));
    } catch (const Error& error) {
      if (!options_.swallows) throw;
      event.session.warn("hand_alert.swallowed", error.what());
    }
  }

 private:
  void send(const std::string& text) {
    if (network_ == nullptr) network_ = real_http_poster();
    HttpPost post{.url = options_.url, .content_type = "text/plain", .body = text};
    if (options_.timeout_seconds) {
      post.timeout = std::chrono::duration_cast<std::chrono::nanoseconds>(
          std::chrono::duration<double>(*options_.timeout_seconds));
    }
    const HttpAnswer answer = network_->post(post);
    if (answer.status == 0) throw Error("the alert was not delivered: " + answer.trouble);
    if (options_.raises_for_status && answer.status >= 400) {
      throw Error(fmt::format("the alert was answered with {}", answer.status));
    }
  }

  AlertOptions options_;
  std::shared_ptr<HttpPoster> network_;
};

CallbackHandle make_hand_alert(Params& params, const BuildContext&) {
  AlertOptions options;
  options.url = params.text("url", options.url, "where it posts to");
  options.metric = params.text("metric", options.metric, "what it watches in the logs");
  options.above = params.number("above", options.above, "it posts for larger values");
  options.timeout_seconds = params.maybe_number("timeout_s", "how long it waits; absent: for ever");
  options.swallows = params.flag("swallows", false, "catches its own error, and only warns");
  options.raises_for_status =
      params.flag("raises_for_status", false, "takes an answer of 400 and more for an error");
  return std::make_shared<HandAlert>(std::move(options));
}

}  // namespace

CallbackEntry hand_alert() {
  return {"hand_alert",
          "Posts to a server when a metric is above a limit, and fails with the post.",
          &make_hand_alert};
}

}  // namespace trainwreck::doubles
