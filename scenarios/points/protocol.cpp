#include "scenarios/points/protocol.h"

#include <algorithm>
#include <array>
#include <map>

#include "scenarios/points/files.h"

namespace trainwreck::campaign {
namespace {

using outside::NodeId;
using outside::Operation;
using outside::OpKind;
using outside::Recording;

constexpr std::array<std::string_view, 9> kProtocolNames{
    "in place",
    "temporary and rename without sync",
    "temporary, sync and rename; the folder is not synced",
    "durable: temporary, sync, rename, sync of the folder",
    "a folder without a commit point",
    "temporary folder and rename, not all of it synced",
    "durable: temporary folder, syncs, rename, sync of its parent",
    "several files, each by itself",
    "the old one is deleted before the new one is whole"};

class ProtocolFinder {
 public:
  ProtocolFinder(const Recording& recording, const Saves& saves)
      : recording_(recording), saves_(saves) {
    for (const Save& save : saves.all) {
      if (save.group == saves.main) own_.push_back(&save);
    }
  }

  Protocol find() const {
    const Save& last = *own_.back();
    const Operation& made = recording_.operations[std::min(last.operation, count() - 1)];
    const bool renamed = made.kind == OpKind::rename || made.kind == OpKind::link;
    if (deletes_first()) return Protocol::deleted_first;
    if (!renamed) {
      if (last.name.find('/') != std::string::npos && makes_folders()) {
        return Protocol::folder_in_place;
      }
      return companions() > 0 ? Protocol::several_files : Protocol::in_place;
    }
    const bool folder = name_in(recording_.start, made.to_path) != last.name;
    const bool data = folder ? synced_below(made) : synced_before(last.operation, made.file);
    const bool parent = synced_after(last.operation, made.to_folder);
    if (folder) return data && parent ? Protocol::folder_durable : Protocol::folder_renamed;
    if (companions() > 0) return Protocol::several_files;
    if (!data) return Protocol::rename_without_sync;
    return parent ? Protocol::durable : Protocol::rename_without_folder;
  }

 private:
  std::size_t count() const { return recording_.operations.size(); }

  bool makes_folders() const {
    std::size_t made = 0;
    for (const Operation& operation : recording_.operations) {
      made += operation.counts() && operation.kind == OpKind::make_directory ? 1U : 0U;
    }
    return made >= own_.size();
  }

  // Other files that are saved as often, beside the main one.
  std::size_t companions() const {
    std::map<std::string, std::size_t> groups;
    const auto folder = [](const std::string& name) { return name.substr(0, name.rfind('/') + 1); };
    for (const Save& save : saves_.all) {
      if (folder(save.group) == folder(saves_.main) && save.group != saves_.main) {
        ++groups[save.group];
      }
    }
    const std::size_t own = own_.size();
    return static_cast<std::size_t>(std::count_if(groups.begin(), groups.end(), [&](auto& group) {
      return group.second == own && saves_.kept.contains(group.first);
    }));
  }

  // A name of the group goes away while no other file of the group has been completed since.
  bool deletes_first() const {
    std::size_t there = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i < count(); ++i) {
      const Operation& operation = recording_.operations[i];
      const bool removes = operation.counts() && operation.kind == OpKind::remove;
      if (removes && group_of(name_in(recording_.start, operation.path)) == saves_.main) {
        if (there <= 1 && next < own_.size() && next > 0) return true;
        there -= there > 0 ? 1U : 0U;
      }
      for (; next < own_.size() && own_[next]->operation == i; ++next) {
        const bool again = next > 0 && own_[next]->name == own_[next - 1]->name;
        there += again && there > 0 ? 0U : 1U;
      }
    }
    return false;
  }

  bool synced_before(std::size_t end, NodeId file) const {
    for (std::size_t i = end; i-- > 0;) {
      const Operation& operation = recording_.operations[i];
      if (!operation.counts()) continue;
      if (operation.kind == OpKind::sync_all) return true;
      if (operation.file != file) continue;
      if (operation.kind == OpKind::sync) return true;
      if (operation.kind == OpKind::write) return operation.durable;
    }
    return false;
  }

  // Each file that was written in the folder before it was renamed.
  bool synced_below(const Operation& renamed) const {
    const auto end = static_cast<std::size_t>(&renamed - recording_.operations.data());
    bool all = true;
    for (std::size_t i = 0; i < end; ++i) {
      const Operation& operation = recording_.operations[i];
      if (operation.counts() && operation.kind == OpKind::write &&
          operation.path.starts_with(renamed.path + "/")) {
        all = all && synced_before(end, operation.file);
      }
    }
    return all;
  }

  bool synced_after(std::size_t from, NodeId folder) const {
    for (std::size_t i = from + 1; i < count(); ++i) {
      const Operation& operation = recording_.operations[i];
      if (!operation.counts()) continue;
      if (operation.kind == OpKind::sync_all) return true;
      if (operation.kind == OpKind::sync && operation.file == folder) return true;
    }
    return false;
  }

  const Recording& recording_;
  const Saves& saves_;
  std::vector<const Save*> own_;
};

}  // namespace

std::string_view name_of(Protocol protocol) {
  return kProtocolNames[static_cast<std::size_t>(protocol)];
}

Protocol protocol_of(const Recording& recording, const Saves& saves) {
  return ProtocolFinder(recording, saves).find();
}

}  // namespace trainwreck::campaign
