#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "faults/recording/operation.h"
#include "faults/recording/spool.h"

namespace trainwreck::outside {

// What a file holds, as pieces of the spool: nothing is copied before it is put on a disk.
struct Contents {
  std::vector<Bytes> parts{};
  std::uint64_t size = 0;

  // Beyond the end, zeros come between.
  void write(std::uint64_t offset, const Bytes& bytes);
  void resize(std::uint64_t length);
  void remove(std::uint64_t offset, std::uint64_t length);
  void insert(std::uint64_t offset, const Bytes& bytes);
  bool kept() const;  // none of it was lost to a full spool

 private:
  std::size_t split(std::uint64_t offset);
  void append(const Bytes& bytes);
};

struct Node {
  enum class Type : std::uint8_t { file, folder, symlink, other };
  Type type = Type::file;
  mode_t mode = 0;  // permissions
  Contents contents{};
  std::map<std::string, NodeId> entries{};  // of a folder
  std::string target{};                     // of a symbolic link
};

// The watched folders at one moment.
struct Tree {
  std::map<std::string, NodeId> roots{};  // by their paths
  std::map<NodeId, Node> nodes{};

  // The path of every name below `root`, relative to it, with what it names.
  std::map<std::string, NodeId> names_below(NodeId root) const;
};

// Does to the tree what the operation did to the disk; of a write, only the first `bytes` bytes.
void apply(Tree& tree, const Operation& operation, std::uint64_t bytes = Bytes::kZeros);

}  // namespace trainwreck::outside
