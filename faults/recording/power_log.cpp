#include "faults/recording/power_log.h"

#include <linux/fs.h>

#include <algorithm>

namespace trainwreck::outside {
namespace {

constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kMostPieces = 4;

// A write reaches the disk in pieces of whole sectors.
std::vector<std::uint64_t> ends_of_pieces(std::uint64_t length) {
  const std::uint64_t sectors = (length + kSector - 1) / kSector;
  const std::uint64_t pieces = std::clamp<std::uint64_t>(sectors, 1, kMostPieces);
  std::vector<std::uint64_t> ends;
  for (std::uint64_t i = 1; i < pieces; ++i) ends.push_back(sectors * i / pieces * kSector);
  ends.push_back(length);
  return ends;
}

NodeId entry_of(const Tree& tree, NodeId folder, const std::string& name) {
  const auto node = tree.nodes.find(folder);
  if (node == tree.nodes.end()) return 0;
  const auto entry = node->second.entries.find(name);
  return entry == node->second.entries.end() ? 0 : entry->second;
}

}  // namespace

PowerLog::PowerLog(const Recording& recording, PersistenceModel model)
    : recording_(recording), model_(model), now_(recording.start) {
  for (const auto& [id, node] : recording.start.nodes) {
    if (node.type == Node::Type::file) files_[id].base = node.contents;
  }
}

Naming& PowerLog::add_naming() {
  namings_.push_back({.operation = done_});
  return namings_.back();
}

void PowerLog::advance() {
  const Operation& operation = recording_.operations[done_];
  if (operation.counts()) {
    log_names(operation);
    apply(now_, operation);
  }
  ++done_;
}

void PowerLog::log_names(const Operation& operation) {
  switch (operation.kind) {
    case OpKind::write:
      return log_write(operation);
    case OpKind::truncate:
    case OpKind::allocate:
      return log_resize(operation);
    case OpKind::create:
    case OpKind::make_directory:
    case OpKind::make_node:
    case OpKind::symlink:
    case OpKind::arrive:
      if (!operation.name.empty()) {
        add_naming().entries = {{operation.folder, operation.name, operation.file}};
      }
      return log_write(operation);
    case OpKind::link:
      add_naming().entries = {{operation.to_folder, operation.to_name, operation.file}};
      return;
    case OpKind::rename:
      return log_rename(operation);
    case OpKind::remove:
    case OpKind::remove_directory:
    case OpKind::leave:
      add_naming().entries = {{operation.folder, operation.name, 0}};
      return;
    case OpKind::sync:
      return sync_file(operation);
    case OpKind::sync_all:
      return sync_all(operation.begun);
    default:
      return;
  }
}

void PowerLog::log_write(const Operation& operation) {
  std::vector<DataChange>& changes = files_[operation.file].changes;
  if (operation.bytes.length == 0) return;
  std::uint64_t begin = 0;
  for (const std::uint64_t end : ends_of_pieces(operation.bytes.length)) {
    Bytes piece = operation.bytes;
    if (piece.kept() && !piece.zeros()) piece.at += begin;
    piece.length = end - begin;
    changes.push_back({.operation = done_,
                       .offset = operation.offset + begin,
                       .bytes = piece,
                       .durable = operation.durable});
    begin = end;
  }
  // Its length has to be there as well.
  if (operation.durable && !is_weak()) {
    for (Naming& naming : namings_) naming.durable = true;
  }
}

void PowerLog::log_resize(const Operation& operation) {
  std::vector<DataChange>& changes = files_[operation.file].changes;
  Naming& naming = add_naming();
  naming.resized = operation.file;
  naming.change = changes.size();
  changes.push_back({.operation = done_, .resizes = true, .naming = namings_.size() - 1});
}

void PowerLog::log_rename(const Operation& operation) {
  const NodeId moved = entry_of(now_, operation.folder, operation.name);
  const NodeId replaced = entry_of(now_, operation.to_folder, operation.to_name);
  const bool exchanges = (operation.flags & RENAME_EXCHANGE) != 0;
  if (moved == 0 || (!exchanges && moved == replaced)) return;
  Naming& naming = add_naming();
  naming.entries = {{operation.folder, operation.name, exchanges ? replaced : 0},
                    {operation.to_folder, operation.to_name, moved}};
  const auto file = files_.find(moved);
  if (replaced == 0 || file == files_.end()) return;
  naming.moved = moved;
  naming.changes_before = file->second.changes.size();
}

// A journal writes down all names up to then together with the file; what the program wrote while
// the sync was on its way is not covered.
void PowerLog::sync_file(const Operation& operation) {
  if (!operation.text.empty()) return;
  const auto file = files_.find(operation.file);
  if (file != files_.end()) {
    for (DataChange& change : file->second.changes) {
      if (change.operation < operation.begun) change.durable = true;
    }
  }
  for (Naming& naming : namings_) {
    if (naming.operation >= operation.begun) continue;
    const bool of_it = naming.resized == operation.file ||
                       std::any_of(naming.entries.begin(), naming.entries.end(),
                                   [&](auto& entry) { return entry.folder == operation.file; });
    if (of_it || !is_weak()) naming.durable = true;
  }
}

void PowerLog::sync_all(std::size_t begun) {
  for (auto& [id, file] : files_) {
    for (DataChange& change : file.changes) change.durable |= change.operation < begun;
  }
  for (Naming& naming : namings_) naming.durable |= naming.operation < begun;
}

}  // namespace trainwreck::outside
