#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/flow/outcome.h"

namespace trainwreck {

// What a child tells its parent, one message at a time; a process that dies leaves the messages
// before.
struct Message {
  std::vector<ParameterShape> parameters{};  // known once the model is built
  std::optional<WeightsAt> weights{};
  std::optional<CallOutcome> call{};  // without the exceptions themselves
  std::optional<Resources> resources{};
  std::string harness_failed{};
};

using Tell = std::function<void(const Message&)>;

// With its length before it.
std::string bytes_of(const Message& message);
// Takes the next whole message off the front; nullopt where there is none.
std::optional<Message> take_message(std::string_view& bytes);

}  // namespace trainwreck
