#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "faults/recording/operation.h"
#include "faults/recording/program.h"
#include "faults/recording/spool.h"
#include "faults/recording/tree.h"

namespace trainwreck::outside {

// From this operation on, something may have been done to a file that was not seen.
struct NotFollowed {
  std::size_t from = 0;
  std::string path{};
  std::string why{};
};

// What a program did to the watched folders, in the one order in which it was done.
struct Recording {
  Tree start{};
  std::vector<Operation> operations{};
  std::map<NodeId, NotFollowed> not_followed{};
  // What the program asked for and could not have, because it would not have been seen.
  std::vector<std::string> notes{};
  std::shared_ptr<Spool> spool{};

  bool follows(NodeId file) const { return !not_followed.contains(file); }
};

// What the program wrote to standard output and error, in lines, with the number of operations
// before each line's end.
struct OutputLine {
  std::size_t before = 0;
  bool error = false;
  std::string text{};
};
std::vector<OutputLine> output_lines(const Recording& recording);

// All that came of one run.
struct Observed {
  Ending ending{};
  Recording recording{};
  // The harness itself could not do what it promises: nothing of this run may be believed.
  std::vector<std::string> failures{};
};

}  // namespace trainwreck::outside
