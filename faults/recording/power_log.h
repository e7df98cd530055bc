#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "faults/power/persistence.h"
#include "faults/recording/recording.h"
#include "faults/recording/tree.h"

namespace trainwreck::outside {

// One piece of a write, or a change of a file's length, which travels with the names.
struct DataChange {
  std::size_t operation = 0;
  std::uint64_t offset = 0;
  Bytes bytes{};
  bool resizes = false;    // applies the operation itself
  std::size_t naming = 0;  // if it resizes: with which entry it is written down
  bool durable = false;
  int question = -1;  // for whoever explores: which answer decides about it
};

// Entries of folders that change in one step.
struct Naming {
  struct Entry {
    NodeId folder = 0;
    std::string name{};
    NodeId file = 0;  // 0: nothing has the name any more
  };
  std::size_t operation = 0;
  std::vector<Entry> entries{};
  NodeId resized = 0;  // or this file's length
  std::size_t change = 0;
  NodeId moved = 0;  // over another one: so many of its changes were there
  std::size_t changes_before = 0;
  bool durable = false;
  int question = -1;
};

struct FileLog {
  Contents base{};
  std::vector<DataChange> changes{};
};

// A recording up to some operation, taken apart into what reaches the disk each by itself, and what
// of it syncs have made durable by then.
class PowerLog {
 public:
  // The recording must outlive it.
  PowerLog(const Recording& recording, PersistenceModel model);

  void advance();  // by one operation
  std::size_t done() const { return done_; }
  const Recording& recording() const { return recording_; }
  bool is_weak() const { return model_ == PersistenceModel::weak; }
  bool forces_data() const { return model_ == PersistenceModel::ext4_ordered; }
  std::vector<Naming>& namings() { return namings_; }
  std::map<NodeId, FileLog>& files() { return files_; }
  // What nodes are, but for their contents and entries.
  const Node& node(NodeId id) const { return now_.nodes.at(id); }

 private:
  void log_names(const Operation& operation);
  void log_write(const Operation& operation);
  void log_resize(const Operation& operation);
  void log_rename(const Operation& operation);
  void sync_file(const Operation& operation);
  void sync_all(std::size_t begun);
  Naming& add_naming();

  const Recording& recording_;
  PersistenceModel model_;
  std::size_t done_ = 0;
  Tree now_;
  std::vector<Naming> namings_;
  std::map<NodeId, FileLog> files_;
};

}  // namespace trainwreck::outside
