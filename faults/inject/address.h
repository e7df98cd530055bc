#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "faults/inject/site.h"

namespace trainwreck {

// When, in the run's own clock. -1: outside of any.
struct Instant {
  std::int64_t run = 0;   // process of the story, counting restarts
  std::int64_t fit = -1;  // fit, evaluate and predict calls of that process
  std::int64_t epoch = -1;
  std::int64_t batch = -1;
  friend bool operator==(const Instant&, const Instant&) = default;
};

// One crossing of a site: an instant, the site, what it was about (a callback, layer, path or
// purpose) and its ordinal among the same at that instant. As text:
// run/fit/epoch/batch/site[detail]#nth, e.g. "0/0/1/2/step.forward[dense]#0" or
// "0/0/1/-/hook.on_epoch_end[model_checkpoint]#0".
struct Address {
  Instant at;
  Site site{};
  std::string detail;
  std::int64_t nth = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

std::string text_of(const Address& address);
// nullopt when the text is no address.
std::optional<Address> address_from(std::string_view text);

}  // namespace trainwreck
