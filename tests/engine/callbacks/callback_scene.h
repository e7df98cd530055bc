#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/logs.h"
#include "engine/policy/policy.h"
#include "engine/seams/clock.h"
#include "engine/seams/executor.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/seams.h"
#include "engine/seams/signals.h"
#include "trainwreck/callback.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"
#include "trainwreck/trainer.h"

namespace trainwreck {

// A disk in memory that tells what was done to it and can run full.
class MemoryFiles final : public FileSystem {
 public:
  std::unique_ptr<WritableFile> create(const std::string& path) override;
  std::unique_ptr<WritableFile> open_append(const std::string& path) override;
  std::string read(const std::string& path) override;
  bool exists(const std::string& path) override;
  bool is_directory(const std::string& path) override { return directories.contains(path); }
  std::int64_t size(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& path) override { texts.erase(path); }
  void make_directory(const std::string& path) override { directories.insert(path); }
  void remove_directory(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  void sync_directory(const std::string&) override {}
  std::int64_t free_bytes(const std::string&) override { return 1 << 30; }

  std::map<std::string, std::string> texts;
  std::set<std::string> directories{"."};
  std::vector<std::string> appends;  // the bytes of each call
  std::int64_t full_at_append = -1;  // this append, counted from 0, keeps half and fails
  int open = 0;
  int syncs = 0;

 private:
  std::unique_ptr<WritableFile> opened(const char* operation, const std::string& path);
};

// Time stands still unless somebody moves it.
class HandClock final : public Clock {
 public:
  std::chrono::nanoseconds now() override {
    ++looks;
    return time += step;
  }
  double unix_seconds() override { return 1600000000.0; }

  std::chrono::nanoseconds time{0};
  std::chrono::nanoseconds step{0};  // each look moves it by this
  int looks = 0;
};

// Sleeps without waiting.
class NoWait final : public Executor {
 public:
  TaskId spawn(std::string name, std::function<void()> task) override {
    return threads_->spawn(std::move(name), std::move(task));
  }
  void exclusively(const std::function<void()>& action) override { threads_->exclusively(action); }
  bool wait(const std::function<bool()>& ready, const std::function<void()>& action,
            Deadline deadline) override {
    return threads_->wait(ready, action, deadline);
  }
  void notify() override { threads_->notify(); }
  void sleep(std::chrono::nanoseconds time) override { sleeps.push_back(time); }
  void join(TaskId task) override { threads_->join(task); }

  std::vector<std::chrono::nanoseconds> sleeps;

 private:
  std::unique_ptr<Executor> threads_ = thread_executor();
};

// What an epoch ends with, for tests that need logs which no training would give.
struct ScriptedEpoch {
  std::vector<std::pair<std::string, double>> logs = {};
  Status status = Status::completed;
};
enum class TrainEnd { comes, never_comes };

// A small model in a world of its own: y = 2x, two batches of two rows in an epoch.
class CallbackScene {
 public:
  explicit CallbackScene(Policy the_policy = hardened());

  Seams seams() { return {files, clock, memory, executor, *signals_}; }
  // A real fit over the four rows.
  FitResult fit(FitOptions options);
  // The hooks of a fit without the fit. What a hook raises leaves.
  void play(const CallbackHandle& callback, const std::vector<ScriptedEpoch>& epochs,
            std::int64_t first_epoch = 0, TrainEnd end = TrainEnd::comes);
  // Warnings of the latest play, "id: text".
  const std::vector<std::string>& warnings() const { return warnings_; }
  std::string text(const std::string& path) { return files.texts.at(path); }

  Policy policy;
  MemoryFiles files;
  HandClock clock;
  CountingBudget memory;
  NoWait executor;
  Model model;

 private:
  std::unique_ptr<Signals> signals_ = no_signals();
  std::vector<std::string> warnings_;
};

std::shared_ptr<DataSource> four_rows();
Logs logs_of(const std::vector<std::pair<std::string, double>>& items);
std::vector<std::string> texts_of(const std::vector<Warning>& warnings);

// A step that does nothing and reports these losses, one after the other; then the last.
class ScriptedLosses final : public TrainStep {
 public:
  explicit ScriptedLosses(std::vector<float> losses) : losses_(std::move(losses)) {}
  float train(Model&, const Batch&) override {
    return losses_[std::min(next_++, losses_.size() - 1)];
  }

 private:
  std::vector<float> losses_;
  std::size_t next_ = 0;
};

// Raises ValueError("boom") when this training batch begins.
CallbackHandle raiser(std::int64_t epoch, std::int64_t batch);
// Raises StateError behind this batch; with the batch -1 at the epoch's end.
CallbackHandle raises_behind(std::int64_t epoch, std::int64_t batch);
// Asks in on_train_begin to go on at this epoch.
CallbackHandle resumer(std::int64_t epoch);

// Builds a callback of the catalog from JSON; null after complaints, which `wrong` gets as
// "/pointer message" lines.
CallbackHandle callback_from(const std::string& json, std::string* wrong = nullptr);

}  // namespace trainwreck
