#include "faults/sim/sim_file_system.h"

#include <cerrno>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

using Kind = DiskOperation::Kind;

std::string normal(const std::string& path) {
  std::string text = path;
  while (text.starts_with("./")) text.erase(0, 2);
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text.empty() ? "." : text;
}

bool is_below(const std::string& path, const std::string& directory) {
  if (directory == ".") return true;
  return path.size() > directory.size() && path.starts_with(directory) &&
         (directory == "/" || path[directory.size()] == '/');
}

}  // namespace

class SimFileSystem::Writer final : public WritableFile {
 public:
  Writer(SimFileSystem& disk, std::string path) : disk_(disk), path_(std::move(path)) {
    ++disk_.open_files_;
  }
  ~Writer() override { release(); }

  void append(std::string_view bytes) override {
    if (disk_.frozen_) return;
    disk_.make_room(path_, static_cast<std::int64_t>(bytes.size()));
    std::string& contents = disk_.files_[path_];
    disk_.log({.kind = Kind::append,
               .path = path_,
               .bytes = std::string(bytes),
               .offset = static_cast<std::int64_t>(contents.size())});
    contents += bytes;
  }
  void sync() override { disk_.sync(path_); }
  void close() override { release(); }

 private:
  void release() {
    if (open_) --disk_.open_files_;
    open_ = false;
  }

  SimFileSystem& disk_;
  std::string path_;
  bool open_ = true;
};

SimFileSystem::SimFileSystem(Files files, std::int64_t capacity) : capacity_(capacity) {
  replace(std::move(files));
}

void SimFileSystem::replace(Files files) {
  files_.clear();
  frozen_ = false;
  used_ = 0;
  for (auto& [path, bytes] : files) {
    used_ += static_cast<std::int64_t>(bytes.size());
    const std::string name = normal(path);
    for (std::string above = directory_of(name); above != "." && above != "/";
         above = directory_of(above)) {
      directories_.insert(above);
    }
    if (path.ends_with('/')) {  // an empty directory
      directories_.insert(name);
      continue;
    }
    files_[name] = std::move(bytes);
  }
  start_ = files_;
  operations_.clear();
}

void SimFileSystem::log(DiskOperation operation) {
  if (!frozen_) operations_.push_back(std::move(operation));
}

void SimFileSystem::sync(const std::string& path) {
  const bool fails = !frozen_ && syncs_until_failure_ == 0;
  if (!frozen_ && syncs_until_failure_ >= 0) --syncs_until_failure_;
  log({.kind = Kind::sync, .path = path, .failed = fails});
  if (fails) throw IoError("sync", path, EIO);
}

void SimFileSystem::need_parent(const std::string& operation, const std::string& path) {
  const std::string parent = directory_of(path);
  if (files_.contains(parent)) throw IoError(operation, path, ENOTDIR);
  if (!is_directory(parent)) throw IoError(operation, path, ENOENT);
}

void SimFileSystem::make_room(const std::string& path, std::int64_t bytes) {
  if (used_ + bytes > capacity_) throw IoError("write", path, ENOSPC);
  used_ += bytes;
}

std::unique_ptr<WritableFile> SimFileSystem::create(const std::string& path) {
  const std::string name = normal(path);
  if (is_directory(name)) throw IoError("create", path, EISDIR);
  need_parent("create", name);
  if (!frozen_) {
    log({.kind = Kind::create, .path = name});
    used_ -= static_cast<std::int64_t>(files_[name].size());
    files_[name].clear();
  }
  return std::make_unique<Writer>(*this, name);
}

std::unique_ptr<WritableFile> SimFileSystem::open_append(const std::string& path) {
  const std::string name = normal(path);
  if (!files_.contains(name)) return create(path);
  return std::make_unique<Writer>(*this, name);
}

std::string SimFileSystem::read(const std::string& path) {
  const std::string name = normal(path);
  const auto file = files_.find(name);
  if (file != files_.end()) return file->second;
  throw IoError("read", path, is_directory(name) ? EISDIR : ENOENT);
}

bool SimFileSystem::exists(const std::string& path) {
  return files_.contains(normal(path)) || is_directory(path);
}

bool SimFileSystem::is_directory(const std::string& path) {
  const std::string name = normal(path);
  return name == "." || name == "/" || directories_.contains(name);
}

std::int64_t SimFileSystem::size(const std::string& path) {
  const auto file = files_.find(normal(path));
  if (file == files_.end()) throw IoError("stat", path, ENOENT);
  return static_cast<std::int64_t>(file->second.size());
}

void SimFileSystem::rename(const std::string& from, const std::string& to) {
  const auto file = files_.find(normal(from));
  if (file == files_.end()) throw IoError("rename", from, ENOENT);
  const std::string target = normal(to);
  if (is_directory(target)) throw IoError("rename", to, EISDIR);
  need_parent("rename", target);
  if (frozen_) return;
  log({.kind = Kind::rename, .path = normal(from), .to = target});
  std::string bytes = std::move(file->second);
  files_.erase(file);
  if (files_.contains(target)) used_ -= static_cast<std::int64_t>(files_[target].size());
  files_[target] = std::move(bytes);
}

void SimFileSystem::remove(const std::string& path) {
  const auto file = files_.find(normal(path));
  if (file == files_.end()) throw IoError("remove", path, is_directory(path) ? EISDIR : ENOENT);
  if (frozen_) return;
  log({.kind = Kind::remove, .path = normal(path)});
  used_ -= static_cast<std::int64_t>(file->second.size());
  files_.erase(file);
}

void SimFileSystem::make_directory(const std::string& path) {
  const std::string name = normal(path);
  if (files_.contains(name)) throw IoError("make directory", path, EEXIST);
  if (frozen_ || is_directory(name)) return;
  make_directory(directory_of(name));
  log({.kind = Kind::make_directory, .path = name});
  directories_.insert(name);
}

void SimFileSystem::remove_directory(const std::string& path) {
  const std::string name = normal(path);
  if (!is_directory(name)) throw IoError("remove directory", path, ENOENT);
  if (frozen_) return;
  log({.kind = Kind::remove_directory, .path = name});
  std::erase_if(files_, [&](const auto& file) {
    if (!is_below(file.first, name)) return false;
    used_ -= static_cast<std::int64_t>(file.second.size());
    return true;
  });
  std::erase_if(directories_,
                [&](const std::string& other) { return other == name || is_below(other, name); });
}

std::vector<std::string> SimFileSystem::list(const std::string& directory) {
  const std::string name = normal(directory);
  if (!is_directory(name)) throw IoError("list", directory, ENOENT);
  std::set<std::string> names;
  const auto add = [&](const std::string& path) {
    if (directory_of(path) == name) names.insert(path.substr(name == "." ? 0 : name.size() + 1));
  };
  for (const auto& [path, bytes] : files_) add(path);
  for (const std::string& path : directories_) add(path);
  return {names.begin(), names.end()};
}

void SimFileSystem::sync_directory(const std::string& path) {
  if (!is_directory(path)) throw IoError("sync directory", path, ENOENT);
  log({.kind = Kind::sync_directory, .path = normal(path)});
}

std::int64_t SimFileSystem::free_bytes(const std::string&) { return capacity_ - used_; }

}  // namespace trainwreck
