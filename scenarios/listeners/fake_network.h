#pragma once

#include <utility>
#include <vector>

#include "engine/seams/http_poster.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/scenario.h"

namespace trainwreck {

class Injector;
class SimClock;

// The network: keeps everything that is posted, and answers as the scenario wants it.
class FakeNetwork final : public HttpPoster {
 public:
  FakeNetwork(const Network& network, SimClock& clock, const Injector& injector);
  HttpAnswer post(const HttpPost& post) override;
  std::vector<Alert> take() { return std::move(alerts_); }

 private:
  HttpAnswer answer(const HttpPost& post) const;

  Network network_;
  SimClock& clock_;
  const Injector& injector_;
  std::vector<Alert> alerts_;
};

}  // namespace trainwreck
