#include "scenarios/listeners/fake_network.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "faults/inject/injector.h"
#include "faults/sim/sim_clock.h"

namespace trainwreck {

FakeNetwork::FakeNetwork(const Network& network, SimClock& clock, const Injector& injector)
    : network_(network), clock_(clock), injector_(injector) {}

HttpAnswer FakeNetwork::post(const HttpPost& post) {
  Alert alert{.at = injector_.now(), .url = post.url, .body = post.body};
  const HttpAnswer given = answer(post);
  alert.status = given.status;
  alert.trouble = given.trouble;
  alerts_.push_back(std::move(alert));
  return given;
}

HttpAnswer FakeNetwork::answer(const HttpPost& post) const {
  const std::vector<std::int64_t>& epochs = network_.epochs;
  const bool now = epochs.empty() ||
                   std::find(epochs.begin(), epochs.end(), injector_.now().epoch) != epochs.end();
  if (!now || network_.is == NetworkIs::up) return {.status = 200};
  if (network_.is == NetworkIs::down) return {.status = 0, .trouble = "refused"};
  if (network_.is == NetworkIs::failing) return {.status = network_.status};
  const auto time = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(network_.seconds));
  const bool gives_up = post.timeout && *post.timeout < time;
  clock_.advance(gives_up ? *post.timeout : time);
  return gives_up ? HttpAnswer{.status = 0, .trouble = "timed out"} : HttpAnswer{.status = 200};
}

}  // namespace trainwreck
