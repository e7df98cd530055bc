#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "faults/recording/operation.h"

namespace trainwreck::outside {

// What is about to happen: the program waits in its system call until it is decided.
struct Crossing {
  // What is known beforehand: kind, names, file, offset and length of a write. Its bytes, where it
  // is output, stand in `operation.text`.
  const Operation& operation;
  std::uint64_t number = 0;   // of all crossings, from 0
  std::uint64_t changes = 0;  // of those before it, how many were of kinds that change the tree
};

struct Decision {
  enum class Action : std::uint8_t {
    let_through,
    refuse,        // nothing is done, the answer is `error`
    part,          // of a write only `bytes` are done, and so it is answered
    lie,           // only `bytes` of it are done, and it is answered as done
    kill_process,  // `bytes` of it are done, then its process is killed, and no other
    kill_tree      // `bytes` of it are done, and nothing is done by anybody after it
  };
  static constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

  Action action = Action::let_through;
  int error = 0;
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds delay{0};  // before anything else; others go on meanwhile
  int signal = 0;                     // sent to the process before the operation is done
};

// Of what is no write, `bytes` of 0 mean before it and all others after it.
inline Decision let_through() { return {}; }
inline Decision refuse(int error) { return {.action = Decision::Action::refuse, .error = error}; }
inline Decision do_part(std::uint64_t bytes) {
  return {.action = Decision::Action::part, .bytes = bytes};
}
inline Decision lie(std::uint64_t bytes = 0) {
  return {.action = Decision::Action::lie, .bytes = bytes};
}
inline Decision delay(std::chrono::nanoseconds time) { return {.delay = time}; }
inline Decision send_signal(int signal) { return {.signal = signal}; }
inline Decision kill_process(std::uint64_t bytes = 0) {
  return {.action = Decision::Action::kill_process, .bytes = bytes};
}
inline Decision kill_tree(std::uint64_t bytes = 0) {
  return {.action = Decision::Action::kill_tree, .bytes = bytes};
}

// Decides. It is asked in the thread that runs the program, one crossing at a time, in the order of
// the history, and keeps the whole program waiting while it thinks. Opens cannot be lied about, and
// close, fork and exec are never refused: there, all but signals, delays and kills is letting
// through.
class Strategy {
 public:
  Strategy() = default;
  Strategy(const Strategy&) = delete;
  Strategy& operator=(const Strategy&) = delete;
  virtual ~Strategy() = default;
  virtual Decision decide(const Crossing& crossing) = 0;
};

class LetThrough final : public Strategy {
 public:
  Decision decide(const Crossing&) override { return {}; }
};

}  // namespace trainwreck::outside
