#include "engine/saving/event_files.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"
#include "engine/checkpoint/save.h"
#include "engine/formats/event_file.h"
#include "engine/formats/tfrecord.h"
#include "engine/seams/clock.h"
#include "engine/seams/file_system.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

std::string bytes_key(const std::string& key, std::size_t number) {
  return fmt::format("{}.bytes.{:04}", key, number);
}

double number_or_zero(const CallbackState& state, const std::string& key) {
  const auto found = state.numbers.find(key);
  return found == state.numbers.end() ? 0.0 : found->second;
}

}  // namespace

EventFiles::EventFiles(std::string directory, EventFiles* first)
    : directory_(std::move(directory)), first_(first) {}

EventFiles::~EventFiles() = default;

std::string EventFiles::path(std::size_t number) const {
  return path_in(directory_,
                 event_file_name(started_, "trainwreck", run_, static_cast<std::int64_t>(number)));
}

void EventFiles::begin(Session& session) {
  take_up(session);
  if (first_ != nullptr) {
    first_->begin(session);
    started_ = first_->started_;
    run_ = first_->run_;
  } else if (bytes_.empty()) {
    started_ = session.seams().clock.unix_seconds();
    for (run_ = 0; session.seams().files.exists(path(0));) ++run_;
    open(session);
  }
}

void EventFiles::write(Session& session, const TensorBoardEvent& event) {
  begin(session);
  if (file_ == nullptr) open(session);
  append(event);
}

void EventFiles::sync() {
  if (file_ != nullptr) file_->sync();
}

void EventFiles::close() {
  if (file_ == nullptr) return;
  const std::unique_ptr<WritableFile> file = std::move(file_);
  file->close();
}

void EventFiles::open(Session& session) {
  const Seams& seams = session.seams();
  seams.files.make_directory(directory_);
  file_ = seams.files.create(path(bytes_.size()));
  bytes_.push_back(0);
  if (session.policy().logging.flush == LogFlush::to_the_disk) {
    seams.files.sync_directory(directory_);
  }
  append({.wall_time = seams.clock.unix_seconds(),
          .step = 0,
          .file_version = std::string(kEventFileVersion),
          .values = {}});
}

void EventFiles::append(const TensorBoardEvent& event) {
  record_.clear();
  append_record(record_, encode_event(event));
  try {
    file_->append(record_);
    bytes_.back() += static_cast<std::int64_t>(record_.size());
  } catch (const IoError&) {
    file_.reset();  // its last record may be torn
    throw;
  }
}

void EventFiles::save_state(const std::string& key, CallbackState& state) const {
  if (started_ == 0.0) return;
  state.numbers[key + ".started"] = started_;
  state.numbers[key + ".run"] = static_cast<double>(run_);
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    state.numbers[bytes_key(key, i)] = static_cast<double>(bytes_[i]);
  }
}

void EventFiles::load_state(const std::string& key, const CallbackState& state) {
  started_ = number_or_zero(state, key + ".started");
  run_ = static_cast<std::int64_t>(number_or_zero(state, key + ".run"));
  bytes_.clear();
  while (state.numbers.contains(bytes_key(key, bytes_.size()))) {
    bytes_.push_back(static_cast<std::int64_t>(state.numbers.at(bytes_key(key, bytes_.size()))));
  }
  restored_ = started_ != 0.0;
}

void EventFiles::take_up(Session& session) {
  if (!std::exchange(restored_, false)) return;
  if (session.policy().logging.event_restart == EventRestart::adds_to_what_is_there) {
    bytes_.clear();  // a run of its own
    return;
  }
  for (std::size_t i = 0; i < bytes_.size(); ++i) cut(session, i);
  remove_later_ones(session);
}

void EventFiles::cut(Session& session, std::size_t number) {
  FileSystem& files = session.seams().files;
  const std::string file = path(number);
  const std::int64_t there = files.exists(file) ? files.size(file) : 0;
  if (there == bytes_[number]) return;
  const std::string text = there > 0 ? files.read(file) : std::string();
  if (there < bytes_[number]) {
    session.warn("tensor_board.lost_records",
                 fmt::format("{} has {} of its {} bytes", file, there, bytes_[number]));
    bytes_[number] = read_records(text).end;
  }
  if (there == 0) return;
  save_bytes(files, file,
             std::string_view(text).substr(0, static_cast<std::size_t>(bytes_[number])),
             {SaveProtocol::durable, Verification::none});
}

// Of processes that were killed before they saved a state of their own. The last one goes first, so
// that a crash half-way leaves no gap behind which others are not found.
void EventFiles::remove_later_ones(Session& session) const {
  FileSystem& files = session.seams().files;
  std::size_t end = bytes_.size();
  while (files.exists(path(end))) ++end;
  while (end > bytes_.size()) files.remove(path(--end));
}

}  // namespace trainwreck
