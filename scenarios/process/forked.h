#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "scenarios/process/printed.h"

namespace trainwreck {

// Writes all of it, unless the reader is gone.
void write_all(int to, std::string_view bytes);

// A forked child that tells its parent what it found over a pipe. It dies with its parent,
// and is out of reach of what is typed at the terminal: that is for its parent.
class Forked {
 public:
  // Where what the child prints goes: where its parent's goes, or to its parent.
  enum class Prints : std::uint8_t { as_parent, to_parent };

  // In the child, `work` gets the end to write to and returns the exit code.
  explicit Forked(const std::function<int(int to)>& work, Prints prints = Prints::as_parent);
  // Kills it if it still lives.
  ~Forked();
  Forked(Forked&& other) noexcept;
  Forked& operator=(Forked&& other) noexcept;

  // To poll for something to hear.
  int from() const { return from_; }
  // Reads once what there is. False when the child has closed its end: it is over.
  bool hear();
  // hear() until the end, or until so many seconds are over: false, and it still lives.
  bool hear_all(double seconds);
  const std::string& heard() const { return heard_; }

  // To poll for something printed; -1 where it does not come here.
  int printed_from() const { return printed_from_; }
  // Takes in what was printed so far, without waiting.
  void hear_printed();
  const Printed& printed() const { return printed_; }

  int process() const { return process_; }
  void send(int signal) const;
  // Waits for its end; its status as waitpid has it.
  int wait();

 private:
  pid_t process_ = -1;
  int from_ = -1;
  int printed_from_ = -1;
  std::string heard_;
  Printed printed_;
};

}  // namespace trainwreck
