#include "scenarios/campaign/saves.h"

#include <fcntl.h>

#include <algorithm>

#include "scenarios/campaign/files.h"

namespace trainwreck::campaign {
namespace {

using outside::ContentHash;
using outside::Contents;
using outside::Node;
using outside::NodeId;
using outside::Operation;
using outside::OpKind;
using outside::Recording;
using outside::Tree;

class SaveFinder {
 public:
  SaveFinder(const Recording& recording, ContentHash& hash)
      : recording_(recording), hash_(hash), tree_(recording.start) {}

  std::vector<Save> find() {
    for (at_ = 0; at_ < recording_.operations.size(); ++at_) {
      const Operation& operation = recording_.operations[at_];
      if (!operation.counts()) continue;
      apply(tree_, operation);
      if (outside::changes_the_tree(operation.kind)) look_at_change(operation);
      if (operation.kind == OpKind::close && changed_.erase(operation.file) > 0) {
        complete(operation.file);
      }
    }
    // Nobody closes what a process has open when it ends.
    for (const NodeId file : changed_) complete(file);
    return std::move(saves_);
  }

 private:
  void look_at_change(const Operation& operation) {
    const bool names = operation.kind == OpKind::rename || operation.kind == OpKind::link ||
                       operation.kind == OpKind::arrive;
    if (names) complete(operation.file);
    const bool writes = operation.kind == OpKind::create || operation.kind == OpKind::write ||
                        operation.kind == OpKind::truncate || operation.kind == OpKind::allocate;
    if (writes) changed_.insert(operation.file);
  }

  void complete(NodeId file) {
    for (const auto& [name, id] : tree_.names_below(root_of(tree_))) {
      const Node& node = tree_.nodes.at(id);
      if (node.type == Node::Type::file && (id == file || is_below(name, file))) {
        saves_.push_back({at_, name, group_of(name), hash_.of(node.contents), node.contents});
      }
    }
  }

  // A whole folder was renamed.
  bool is_below(const std::string& name, NodeId folder) const {
    NodeId here = root_of(tree_);
    std::size_t from = 0;
    for (std::size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', from)) {
      here = tree_.nodes.at(here).entries.at(name.substr(from, slash - from));
      if (here == folder) return true;
      from = slash + 1;
    }
    return false;
  }

  const Recording& recording_;
  ContentHash& hash_;
  Tree tree_;
  std::size_t at_ = 0;
  std::set<NodeId> changed_;
  std::vector<Save> saves_;
};

void look_for_logs(const Recording& recording, std::set<std::string>& appended,
                   std::set<std::string>& others) {
  for (const Operation& operation : recording.operations) {
    const std::string group = group_of(name_in(recording.start, operation.path));
    const bool opens = operation.kind == OpKind::open;
    const bool appends = opens && (operation.flags & O_APPEND) != 0;
    const bool reads = opens && (operation.flags & O_ACCMODE) != O_WRONLY;
    if (appends && !reads) appended.insert(group);
    const bool moves = operation.kind == OpKind::truncate || operation.kind == OpKind::rename;
    if (reads || moves || (opens && !appends)) others.insert(group);
    if (operation.kind == OpKind::rename) {
      others.insert(group_of(name_in(recording.start, operation.to_path)));
    }
  }
}

bool is_start_of(const Contents& part, const Contents& whole, ContentHash& hash) {
  if (part.size >= whole.size) return false;
  Contents start = whole;
  start.resize(part.size);
  return hash.of(part) == hash.of(start);
}

std::string state_of(const Saves& saves, std::size_t done, const std::string& name,
                     const Contents& contents, ContentHash& hash) {
  if (contents.size == 0) return "empty";
  const std::uint64_t own = hash.of(contents);
  std::string state;
  std::size_t later = 0;  // complete files of this name that are newer and were done
  for (auto save = saves.all.rbegin(); save != saves.all.rend(); ++save) {
    if (save->name != name) continue;
    if (save->hash == own) return later == 0 ? "whole: last" : "whole: older";
    if (save->operation < done) ++later;
    if (is_start_of(contents, save->contents, hash)) state = "cut short";
  }
  if (!state.empty()) return state;
  Contents zeros;
  zeros.resize(contents.size);
  return hash.of(zeros) == own ? "zeros" : "mixed";
}

}  // namespace

std::size_t Saves::done(std::size_t operations) const {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Save& save) {
    return save.group == main && save.operation < operations;
  }));
}

std::size_t Saves::count() const { return done(static_cast<std::size_t>(-1)); }

std::set<std::string> logs_of(const Recording& first, const Recording& again) {
  std::set<std::string> logs;
  std::set<std::string> others;
  look_for_logs(first, logs, others);
  look_for_logs(again, logs, others);
  std::erase_if(logs, [&](const std::string& group) { return others.contains(group); });
  return logs;
}

Saves saves_of(const Recording& recording, const std::set<std::string>& logs, ContentHash& hash) {
  Saves saves{.all = SaveFinder(recording, hash).find()};
  std::erase_if(saves.all, [&](const Save& save) { return logs.contains(save.group); });
  Tree end = recording.start;
  for (const Operation& operation : recording.operations) apply(end, operation);
  std::set<std::string> there;
  for (const auto& [name, id] : end.names_below(root_of(end))) there.insert(group_of(name));
  std::map<std::string, std::size_t> counts;
  std::size_t most = 0;
  for (const Save& save : saves.all) {
    if (there.contains(save.group)) most = std::max(most, ++counts[save.group]);
  }
  // Of files that are saved together, the last one makes the save complete.
  std::set<std::string> seen;
  for (const Save& save : saves.all) {
    if (counts[save.group] == most && seen.insert(save.group).second) saves.main = save.group;
  }
  return saves;
}

std::optional<std::size_t> Saves::after_whole_save(std::size_t number,
                                                   const Recording& recording) const {
  std::map<std::string, std::vector<std::size_t>> completed;
  for (const Save& save : all) completed[save.group].push_back(save.operation);
  const std::size_t count = completed[main].size();
  std::size_t last = 0;
  for (const auto& [group, operations] : completed) {
    if (operations.size() == count) last = std::max(last, operations[number - 1]);
  }
  for (const auto& [group, operations] : completed) {
    if (operations.size() == count && number < count && operations[number] < last) return {};
  }
  // What tidies up belongs to it.
  std::size_t done = last + 1;
  while (done < recording.operations.size()) {
    const OpKind kind = recording.operations[done].kind;
    const bool begins = kind <= OpKind::make_directory && kind != OpKind::open;
    if (begins) break;
    ++done;
  }
  return done;
}

std::size_t newest_in(const Saves& saves, const Tree& tree, ContentHash& hash) {
  const std::map<std::string, NodeId> names = tree.names_below(root_of(tree));
  std::size_t number = 0;
  std::size_t newest = 0;
  for (const Save& save : saves.all) {
    if (save.group != saves.main) continue;
    ++number;
    const auto found = names.find(save.name);
    if (found == names.end()) continue;
    if (hash.of(tree.nodes.at(found->second).contents) == save.hash) newest = number;
  }
  return newest;
}

std::string class_of(const Saves& saves, std::size_t done, const Tree& tree, ContentHash& hash) {
  std::map<std::string, std::set<std::string>> groups;
  for (const Save& save : saves.all) groups[save.group];
  for (const auto& [name, id] : tree.names_below(root_of(tree))) {
    const Node& node = tree.nodes.at(id);
    std::set<std::string>& states = groups[group_of(name)];
    const bool file = node.type == Node::Type::file;
    states.insert(file ? state_of(saves, done, name, node.contents, hash) : "there");
  }
  std::string text;
  for (const auto& [group, states] : groups) {
    text += (text.empty() ? "" : ", ") + group + ":";
    if (states.empty()) text += " absent";
    for (const std::string& state : states) text += " " + state;
  }
  return text;
}

}  // namespace trainwreck::campaign
