#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/combine/joined_source.h"
#include "trainwreck/data.h"

namespace trainwreck {

// A source in a join, with its own passes and its own epochs. Its batches are addressed by round
// (which walk through its data within one pass of the whole) and position in that walk.
class JoinChild {
 public:
  JoinChild(std::shared_ptr<DataSource> source, std::int64_t number, const std::string& join);

  // Batches in a walk, as told at the beginning of the pass: it holds for the whole of it.
  std::int64_t length() const { return length_; }
  // `rounds`: how many walks the pass of the whole has room for.
  void start_pass(const Pass& pass);
  void set_rounds(std::int64_t rounds) { rounds_ = rounds; }
  void fetch(std::int64_t round, std::int64_t position, Batch& out);
  // Its epoch is over, if it has begun.
  void end_epoch();
  // Its epoch is over if it gave its last batch, unless it is asked for that one again.
  void end_epoch_if_finished(std::int64_t round, std::int64_t position);
  const std::string& name() const { return traits_.name; }

 private:
  void start_round(std::int64_t round);

  std::shared_ptr<DataSource> source_;
  SourceTraits traits_;
  std::int32_t number_;
  std::int64_t length_ = 0;
  std::int64_t rounds_ = 1;
  Pass pass_;  // of the whole
  std::int64_t round_ = 0;
  std::int64_t last_ = -1;  // the position fetched last in this round
  bool begun_ = false;
  std::vector<std::int64_t> order_;  // of its batches, where it does not shuffle rows
};

using JoinChildren = std::vector<JoinChild>;
// Throws ValueError for sources that cannot be joined.
JoinChildren join_children(Sources sources, const std::string& join);

}  // namespace trainwreck
