#include "engine/callbacks/remote_monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/seams/executor.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string python_token(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return python_number(value);
}

// As Python's json.dumps writes it, so that a server sees what Keras would have sent.
std::string payload(const Event& event, RemoteNonFinite non_finite) {
  std::string text = fmt::format("{{\"epoch\": {}", event.index);
  std::string beside;
  for (const Logs::Item& item : event.logs.items()) {
    const std::string key = quoted(item.key.name());
    const bool plain = std::isfinite(item.value) || non_finite == RemoteNonFinite::as_python_prints;
    text += ", " + key + ": " + (plain ? python_token(item.value) : "null");
    if (!plain)
      beside += (beside.empty() ? "" : ", ") + key + ": \"" + number_text(item.value) + '"';
  }
  if (!beside.empty()) text += ", \"non_finite\": {" + beside + "}";
  return text + "}";
}

std::string form_encoded(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      result += c;
    } else if (c == ' ') {
      result += '+';
    } else {
      result += fmt::format("%{:02X}", byte);
    }
  }
  return result;
}

bool all_finite(const Logs& logs) {
  return std::all_of(logs.items().begin(), logs.items().end(),
                     [](const Logs::Item& item) { return std::isfinite(item.value); });
}

bool delivered(const HttpAnswer& answer) { return answer.status >= 200 && answer.status < 300; }

// What the server refused for good it would refuse again.
bool may_pass(const HttpAnswer& answer) {
  return answer.status == 0 || answer.status == 429 || answer.status >= 500;
}

std::string header_complaint(const std::pair<std::string, std::string>& header) {
  const auto& [name, value] = header;
  const bool named = !name.empty() && name.find_first_of(": \t\r\n") == std::string::npos;
  if (named && value.find_first_of("\r\n") == std::string::npos) return {};
  return "has a name or value that no header can have: " + quoted(name);
}

RemoteMonitorOptions read_remote_monitor(Params& params) {
  RemoteMonitorOptions options;
  options.root = params.text("root", options.root, "the server's address");
  options.path = params.text("path", options.path, "appended to the address");
  options.field = params.text("field", options.field, "the form's field that holds the JSON");
  options.send_as_json =
      params.flag("send_as_json", false, "send the JSON itself instead of a form");
  Params headers = params.child("headers", "further headers of each request");
  for (const std::string& key : headers.keys()) {
    options.headers.emplace_back(key, headers.text(key, "", "the header's value"));
  }
  return options;
}

}  // namespace

RemoteMonitor::RemoteMonitor(RemoteMonitorOptions options) : options_(std::move(options)) {
  const std::string complaint = complaint_about_address(options_.root, options_.path);
  if (!complaint.empty()) {
    throw ValueError(fmt::format("remote_monitor: the address {}{} {}", options_.root,
                                 options_.path, complaint));
  }
  for (const auto& header : options_.headers) {
    const std::string wrong = header_complaint(header);
    if (!wrong.empty()) throw ValueError("remote_monitor: headers " + wrong);
  }
  if (options_.poster == nullptr) options_.poster = real_http_poster();
}

void RemoteMonitor::on_epoch_end(Event& event) {
  if (event.status == Status::failed || event.status == Status::interrupted) return;
  if (event.session.policy().logging.remote == RemoteDelivery::once_without_timeout) {
    post_once(event, post_of(event));
  } else {
    post_bounded(event, post_of(event));
  }
}

HttpPost RemoteMonitor::post_of(const Event& event) const {
  const std::string json = payload(event, event.session.policy().logging.remote_non_finite);
  HttpPost post{.url = options_.root + options_.path,
                .content_type = "application/json",
                .body = json,
                .headers = options_.headers,
                .timeout = std::nullopt};
  if (!options_.send_as_json) {
    post.content_type = "application/x-www-form-urlencoded";
    post.body = form_encoded(options_.field) + "=" + form_encoded(json);
  }
  return post;
}

void RemoteMonitor::post_once(Event& event, const HttpPost& post) {
  // Python's HTTP client refuses to send a NaN as JSON, and Keras takes that for a dead server.
  const bool sendable =
      !options_.send_as_json || all_finite(event.logs) ||
      event.session.policy().logging.remote_non_finite != RemoteNonFinite::as_python_prints;
  if (sendable && options_.poster->post(post).status != 0) return;
  event.session.warn("remote_monitor.not_delivered",
                     "Could not reach RemoteMonitor root server at " + options_.root);
}

void RemoteMonitor::post_bounded(Event& event, HttpPost post) {
  const LoggingPolicy& policy = event.session.policy().logging;
  if (policy.remote_timeout_seconds > 0.0) {
    post.timeout = std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(policy.remote_timeout_seconds));
  }
  // A server that was away at the last epoch is asked once: the run has better things to do.
  const std::int64_t tries = reached_ ? 1 + policy.remote_retries : 1;
  std::chrono::nanoseconds pause = kFirstPause;
  HttpAnswer answer = options_.poster->post(post);
  std::int64_t made = 1;
  while (!delivered(answer) && may_pass(answer) && made < tries) {
    event.session.seams().executor.sleep(pause);
    pause *= 2;
    answer = options_.poster->post(post);
    ++made;
  }
  reached_ = delivered(answer);
  if (reached_) return;
  const std::string why =
      answer.status == 0 ? answer.trouble : fmt::format("it answered {}", answer.status);
  event.session.warn("remote_monitor.not_delivered",
                     fmt::format("epoch {} was not delivered to {} in {} {}: {}", event.index,
                                 post.url, made, made == 1 ? "try" : "tries", why));
}

namespace callbacks {

CallbackEntry remote_monitor() {
  return {"remote_monitor", "posts the logs of every epoch to an HTTP server",
          [](Params& params, const BuildContext&) -> CallbackHandle {
            RemoteMonitorOptions options = read_remote_monitor(params);
            const std::string complaint = complaint_about_address(options.root, options.path);
            if (!complaint.empty()) params.complain("root", complaint);
            bool good = complaint.empty();
            for (const auto& header : options.headers) {
              const std::string wrong = header_complaint(header);
              if (!wrong.empty()) params.complain("headers", wrong);
              good = good && wrong.empty();
            }
            if (!good) return {};
            return std::make_shared<RemoteMonitor>(std::move(options));
          }};
}

}  // namespace callbacks
}  // namespace trainwreck
