#include "faults/recording/tree.h"

#include <linux/falloc.h>
#include <linux/fs.h>

#include <algorithm>
#include <numeric>

namespace trainwreck::outside {
namespace {

Bytes piece(const Bytes& bytes, std::uint64_t from, std::uint64_t length) {
  const bool stands_somewhere = bytes.kept() && !bytes.zeros();
  return {.at = stands_somewhere ? bytes.at + from : bytes.at, .length = length};
}

bool goes_on(const Bytes& first, const Bytes& second) {
  if (!first.kept() || first.zeros()) return first.at == second.at;
  return second.kept() && !second.zeros() && first.at + first.length == second.at;
}

void allocate(Contents& contents, const Operation& operation) {
  const std::uint64_t end = operation.offset + operation.length;
  const bool keeps_size = (operation.flags & FALLOC_FL_KEEP_SIZE) != 0;
  if ((operation.flags & FALLOC_FL_COLLAPSE_RANGE) != 0) {
    contents.remove(operation.offset, operation.length);
  } else if ((operation.flags & FALLOC_FL_INSERT_RANGE) != 0) {
    contents.insert(operation.offset, {.length = operation.length});
  } else if ((operation.flags & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0) {
    const std::uint64_t within = keeps_size ? std::min(end, contents.size) : end;
    if (within > operation.offset) {
      contents.write(operation.offset, {.length = within - operation.offset});
    }
  } else if (!keeps_size && end > contents.size) {
    contents.resize(end);
  }
}

// What the node is that an operation makes.
Node new_node(const Operation& operation) {
  Node node{.mode = operation.mode};
  if (operation.kind == OpKind::make_directory) node.type = Node::Type::folder;
  if (operation.kind == OpKind::symlink) node.type = Node::Type::symlink;
  if (operation.kind == OpKind::make_node && operation.flags != 0) node.type = Node::Type::other;
  if (operation.kind == OpKind::symlink) node.target = operation.text;
  if (operation.bytes.length > 0) node.contents.write(0, operation.bytes);
  return node;
}

void enter(Tree& tree, NodeId folder, const std::string& name, NodeId file) {
  if (folder != 0 && !name.empty()) tree.nodes[folder].entries[name] = file;
}

void move_entry(Tree& tree, const Operation& operation) {
  Node& from = tree.nodes[operation.folder];
  Node& to = tree.nodes[operation.to_folder];
  const auto entry = from.entries.find(operation.name);
  if (entry == from.entries.end()) return;
  const NodeId moved = entry->second;
  const auto replaced = to.entries.find(operation.to_name);
  if ((operation.flags & RENAME_EXCHANGE) != 0) {
    if (replaced != to.entries.end()) std::swap(entry->second, replaced->second);
    return;
  }
  // Two names of one file stay both.
  if (replaced != to.entries.end() && replaced->second == moved) return;
  from.entries.erase(entry);
  to.entries[operation.to_name] = moved;
}

}  // namespace

// The index of the part that begins at the offset, which is made to begin one.
std::size_t Contents::split(std::uint64_t offset) {
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (begin == offset) return i;
    const std::uint64_t length = parts[i].length;
    if (offset < begin + length) {
      const Bytes rest = piece(parts[i], offset - begin, begin + length - offset);
      parts[i].length = offset - begin;
      parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(i) + 1, rest);
      return i + 1;
    }
    begin += length;
  }
  return parts.size();
}

void Contents::append(const Bytes& bytes) {
  size += bytes.length;
  if (!parts.empty() && goes_on(parts.back(), bytes)) {
    parts.back().length += bytes.length;
  } else if (bytes.length > 0) {
    parts.push_back(bytes);
  }
}

void Contents::write(std::uint64_t offset, const Bytes& bytes) {
  if (bytes.length == 0) return;
  if (offset > size) append({.length = offset - size});
  if (offset == size) return append(bytes);
  remove(offset, std::min(bytes.length, size - offset));
  insert(offset, bytes);
}

void Contents::resize(std::uint64_t length) {
  if (length > size) append({.length = length - size});
  if (length < size) remove(length, size - length);
}

void Contents::remove(std::uint64_t offset, std::uint64_t length) {
  const std::size_t first = split(offset);
  const std::size_t last = split(offset + length);
  parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(first),
              parts.begin() + static_cast<std::ptrdiff_t>(last));
  size -= length;
}

void Contents::insert(std::uint64_t offset, const Bytes& bytes) {
  const std::size_t at = split(offset);
  parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(at), bytes);
  size += bytes.length;
}

bool Contents::kept() const {
  return std::all_of(parts.begin(), parts.end(), [](const Bytes& part) { return part.kept(); });
}

std::map<std::string, NodeId> Tree::names_below(NodeId root) const {
  std::map<std::string, NodeId> names;
  std::vector<std::pair<std::string, NodeId>> folders{{"", root}};
  while (!folders.empty()) {
    const auto [path, folder] = folders.back();
    folders.pop_back();
    const auto node = nodes.find(folder);
    if (node == nodes.end()) continue;
    for (const auto& [name, id] : node->second.entries) {
      const std::string below = path.empty() ? name : path + "/" + name;
      names[below] = id;
      const auto found = nodes.find(id);
      if (found != nodes.end() && found->second.type == Node::Type::folder) {
        folders.emplace_back(below, id);
      }
    }
  }
  return names;
}

void apply(Tree& tree, const Operation& operation, std::uint64_t bytes) {
  if (!operation.counts()) return;
  switch (operation.kind) {
    case OpKind::create:
    case OpKind::make_directory:
    case OpKind::make_node:
    case OpKind::symlink:
    case OpKind::arrive:
      tree.nodes[operation.file] = new_node(operation);
      return enter(tree, operation.folder, operation.name, operation.file);
    case OpKind::write: {
      Bytes part = operation.bytes;
      part.length = std::min(part.length, bytes);
      return tree.nodes[operation.file].contents.write(operation.offset, part);
    }
    case OpKind::truncate:
      return tree.nodes[operation.file].contents.resize(operation.length);
    case OpKind::allocate:
      return allocate(tree.nodes[operation.file].contents, operation);
    case OpKind::link:
      return enter(tree, operation.to_folder, operation.to_name, operation.file);
    case OpKind::rename:
      return move_entry(tree, operation);
    case OpKind::remove:
    case OpKind::remove_directory:
    case OpKind::leave:
      tree.nodes[operation.folder].entries.erase(operation.name);
      return;
    case OpKind::metadata:
      if (operation.mode != 0) tree.nodes[operation.file].mode = operation.mode & 07777;
      return;
    default:
      return;
  }
}

}  // namespace trainwreck::outside
