#pragma once

#include <sys/types.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "engine/base/errors.h"
#include "faults/outside/listener.h"
#include "faults/recording/program.h"

namespace trainwreck::outside {

// This machine does not allow it. The message is one line, with what to do.
struct CannotWatch : Error {
  using Error::Error;
};

// Why no program can be watched here; nothing if it can. Tries it in a process of its own.
std::optional<std::string> why_unavailable();

// A program that waits below its filter for `let_go`. Between it and us stands a keeper, a process
// that becomes the parent of all that the program leaves behind, and kills it all when we ask for
// it, or die ourselves in whatever way.
class LaunchedProgram {
 public:
  // Throws CannotWatch.
  explicit LaunchedProgram(const ProgramToWreck& program);
  LaunchedProgram(const LaunchedProgram&) = delete;
  LaunchedProgram& operator=(const LaunchedProgram&) = delete;
  // Returns when no process of it is left.
  ~LaunchedProgram();

  int take_listener() { return listener_.release(); }
  pid_t pid() const { return pid_; }
  pid_t keeper() const { return keeper_; }
  int output() const { return output_.get(); }
  int errors() const { return errors_.get(); }
  // Readable when `news` has some.
  int news_fd() const { return keeper_socket_.get(); }

  void let_go();
  // The errno of its exec, once it has ended with 127.
  int start_error();
  // Of the keeper: the program ended, or nothing of it is left any more. False: no news.
  struct News {
    bool nothing_left = false;
    int wait_status = 0;
  };
  bool news(News& news);
  void kill_all();

 private:
  void receive_listener();

  UniqueFd listener_;
  UniqueFd keeper_socket_;
  UniqueFd program_socket_;
  UniqueFd output_;
  UniqueFd errors_;
  pid_t keeper_ = 0;
  pid_t pid_ = 0;
};

}  // namespace trainwreck::outside
