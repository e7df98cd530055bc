#include "faults/outside/calls.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <unordered_map>

#include "faults/outside/filter.h"

namespace trainwreck::outside {
namespace {

using Serve = void (*)(Desk&, const Caller&);

Serve server_named(std::string_view name) {
  struct Row {
    std::string_view names;
    Serve serve;
  };
  static constexpr Row kRows[] = {
      {" open openat openat2 creat ", serve_open},
      {" write writev pwrite64 pwritev pwritev2 ", serve_write},
      {" sendfile copy_file_range splice ", serve_copy},
      {" truncate ftruncate fallocate ", serve_length},
      {" rename renameat renameat2 ", serve_rename},
      {" chmod fchmod fchmodat chown fchown lchown fchownat utime utimes utimensat setxattr"
       " fsetxattr ",
       serve_metadata},
      {" fsync fdatasync sync syncfs sync_file_range msync ", serve_sync},
      {" fork vfork clone execve execveat ", serve_process},
      {" link linkat symlink symlinkat unlink unlinkat mkdir mkdirat rmdir mknod mknodat ",
       serve_name}};
  const std::string spaced = " " + std::string(name) + " ";
  for (const Row& row : kRows) {
    if (row.names.find(spaced) != std::string_view::npos) return row.serve;
  }
  return serve_descriptor;
}

const std::unordered_map<int, Serve>& servers() {
  static const std::unordered_map<int, Serve> kServers = [] {
    std::unordered_map<int, Serve> all;
    for (const auto& [number, name] : trapped_numbers()) all[number] = server_named(name);
    return all;
  }();
  return kServers;
}

bool is_exec(int number) { return number == SYS_execve || number == SYS_execveat; }

void serve_fork(Desk& desk, const Caller& caller) {
  if (!desk.may_fork()) {
    desk.note("a fork was refused: too many processes");
    return desk.answer(caller, -EAGAIN);
  }
  desk.forget_callers();
  Intent intent{.refusable = false};
  intent.operation.kind = OpKind::fork;
  desk.settle(caller, std::move(intent));
}

}  // namespace

void serve(Desk& desk, const Call& call) {
  const Caller caller = desk.caller_of(call);
  const auto server = servers().find(call.number);
  if (server == servers().end()) return desk.let_through(caller);
  server->second(desk, caller);
  if (caller.is_hidden()) {
    desk.failure("process " + std::to_string(caller.pid()) + " does not let itself be looked at");
  }
}

// A program that was written by whom runs it now cannot be run while we hold it open for writing.
void serve_process(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
  if (!is_exec(call.number)) return serve_fork(desk, caller);
  const bool at = call.number == SYS_execveat;
  Intent intent{.refusable = false};
  intent.operation.kind = OpKind::execute;
  caller.read_text(call.args[at ? 1 : 0], intent.operation.path);
  Found found;
  if (find_path(caller, at ? call.fd(0) : AT_FDCWD, intent.operation.path, false, found) &&
      desk.files().knows(found.stat)) {
    desk.files().drop_dead();
  }
  desk.files().executed(caller.pid());
  desk.settle(caller, std::move(intent));
}

}  // namespace trainwreck::outside
