#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "engine/saving/save_context.h"

namespace trainwreck {

// Makes the saves of one callback, in its hook or beside the training (checkpoint.saved_by). What
// fails is an error of the callback or, as the policy has it, a warning: in the hook that saves, or
// in the next one.
class Saver {
 public:
  struct Save {
    std::string what;  // for messages: a path
    SaveOrder order;
    // Makes the files. It may stand in another thread: it touches nothing but what it gets and what
    // nobody else looks at before `settled`.
    std::function<void(const SaveContext&, const Checkpoint& snapshot)> write;
    // In the loop, when that has ended.
    std::function<void(Session&, bool worked)> settled = [](Session&, bool) {};
  };

  // `who` is for messages: "ModelCheckpoint".
  explicit Saver(std::string who) : who_(std::move(who)) {}

  // What an earlier training left is none of this one's business.
  void start() { stage_ = Stage::idle; }
  void save(Session& session, Save save);

  // At the begin of every hook: here a background save's failure is raised.
  void look(Session& session) {
    if (stage_ != Stage::idle) [[unlikely]]
      look_now(session);
  }
  // The same, and waits for it: for who wants to know the outcome, or ends.
  void finish(Session& session);

  // Failed saves of this callback so far.
  std::int64_t failed() const { return failed_; }
  void set_failed(std::int64_t failed) { failed_ = failed; }

 private:
  void save_here(Session& session, Save save);
  void begin(Session& session, Save save);
  void look_now(Session& session);
  void raise_failure(Session& session);
  void allow(Session& session, const std::string& what, const std::exception_ptr& error);

  std::string who_;
  // `ended`: nobody has been told of the outcome yet.
  enum class Stage : std::uint8_t { idle, under_way, ended };
  Stage stage_ = Stage::idle;
  std::string what_;  // that is under way
  std::int64_t failed_ = 0;
};

}  // namespace trainwreck
