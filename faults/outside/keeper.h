#pragma once

#include <sys/types.h>

namespace trainwreck::outside {

// What the keeper tells, in one packet each.
struct KeeperNews {
  enum class Kind : int { program_ended, nothing_left };
  Kind kind = Kind::program_ended;
  int wait_status = 0;
};

// The life of a keeper: waits for all children, also those that their parents have left, and tells
// about them on the socket. Kills them all at the first packet, and when the other end is closed.
// Runs in a process that was forked from one with threads, so it calls nothing that takes locks or
// memory. REQUIRES: every signal blocked; a subreaper.
[[noreturn]] void keep_children(int socket, pid_t program);

}  // namespace trainwreck::outside
