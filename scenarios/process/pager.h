#pragma once

#include <sys/types.h>

#include <string>

namespace trainwreck {

// While it lives, what goes to stdout goes through the reader's pager ($PAGER, else less) where
// stdout is a terminal. An empty $PAGER, or cat, is none.
class Pager {
 public:
  Pager();
  // Waits until the reader has read. A reader who leaves before that ends the program, with 0.
  ~Pager();
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;

 private:
  pid_t pager_ = -1;
  int terminal_ = -1;              // stdout as it was
  void (*before_)(int) = nullptr;  // what a reader who leaves would do
};

// The command of the pager as the environment has it; "" for none.
std::string pager_command();

}  // namespace trainwreck
