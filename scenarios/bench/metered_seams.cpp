#include "scenarios/bench/metered_seams.h"

#include <utility>

namespace trainwreck {
namespace {

std::int64_t size_of(std::string_view bytes) { return static_cast<std::int64_t>(bytes.size()); }

class MeteredFile final : public WritableFile {
 public:
  MeteredFile(std::unique_ptr<WritableFile> file, TimeBook& book)
      : file_(std::move(file)), book_(book) {}

  void append(std::string_view bytes) override {
    Costs& costs = book_.here().costs;
    ++costs.file_operations;
    costs.bytes += size_of(bytes);
    file_->append(bytes);
  }
  void sync() override {
    Costs& costs = book_.here().costs;
    ++costs.file_operations;
    ++costs.syncs;
    file_->sync();
  }
  void close() override {
    ++book_.here().costs.file_operations;
    file_->close();
  }

 private:
  std::unique_ptr<WritableFile> file_;
  TimeBook& book_;
};

class MeteredDisk final : public FileSystem {
 public:
  MeteredDisk(FileSystem& files, TimeBook& book) : files_(files), book_(book) {}

  std::unique_ptr<WritableFile> create(const std::string& path) override {
    return std::make_unique<MeteredFile>(counted().create(path), book_);
  }
  std::unique_ptr<WritableFile> open_append(const std::string& path) override {
    return std::make_unique<MeteredFile>(counted().open_append(path), book_);
  }
  std::string read(const std::string& path) override {
    std::string bytes = counted().read(path);
    book_.here().costs.bytes += size_of(bytes);
    return bytes;
  }
  void read_part(const std::string& path, std::int64_t offset, std::string& bytes) override {
    counted().read_part(path, offset, bytes);
    book_.here().costs.bytes += size_of(bytes);
  }
  bool exists(const std::string& path) override { return counted().exists(path); }
  bool is_directory(const std::string& path) override { return counted().is_directory(path); }
  std::int64_t size(const std::string& path) override { return counted().size(path); }
  void rename(const std::string& from, const std::string& to) override {
    counted().rename(from, to);
  }
  void remove(const std::string& path) override { counted().remove(path); }
  void make_directory(const std::string& path) override { counted().make_directory(path); }
  void remove_directory(const std::string& path) override { counted().remove_directory(path); }
  std::vector<std::string> list(const std::string& path) override { return counted().list(path); }
  void sync_directory(const std::string& path) override {
    ++book_.here().costs.syncs;
    counted().sync_directory(path);
  }
  std::int64_t free_bytes(const std::string& path) override { return counted().free_bytes(path); }
  std::string temporary_beside(const std::string& path) override {
    return files_.temporary_beside(path);
  }
  bool is_abandoned(const std::string& temporary) override {
    return files_.is_abandoned(temporary);
  }

 private:
  FileSystem& counted() {
    ++book_.here().costs.file_operations;
    return files_;
  }

  FileSystem& files_;
  TimeBook& book_;
};

class MeteredExecutor final : public Executor {
 public:
  MeteredExecutor(Executor& executor, TimeBook& book) : executor_(executor), book_(book) {}

  TaskId spawn(std::string name, std::function<void()> task) override {
    return executor_.spawn(std::move(name), book_.in_background(std::move(task)));
  }
  void exclusively(const std::function<void()>& action) override { executor_.exclusively(action); }
  bool wait(const std::function<bool()>& ready, const std::function<void()>& action,
            Deadline deadline) override {
    return executor_.wait(ready, action, deadline);
  }
  void notify() override { executor_.notify(); }
  void sleep(std::chrono::nanoseconds time) override { executor_.sleep(time); }
  void join(TaskId task) override { executor_.join(task); }

 private:
  Executor& executor_;
  TimeBook& book_;
};

}  // namespace

std::unique_ptr<FileSystem> metered(FileSystem& files, TimeBook& book) {
  return std::make_unique<MeteredDisk>(files, book);
}

std::unique_ptr<Executor> metered(Executor& executor, TimeBook& book) {
  return std::make_unique<MeteredExecutor>(executor, book);
}

}  // namespace trainwreck
