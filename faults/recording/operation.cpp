#include "faults/recording/operation.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

namespace trainwreck::outside {
namespace {

constexpr std::array<std::string_view, 23> kKindNames{
    "open",     "create",  "write",  "truncate", "allocate", "mkdir", "rmdir", "mknod",
    "link",     "symlink", "rename", "unlink",   "arrive",   "leave", "chmod", "sync",
    "sync_all", "lock",    "map",    "close",    "output",   "exec",  "fork"};

}  // namespace

std::string_view name_of(OpKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

bool changes_the_tree(OpKind kind) { return kind > OpKind::open && kind < OpKind::metadata; }

std::string text_of(const Operation& operation) {
  std::string text(name_of(operation.kind));
  if (operation.kind == OpKind::write || operation.kind == OpKind::allocate) {
    text += fmt::format(" {} bytes at {} of", operation.length, operation.offset);
  }
  if (operation.kind == OpKind::truncate) text += fmt::format(" to {} bytes:", operation.length);
  text += " " + operation.path;
  if (!operation.to_path.empty()) text += " to " + operation.to_path;
  if (operation.kind == OpKind::symlink) text += " to " + operation.text;
  if (operation.lied) text += " (a lie)";
  if (operation.error != 0) text += fmt::format(" ({})", strerrorname_np(operation.error));
  return text;
}

}  // namespace trainwreck::outside
