#include "scenarios/points/saves.h"

#include <fcntl.h>

#include <algorithm>
#include <cctype>

#include "scenarios/points/files.h"

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

// What is known of the groups of names in one run.
struct Uses {
  std::set<std::string> appended{};
  std::set<std::string> spanning{};  // written to from before until after another file's completion
  std::set<std::string> read{};
  std::set<std::string> rewritten{};
  std::set<std::string> renamed{};
};

class UseFinder {
 public:
  UseFinder(const Recording& recording, Uses& uses) : recording_(recording), uses_(uses) {}

  void find() {
    for (const Operation& operation : recording_.operations) {
      if (operation.counts()) look_at(operation);
    }
  }

 private:
  std::string group(const std::string& path) const {
    return group_of(name_in(recording_.start, path));
  }

  void look_at(const Operation& operation) {
    const std::string own = group(operation.path);
    if (operation.kind == OpKind::open) {
      const bool reads = (operation.flags & O_ACCMODE) != O_WRONLY;
      const bool appends = (operation.flags & O_APPEND) != 0;
      if (reads) uses_.read.insert(own);
      if (!reads) (appends ? uses_.appended : uses_.rewritten).insert(own);
    }
    if (operation.kind == OpKind::truncate) uses_.rewritten.insert(own);
    if (operation.kind == OpKind::rename) {
      uses_.renamed.insert(own);
      uses_.renamed.insert(group(operation.to_path));
      ++completed_[operation.file];
      ++all_completed_;
    }
    if (operation.kind == OpKind::create || operation.kind == OpKind::truncate) {
      begun_.try_emplace(operation.file, completed_by_others(operation.file));
    }
    if (operation.kind == OpKind::write) {
      const std::size_t now = completed_by_others(operation.file);
      const auto [begun, first] = begun_.try_emplace(operation.file, now);
      if (now > begun->second) uses_.spanning.insert(own);
      written_.insert(operation.file);
    }
    if (operation.kind == OpKind::close) {
      begun_.erase(operation.file);
      if (written_.erase(operation.file) > 0) {
        ++completed_[operation.file];
        ++all_completed_;
      }
    }
  }

  std::size_t completed_by_others(NodeId file) { return all_completed_ - completed_[file]; }

  const Recording& recording_;
  Uses& uses_;
  std::map<NodeId, std::size_t> begun_;  // with so many completed files of others
  std::set<NodeId> written_;
  std::map<NodeId, std::size_t> completed_;
  std::size_t all_completed_ = 0;
};

// Saves that went well are reported in words like these.
bool reports_a_save(const std::string& line) {
  std::string small;
  for (const char c : line) small += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view no : {"not saved", "n't saved", "not be saved", "fail", "error"}) {
    if (small.find(no) != std::string::npos) return false;
  }
  for (const std::string_view word : {"saved", "wrote", "written", "stored", "checkpointed"}) {
    if (small.find(word) != std::string::npos) return true;
  }
  return false;
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

const Promise* Saves::promised(std::size_t operations) const {
  const Promise* last = nullptr;
  for (const Promise& promise : promises) {
    if (promise.from <= operations) last = &promise;
  }
  return last;
}

std::set<std::string> logs_of(const Recording& first, const Recording& again) {
  Uses uses;
  UseFinder(first, uses).find();
  UseFinder(again, uses).find();
  std::set<std::string> logs = uses.spanning;
  for (const std::string& group : uses.appended) {
    if (!uses.rewritten.contains(group)) logs.insert(group);
  }
  std::erase_if(logs, [&](const std::string& group) {
    return uses.read.contains(group) || uses.renamed.contains(group);
  });
  return logs;
}

namespace {

// Of files that are saved together, the last one makes the save complete; one that always says the
// same cannot tell which save it is of.
std::string main_group(const Saves& saves) {
  std::map<std::string, std::size_t> counts;
  std::map<std::string, std::set<std::uint64_t>> contents;
  std::size_t most = 0;
  for (const Save& save : saves.all) {
    if (saves.kept.contains(save.group)) most = std::max(most, ++counts[save.group]);
    contents[save.group].insert(save.hash);
  }
  std::string main;
  std::size_t different = 0;
  std::set<std::string> seen;
  for (const Save& save : saves.all) {
    if (counts[save.group] != most || !seen.insert(save.group).second) continue;
    if (contents[save.group].size() < different) continue;
    different = contents[save.group].size();
    main = save.group;
  }
  return main;
}

}  // namespace

Saves saves_of(const Recording& recording, const std::set<std::string>& logs, ContentHash& hash) {
  Saves saves{.all = SaveFinder(recording, hash).find()};
  std::erase_if(saves.all, [&](const Save& save) { return logs.contains(save.group); });
  Tree end = recording.start;
  for (const Operation& operation : recording.operations) apply(end, operation);
  for (const auto& [name, id] : end.names_below(root_of(end))) saves.kept.insert(group_of(name));
  saves.main = main_group(saves);
  for (const outside::OutputLine& line : outside::output_lines(recording)) {
    const std::size_t done = saves.done(line.before);
    if (done == 0 || !reports_a_save(line.text)) continue;
    saves.promises.push_back({.from = line.before + 1, .saves = done, .words = line.text});
  }
  const std::size_t all = recording.operations.size();
  saves.promises.push_back({.from = all, .saves = saves.done(all + 1)});
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
