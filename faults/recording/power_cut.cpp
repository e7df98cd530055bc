#include "faults/recording/power_cut.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace trainwreck::outside {
namespace {

constexpr std::uint32_t kThere = 0;
constexpr std::uint32_t kZeroed = 2;  // of the right size, without contents
constexpr std::uint32_t kNothingAfter = 9;

}  // namespace

PowerCut::PowerCut(PowerLog& log, ContentHash& hash) : log_(log), hash_(hash) {}

void PowerCut::begin() {
  questions_.clear();
  names_.clear();
  contents_.clear();
  std::vector<Naming>& namings = log_.namings();
  sure_namings_ = 0;
  for (std::size_t i = 0; i < namings.size(); ++i) {
    namings[i].question = -1;
    if (namings[i].durable) sure_namings_ = i + 1;
  }
  if (log_.is_weak()) {
    for (Naming& naming : namings) {
      if (naming.durable) continue;
      naming.question = static_cast<int>(questions_.size());
      questions_.push_back({.options = 2, .operation = naming.operation});
    }
  } else if (sure_namings_ < namings.size()) {
    const auto options = static_cast<std::uint32_t>(namings.size() - sure_namings_ + 1);
    questions_.push_back({.options = options, .operation = namings.back().operation});
  }
  for (auto& [id, file] : log_.files()) {
    for (DataChange& change : file.changes) {
      change.question = -1;
      if (change.durable || change.resizes) continue;
      change.question = static_cast<int>(questions_.size());
      questions_.push_back({.options = log_.is_weak() ? 3U : 2U, .operation = change.operation});
    }
  }
}

const PowerCut::Names& PowerCut::names(const Answers& answers) {
  const std::vector<Naming>& namings = log_.namings();
  std::uint64_t key = 0;
  if (log_.is_weak()) {
    for (const Naming& naming : namings) {
      if (naming.question < 0) continue;
      key = mix(key, answers[static_cast<std::size_t>(naming.question)]);
    }
  } else if (sure_namings_ < namings.size()) {
    key = answers[0];
  }
  const auto known = names_.find(key);
  if (known != names_.end()) return known->second;
  std::vector<bool> there(namings.size(), true);
  for (std::size_t i = 0; i < namings.size(); ++i) {
    const int question = namings[i].question;
    if (log_.is_weak()) {
      there[i] = question < 0 || answers[static_cast<std::size_t>(question)] == kThere;
    } else if (i >= sure_namings_) {
      there[i] = i < namings.size() - answers[0];
    }
  }
  return names_[key] = make_names(there);
}

PowerCut::Names PowerCut::make_names(const std::vector<bool>& there) const {
  Names names{.there = there};
  const Recording& recording = log_.recording();
  names.folders.roots = recording.start.roots;
  for (const auto& [id, node] : recording.start.nodes) {
    if (node.type == Node::Type::folder) names.folders.nodes[id] = node;
  }
  for (std::size_t i = 0; i < there.size(); ++i) {
    const Naming& naming = log_.namings()[i];
    if (!there[i]) continue;
    if (log_.forces_data() && naming.moved != 0) {
      std::size_t& forced = names.forced[naming.moved];
      forced = std::max(forced, naming.changes_before);
    }
    for (const Naming::Entry& entry : naming.entries) {
      auto& entries = names.folders.nodes[entry.folder].entries;
      if (entry.file == 0) entries.erase(entry.name);
      if (entry.file == 0) continue;
      entries[entry.name] = entry.file;
      const Node& node = log_.node(entry.file);
      Node& here = names.folders.nodes[entry.file];
      here.type = node.type;
    }
  }
  for (const auto& [path, root] : names.folders.roots) {
    for (const auto& [name, id] : names.folders.names_below(root)) {
      names.named.emplace_back(std::hash<std::string_view>()(path + "/" + name), id);
    }
  }
  return names;
}

// Data behind a length that is not there has not reached the disk of a journal either.
std::uint32_t PowerCut::answer_of(const DataChange& change, std::size_t index, std::size_t forced,
                                  const Names& names, const Answers& answers) const {
  if (change.resizes) {
    if (change.durable || names.there[change.naming]) return kThere;
    return log_.is_weak() ? 1 : kNothingAfter;
  }
  if (change.question < 0 || index < forced) return kThere;
  return answers[static_cast<std::size_t>(change.question)];
}

Contents PowerCut::contents(NodeId id, const FileLog& file, const Names& names,
                            const Answers& answers) {
  const auto forced = names.forced.find(id);
  const std::size_t sure = forced == names.forced.end() ? 0 : forced->second;
  Tree one;
  Contents& contents = one.nodes[id].contents = file.base;
  for (std::size_t i = 0; i < file.changes.size(); ++i) {
    const DataChange& change = file.changes[i];
    const std::uint32_t answer = answer_of(change, i, sure, names, answers);
    if (answer == kNothingAfter) break;
    if (answer == kThere && change.resizes) {
      apply(one, log_.recording().operations[change.operation]);
    } else if (answer == kThere) {
      contents.write(change.offset, change.bytes);
    } else if (answer == kZeroed) {
      contents.write(change.offset, {.length = change.bytes.length});
    }
  }
  return contents;
}

std::uint64_t PowerCut::contents_hash(NodeId id, const Names& names, const Answers& answers) {
  const auto file = log_.files().find(id);
  if (file == log_.files().end()) return 0;
  const auto forced = names.forced.find(id);
  const std::size_t sure = forced == names.forced.end() ? 0 : forced->second;
  std::uint64_t key = mix(id, file->second.changes.size());
  for (std::size_t i = 0; i < file->second.changes.size(); ++i) {
    const DataChange& change = file->second.changes[i];
    if (change.durable) continue;
    key = mix(key, answer_of(change, i, sure, names, answers));
  }
  const auto [known, fresh] = contents_.try_emplace(key, 0);
  if (fresh) known->second = hash_.of(contents(id, file->second, names, answers));
  return known->second;
}

std::uint64_t PowerCut::tree_hash(const Answers& answers) {
  const Names& present = names(answers);
  std::uint64_t hash = 0;
  for (const auto& [path, id] : present.named) {
    const Node& node = log_.node(id);
    std::uint64_t entry = mix(path, static_cast<std::uint64_t>(node.type) << 32U | node.mode);
    if (node.type == Node::Type::file) entry = mix(entry, contents_hash(id, present, answers));
    if (node.type == Node::Type::symlink) entry = mix(entry, std::hash<std::string>()(node.target));
    hash += entry;
  }
  return hash;
}

Tree PowerCut::build(const Answers& answers) {
  const Names& present = names(answers);
  Tree tree = present.folders;
  for (auto& [id, node] : tree.nodes) {
    const Node& now = log_.node(id);
    node.type = now.type;
    node.mode = now.mode;
    node.target = now.target;
  }
  for (const auto& [path, id] : present.named) {
    tree.nodes[id].type = log_.node(id).type;
    tree.nodes[id].mode = log_.node(id).mode;
    tree.nodes[id].target = log_.node(id).target;
    const auto file = log_.files().find(id);
    const bool holds = file != log_.files().end() && log_.node(id).type == Node::Type::file;
    if (holds) tree.nodes[id].contents = contents(id, file->second, present, answers);
  }
  return tree;
}

void PowerCut::missing(const Answers& answers, std::map<std::size_t, bool>& wholly) {
  const Names& present = names(answers);
  wholly.clear();
  for (std::size_t i = 0; i < present.there.size(); ++i) {
    if (!present.there[i]) wholly[log_.namings()[i].operation] = true;
  }
  std::map<std::size_t, bool> some_is_there;
  for (const auto& [id, file] : log_.files()) {
    for (const DataChange& change : file.changes) {
      if (change.resizes) continue;
      const std::uint32_t answer =
          change.question < 0 ? kThere : answers[static_cast<std::size_t>(change.question)];
      if (answer != 1) some_is_there[change.operation] = true;
      if (answer != kThere) wholly.try_emplace(change.operation, true);
    }
  }
  for (auto& [operation, whole] : wholly) whole = whole && !some_is_there.contains(operation);
}

}  // namespace trainwreck::outside
