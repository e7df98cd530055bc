#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/checkpoint/run_state.h"

namespace trainwreck {

class Session;
class WritableFile;
struct TensorBoardEvent;

// The event files of one run in one directory: one for every process that takes the run up, and
// another after a failed write, so that readers never get behind a torn record. A run that is taken
// up has in them what was there when its state was taken, and nothing that it will write again.
//
// The files of a run have a name in common, which nobody else has: the first file of the directory
// that is called `first` here reserves it.
class EventFiles {
 public:
  explicit EventFiles(std::string directory, EventFiles* first = nullptr);
  ~EventFiles();
  EventFiles(const EventFiles&) = delete;
  EventFiles& operator=(const EventFiles&) = delete;

  void write(Session& session, const TensorBoardEvent& event);
  void sync();
  void close();

  // Before a state is saved for the first time: settles the name.
  void begin(Session& session);

  // `key` tells the directories of one callback apart.
  void save_state(const std::string& key, CallbackState& state) const;
  void load_state(const std::string& key, const CallbackState& state);

 private:
  // After load_state, once: cuts the files back to that state, if the policy wants it
  // (logging.event_restart). Records that are missing are a warning ("tensor_board.lost_records").
  void take_up(Session& session);
  std::string path(std::size_t number) const;
  void open(Session& session);
  void append(const TensorBoardEvent& event);
  void cut(Session& session, std::size_t number);
  void remove_later_ones(Session& session) const;

  std::string directory_;
  EventFiles* first_;
  double started_ = 0.0;             // unix seconds; the first part of every file's name
  std::int64_t run_ = 0;             // of those that started in that second
  std::vector<std::int64_t> bytes_;  // of each file, whole records alone
  bool restored_ = false;
  std::unique_ptr<WritableFile> file_;  // the last one
  std::string record_;
};

}  // namespace trainwreck
