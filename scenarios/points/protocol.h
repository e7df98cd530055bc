#pragma once

#include <string>
#include <string_view>

#include "scenarios/points/saves.h"

namespace trainwreck::campaign {

// How a program brings its checkpoints to the disk, as it was seen.
enum class Protocol : std::uint8_t {
  in_place,
  rename_without_sync,    // a temporary and a rename, and nothing is synced before it
  rename_without_folder,  // the file is synced, the folder is not
  durable,                // temporary, sync, rename, sync of the folder
  folder_in_place,        // counts from its mkdir on; its files come later
  folder_renamed,         // a temporary folder that is renamed, not all of it synced
  folder_durable,         //
  several_files,          // that belong together, each by itself
  deleted_first,          // the old one is removed before the new one is whole
};
// "in place", "temporary and rename without sync", ...
std::string_view name_of(Protocol protocol);

// Of the checkpoints that `saves` are about. REQUIRES: at least one.
Protocol protocol_of(const outside::Recording& recording, const Saves& saves);

}  // namespace trainwreck::campaign
