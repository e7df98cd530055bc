#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// A file that is being written. Nothing is durable before sync() returned. Every call may throw
// IoError; after that the file's contents are unspecified.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual void append(std::string_view bytes) = 0;
  virtual void sync() = 0;
  virtual void close() = 0;
};

// The disk, as far as a training loop needs one. Durability lives between append, sync and rename,
// so they are separate operations: whoever writes a protocol writes it in these words.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // Makes the file, empty; an existing one is truncated.
  virtual std::unique_ptr<WritableFile> create(const std::string& path) = 0;
  // Opens for writing at the end; makes the file when it is missing.
  virtual std::unique_ptr<WritableFile> open_append(const std::string& path) = 0;
  virtual std::string read(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  virtual bool is_directory(const std::string& path) = 0;
  virtual std::int64_t size(const std::string& path) = 0;
  // Replaces `to` atomically.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void remove(const std::string& path) = 0;
  // Makes missing parents too; an existing directory is fine.
  virtual void make_directory(const std::string& path) = 0;
  virtual void remove_directory(const std::string& path) = 0;  // with everything in it
  // Names, not paths, sorted.
  virtual std::vector<std::string> list(const std::string& directory) = 0;
  // Makes the directory's entries durable: created, renamed and removed names.
  virtual void sync_directory(const std::string& path) = 0;
  virtual std::int64_t free_bytes(const std::string& path) = 0;

  // As many bytes from `offset` on as `bytes` has; it becomes shorter where the file ends.
  virtual void read_part(const std::string& path, std::int64_t offset, std::string& bytes);

  // A name beside `path` for what is to be renamed to it once it is whole. Nobody else is ever
  // given the same one: "m.0.tmp", or with the machine and the process in front of the number.
  virtual std::string temporary_beside(const std::string& path);
  // Whether whoever asked for that name writes there no more.
  virtual bool is_abandoned(const std::string& temporary);
};

std::unique_ptr<FileSystem> real_file_system();

// Whether temporary_beside() could have made this name of `target`: both without their directory.
bool is_temporary_of(std::string_view name, std::string_view target);
// Whether a file of this name is something unfinished: never load one.
bool is_temporary(std::string_view name);

// "a/b/c.txt" -> "a/b"; "c.txt" -> ".".
std::string directory_of(const std::string& path);
// "a/b", "c.txt" -> "a/b/c.txt"; ".", "c.txt" -> "c.txt".
std::string path_in(const std::string& directory, const std::string& name);

}  // namespace trainwreck
