#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint/path_template.h"
#include "engine/saving/checkpointing.h"

namespace trainwreck {

class Session;
struct SaveContext;

// The checkpoints that one path with places makes, one beside the other.

// Of those that are whole the one that has seen the most steps, as the heads of the files say: a
// pointer may be one save behind. Only what may be that one is read as a whole.
// What is damaged is passed over with a warning ("checkpoint.damaged"). Nothing where none is left.
std::optional<FoundCheckpoint> find_newest(Session& session, const PathTemplate& path);

// Those that one run has published, and knows of.
struct CheckpointSeries {
  std::vector<std::string> paths;  // oldest first; what is kept is counted here
  std::string best;                // stays whatever its age

  // The newest now.
  void add(const std::string& path);
};

// What was just published, for the pointers beside it.
struct Published {
  std::string path;
  std::string checksum;
  bool best = false;
};
// Makes `latest`, and `best` where it is that, point to it. Only once it is there for good.
void point_to(const SaveContext& desk, const Published& published);

// Deletes the oldest until `keep` are left, and takes them off the list. Nothing is deleted unless
// the newest, which this snapshot was written to, reads back whole and is finite: so one such is
// always left. What cannot be deleted stays, with a warning ("checkpoint.leftover").
void retire(const SaveContext& desk, CheckpointSeries& series, std::size_t keep,
            const Checkpoint& snapshot);

}  // namespace trainwreck
