#pragma once

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck::testing {

// A disk in memory that writes down every operation ("rename a.0.tmp a") and refuses what it is
// told to.
class MemoryFiles final : public FileSystem {
 public:
  std::map<std::string, std::string> contents;
  std::set<std::string> directories{".", "/"};
  std::vector<std::string> log;
  std::int64_t free = 1'000'000'000;
  // Bytes of a file that is read, when they should not be what was written.
  std::function<std::string(const std::string& path, std::string bytes)> on_read;

  // From now on operations whose line contains `part` fail with this errno, so many times.
  void refuse(std::string part, int code, int times = 1'000'000) {
    refusals_.push_back({std::move(part), code, times});
  }
  // From now on the process is dead at the first such operation.
  void die_at(std::string part) { death_ = std::move(part); }
  void allow_all() {
    refusals_.clear();
    death_.reset();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [path, bytes] : contents) all.push_back(path);
    return all;
  }

  std::unique_ptr<WritableFile> create(const std::string& path) override {
    enter("create", path);
    need_parent("create", path);
    if (directories.contains(path)) throw IoError("create", path, EISDIR);
    contents[path].clear();
    return std::make_unique<File>(*this, path);
  }
  std::unique_ptr<WritableFile> open_append(const std::string& path) override {
    enter("open", path);
    need_parent("open", path);
    contents[path];
    return std::make_unique<File>(*this, path);
  }
  std::string read(const std::string& path) override {
    enter("read", path);
    std::string bytes = find("read", path);
    return on_read ? on_read(path, std::move(bytes)) : bytes;
  }
  bool exists(const std::string& path) override {
    return contents.contains(path) || directories.contains(path);
  }
  bool is_directory(const std::string& path) override { return directories.contains(path); }
  std::int64_t size(const std::string& path) override {
    return static_cast<std::int64_t>(find("size", path).size());
  }
  void rename(const std::string& from, const std::string& to) override {
    enter("rename", from + " " + to);
    contents[to] = find("rename", from);
    contents.erase(from);
  }
  void remove(const std::string& path) override {
    enter("remove", path);
    find("remove", path);
    contents.erase(path);
  }
  void make_directory(const std::string& path) override {
    enter("mkdir", path);
    std::string parent = path;
    while (!directories.contains(parent)) {
      directories.insert(parent);
      parent = directory_of(parent);
    }
  }
  void remove_directory(const std::string& path) override {
    enter("rmdir", path);
    std::erase_if(contents, [&](const auto& file) { return file.first.starts_with(path + "/"); });
    std::erase_if(directories, [&](const std::string& directory) {
      return directory == path || directory.starts_with(path + "/");
    });
  }
  std::vector<std::string> list(const std::string& directory) override {
    enter("list", directory);
    std::vector<std::string> names;
    for (const auto& [path, bytes] : contents) {
      if (directory_of(path) == directory) names.push_back(path.substr(path.rfind('/') + 1));
    }
    for (const std::string& path : directories) {
      if (path != directory && path != "." && directory_of(path) == directory) {
        names.push_back(path.substr(path.rfind('/') + 1));
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  void sync_directory(const std::string& path) override { enter("syncdir", path); }
  std::int64_t free_bytes(const std::string&) override { return free; }

 private:
  struct Refusal {
    std::string part;
    int code;
    int times;
  };
  class File final : public WritableFile {
   public:
    File(MemoryFiles& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    void append(std::string_view bytes) override {
      disk_.enter("append", path_);
      disk_.contents[path_] += bytes;
    }
    void sync() override { disk_.enter("sync", path_); }
    void close() override { disk_.enter("close", path_); }

   private:
    MemoryFiles& disk_;
    std::string path_;
  };

  void enter(const std::string& operation, const std::string& path) {
    const std::string line = operation + " " + path;
    if (death_ && (dead_ || line.find(*death_) != std::string::npos)) {
      dead_ = true;
      throw Death{"power cut"};
    }
    log.push_back(line);
    for (Refusal& refusal : refusals_) {
      if (refusal.times == 0 || line.find(refusal.part) == std::string::npos) continue;
      --refusal.times;
      throw IoError(operation, path, refusal.code);
    }
  }
  const std::string& find(const char* operation, const std::string& path) {
    const auto found = contents.find(path);
    if (found == contents.end()) throw IoError(operation, path, ENOENT);
    return found->second;
  }
  void need_parent(const char* operation, const std::string& path) {
    const std::string parent = directory_of(path);
    if (contents.contains(parent)) throw IoError(operation, path, ENOTDIR);
    if (!directories.contains(parent)) throw IoError(operation, path, ENOENT);
  }

  std::vector<Refusal> refusals_;
  std::optional<std::string> death_;
  bool dead_ = false;
};

}  // namespace trainwreck::testing
