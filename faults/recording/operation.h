#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "faults/recording/spool.h"

namespace trainwreck::outside {

// A file or folder, whatever it is called. Never used twice, unlike an inode's number. 0: unknown.
using NodeId = std::uint64_t;

enum class OpKind : std::uint8_t {
  open,              // of what was there; changes nothing
  create,            // an open that made the file; without a name: O_TMPFILE
  write,             // `bytes` at `offset`; so are sendfile and copy_file_range
  truncate,          // to `length`; so is an open with O_TRUNC of what was there
  allocate,          // fallocate with `flags`, from `offset`, `length` bytes
  make_directory,    //
  remove_directory,  //
  make_node,         // a pipe, a socket, an empty file
  link,              // another name, `to_folder` and `to_name`, for `file`
  symlink,           // to `text`
  rename,            // with renameat2's `flags`
  remove,            // one name
  arrive,            // renamed from a folder that is not watched, with `bytes`
  leave,             // renamed to one
  metadata,          // chmod (`mode` is what it became), chown, utime, setxattr
  sync,              // of a file or folder
  sync_all,          //
  lock,              //
  map,               // shared and to be written: what is written there is not seen
  close,             //
  output,            // `bytes` to standard output (`offset` 1) or error (2)
  execute,           //
  fork,
};
std::string_view name_of(OpKind kind);
// Whether a kill before it leaves another tree than a kill after it.
bool changes_the_tree(OpKind kind);

// One operation of the program, as it ended.
struct Operation {
  OpKind kind = OpKind::open;
  NodeId file = 0;
  NodeId folder = 0;  // the folder whose entry `name` it makes, moves or takes away
  NodeId to_folder = 0;
  std::string name{};
  std::string to_name{};
  std::string path{};  // as it was called when it was opened; for reading
  std::string to_path{};
  std::string text{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Bytes bytes{};
  std::uint32_t mode = 0;
  std::uint32_t flags = 0;
  pid_t pid = 0;
  pid_t tid = 0;
  int error = 0;         // the errno that it was answered with
  bool lied = false;     // it was answered as done, and `length` is what was done of it
  bool durable = false;  // O_SYNC, O_DSYNC: it has returned, so it is on the disk
  // A sync covers what had been done before it began: this many operations. It stands in the
  // history where it ended.
  std::size_t begun = 0;

  // Something was done.
  bool counts() const { return error == 0 && (!lied || length > 0); }
};

// "write 4096 bytes at 0 of ckpt.pt", with the errno's name where it failed.
std::string text_of(const Operation& operation);

}  // namespace trainwreck::outside
