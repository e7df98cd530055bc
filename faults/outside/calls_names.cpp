#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "faults/outside/calls.h"
#include "faults/outside/filter.h"

namespace trainwreck::outside {
namespace {

// The folder and the path that a call names, whichever of its two forms it has.
struct Named {
  int folder = AT_FDCWD;
  std::string path;
};

bool read_named(const Caller& caller, bool has_folder, std::size_t argument, Named& named) {
  const Call& call = caller.call();
  if (has_folder) named.folder = call.fd(argument);
  return caller.read_text(call.args[argument + (has_folder ? 1 : 0)], named.path);
}

bool place_for(const Caller& caller, bool has_folder, std::size_t argument, Place& place) {
  Named named;
  return read_named(caller, has_folder, argument, named) &&
         place_of(caller, named.folder, named.path, false, place);
}

std::int64_t result_of(int value) { return value < 0 ? -errno : 0; }

// A name that is made or taken away, in a folder that is watched.
Intent naming(Desk& desk, OpKind kind, const Place& place) {
  Intent intent;
  intent.operation.kind = kind;
  intent.operation.folder = desk.node_of(place.folder_stat, place.path);
  intent.operation.name = place.name.substr(0, place.name.find_last_not_of('/') + 1);
  intent.operation.path = place.path;
  struct stat found;
  if (place.exists(found)) intent.operation.file = desk.node_of(found, place.path);
  return intent;
}

// Gives what was made just now its number.
void number_new(Desk& desk, const Place& place, mode_t wanted, Operation& operation) {
  struct stat made;
  if (!place.exists(made)) return;
  if (!S_ISLNK(made.st_mode) && (wanted & desk.own_umask()) != 0) {
    fchmodat(place.folder.get(), place.name.c_str(), (made.st_mode & 07000) | wanted, 0);
    place.exists(made);
  }
  operation.file = desk.nodes().fresh(made.st_dev, made.st_ino);
  operation.mode = made.st_mode & 07777;
}

using SharedPlace = std::shared_ptr<const Place>;

void serve_make(Desk& desk, const Caller& caller, const SharedPlace& place, mode_t mode,
                dev_t device) {
  const bool folder = (mode & S_IFMT) == S_IFDIR;
  Intent intent = naming(desk, folder ? OpKind::make_directory : OpKind::make_node, *place);
  intent.operation.flags = folder || S_ISREG(mode) || (mode & S_IFMT) == 0 ? 0 : mode & S_IFMT;
  intent.perform = [&desk, caller, place, mode, device, folder](Operation& operation,
                                                                std::uint64_t) {
    const Standing standing = standing_of(caller.tid());
    const mode_t given = mode & ~standing.umask;
    const InStandingOf in_its_standing(standing);
    const char* name = place->name.c_str();
    const int made = folder ? mkdirat(place->folder.get(), name, given & 07777)
                            : mknodat(place->folder.get(), name, given, device);
    if (made != 0) return result_of(made);
    number_new(desk, *place, given & 07777, operation);
    return std::int64_t{0};
  };
  desk.settle(caller, std::move(intent));
}

void serve_removal(Desk& desk, const Caller& caller, const SharedPlace& place, int flags) {
  const bool folder = (flags & AT_REMOVEDIR) != 0;
  Intent intent = naming(desk, folder ? OpKind::remove_directory : OpKind::remove, *place);
  intent.perform = [caller, place, flags](Operation&, std::uint64_t) {
    const InStandingOf standing(standing_of(caller.tid()));
    return result_of(unlinkat(place->folder.get(), place->name.c_str(), flags));
  };
  desk.settle(caller, std::move(intent));
}

void serve_symlink(Desk& desk, const Caller& caller, const SharedPlace& place) {
  Intent intent = naming(desk, OpKind::symlink, *place);
  if (!caller.read_text(caller.call().args[0], intent.operation.text)) {
    return desk.let_through(caller);
  }
  intent.perform = [&desk, caller, place](Operation& operation, std::uint64_t) {
    const InStandingOf standing(standing_of(caller.tid()));
    const int made = symlinkat(operation.text.c_str(), place->folder.get(), place->name.c_str());
    if (made != 0) return result_of(made);
    number_new(desk, *place, 0, operation);
    return std::int64_t{0};
  };
  desk.settle(caller, std::move(intent));
}

// The file that gets another name: by a path, or (AT_EMPTY_PATH) by a descriptor.
bool find_linked(const Caller& caller, Found& found) {
  const Call& call = caller.call();
  const bool at = call.number == SYS_linkat;
  Named named;
  if (!read_named(caller, at, 0, named)) return false;
  const auto flags = at ? static_cast<int>(call.args[4]) : 0;
  if (named.path.empty() && (flags & AT_EMPTY_PATH) != 0) {
    named.path = caller.fd_path(named.folder);
    return find_path(caller, AT_FDCWD, named.path, false, found);
  }
  const bool follow = (flags & AT_SYMLINK_FOLLOW) != 0;
  return find_path(caller, named.folder, named.path, !follow, found);
}

void serve_link(Desk& desk, const Caller& caller) {
  const bool at = caller.call().number == SYS_linkat;
  const auto found = std::make_shared<Found>();
  const auto place = std::make_shared<Place>();
  if (!place_for(caller, at, at ? 2 : 1, *place) || !desk.folders().contain(place->path) ||
      !find_linked(caller, *found)) {
    return desk.let_through(caller);
  }
  Intent intent = naming(desk, OpKind::link, *place);
  Operation& operation = intent.operation;
  operation.to_folder = operation.folder;
  operation.to_name = operation.name;
  operation.to_path = operation.path;
  operation.folder = 0;
  operation.path = found->path;
  operation.file = desk.node_of(found->stat, found->path);
  if (!is_watched(desk, *found)) {
    desk.stop_following(operation.file, place->path, "it has a name that is not watched");
  }
  intent.perform = [caller, place, found](Operation&, std::uint64_t) {
    const InStandingOf standing(standing_of(caller.tid()));
    return result_of(linkat(AT_FDCWD, found->own_path().c_str(), place->folder.get(),
                            place->name.c_str(), AT_SYMLINK_FOLLOW));
  };
  desk.settle(caller, std::move(intent));
}

// What moves in from outside comes with what it holds now. It may still be written to there.
void arrive(Desk& desk, const Place& to, Operation& operation) {
  operation.kind = OpKind::arrive;
  operation.folder = operation.to_folder;
  operation.name = operation.to_name;
  struct stat found;
  if (!to.exists(found)) return;
  operation.file = desk.nodes().fresh(found.st_dev, found.st_ino);
  operation.mode = found.st_mode & 07777;
  if (!S_ISREG(found.st_mode)) {
    desk.stop_following(operation.file, to.path, "it came from a folder that is not watched");
    return;
  }
  if (!desk.records()) return;
  NodeNumbers throw_away;
  const Tree tree = read_tree({to.path}, desk.spool(), throw_away);
  const Contents& contents = tree.nodes.begin()->second.contents;
  operation.length = contents.size;
  if (!contents.parts.empty()) operation.bytes = contents.parts.front();
}

}  // namespace

void serve_rename(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
#ifdef SYS_rename
  const bool at = call.number != SYS_rename;
#else
  const bool at = true;
#endif
  const auto from = std::make_shared<Place>();
  const auto to = std::make_shared<Place>();
  if (!place_for(caller, at, 0, *from) || !place_for(caller, at, at ? 2 : 1, *to)) {
    return desk.let_through(caller);
  }
  const bool leaves = !desk.folders().contain(to->path);
  const bool arrives = !desk.folders().contain(from->path);
  if (leaves && arrives) return desk.let_through(caller);
  const auto flags = static_cast<unsigned>(call.number == SYS_renameat2 ? call.args[4] : 0);
  if ((flags & RENAME_WHITEOUT) != 0 || (flags != 0 && leaves != arrives)) {
    desk.note("renameat2 with odd flags was refused");
    return desk.answer(caller, -EINVAL);
  }
  Intent intent;
  if (!arrives) intent = naming(desk, leaves ? OpKind::leave : OpKind::rename, *from);
  Operation& operation = intent.operation;
  if (arrives) operation.kind = OpKind::arrive;
  if (arrives) operation.path = from->path;
  if (!leaves) operation.to_folder = desk.node_of(to->folder_stat, to->path);
  operation.to_name = to->name.substr(0, to->name.find_last_not_of('/') + 1);
  operation.to_path = to->path;
  operation.flags = flags;
  intent.perform = [&desk, caller, from, to, flags, arrives](Operation& done, std::uint64_t) {
    const InStandingOf standing(standing_of(caller.tid()));
    const int renamed = renameat2(from->folder.get(), from->name.c_str(), to->folder.get(),
                                  to->name.c_str(), flags);
    if (renamed == 0 && arrives) arrive(desk, *to, done);
    return result_of(renamed);
  };
  desk.settle(caller, std::move(intent));
}

void serve_name(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
  const std::string_view name = trapped_name(call.number);
  if (name.starts_with("link")) return serve_link(desk, caller);
  const bool at = name.ends_with("at");
  const auto place = std::make_shared<Place>();
  if (!place_for(caller, at, name.starts_with("symlink") ? 1 : 0, *place) ||
      !desk.folders().contain(place->path)) {
    return desk.let_through(caller);
  }
  if (name.starts_with("symlink")) return serve_symlink(desk, caller, place);
  if (name == "unlinkat") return serve_removal(desk, caller, place, static_cast<int>(call.args[2]));
  if (name == "unlink") return serve_removal(desk, caller, place, 0);
  if (name == "rmdir") return serve_removal(desk, caller, place, AT_REMOVEDIR);
  const std::size_t mode_at = at ? 2 : 1;
  const auto mode = static_cast<mode_t>(call.args[mode_at]);
  if (name.starts_with("mkdir")) {
    return serve_make(desk, caller, place, (mode & 07777) | S_IFDIR, 0);
  }
  serve_make(desk, caller, place, mode, call.args[mode_at + 1]);
}

}  // namespace trainwreck::outside
