#pragma once

#include "faults/outside/caller.h"
#include "faults/outside/desk.h"

namespace trainwreck::outside {

// One trapped call: what it means is found out, then it goes over the desk. Each answers exactly
// once, now or later.
void serve(Desk& desk, const Call& call);

// By kind of call; `serve` knows which is whose.
void serve_open(Desk& desk, const Caller& caller);
void serve_write(Desk& desk, const Caller& caller);
void serve_copy(Desk& desk, const Caller& caller);
void serve_length(Desk& desk, const Caller& caller);  // truncate, fallocate
void serve_name(Desk& desk, const Caller& caller);    // link, mkdir, unlink, ...
void serve_rename(Desk& desk, const Caller& caller);
void serve_metadata(Desk& desk, const Caller& caller);  // chmod, chown, ...
void serve_sync(Desk& desk, const Caller& caller);
void serve_descriptor(Desk& desk, const Caller& caller);  // close, dup, lock, ...
void serve_process(Desk& desk, const Caller& caller);     // fork, exec

// What a path stands for now, links followed unless `nofollow`. Its `fd` is for looking only.
struct Found {
  UniqueFd fd;
  struct stat stat {};
  std::string path;

  // A path under which we ourselves reach it.
  std::string own_path() const { return "/proc/self/fd/" + std::to_string(fd.get()); }
};
bool find_path(const Caller& caller, int folder_fd, const std::string& path, bool nofollow,
               Found& found);
// Whether an operation on it is told: it is in a watched folder, or has a name there.
bool is_watched(Desk& desk, const Found& found);

}  // namespace trainwreck::outside
