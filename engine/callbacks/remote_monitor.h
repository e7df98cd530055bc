#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/seams/http_poster.h"
#include "trainwreck/callback.h"

namespace trainwreck {

struct RemoteMonitorOptions {
  std::string root = "http://localhost:9000";
  std::string path = "/publish/epoch/end/";
  std::string field = "data";  // of the form, unless sent as JSON
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool send_as_json = false;
  std::shared_ptr<HttpPoster> poster = nullptr;  // null: the real network
};

// Posts {"epoch": 0, "loss": 0.5, ...} after every epoch that ended by itself. The run waits for
// the answer, but never fails for it: what was not delivered is a warning. How long it waits, how
// often it tries and whether the answer's status counts is the policy's choice (logging.remote).
// A post that was tried again may arrive twice; its epoch tells.
class RemoteMonitor final : public Callback, public UsesNetwork {
 public:
  // Throws ValueError for what is no http address and for headers that would break the request.
  explicit RemoteMonitor(RemoteMonitorOptions options = {});

  std::string name() const override { return "remote_monitor"; }
  bool essential() const override { return false; }

  void set_session(Session&) override { reached_ = true; }
  void on_epoch_end(Event& event) override;
  void use_network(std::shared_ptr<HttpPoster> network) override {
    options_.poster = std::move(network);
  }

 private:
  HttpPost post_of(const Event& event) const;
  void post_once(Event& event, const HttpPost& post);
  void post_bounded(Event& event, HttpPost post);

  RemoteMonitorOptions options_;
  bool reached_ = true;  // the latest post was delivered, or there was none
};

}  // namespace trainwreck
