#include "engine/loop/background_saves.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/errors.h"

namespace trainwreck {
namespace {

// A dead process ends here; every other error is one of the save.
void let_death_pass(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Death&) {
    throw;
  } catch (...) {
  }
}

}  // namespace

BackgroundSaves::~BackgroundSaves() {
  if (!save_) return;
  try {
    executor_.join(task_);
  } catch (...) {
    // An executor that is dead refuses; its tasks have ended with it.
  }
}

void BackgroundSaves::begin(Save save) {
  TRAINWRECK_CHECK(!save_, "the snapshot is still being written");
  ended_ = false;
  error_ = nullptr;
  save_ = std::move(save);
  try {
    task_ = executor_.spawn("checkpoint", [this] { work(); });
  } catch (...) {
    save_.reset();
    throw;
  }
}

void BackgroundSaves::work() {
  std::exception_ptr error;
  try {
    save_->write();
  } catch (...) {
    error = std::current_exception();
  }
  const auto end = [&] {
    error_ = std::move(error);
    ended_ = true;
  };
  executor_.exclusively(std::cref(end));
}

void BackgroundSaves::look() {
  if (!save_) return;
  bool ended = false;
  executor_.exclusively([&] { ended = ended_; });
  if (ended) settle();
}

void BackgroundSaves::finish() {
  if (save_) settle();
}

void BackgroundSaves::settle() {
  executor_.join(task_);
  Save save = std::move(*save_);
  save_.reset();
  if (!ended_) {
    error_ = std::make_exception_ptr(StateError("the task that was to save has died"));
  }
  if (error_) let_death_pass(error_);
  save.settle(error_ == nullptr);
  if (error_) failures_.push_back({save.owner, std::move(save.callback), std::move(error_)});
}

std::optional<BackgroundSaves::Failure> BackgroundSaves::take_failure(const void* owner) {
  const auto found = std::find_if(failures_.begin(), failures_.end(),
                                  [&](const Failure& one) { return one.owner == owner; });
  if (found == failures_.end()) return std::nullopt;
  Failure failure = std::move(*found);
  failures_.erase(found);
  return failure;
}

std::vector<BackgroundSaves::Failure> BackgroundSaves::take_failures() {
  return std::exchange(failures_, {});
}

}  // namespace trainwreck
