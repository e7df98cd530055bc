#pragma once

#include <utility>

namespace trainwreck {

// Most callbacks forget the last run in on_train_begin. One whose state was restored for this run
// must not, and the restoring may come before or after its own on_train_begin, as the list has it.
class FreshStart {
 public:
  // In set_session.
  void handed_over() { begun_ = restored_ = false; }
  // In load_state.
  void restored() { restored_ = !begun_; }
  // In on_train_begin: whether to forget.
  bool begin() {
    begun_ = true;
    return !std::exchange(restored_, false);
  }

 private:
  bool begun_ = false;
  bool restored_ = false;
};

}  // namespace trainwreck
