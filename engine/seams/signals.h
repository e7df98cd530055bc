#pragma once

#include <memory>
#include <optional>

namespace trainwreck {

// What was asked from outside. The loop polls; nobody is called from a signal handler.
class Signals {
 public:
  virtual ~Signals() = default;
  // The oldest signal not yet reported, once.
  virtual std::optional<int> poll() = 0;
};

// Listens to nothing: the default, because a library must not take its user's handlers.
std::unique_ptr<Signals> no_signals();
// Takes SIGINT and SIGTERM for as long as it lives and then puts the old handlers back. At most one
// may live at a time.
std::unique_ptr<Signals> process_signals();

}  // namespace trainwreck
