#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace trainwreck {

// How a scope, or a whole run, ended.
enum class Status : std::uint8_t {
  completed,
  stopped,     // somebody asked for it
  exhausted,   // fewer steps than asked for: the data is gone, and the policy allows that
  failed,      // an error
  interrupted  // a signal
};
std::string_view name_of(Status status);
// Not by itself: an error or a signal ended it.
constexpr bool is_broken_off(Status status) {
  return status == Status::failed || status == Status::interrupted;
}

// One error with where it happened. The exception itself is kept, so whoever needs more than its
// type and text can rethrow it.
struct ErrorRecord {
  std::exception_ptr error;
  std::string type;  // error_name()
  std::string message;
  std::string phase;     // "on_epoch_end", "fetch", "forward", "loss", ...
  std::string callback;  // empty unless a callback raised
  std::string source;    // the data that was being worked on
  std::int64_t epoch = -1;
  std::int64_t batch = -1;
};

// "ShapeError in forward at epoch 1, batch 2: ..."
std::string text_of(const ErrorRecord& record);

}  // namespace trainwreck
