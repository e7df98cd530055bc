#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/policy/policy.h"
#include "engine/seams/file_system.h"

namespace trainwreck::testing {

// The real disk. In the operation with the given number (from 1; 0: in none) the process is killed:
// before it or, of a write, which has two numbers, also with half of its bytes written.
class KillingFiles final : public FileSystem {
 public:
  explicit KillingFiles(std::int64_t kill_at) : kill_at_(kill_at) {}

  std::unique_ptr<WritableFile> create(const std::string& path) override;
  std::unique_ptr<WritableFile> open_append(const std::string& path) override;
  std::string read(const std::string& path) override;
  bool exists(const std::string& path) override { return files_->exists(path); }
  bool is_directory(const std::string& path) override { return files_->is_directory(path); }
  std::int64_t size(const std::string& path) override { return files_->size(path); }
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& path) override;
  void make_directory(const std::string& path) override;
  void remove_directory(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  void sync_directory(const std::string& path) override;
  std::int64_t free_bytes(const std::string& path) override { return files_->free_bytes(path); }
  std::string temporary_beside(const std::string& path) override {
    return files_->temporary_beside(path);
  }
  bool is_abandoned(const std::string& temporary) override {
    return files_->is_abandoned(temporary);
  }

 private:
  class File;
  void step();

  std::unique_ptr<FileSystem> files_ = real_file_system();
  std::int64_t kill_at_;
  std::atomic<std::int64_t> count_{0};
};

// Three epochs of training in the current directory, with everything that writes: numbered
// checkpoints of which two are kept, backups after every batch, a CSV log and event files.
// What it came to is in the file "result".
inline constexpr const char* kResult = "result";
void train_in_this_folder(FileSystem& files, const Policy& policy);

// What is left in a folder (name to bytes), in so far as it must be the same however often the
// training was interrupted: no times, no number of event files.
std::map<std::string, std::string> essence_of(const std::map<std::string, std::string>& files);

// Where there was nothing to take up yet the next process is another run, beside whose event files
// those of the dead one stay.
void forget_event_files(std::map<std::string, std::string>& essence);

// Runs `action` in a forked process and waits for it. Its exit status as waitpid gives it; an
// exception that leaves `action` is told on stderr and ends it with 70.
int in_child(const std::function<void()>& action);

}  // namespace trainwreck::testing
