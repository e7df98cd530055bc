#include "tests/scenarios/runner/real_training.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>

#include "engine/callbacks/backup_and_restore.h"
#include "engine/callbacks/csv_logger.h"
#include "engine/callbacks/model_checkpoint.h"
#include "engine/callbacks/tensor_board.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/formats/event_file.h"
#include "engine/formats/tfrecord.h"
#include "tests/support/fit_run.h"

namespace trainwreck::testing {

class KillingFiles::File final : public WritableFile {
 public:
  File(KillingFiles& disk, std::unique_ptr<WritableFile> file)
      : disk_(disk), file_(std::move(file)) {}
  void append(std::string_view bytes) override {
    disk_.step();
    file_->append(bytes.substr(0, bytes.size() / 2));
    disk_.step();
    file_->append(bytes.substr(bytes.size() / 2));
  }
  void sync() override {
    disk_.step();
    file_->sync();
  }
  void close() override {
    disk_.step();
    file_->close();
  }

 private:
  KillingFiles& disk_;
  std::unique_ptr<WritableFile> file_;
};

void KillingFiles::step() {
  if (++count_ == kill_at_) raise(SIGKILL);
}

std::unique_ptr<WritableFile> KillingFiles::create(const std::string& path) {
  step();
  return std::make_unique<File>(*this, files_->create(path));
}

std::unique_ptr<WritableFile> KillingFiles::open_append(const std::string& path) {
  step();
  return std::make_unique<File>(*this, files_->open_append(path));
}

std::string KillingFiles::read(const std::string& path) {
  step();
  return files_->read(path);
}

void KillingFiles::rename(const std::string& from, const std::string& to) {
  step();
  files_->rename(from, to);
}

void KillingFiles::remove(const std::string& path) {
  step();
  files_->remove(path);
}

void KillingFiles::make_directory(const std::string& path) {
  step();
  files_->make_directory(path);
}

void KillingFiles::remove_directory(const std::string& path) {
  step();
  files_->remove_directory(path);
}

std::vector<std::string> KillingFiles::list(const std::string& directory) {
  step();
  return files_->list(directory);
}

void KillingFiles::sync_directory(const std::string& path) {
  step();
  files_->sync_directory(path);
}

namespace {

std::vector<CallbackHandle> everything_that_writes() {
  return {std::make_shared<CsvLogger>(CsvLoggerOptions{.filename = "log.csv"}),
          std::make_shared<TensorBoard>(
              TensorBoardOptions{.log_dir = "tb", .histogram_freq = 1, .update_freq = 1}),
          std::make_shared<ModelCheckpoint>(
              ModelCheckpointOptions{.path = "m-{epoch}.safetensors", .keep = 2, .pointers = true}),
          std::make_shared<BackupAndRestore>(BackupAndRestoreOptions{
              .backup_dir = "bk", .save_freq = 1, .delete_checkpoint = false})};
}

// Weights and slots: what a run comes to.
std::string numbers_in(const Checkpoint& checkpoint) {
  std::string text;
  for (const SavedParameter& saved : checkpoint.weights) {
    text += fmt::format("{}: {}\n", saved.name, fmt::join(saved.values, " "));
  }
  if (!checkpoint.optimizer) return text;
  text += fmt::format("iterations: {}\n", checkpoint.optimizer->iterations);
  for (const SavedOptimizer::Slot& slot : checkpoint.optimizer->slots) {
    text += fmt::format("{}: {}\n", slot.name, fmt::join(slot.values, " "));
  }
  return text;
}

std::string history_text(const History& history) {
  std::string text = fmt::format("epochs: {}\n", fmt::join(history.epochs(), " "));
  for (const History::Series& series : history.series()) {
    text += fmt::format("{}: {}\n", series.name, fmt::join(series.values, " "));
  }
  return text;
}

std::string records_in(const std::string& bytes) {
  std::string text;
  for (const std::string_view payload : read_records(bytes).payloads) {
    TensorBoardEvent event = decode_event(payload);
    if (!event.file_version.empty()) continue;
    event.wall_time = 0.0;
    text += encode_event(event);
  }
  return text;
}

}  // namespace

void train_in_this_folder(FileSystem& files, const Policy& policy) {
  RealWorld world;
  Seams seams = world.seams();
  const Seams watched{files, seams.clock, seams.memory, seams.executor, seams.signals};
  const std::unique_ptr<Model> model = small_model(2);
  Trainer trainer(*model, watched, policy);
  SmallSequence data(3);
  const FitResult result = trainer.fit(data, {.epochs = 3,
                                              .validation = std::make_shared<SmallSequence>(1),
                                              .callbacks = everything_that_writes()});
  result.rethrow();
  const auto disk = real_file_system();
  const auto file = disk->create(kResult);
  file->append(numbers_in(capture_model(*model)) + history_text(result.history));
  file->close();
}

std::map<std::string, std::string> essence_of(const std::map<std::string, std::string>& files) {
  std::map<std::string, std::string> essence;
  for (const auto& [name, bytes] : files) {
    if (name.starts_with("tb/")) {
      essence[directory_of(name)] += records_in(bytes);
    } else if (name.ends_with(".safetensors")) {
      essence[name] = numbers_in(decode(bytes));
    } else if (name == "latest") {
      essence[name] = bytes.substr(0, bytes.find('\n'));  // and a checksum of bytes with times
    } else {
      essence[name] = bytes;
    }
  }
  return essence;
}

void forget_event_files(std::map<std::string, std::string>& essence) {
  std::erase_if(essence, [](const auto& file) { return file.first.starts_with("tb/"); });
}

int in_child(const std::function<void()>& action) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      action();
    } catch (const std::exception& error) {
      fmt::print(stderr, "child: {}\n", error.what());
      _exit(70);
    }
    _exit(0);
  }
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace trainwreck::testing
