#include "scenarios/campaign/decider.h"

#include <fstream>
#include <sstream>

#include "faults/recording/disk_tree.h"

namespace trainwreck::campaign {

std::string bytes_of(const outside::Contents& contents, const outside::Spool& spool) {
  std::string bytes;
  for (const outside::Bytes& part : contents.parts) {
    std::string piece(part.length, '\0');
    if (!part.zeros()) spool.read(part, piece);
    bytes += piece;
  }
  return bytes;
}

Files files_of(const outside::Tree& tree, const outside::Spool& spool) {
  Files files;
  for (const auto& [name, id] : tree.names_below(root_of(tree))) {
    const outside::Node& node = tree.nodes.at(id);
    if (node.type == outside::Node::Type::file) files[name] = bytes_of(node.contents, spool);
    if (node.type == outside::Node::Type::symlink) files[name] = "-> " + node.target;
  }
  return files;
}

// Which save of the reference this file is now; nothing where it is none, or may be several.
std::optional<std::size_t> Decider::save_in(const std::string& name) const {
  std::ifstream in(folder_ + "/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  const std::string found = std::move(bytes).str();
  const outside::Spool& spool = *reference_.run.observed.recording.spool;
  std::optional<std::size_t> which;
  std::size_t number = 0;
  for (const Save& save : reference_.saves.all) {
    if (save.group != reference_.saves.main) continue;
    if (comparison_.same_save(save.name, bytes_of(save.contents, spool), name, found)) {
      if (which) return std::nullopt;
      which = number;
    }
    ++number;
  }
  return which;
}

Enough::Now Decider::completed(const std::string& name) {
  if (group_of(name) != reference_.saves.main) return Enough::Now::no;
  const std::optional<std::size_t> save = save_in(name);
  if (!any_) first_ = save;
  any_ = true;
  const bool follows = save && (matches_ == 0 || *save == next_);
  matches_ = follows ? matches_ + 1 : 0;
  if (!follows) return Enough::Now::no;
  next_ = *save + 1;
  if (reference_.cut_short && next_ == reference_.saves.count()) {
    return Enough::Now::at_the_next_file;
  }
  if (!early_ || matches_ < 2 || !all_is_as_after(*save)) return Enough::Now::no;
  decided_ = true;
  return Enough::Now::yes;
}

bool Decider::all_is_as_after(std::size_t number) const {
  const outside::Recording& recording = reference_.run.observed.recording;
  std::size_t seen = 0;
  for (const Save& save : reference_.saves.all) {
    if (save.group != reference_.saves.main || seen++ != number) continue;
    const outside::Tree tree = tree_after(recording, save.operation + 1);
    return !comparison_.difference(files_of(tree, *recording.spool), read_files(folder_));
  }
  return false;
}

}  // namespace trainwreck::campaign
