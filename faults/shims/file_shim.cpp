#include <algorithm>
#include <cstring>
#include <exception>
#include <thread>
#include <utility>

#include "engine/base/errors.h"
#include "engine/seams/tracer.h"
#include "faults/inject/injector.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

// "file.sync_directory" -> "sync_directory".
std::string_view short_name(Site site) {
  const std::string_view name = name_of(site);
  return name.substr(name.find('.') + 1);
}

std::string_view error_text(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : "failed";
}

FileOperation about(Site site, const std::string& path) {
  FileOperation operation;
  operation.site = site;
  operation.path = path;
  return operation;
}

// What the file system and its open files share: offering, failing, writing down.
class FileOffice {
 public:
  FileOffice(FileSystem& real, Injector& injector, TraceSink* trace, Threads threads)
      : files(real), injector_(injector), tracer_(trace), threads_(threads) {}

  // Offers, does, offers again, and fails where a fault says so; the line is written before anybody
  // else hears of the outcome.
  template <class Action>
  void offer(FileOperation& operation, Action action) {
    operation.detail = operation.path;
    if (!is_offered()) {
      action();
      return;
    }
    try {
      const Struck struck = injector_.before(operation);
      if (!operation.kept) fail_if_asked(operation);
      if (!operation.answered) action();
      fail_if_asked(operation);
      injector_.after(struck, operation);
      fail_if_asked(operation);
    } catch (const IoError& error) {
      write(operation, error.code);
      throw;
    } catch (const Death&) {
      throw;
    } catch (...) {
      write(operation, -1);
      throw;
    }
    write(operation, 0);
  }

  void alive() const {
    if (is_offered()) injector_.check_alive();
  }

  FileSystem& files;

 private:
  bool is_offered() const {
    return threads_ == Threads::take_turns || std::this_thread::get_id() == owner_;
  }

  static void fail_if_asked(const FileOperation& operation) {
    if (operation.error == 0) return;
    throw IoError(short_name(operation.site), operation.path, operation.error);
  }

  void write(const FileOperation& operation, int error) const {
    const Instant& now = injector_.now();
    const auto length = static_cast<std::int64_t>(operation.bytes.size());
    const std::int64_t through = operation.kept.value_or(error == 0 ? length : 0);
    const std::string_view done = operation.to.empty() ? "ok" : std::string_view(operation.to);
    tracer_.file({.operation = short_name(operation.site),
                  .path = operation.path,
                  .outcome = error != 0 ? error_text(error) : done,
                  .error = error,
                  .bytes = through,
                  .offset = static_cast<double>(operation.offset),
                  .epoch = now.epoch,
                  .batch = now.batch});
  }

  Injector& injector_;
  Tracer tracer_;
  Threads threads_;
  std::thread::id owner_ = std::this_thread::get_id();
};

class FileShim final : public WritableFile {
 public:
  FileShim(std::unique_ptr<WritableFile> file, FileOffice& office, std::string path,
           std::int64_t offset)
      : file_(std::move(file)), office_(office), path_(std::move(path)), offset_(offset) {}

  void append(std::string_view bytes) override {
    FileOperation operation = about(Site::file_append, path_);
    operation.bytes = bytes;
    operation.offset = offset_;
    office_.offer(operation, [&] {
      const auto size = static_cast<std::int64_t>(operation.bytes.size());
      const std::int64_t kept = std::clamp<std::int64_t>(operation.kept.value_or(size), 0, size);
      file_->append(std::string_view(operation.bytes).substr(0, static_cast<std::size_t>(kept)));
      offset_ += kept;
    });
  }
  void sync() override {
    FileOperation operation = about(Site::file_sync, path_);
    office_.offer(operation, [&] { file_->sync(); });
  }
  void close() override {
    FileOperation operation = about(Site::file_close, path_);
    office_.offer(operation, [&] { file_->close(); });
  }

 private:
  std::unique_ptr<WritableFile> file_;
  FileOffice& office_;
  std::string path_;
  std::int64_t offset_;
};

class FileSystemShim final : public FileSystem {
 public:
  FileSystemShim(FileSystem& files, Injector& injector, TraceSink* trace, Threads threads)
      : office_(files, injector, trace, threads) {}

  std::unique_ptr<WritableFile> create(const std::string& path) override {
    FileOperation operation = about(Site::file_create, path);
    std::unique_ptr<WritableFile> file;
    office_.offer(operation, [&] { file = office_.files.create(path); });
    return std::make_unique<FileShim>(std::move(file), office_, path, 0);
  }
  std::unique_ptr<WritableFile> open_append(const std::string& path) override {
    FileOperation operation = about(Site::file_open_append, path);
    std::unique_ptr<WritableFile> file;
    std::int64_t end = 0;
    office_.offer(operation, [&] {
      if (office_.files.exists(path)) end = office_.files.size(path);
      file = office_.files.open_append(path);
    });
    return std::make_unique<FileShim>(std::move(file), office_, path, end);
  }
  std::string read(const std::string& path) override {
    FileOperation operation = about(Site::file_read, path);
    office_.offer(operation, [&] { operation.bytes = office_.files.read(path); });
    return std::move(operation.bytes);
  }
  void read_part(const std::string& path, std::int64_t offset, std::string& bytes) override {
    FileOperation operation = about(Site::file_read, path);
    operation.offset = offset;
    operation.bytes = std::move(bytes);
    office_.offer(operation, [&] { office_.files.read_part(path, offset, operation.bytes); });
    bytes = std::move(operation.bytes);
  }
  bool exists(const std::string& path) override {
    office_.alive();
    return office_.files.exists(path);
  }
  bool is_directory(const std::string& path) override {
    office_.alive();
    return office_.files.is_directory(path);
  }
  std::int64_t size(const std::string& path) override {
    office_.alive();
    return office_.files.size(path);
  }
  void rename(const std::string& from, const std::string& to) override {
    FileOperation operation = about(Site::file_rename, from);
    operation.to = to;
    office_.offer(operation, [&] { office_.files.rename(from, to); });
  }
  void remove(const std::string& path) override {
    FileOperation operation = about(Site::file_remove, path);
    office_.offer(operation, [&] { office_.files.remove(path); });
  }
  void make_directory(const std::string& path) override {
    FileOperation operation = about(Site::file_make_directory, path);
    office_.offer(operation, [&] { office_.files.make_directory(path); });
  }
  void remove_directory(const std::string& path) override {
    FileOperation operation = about(Site::file_remove, path);
    office_.offer(operation, [&] { office_.files.remove_directory(path); });
  }
  std::vector<std::string> list(const std::string& directory) override {
    FileOperation operation = about(Site::file_list, directory);
    std::vector<std::string> names;
    office_.offer(operation, [&] { names = office_.files.list(directory); });
    return names;
  }
  void sync_directory(const std::string& path) override {
    FileOperation operation = about(Site::file_sync_directory, path);
    office_.offer(operation, [&] { office_.files.sync_directory(path); });
  }
  std::int64_t free_bytes(const std::string& path) override {
    FileOperation operation = about(Site::file_free_space, path);
    office_.offer(operation, [&] {
      if (!operation.free_bytes) operation.free_bytes = office_.files.free_bytes(path);
    });
    return operation.free_bytes.value_or(0);
  }
  std::string temporary_beside(const std::string& path) override {
    office_.alive();
    return office_.files.temporary_beside(path);
  }
  bool is_abandoned(const std::string& temporary) override {
    office_.alive();
    return office_.files.is_abandoned(temporary);
  }

 private:
  FileOffice office_;
};

}  // namespace

std::unique_ptr<FileSystem> wrap(FileSystem& files, Injector& injector, TraceSink* trace,
                                 Threads threads) {
  return std::make_unique<FileSystemShim>(files, injector, trace, threads);
}

}  // namespace trainwreck
